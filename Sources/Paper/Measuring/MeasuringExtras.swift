/// What is measured at a check beyond the paper's quantities; each adds columns to the measurements, in this order.
package struct MeasuringExtras: Hashable, Codable, Sendable {
    /// gᵀHg/‖g‖² along the gradient, and the same along the SAM gradient: `gradient_curvature`, `sam_gradient_curvature`.
    package var curvatures: Bool
    /// Loss and ‖H‖ on so many examples, the same at every check: `probe_loss`, `probe_hessian_norm`; 0 for none.
    ///
    /// With minibatches it tells the noise of the batch from the curvature.
    package var probe: Int
    /// Loss and share of wrong predictions on the test examples: `test_loss`, `test_error`.
    package var test: Bool
    /// Whether the principal eigenvector, the gradient and the Hessian times that eigenvector are kept as files.
    package var vectors: Bool

    /// Nothing but what is asked for.
    package init(curvatures: Bool = false, probe: Int = 0, test: Bool = false, vectors: Bool = false) {
        (self.curvatures, self.probe, self.test, self.vectors) = (curvatures, probe, test, vectors)
    }
}

extension MeasuringExtras {
    /// The columns that are added to the measurements.
    var columns: [String] {
        (curvatures ? ["gradient_curvature", "sam_gradient_curvature"] : [])
            + (probe > 0 ? ["probe_loss", "probe_hessian_norm"] : []) + (test ? ["test_loss", "test_error"] : [])
    }
}
