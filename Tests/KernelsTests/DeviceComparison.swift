import Kernels
import Testing

/// The OpenCL device on which tests compare bytes with the processor's: the first there is; or why there is none.
///
/// pocl makes one of the processor, so that the very kernels of a GPU run everywhere.
let testedDevice: OpenCLDevice? = OpenCLDevice.all().first

extension Trait where Self == ConditionTrait {
    /// Not run, and counted apart, where no OpenCL is installed.
    static var needsOpenCL: Self {
        .enabled(if: testedDevice != nil, "SKIPPED: no OpenCL is installed (on Debian: apt-get install pocl-opencl-icd)")
    }
}

/// So many cases where the tests are optimised; a twentieth of them otherwise.
func cases(_ count: Int) -> Range<Int> {
    var isOptimised = true
    assert(
        {
            isOptimised = false; return true
        }())
    return 0..<(isOptimised ? count : max(1, count / 20))
}

/// Random sizes and numbers, the same in every run.
struct Draws {
    private let generator = Philox(seed: 29)
    private let stream: UInt64
    private var index: UInt64 = 0

    init(stream: UInt64) { self.stream = stream }

    mutating func integer(in range: ClosedRange<Int>) -> Int {
        index += 1
        return range.lowerBound + generator.integer(below: range.count, index, stream: stream)
    }

    mutating func flip() -> Bool { integer(in: 0...1) == 1 }

    mutating func pick<T>(_ values: [T]) -> T { values[integer(in: 0...values.count - 1)] }

    /// What the numbers of a matrix are like.
    enum Kind: CaseIterable { case plain, wide, odd, tiny, broken }

    mutating func number(_ kind: Kind) -> Float {
        index += 1
        let x = Float(2 * generator.uniform(index, stream: stream) - 1)
        switch kind {
        case .plain: return x
        case .wide: return x * pick([1e-12, 1e-3, 1, 1e3, 1e12])
        case .odd: return pick([0, -0.0, x, x, 1, -1])
        case .tiny: return pick([x * 0x1p-126, x * 0x1p-136, x * 0x1p-148, x * 0x1p-70, -0.0, x])
        case .broken: return integer(in: 0...39) == 0 ? pick([.nan, .infinity, -.infinity, .greatestFiniteMagnitude]) : x
        }
    }

    /// A matrix of such numbers inside a larger vector, with a gap between rows where `isGapless` is false.
    mutating func matrix(_ rows: Int, _ columns: Int, _ kind: Kind, isGapless: Bool = true) -> Matrix {
        let gap = isGapless ? 0 : integer(in: 0...5), stride = columns + gap
        let storage = Vector((0..<gap + rows * stride).map { _ in number(.plain) })
        let matrix = Matrix(storage, offset: gap, rows: rows, columns: columns, stride: stride)
        for row in 0..<rows { for column in 0..<columns { matrix[row, column] = number(kind) } }
        return matrix
    }

    mutating func kind() -> Kind { pick(Kind.allCases) }
}

/// The same call on the processor and on an OpenCL device.
final class Twins {
    let processor = Device()
    let device: Device
    /// How many elements were compared.
    private(set) var compared = 0

    init() throws { device = try Device(on: #require(testedDevice)) }

    /// The whole vector behind a view, copied to where the device reaches it; and the same view of the copy.
    private func twin(_ matrix: Matrix) -> Matrix {
        Matrix(
            device.copy(of: matrix.storage), offset: matrix.offset, rows: matrix.rows, columns: matrix.columns,
            stride: matrix.stride)
    }

    /// Calls `body` with the matrices and with copies on the device; all of them have to hold the same bytes afterwards, between
    /// their rows as well, and what the calls return has to be the same number.
    func compare(
        _ what: @autoclosure () -> String, _ matrices: [Matrix], unwanted: ((_ index: Int, _ element: Int) -> Bool)? = nil,
        at location: SourceLocation = #_sourceLocation, _ body: ([Matrix], Device) -> Double
    ) {
        let copies = matrices.map { twin($0) }
        let expected = body(matrices, processor), found = body(copies, device)
        if let failure = device.failure {
            Issue.record("\(what()): \(failure)", sourceLocation: location)
            return
        }
        if found.bitPattern != expected.bitPattern, !(found.isNaN && expected.isNaN) {
            Issue.record("\(what()): \(found) on the device, \(expected) on the processor", sourceLocation: location)
        }
        for (index, (matrix, copy)) in zip(matrices, copies).enumerated() {
            let expected = matrix.storage.elements, found = copy.storage.elements
            compared += found.count
            for (element, (x, y)) in zip(found, expected).enumerated()
            where x.bitPattern != y.bitPattern && !(x.isNaN && y.isNaN) && unwanted?(index, element) != true {
                Issue.record(
                    "\(what()): matrix \(index), element \(element) is \(x) on the device, \(y) on the processor",
                    sourceLocation: location)
                break
            }
        }
    }

    func compare(
        _ what: @autoclosure () -> String, _ matrices: [Matrix], at location: SourceLocation = #_sourceLocation,
        _ body: ([Matrix], Device) -> Void
    ) {
        compare(what(), matrices, at: location) { (matrices, device) -> Double in
            body(matrices, device)
            return 0
        }
    }
}
