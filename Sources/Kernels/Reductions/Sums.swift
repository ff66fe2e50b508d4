/// Sums over whole vectors, in double precision and in an order that depends on the length alone.
///
/// A vector is cut into blocks of 4,096; each block is summed in 16 interleaved lanes, the lanes are added in order, then
/// the blocks are. Threads take whole blocks.
package enum Sums {
    static let block = 4096

    /// ⟨a, b⟩.
    package static func dot(_ a: Vector, _ b: Vector, device: Device) -> Double {
        require(a.count == b.count, "the inner product of \(a.count) and \(b.count) elements")
        if let queue = device.queue {
            return enqueue("dot_blocks", a.row, b.row, count: a.count, piece: max(1, a.count), device: device, on: queue).first
                ?? 0
        }
        return blocks(a.count, a.start, b.start, device: device) { sum, x, y in sum.addProduct(x, y) }
    }

    /// ‖a‖, the Euclidean norm.
    package static func norm(_ a: Vector, device: Device) -> Double { dot(a, a, device: device).squareRoot() }

    /// Σᵢ (aᵢ − bᵢ)².
    ///
    /// Each piece's rows are summed up before the next one's, then the pieces of each lane, then the lanes.
    package static func squaredDistance(_ a: Matrix, _ b: Matrix, pieces: Pieces = .whole, device: Device) -> Double {
        require(
            a.rows == b.rows && a.columns == b.columns && a.isContiguous && b.isContiguous,
            "the distance of \(a.shape) and \(b.shape)")
        if a.rows * a.columns == 0 { return 0 }
        let size = pieces.rows(of: a.rows)
        if let queue = device.queue {
            let sums = enqueue(
                "squared_distance_blocks", a, b, count: a.rows * a.columns, piece: size * a.columns,
                device: device, on: queue)
            return pieces.total(of: a.rows) { sums[$0] }
        }
        return pieces.total(of: a.rows) { piece in
            let start = piece * size * a.columns, count = min(size, a.rows - piece * size) * a.columns
            return blocks(count, a.start + start, b.start + start, device: device) { sum, x, y in
                let difference = x - y
                sum.addProduct(difference, difference)
            }
        }
    }

    /// Adds `vectors` to `result`, element by element, in order.
    package static func add(_ vectors: [Vector], to result: Vector, device: Device) {
        require(vectors.allSatisfy { $0.count == result.count }, "sums of \(vectors.map(\.count)) into \(result.count) elements")
        if vectors.isEmpty { return }
        if device.queue != nil {
            for vector in vectors { Addition.compute(result.row, vector.row, into: result.row, device: device) }
            return
        }
        let target = Shared(result.start)
        device.split(result.count, grain: 16_384) { _, range in
            Lanes16.forEachGroup(range.count) { offset, count in
                let i = range.lowerBound + offset
                var sum = Lanes16.load(target.pointer + i, count: count)
                for vector in vectors { sum += Lanes16.load(vector.start + i, count: count) }
                Lanes16.store(sum, to: target.pointer + i, count: count)
            }
        }
    }

    /// The sum over all elements of what `add` makes of two numbers; `add` takes each lane alike.
    @inline(__always)
    private static func blocks(
        _ count: Int, _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, device: Device,
        _ add: @Sendable (inout SIMD16<Double>, SIMD16<Double>, SIMD16<Double>) -> Void
    ) -> Double {
        let blocks = (count + block - 1) / block
        let x = Shared(x), y = Shared(y)
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, blocks)) { sums in
            let shared = Shared(sums.baseAddress!)
            device.split(blocks, grain: 16) { _, range in
                for i in range {
                    let end = min((i + 1) * block, count)
                    var lanes = SIMD16<Double>.zero
                    var j = i * block
                    while j < end {
                        // Zeros beyond the end leave the lanes as they are.
                        let width = min(16, end - j)
                        add(
                            &lanes, SIMD16<Double>(Lanes16.load(x.pointer + j, count: width)),
                            SIMD16<Double>(Lanes16.load(y.pointer + j, count: width)))
                        j += 16
                    }
                    var total = 0.0
                    for lane in 0..<16 { total += lanes[lane] }
                    shared.pointer[i] = total
                }
            }
            var total = 0.0
            for i in 0..<blocks { total += sums[i] }
            return total
        }
    }
}
