import Kernels
import Training

/// How much flatter SAM is than gradient descent at the same training loss, while that is large.
struct Flatness: Sendable {
    /// The run of SAM, and the one of gradient descent at the same step size and seed.
    var sam, gd: RunResult
    /// The loss at which both are compared.
    var loss: Double
    /// ‖H‖ there.
    var samSharpness, gdSharpness: Double

    /// How many times flatter SAM is.
    var factor: Double { gdSharpness / samSharpness }
}

extension ExperimentResult {
    /// So many checks a running median of minibatches' curvatures takes.
    private static let medianLength = 7

    /// What numbers at checks show: with minibatches their running median.
    func smoothed(_ values: [Double]) -> [Double] {
        isFullBatch ? values : Statistics.runningMedian(values, Self.medianLength)
    }

    /// The comparison at the check at which SAM of the largest radius that did not diverge has first half of its first loss; `nil`
    /// where either run is missing or never comes down to that.
    ///
    /// With minibatches both loss and ‖H‖ are running medians.
    /// - Throws: `TableError` where a column is missing.
    func flatness(at rate: Double) throws -> Flatness? {
        let candidates = samRuns.filter { $0.learningRate == rate && $0.seed == runs[0].seed && $0.divergedAt == nil }
        guard let sam = candidates.max(by: { $0.optimiser.order < $1.optimiser.order }),
            let gd = run(rate, .gradientDescent, seed: sam.seed)
        else { return nil }
        let (losses, norms) = try descent(of: sam), (gdLosses, gdNorms) = try descent(of: gd)
        guard let first = losses.first, let index = losses.firstIndex(where: { $0 <= first / 2 }),
            let after = gdLosses.firstIndex(where: { $0 <= losses[index] })
        else { return nil }
        var sharpness = gdNorms[after]
        if after > 0 {
            let (upper, lower) = (gdLosses[after - 1], gdLosses[after])
            let share = Functions.log(upper / losses[index]) / Functions.log(upper / lower)
            sharpness = gdNorms[after - 1] + share * (gdNorms[after] - gdNorms[after - 1])
        }
        return Flatness(sam: sam, gd: gd, loss: losses[index], samSharpness: norms[index], gdSharpness: sharpness)
    }

    /// Loss and ‖H‖ at all checks.
    private func descent(of run: RunResult) throws -> (losses: [Double], norms: [Double]) {
        (smoothed(try run.measured("loss")), smoothed(try run.measured("hessian_norm")))
    }
}
