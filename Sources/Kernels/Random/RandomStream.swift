/// The random numbers of one use: a purpose, an index within it, and a seed.
///
/// No two uses share numbers: the purpose is the highest byte of the generator's stream, the index the rest. Seeds of users are
/// below 2⁵³; generated stand-ins for data use keys above that (`StandIns`).
package struct RandomStream: Sendable {
    /// What the numbers are for. A number stays with its purpose: another would move every trajectory.
    package enum Purpose: UInt64, Sendable, CaseIterable {
        /// Initial parameters; the index is the tensor's number.
        case initialParameters = 0x00
        /// The starts of a search for eigenvalues; the index is the start's number, the seed the step.
        case search = 0x01
        /// The starts of the official power iteration, likewise.
        case officialSearch = 0x03
        /// The orders of examples; the index is the epoch.
        case batches = 0x80
    }

    private let generator: Philox
    private let stream: UInt64

    /// - Precondition: `index` is below 2⁵⁶.
    package init(_ purpose: Purpose, index: Int = 0, seed: UInt64) {
        precondition(index >= 0 && index < 1 << 56, "stream \(index) of \(purpose)")
        generator = Philox(seed: seed)
        stream = purpose.rawValue << 56 | UInt64(index)
    }

    /// Writes a standard normal number to each element of `vector`.
    package func fillNormal(_ vector: Vector) { Normal.fill(vector, generator: generator, stream: stream) }

    /// Writes a standard normal number, cut at ±2 and multiplied by `scale`, to each element of `matrix`.
    package func fillTruncatedNormal(_ matrix: Matrix, scale: Double) {
        Normal.fillTruncated(matrix, scale: scale, generator: generator, stream: stream)
    }

    /// An integer uniform in `0..<bound` up to a bias of `bound`·2⁻⁶⁴, that belongs to element `index`.
    package func integer(below bound: Int, _ index: UInt64) -> Int { generator.integer(below: bound, index, stream: stream) }
}
