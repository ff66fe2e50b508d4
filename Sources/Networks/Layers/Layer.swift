import Kernels

/// A map from matrices to matrices with parameters: forward, backward, and the tangents of both side by side.
///
/// Activations are matrices whose rows are examples (or tokens, or pixels of images one after the other) and whose columns
/// are features (or channels). The four functions of one layer share a `Record`, in which each leaves what the later ones
/// need; they are called in the order forward, backward, then any number of pairs tangent, backwardTangent.
///
/// Write y = f(x, w) for the layer, `ȳ` for the derivative of the loss by y, and a dot for the derivative along the
/// direction (ẋ, v). Then tangent computes ẏ, and backwardTangent the derivative along the direction of what backward
/// computed: that is the R-operator (Pearlmutter 1994), exact up to rounding.
package protocol Layer: Sendable {
    /// The layer's parameters, in the order of the flat vector.
    var tensors: [TensorDeclaration] { get }

    /// Whether the output ends in max(·, 0).
    ///
    /// A rectified layer is handed `ȳ` and its tangent with zeros where its output is 0: the layer above masks them
    /// in passing.
    var isRectified: Bool { get }

    /// y = f(x, w).
    func forward(_ x: Matrix, _ pass: Pass) -> Matrix

    /// Adds the derivative by w to the pass's sum and returns that by x, kept only where the pass's mask is positive.
    ///
    /// Returns `nil` where the pass does not need x̄.
    func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix?

    /// ẏ for the direction (ẋ, v); `nil` stands for ẋ = 0, which only a network's first layer is handed.
    func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix

    /// Adds the derivative along (ẋ, v) of what `backward` added to the pass's sum, and returns that of x̄, masked like it.
    func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix?
}

extension Layer {
    /// False unless a layer says otherwise: nothing masks what it is handed from above.
    package var isRectified: Bool { false }

    /// Ends the process where a layer that cannot mask its input's gradient stands on a rectified one.
    func refuseMask(_ pass: Pass) { precondition(pass.mask == nil, "\(self) stands on a rectified layer") }
}

/// What a layer is handed beside the matrix that passes through: its tensors, its record, and the threads for its kernels.
package struct Pass {
    /// The parameters of the whole network.
    let parameters: Vector
    /// The direction along which tangents are taken, of the parameters' size; in forward and backward `nil`.
    var direction: Vector?
    /// What derivatives by the parameters are added to, of their size for each lane; in forward and tangent not used.
    var sum: Vector?
    /// Where the layer's tensors lie in these three.
    private(set) var tensors: ArraySlice<ParameterLayout.Entry>
    /// Whether backward and its tangent return x̄ and x̄̇: false for the first layer of a network.
    var needsInput = false
    /// What x̄ and x̄̇ are 0 wherever it is not positive, because the layer below is rectified; `nil` for no such thing.
    var mask: Matrix?
    /// What the layer keeps between its passes.
    private(set) var record: Record
    /// The threads that its kernels may use.
    let device: Device
    /// The pass's examples, those of a chunk, and into how many sums the chunks' derivatives by the parameters are added.
    private let examples: Int, examplesPerChunk: Int, lanes: Int

    /// A pass through the layers that own all of the tensors.
    init(
        _ parameters: Vector, along direction: Vector? = nil, addingTo sum: Vector? = nil, layout: ParameterLayout,
        record: Record, device: Device, examples: Int = 1, examplesPerChunk: Int = 1, lanes: Int = 1
    ) {
        for (vector, copies) in [(parameters, 1), (direction, 1), (sum, lanes)] {
            guard let vector else { continue }
            precondition(
                vector.count == copies * layout.count,
                "\(vector.count) numbers, \(copies) times a network of \(layout.count) parameters")
        }
        (self.parameters, self.direction, self.sum, tensors) = (parameters, direction, sum, layout.entries[...])
        (self.record, self.device) = (record, device)
        (self.examples, self.examplesPerChunk, self.lanes) = (examples, examplesPerChunk, lanes)
    }

    /// The pass of part number `index` of a composed layer, with those of the tensors and a record of its own.
    func part(_ index: Int, tensors range: Range<Int>) -> Pass {
        var part = self
        (part.tensors, part.record) = (tensors[range], record.part(index))
        return part
    }

    /// The layer's tensor number `index` as a matrix; all dimensions but the last are folded into the rows.
    func w(_ index: Int) -> Matrix { matrix(index, of: parameters) }

    /// The direction of tensor number `index`.
    func v(_ index: Int) -> Matrix { matrix(index, of: direction) }

    /// What the derivative by tensor number `index` is added to: the first lane's, after which the others' lie.
    func sum(_ index: Int) -> Matrix { matrix(index, of: sum) }

    /// How sums over a matrix that passes through are cut: the rows of each chunk, or `each` of them as one.
    func pieces(of x: Matrix, each: Int = 1) -> Pieces {
        Pieces(of: x.rows / examples * examplesPerChunk / each, lanes: lanes, distance: parameters.count)
    }

    /// What a product or convolution that makes x̄ ends in.
    var maskEpilogue: Epilogue { mask.map { .whereActive($0) } ?? .none }

    private func matrix(_ index: Int, of vector: Vector?) -> Matrix {
        guard let vector else { preconditionFailure("a pass without the vector that it needs") }
        let entry = tensors[tensors.startIndex + index], columns = entry.tensor.shape.last ?? 1
        return Matrix(vector, offset: entry.offset, rows: entry.tensor.count / columns, columns: columns)
    }
}
