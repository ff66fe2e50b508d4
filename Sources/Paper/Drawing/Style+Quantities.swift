import Plotting
import Training

/// How the figures show what is measured: one quantity looks alike in all of them.
extension Style {
    /// The operator norm of the Hessian.
    static let sharpness = measured.labelled("‖*H*‖_{op}")
    /// The SAM-edge.
    static let samEdge = predicted.labelled("SAM-edge")
    /// The edge of gradient descent.
    static let gdEdge = reference("2/*η*")
    /// The plain gradient.
    static let gradient = Style("gradient", ink: .sky, width: 1.3, dash: [4, 1.6], layer: .model)
    /// The gradient at the point that SAM looks from.
    static let samGradient = Style("SAM gradient", ink: .green, width: 0.9, marker: .circle, layer: .data)
    /// The training loss; every step of it is drawn.
    static let loss = dense.labelled("training loss")

    /// One of many runs of an optimiser; without markers, which would fill the panel.
    static func run(of optimiser: any Optimiser) -> Style {
        optimiser.ascends
            ? dense.labelled(type(of: optimiser).name)
            : Style(type(of: optimiser).name, ink: .vermilion, width: 1.3, dash: [4, 1.6], layer: .model)
    }
}
