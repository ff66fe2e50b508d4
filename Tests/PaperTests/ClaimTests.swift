import Curvature
import Formats
import Testing

@testable import Paper

/// A run whose ‖H‖ is `ratio(t)` times its edge, for t from 0 to 1, while the loss falls from 1 to `lastLoss`.
private func run(
    _ rate: Double, _ radius: Double, seed: Int = 0, lastLoss: Double = 0.01, checks: Int = 40, divergedAt: Int? = nil,
    samAlignment: Double = 0.9, ratio: (Double) -> Double
) -> RunResult {
    var measurements = Table(columns: [
        "step", "loss", "gradient_norm", "hessian_norm", "residual", "products", "sam_edge", "gd_edge", "alignment",
        "sam_alignment",
    ])
    for i in 0..<checks {
        let t = Double(i) / Double(max(1, checks - 1))
        let loss = 1 + (lastLoss - 1) * t
        let edge = Edge.sam(learningRate: rate, radius: radius, gradientNorm: loss)
        measurements.append(
            [Double(i * 10), loss, loss, ratio(t) * edge, 1e-4, 9, edge, 2 / rate, 0.5, samAlignment])
    }
    let training = Table(
        columns: ["step", "loss", "gradient_norm"],
        rows: (0...(checks * 10)).map { step in
            let loss = 1 + (lastLoss - 1) * min(1, Double(step) / Double(max(1, checks * 9)))
            return [Double(step), loss, loss]
        })
    let checked = measurements
    return RunResult(
        label: "eta=\(rate),rho=\(radius)", learningRate: rate, radius: radius, seed: seed, training: training,
        measurements: checked, divergedAt: divergedAt, files: [])
}

private func result(_ runs: [RunResult], name: String = "mnist-mlp", isFullBatch: Bool = true) -> ExperimentResult {
    ExperimentResult(
        name: name, title: name, source: .real, isFullBatch: isFullBatch, learningRates: [0.3], radii: [0, 0.1], runs: runs)
}

@Suite struct ClaimTests {
    @Test func aRunThatHoversAtItsEdgeSpeaksForTheClaim() throws {
        let evidence = try Claim.tracksEdge.evidence(result([run(0.3, 0.1) { min(1.03, 0.5 + 2 * $0) }]))
        #expect(evidence.map(\.outcome) == [.holds])
        #expect((evidence[0].value! - 1.03).magnitude < 1e-12)
    }

    @Test func aRunFarAboveItsEdgeSpeaksAgainstIt() throws {
        #expect(try Claim.tracksEdge.evidence(result([run(0.3, 0.1) { _ in 1.3 }])).map(\.outcome) == [.fails])
        // With minibatches the range is wider, as the curvature of a batch scatters.
        #expect(
            try Claim.tracksEdge.evidence(result([run(0.3, 0.1) { _ in 1.3 }], isFullBatch: false)).map(\.outcome) == [.holds])
    }

    @Test func aRunThatTouchedItsEdgeAndFellAwaySpeaksAgainstIt() throws {
        #expect(try Claim.tracksEdge.evidence(result([run(0.3, 0.1) { $0 < 0.3 ? 1 : 0.5 }])).map(\.outcome) == [.fails])
    }

    /// Divergence makes ratios that no whole number holds.
    @Test(arguments: [0.9994, 1e5, 2.2e8, 1e16, 1e300]) func theTableOfRunsTellsRatiosOfAnySize(ratio: Double) throws {
        let text = try RunsTable([result([run(0.3, 0.1, divergedAt: 12) { _ in ratio }])]).text
        #expect(text.contains(ratio < 1 ? "0.999" : ratio < 1e6 ? "100000.000" : shortestText(ratio)))
    }

    @Test func aRunBelowItsEdgeIsNeverCounted() throws {
        let verdict = try #require(try Verdict(.tracksEdge, on: result([run(0.3, 0.1) { _ in 0.93 }])))
        #expect(verdict.evidence[0].outcome == .notTested(.belowEdge))
        #expect(verdict.outcome == .notTested)
        #expect(verdict.reasons == "1 below edge")
    }

    @Test func oneRunAgainstAClaimIsEnough() throws {
        let runs = [run(0.3, 0.1) { _ in 1 }, run(0.3, 0.3) { _ in 2 }, run(0.3, 1, divergedAt: 7) { _ in 1 }]
        let verdict = try #require(try Verdict(.tracksEdge, on: result(runs)))
        #expect(verdict.outcome == .doesNotHold)
        #expect((verdict.holding, verdict.failing) == (1, 1))
        #expect(verdict.reasons == "1 diverged")
    }

    @Test func tooFewChecksSayNothing() throws {
        let evidence = try Claim.tracksEdge.evidence(result([run(0.3, 0.1, checks: 7) { _ in 1 }]))
        #expect(evidence.map(\.outcome) == [.notTested(.tooFewChecks)])
    }

    @Test func lossIsComparedWithGradientDescentAtTheSameStepSize() throws {
        let gd = run(0.3, 0, lastLoss: 0.01) { _ in 0.5 }
        func outcome(_ loss: Double) throws -> Evidence.Outcome {
            try Claim.comparableLoss.evidence(result([gd, run(0.3, 0.1, lastLoss: loss) { _ in 1 }]))[0].outcome
        }
        #expect(try outcome(0.015) == .holds)
        #expect(try outcome(0.05) == .fails)
        #expect(try Claim.comparableLoss.evidence(result([run(0.3, 0.1) { _ in 1 }]))[0].outcome == .notTested(.noComparison))
    }

    @Test func eachSeedGetsAVerdictOfItsOwn() throws {
        let runs = [
            run(0.3, 0.1) { _ in 1 }, run(0.3, 0.3) { _ in 1.1 }, run(0.3, 0.1, seed: 1) { _ in 2 }, run(0.3, 0.3, seed: 1) { _ in 1 },
            run(0.3, 0.1, seed: 2) { _ in 0.5 },
        ]
        let verdict = try #require(try Verdict(.tracksEdge, on: result(runs)))
        #expect(verdict.bySeed.map(\.seed) == [0, 1, 2])
        #expect(verdict.bySeed.map(\.verdict.outcome) == [.holds, .doesNotHold, .notTested])
        #expect(SeedSpread(verdict).text == "by seed: 1 of 2 for it, medians 1.05, 1.5, 1 not tested")
        #expect(SeedSpread(verdict).json.arrayValue?.map { $0["median"] } == [.number(1.05), .number(1.5), .null])
    }

    @Test func lossIsComparedWithTheRunOfTheSameSeed() throws {
        let runs = [
            run(0.3, 0, lastLoss: 0.001) { _ in 0.5 }, run(0.3, 0, seed: 1, lastLoss: 0.01) { _ in 0.5 },
            run(0.3, 0.1, seed: 1, lastLoss: 0.015) { _ in 1 },
        ]
        #expect(try Claim.comparableLoss.evidence(result(runs)).map(\.outcome) == [.holds])
    }

    @Test func alignmentIsComparedCheckByCheck() throws {
        #expect(try Claim.betterAligned.evidence(result([run(0.3, 0.1) { _ in 1 }]))[0].value == 1)
        #expect(
            try Claim.betterAligned.evidence(result([run(0.3, 0.1, samAlignment: 0.4) { _ in 1 }]))[0].outcome == .fails)
    }

    @Test func stabilityIsAskedOfCIFARAloneAndWhereGradientDescentIsInTrouble() throws {
        let calm = run(0.3, 0) { _ in 0.5 }, wild = run(0.3, 0, divergedAt: 12) { _ in 0.5 }
        let sam = run(0.3, 0.1) { _ in 1 }, lost = run(0.3, 0.3, divergedAt: 30) { _ in 1 }
        #expect(try Verdict(.stableAtLargeSteps, on: result([calm, sam])) == nil)
        func outcomes(_ runs: [RunResult]) throws -> [Evidence.Outcome] {
            try Claim.stableAtLargeSteps.evidence(result(runs, name: "cifar10-cnn")).map(\.outcome)
        }
        #expect(try outcomes([calm, sam]) == [.notTested(.noTrouble)])
        #expect(try outcomes([wild, sam, lost]) == [.holds, .fails])
    }
}
