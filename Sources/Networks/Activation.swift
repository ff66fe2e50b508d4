import Kernels

/// What stands between a network's linear layers.
package enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
    /// max(x, 0), with derivative 0 at 0.
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// The Gaussian error linear unit in its tanh form.
    case gelu

    /// A linear layer and the activation: fused into it where that is ReLU, a layer of its own otherwise.
    ///
    /// - Parameter linear: the linear layer, rectified or not.
    func layers(after linear: (_ isRectified: Bool) -> any Layer) -> [any Layer] {
        switch self {
        case .relu: [linear(true)]
        case .tanh: [linear(false), Smooth(.tanh)]
        case .gelu: [linear(false), Smooth(.gelu)]
        }
    }
}
