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

    /// ẏ for the direction (ẋ, v); `nil` stands for ẋ = 0, which only a network's first layer is handed.
    func tangent(_ xTangent: Matrix?, _ w: Weights, _ v: Weights, _ record: Record, _ workers: Workers) -> Matrix

    /// Adds the derivative of the gradient along (ẋ, v) to `product`, and returns that of x's gradient, masked like it.
    func backwardTangent(
        _ outputGradientTangent: Matrix, _ w: Weights, _ v: Weights, product: Weights, mask: Matrix?, needsInput: Bool,
        _ record: Record, _ workers: Workers
    ) -> Matrix?
}

extension Layer {
    /// False unless a layer says otherwise: nothing masks what it is handed from above.
    package var isRectified: Bool { false }

    /// Ends the process where a layer that cannot mask its input's gradient stands on a rectified one.
    func refuseMask(_ mask: Matrix?) { precondition(mask == nil, "\(self) stands on a rectified layer") }
}
