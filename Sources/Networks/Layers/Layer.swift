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
    func forward(_ x: Matrix, _ w: Weights, _ record: Record, _ workers: Workers) -> Matrix

    /// Adds the derivative by w to `gradient` and returns that by x, kept only where `mask` is positive.
    ///
    /// Returns `nil` where `needsInput` is false.
    func backward(
        _ outputGradient: Matrix, _ w: Weights, gradient: Weights, mask: Matrix?, needsInput: Bool, _ record: Record,
        _ workers: Workers
    ) -> Matrix?

    /// ẏ for the direction (ẋ, v); `nil` stands for ẋ = 0.
    func tangent(_ xTangent: Matrix?, _ w: Weights, _ v: Weights, _ record: Record, _ workers: Workers) -> Matrix

    /// Adds the derivative of the gradient along (ẋ, v) to `product`, and returns that of x's gradient, masked like it.
    func backwardTangent(
        _ outputGradientTangent: Matrix, _ w: Weights, _ v: Weights, product: Weights, mask: Matrix?, needsInput: Bool,
        _ record: Record, _ workers: Workers
    ) -> Matrix?
}

extension Layer {
    package var isRectified: Bool { false }
}

/// What one layer keeps between its passes: references to its inputs, and buffers that are reused from step to step.
package final class Record {
    /// The forward input x.
    var x: Matrix?
    /// The forward output y.
    var y: Matrix?
    /// The derivative of the loss by y, as backward was handed it.
    var yGradient: Matrix?
    /// ẋ, as tangent was handed it.
    var xTangent: Matrix?
    /// Records of the parts of a composed layer.
    var parts: [Record] = []

    private var buffers: [Int: Matrix] = [:]

    package init() {}

    /// A buffer of the layer's own, allocated once: `slot` names its use.
    func buffer(_ slot: Slot, rows: Int, columns: Int) -> Matrix {
        if let buffer = buffers[slot.rawValue], buffer.rows == rows, buffer.columns == columns { return buffer }
        let buffer = Matrix(rows: rows, columns: columns)
        buffers[slot.rawValue] = buffer
        return buffer
    }

    /// The bytes that the record's buffers take.
    var bytes: Int {
        buffers.values.reduce(0) { $0 + 4 * $1.storage.count } + parts.reduce(0) { $0 + $1.bytes }
    }

    /// The uses of a buffer.
    enum Slot: Int {
        case output, inputGradient, outputTangent, inputGradientTangent
        /// Whatever else a layer keeps, such as a normalisation's statistics.
        case first, second, third, fourth, fifth, sixth
    }
}
