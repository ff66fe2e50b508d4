import Testing

@testable import Kernels

/// The OpenCL device on which tests compare bytes with the processor's: the first there is; or why there is none.
///
/// pocl makes one of the processor, so that the very kernels of a GPU run everywhere.
let testedDevice: OpenCLDevice? = OpenCLDevice.all().first

extension Trait where Self == ConditionTrait {
    /// Not run, and counted apart, where no OpenCL is installed.
    static var needsOpenCL: Self {
        .enabled(
            if: testedDevice != nil,
            "SKIPPED: no OpenCL is installed (on Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1)")
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

extension Epilogue {
    /// Each of them by a number from 0 to 4.
    init(number: Int, bias: Matrix, active: Matrix) {
        self =
            switch number {
            case 0: .none
            case 1: .bias(bias)
            case 2: .biasThenReLU(bias)
            case 3: .whereActive(active)
            default: .biasWhereActive(bias, active: active)
            }
    }
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

    /// Pieces of so many rows, each a whole number of times `unit`, in as many lanes as there are pieces or fewer.
    mutating func pieces(of rows: Int, unit: Int = 1, distance: Int = 0) -> Pieces {
        let units = (rows + unit - 1) / unit, piece = integer(in: 1...units)
        return Pieces(of: piece * unit, lanes: integer(in: 1...min(8, (units + piece - 1) / piece)), distance: distance)
    }
}

extension Twins {
    convenience init() throws { self.init(try Device(on: #require(testedDevice))) }

    /// Records the difference, of the number that `body` returns as well, where there is one.
    func compareNumber(
        _ what: @autoclosure () -> String, _ matrices: [Matrix], at location: SourceLocation = #_sourceLocation,
        _ body: ([Matrix], Device) -> Double
    ) {
        do {
            guard let difference = try difference(matrices, body) else { return }
            Issue.record("\(what()): \(difference)", sourceLocation: location)
        } catch {
            Issue.record("\(what()): \(error)", sourceLocation: location)
        }
    }

    /// Records the difference, where there is one.
    func compare(
        _ what: @autoclosure () -> String, _ matrices: [Matrix], at location: SourceLocation = #_sourceLocation,
        _ body: ([Matrix], Device) -> Void
    ) {
        compareNumber(what(), matrices, at: location) { matrices, device in
            body(matrices, device)
            return 0
        }
    }
}
