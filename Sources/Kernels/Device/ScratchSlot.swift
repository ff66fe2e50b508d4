/// Numbers of the scratch memory of a `Device`, for kernels that call a matrix product while they use it.
enum ScratchSlot {
    // 0 and 1 are the matrix product's own.
    static let first = 2
    static let second = 3
    static let third = 4
    static let fourth = 5
    static let fifth = 6
}
