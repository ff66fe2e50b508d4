import Formats
import Testing
import Training

@testable import Paper

/// A run of 400 steps, checked at every tenth, whose ‖H‖ is |`ratio(t)`| times its edge, for t from 0 to 1: where that is negative,
/// by the negative end. The loss, and the gradient with it, falls from 1 to `lastLoss` within 360 steps, or is `loss(step)` in the
/// training.
private func run(
    _ rate: Double, _ radius: Double, seed: Int = 0, lastLoss: Double = 0.01, interval: Int = 10, divergedAt: Int? = nil,
    alignment: Double = 0.5, samAlignment: Double = 0.9, extraSteps: [Int] = [], loss: ((Int) -> Double)? = nil,
    ratio: (Double) -> Double
) -> RunResult {
    var measurements = Table(columns: [
        "step", "loss", "gradient_norm", "hessian_norm", "lambda_max", "residual_max", "lambda_min", "residual_min", "products",
        "sam_edge", "gd_edge", "alignment_span", "sam_alignment_span",
    ])
    func falling(_ step: Int) -> Double { 1 + (lastLoss - 1) * min(1, Double(step) / 360) }
    for step in 0...400 where step % interval == 0 || extraSteps.contains(step) {
        let isExtra = step % interval != 0
        let gradient = falling(step), edge = SAM.edge(learningRate: rate, radius: radius, gradientNorm: gradient)
        // What stands between the regular checks contradicts them.
        let principal = (isExtra ? 50 : ratio(Double(step) / 400)) * edge
        measurements.append([
            Double(step), gradient, gradient, principal.magnitude, max(principal, 0.1), 1e-4, min(principal, -0.1), 3e-4, 9, edge,
            2 / rate, alignment, isExtra ? 0 : samAlignment,
        ])
    }
    let training = Table(
        columns: ["step", "loss", "gradient_norm"], rows: (0...400).map { [Double($0), loss?($0) ?? falling($0), falling($0)] })
    let checked = measurements
    return RunResult(
        label: "eta=\(rate),rho=\(radius)", optimiser: .sam(radius), learningRate: rate, seed: seed, training: training,
        measurements: checked, divergedAt: divergedAt, files: [])
}

private func result(
    _ runs: [RunResult], name: String = "mnist-mlp", isFullBatch: Bool = true, interval: Int = 10
) -> ExperimentResult {
    ExperimentResult(
        name: name, title: name, source: .real, isFullBatch: isFullBatch, steps: 400, interval: interval, learningRates: [0.3],
        optimisers: [.gradientDescent, .sam(0.1)], runs: runs)
}

extension Claim {
    /// What one run says about it.
    fileprivate func evidence(_ run: RunResult, isFullBatch: Bool = true) throws -> Evidence {
        try evidence(result([run], isFullBatch: isFullBatch))[0]
    }
}

@Suite struct ClaimTests {
    // MARK: - 1: on the edge

    @Test func aRunThatHoversAtItsEdgeSpeaksForTheClaim() throws {
        let evidence = try Claim.tracksEdge.evidence(run(0.3, 0.1) { min(1.03, 0.5 + 2 * $0) })
        #expect(evidence.outcome == .holds && evidence.note == nil)
        #expect((evidence.value! - 1.03).magnitude < 1e-12)
    }

    @Test func aRunFarAboveItsEdgeSpeaksAgainstIt() throws {
        #expect(try Claim.tracksEdge.evidence(run(0.3, 0.1) { _ in 1.2 }).outcome == .fails)
        // With minibatches the range is wider, as the curvature of a batch scatters.
        #expect(try Claim.tracksEdge.evidence(run(0.3, 0.1, lastLoss: 0.001) { _ in 1.16 }, isFullBatch: false).outcome == .holds)
        #expect(try Claim.tracksEdge.evidence(run(0.3, 0.1, lastLoss: 0.001) { _ in 1.32 }, isFullBatch: false).outcome == .fails)
    }

    @Test func aRunOnTheEdgeOfAThirdOfItsRadiusSpeaksAgainstItAlthoughItsOwnIsNear() throws {
        let mismatched = try Claim.tracksEdge.evidence(run(0.3, 0.1) { _ in 1.25 }, isFullBatch: false)
        #expect(mismatched.outcome == .fails && mismatched.note == "the edge of ρ/3 fits better")
        #expect(Claim.edgeRange(isFullBatch: false).contains(mismatched.value!))
    }

    @Test func aRunOnTheEdgeOfThreeTimesItsRadiusSpeaksAgainstItAlthoughItsOwnIsNear() throws {
        // Where the gradient is large the edges of ρ and 3ρ lie so near to each other that a ratio tells nothing.
        let (rate, radius) = (0.3, 0.01)
        let mismatched = try Claim.tracksEdge.evidence(
            run(rate, radius, lastLoss: 0.9) { t in
                let gradient = 1 - 0.1 * min(1, t * 400 / 360)
                return SAM.edge(learningRate: rate, radius: 3 * radius, gradientNorm: gradient)
                    / SAM.edge(learningRate: rate, radius: radius, gradientNorm: gradient)
            }, isFullBatch: false)
        #expect(mismatched.outcome == .fails && mismatched.note == "the edge of 3ρ fits better")
        #expect(Claim.edgeRange(isFullBatch: false).contains(mismatched.value!))
    }

    @Test func aRunOnTheEdgeOfGradientDescentSpeaksAgainstItAlthoughItsOwnIsNear() throws {
        let (rate, radius) = (0.3, 0.001)
        let mismatched = try Claim.tracksEdge.evidence(
            run(rate, radius, lastLoss: 0.5) { t in
                2 / rate / SAM.edge(learningRate: rate, radius: radius, gradientNorm: 1 - 0.5 * min(1, t * 400 / 360))
            })
        #expect(mismatched.outcome == .fails && mismatched.note == "2/η fits better")
        #expect(Claim.edgeRange(isFullBatch: true).contains(mismatched.value!))
    }

    /// In the limit of small gradients an edge is nearer than that of a third or three times the radius within a factor of 3^¼.
    @Test func neitherRangeReachesHalfWayToAnotherRadius() {
        for range in [Claim.edgeRange(isFullBatch: true), Claim.edgeRange(isFullBatch: false)] {
            let halfWay = 3.0.squareRoot().squareRoot()
            #expect(range.upperBound < halfWay && range.lowerBound > 1 / halfWay)
        }
    }

    @Test func aRunThatTouchedItsEdgeAndFellAwaySpeaksAgainstIt() throws {
        #expect(try Claim.tracksEdge.evidence(run(0.3, 0.1) { $0 < 0.3 ? 1 : 0.5 }).outcome == .fails)
    }

    @Test func lateIsTheSecondHalfOfTheSteps() throws {
        let run = run(0.3, 0.1) { $0 < 0.5 ? 3 : 1 }
        #expect(try RunStatistics(run, of: result([run])).late.map(\.step) == Array(stride(from: 200, through: 400, by: 10)))
        #expect(try Claim.tracksEdge.evidence(run).value == 1)
    }

    @Test(arguments: [0.88, -1]) func aRunBelowItsEdgeOrWithALargerNegativeEndIsNeverCounted(ratio: Double) throws {
        let verdict = try #require(try Verdict(.tracksEdge, on: result([run(0.3, 0.1) { _ in ratio }])))
        #expect(verdict.evidence[0].outcome == .notTested(.belowEdge))
        #expect(verdict.outcome == .notTested)
        #expect(verdict.reasons == "1 below edge")
    }

    @Test func checksAtTheNegativeEndCountAsOffTheEdge() throws {
        // At the edge for most of the checks, by size; by sign for a few late ones alone.
        let evidence = try Claim.tracksEdge.evidence(run(0.3, 0.1) { $0 < 0.6 ? 1 : -1 })
        #expect(evidence.outcome == .fails && evidence.value == -1)
    }

    @Test func oneRunAgainstAClaimIsEnough() throws {
        let runs = [run(0.3, 0.1) { _ in 1 }, run(0.3, 0.3) { _ in 2 }, run(0.3, 1, divergedAt: 7) { _ in 1 }]
        let verdict = try #require(try Verdict(.tracksEdge, on: result(runs)))
        #expect(verdict.outcome == .doesNotHold)
        #expect((verdict.holding, verdict.failing) == (1, 1))
        #expect(verdict.reasons == "1 diverged")
    }

    @Test func tooFewChecksSayNothing() throws {
        let few = run(0.3, 0.1, interval: 60) { _ in 1 }
        for claim in [Claim.tracksEdge, .flatEarly, .fallsWithGradient, .betterAligned] {
            #expect(try claim.evidence(result([few], interval: 60))[0].outcome == .notTested(.tooFewChecks))
        }
    }

    // MARK: - 2: flat while the loss is large

    @Test(arguments: [0.2, 3.0]) func theEdgeIsReachedFromBelowAndFromAbove(start: Double) throws {
        // Two checks within the range by the way are not three.
        let run = run(0.3, 0.1) { $0 == 0.1 || $0 == 0.125 || $0 >= 0.3 ? 1.05 : start }
        let statistics = try RunStatistics(run, of: result([run]))
        #expect(statistics.reached.map { statistics.checks[$0].step } == 120)
        #expect(run.state(statistics) == "at the edge from step 120")
        let evidence = try Claim.flatEarly.evidence(run)
        let edge = SAM.edge(learningRate: 0.3, radius: 0.1, gradientNorm: 0.67)
        #expect((evidence.value! - edge * 0.3 / 2).magnitude < 1e-9)
    }

    @Test func aStartWithinTheRangeIsACoincidence() throws {
        // Within it at steps 0, 10 and 20, and never again.
        let run = run(0.3, 0.1) { $0 <= 0.05 ? 1 : 0.5 }
        #expect(try Claim.flatEarly.evidence(run).outcome == .notTested(.belowEdge))
        #expect(try run.state(RunStatistics(run, of: result([run]))) == "below edge")
    }

    @Test func aRunThatStaysAboveItsEdgeNeverReachesIt() throws {
        let run = run(0.3, 0.1) { _ in 1.3 }
        #expect(try Claim.flatEarly.evidence(run).outcome == .notTested(.neverAtEdge))
        #expect(try Claim.fallsWithGradient.evidence(run).outcome == .notTested(.neverAtEdge))
        #expect(try run.state(RunStatistics(run, of: result([run]))) == "never at its edge")
    }

    @Test func flatnessIsAskedForWhileTheLossIsLarge() throws {
        // Early, where the edge is near 2/η; half way; at the end, where a hundredth of the loss is left.
        #expect(try Claim.flatEarly.evidence(run(0.3, 0.1) { _ in 1 }).outcome == .fails)
        #expect(try Claim.flatEarly.evidence(run(0.3, 0.1) { $0 < 0.7 ? 0.5 : 1 }).outcome == .holds)
        #expect(try Claim.flatEarly.evidence(run(0.3, 0.1) { $0 < 0.85 ? 0.5 : 1 }).outcome == .fails)
    }

    // MARK: - 3: falls with the gradient

    @Test func aNormThatFollowsItsEdgeHasTheSlopeOne() throws {
        let evidence = try Claim.fallsWithGradient.evidence(run(0.3, 0.1) { _ in 1.02 })
        #expect(evidence.outcome == .holds && (evidence.value! - 1).magnitude < 1e-12)
    }

    @Test func aNormThatStaysWhereTheEdgeWasSpeaksAgainstIt() throws {
        // Reached at once; then ‖H‖ stays as it was while the edge goes on to fall.
        func edge(_ t: Double) -> Double {
            SAM.edge(learningRate: 0.3, radius: 0.1, gradientNorm: 1 - 0.99 * min(1, t * 400 / 360))
        }
        let evidence = try Claim.fallsWithGradient.evidence(run(0.3, 0.1) { $0 < 0.1 ? 1 : edge(0.1) / edge($0) })
        #expect(evidence.outcome == .fails && evidence.value! < 0.3)
    }

    @Test func anEdgeThatHardlyMovesTestsNothing() throws {
        #expect(try Claim.fallsWithGradient.evidence(run(0.3, 0.1, lastLoss: 0.6) { _ in 1 }).outcome == .notTested(.edgeAtRest))
    }

    // MARK: - 4: alignment

    @Test func alignmentIsComparedCheckByCheck() throws {
        #expect(try Claim.betterAligned.evidence(run(0.3, 0.1) { _ in 1 }).value == 1)
        #expect(try Claim.betterAligned.evidence(run(0.3, 0.1, samAlignment: 0.4) { _ in 1 }).outcome == .fails)
        // As good is not better.
        #expect(try Claim.betterAligned.evidence(run(0.3, 0.1, alignment: 0.9) { _ in 1 }).outcome == .fails)
    }

    // MARK: - 5: the loss

    @Test func lossIsComparedByTheStepsThatGradientDescentNeeds() throws {
        // GD's loss falls from 1 to 0.01 within 360 of 400 steps; its mean over 40 is at most L from step
        // 19.5 + 360 (1 − L)/0.99 on.
        let gd = run(0.3, 0) { _ in 0.5 }
        func evidence(_ loss: Double) throws -> Evidence {
            try Claim.comparableLoss.evidence(result([gd, run(0.3, 0.1, loss: { _ in loss }) { _ in 1 }]))[0]
        }
        #expect(try evidence(0.51).value == 0.495 && evidence(0.51).outcome == .fails)
        #expect(try evidence(0.505).value == 0.5 && evidence(0.505).outcome == .holds)
        // Lower than GD ever comes.
        #expect(try evidence(0.001).value == 1 && evidence(0.001).outcome == .holds)
        // At the first mean already.
        #expect(try evidence(2).value == 0.0975)
    }

    @Test func lossIsComparedWithTheRunOfTheSameStepSizeAndSeed() throws {
        let sam = run(0.3, 0.1, seed: 1, lastLoss: 0.3) { _ in 1 }
        let runs = [run(0.3, 0, lastLoss: 0.001) { _ in 0.5 }, run(0.3, 0, seed: 1, lastLoss: 0.3) { _ in 0.5 }, sam]
        // From step 360 on both stay where they are: the first mean of 40 that is all of that ends at step 399.
        #expect(try Claim.comparableLoss.evidence(result(runs)).map(\.value) == [399.0 / 400])
        #expect(try Claim.comparableLoss.evidence(result([runs[0], sam]))[0].outcome == .notTested(.noComparison))
        let lost = run(0.3, 0, seed: 1, divergedAt: 12) { _ in 1 }
        #expect(try Claim.comparableLoss.evidence(result([lost, sam]))[0].outcome == .notTested(.noComparison))
    }

    // MARK: - 6: large steps

    @Test func stabilityIsAskedOfCIFARAloneAndWhereTheLossOfGradientDescentRises() throws {
        /// A falling loss that is `rise` times as large at one step.
        func spiking(_ radius: Double, _ rise: Double, at step: Int, divergedAt: Int? = nil) -> RunResult {
            run(0.3, radius, divergedAt: divergedAt, loss: { (1 - Double($0) / 1000) * ($0 == step ? rise : 1) }) { _ in 1 }
        }
        func evidence(_ gd: RunResult, _ sam: RunResult) throws -> Evidence {
            try Claim.stableAtLargeSteps.evidence(result([gd, sam], name: "cifar10-cnn"))[0]
        }
        let wild = spiking(0, 2.5, at: 50), sam = spiking(0.1, 1.1, at: 60)
        #expect(try Verdict(.stableAtLargeSteps, on: result([wild, sam])) == nil)
        let spared = try evidence(wild, sam)
        #expect(spared.outcome == .holds && (spared.value! - 1.1).magnitude < 0.01)
        #expect(try evidence(wild, spiking(0.1, 1.3, at: 60)).outcome == .fails)
        // The first ten steps count for neither.
        #expect(try evidence(wild, spiking(0.1, 2.5, at: 4)).outcome == .holds)
        #expect(try evidence(spiking(0, 2.5, at: 10), sam).outcome == .notTested(.noTrouble))
        #expect(try evidence(spiking(0, 1.9, at: 50), sam).outcome == .notTested(.noTrouble))
        // To diverge is to rise without bound.
        #expect(try evidence(spiking(0, 1, at: 50, divergedAt: 12), sam).outcome == .holds)
        let lost = try evidence(wild, spiking(0.1, 1, at: 60, divergedAt: 30))
        #expect(lost.outcome == .fails && lost.value == nil && lost.note == "diverged at step 30")
    }

    // MARK: - All

    @Test func checksBetweenTheRegularOnesChangeNoVerdict() throws {
        func evidence(_ extra: [Int]) throws -> [Evidence] {
            let runs = [
                run(0.3, 0, extraSteps: extra) { _ in 0.5 }, run(0.3, 0.1, extraSteps: extra) { $0 < 0.3 ? 0.5 : 1.02 },
                run(0.3, 0.3, extraSteps: extra) { _ in 1.1 },
            ]
            return try Claim.all.flatMap { try $0.evidence(result(runs)) }
        }
        let regular = try evidence([])
        #expect(regular.contains { $0.outcome == .holds } && regular.count == 10)
        #expect(try evidence([1, 2, 4, 8] + Array(241...320)) == regular)
    }

    @Test func eachSeedGetsAVerdictOfItsOwn() throws {
        let runs = [
            run(0.3, 0.1) { _ in 1 }, run(0.3, 0.3) { _ in 1.1 }, run(0.3, 0.1, seed: 1) { _ in 2 },
            run(0.3, 0.3, seed: 1) { _ in 1 },
            run(0.3, 0.1, seed: 2) { _ in 0.5 },
        ]
        let verdict = try #require(try Verdict(.tracksEdge, on: result(runs)))
        #expect(verdict.bySeed.map(\.seed) == [0, 1, 2])
        #expect(verdict.bySeed.map(\.verdict.outcome) == [.holds, .doesNotHold, .notTested])
        #expect(SeedSpread(verdict).text == "by seed: 1 of 2 for it, medians 1.05, 1.5, 1 not tested")
        #expect(SeedSpread(verdict).records.map(\.median) == [1.05, 1.5, nil])
    }

    /// Divergence makes ratios that no whole number holds; where the negative end is the larger, they are negative.
    @Test(arguments: [
        (0.9994, "0.999"), (1e5, "100000.000"), (2.2e8, shortestText(2.2e8)), (1e16, shortestText(1e16)),
        (1e300, shortestText(1e300)), (-0.4, "−0.400"),
        (-12.3456, "−12.346"), (-1e16, shortestText(-1e16)),
    ]) func theTableOfRunsTellsRatiosOfAnySizeAndSign(ratio: Double, expected: String) throws {
        let text = try RunsTable([result([run(0.3, 0.1, divergedAt: 12) { _ in ratio }])]).text
        #expect(text.contains(expected))
    }

    @Test func theTableOfRunsHasTheLargerResidualOfTheTwoEnds() throws {
        let table = try RunsTable([result([run(0.3, 0, lastLoss: 1) { _ in 0.3 }])]).table
        // ‖H‖ is 0.3 · 2/0.3 = 2 throughout.
        #expect(try (table.column(named: "residual_largest")[0] - 1.5e-4).magnitude < 1e-15)
        #expect(try table.column(named: "checks") == [41])
    }

    @Test func theTableOfMeasurementsHasEachCheckWithTheSettingsOfItsRun() throws {
        let runs = [run(0.3, 0, interval: 200) { _ in 0.5 }, run(1, 0.1, seed: 2, interval: 400) { _ in 1 }]
        var other = result(runs, name: "other"), bare = Table(columns: ["step", "overlap"])
        bare.append([7, 0.25])
        let table = bare
        other.runs = [
            RunResult(
                label: "eta=3,rho=0", optimiser: .gradientDescent, learningRate: 3, seed: 1, training: table,
                measurements: table, divergedAt: nil, files: [])
        ]
        let all = try TidyTable.measurements.joined([result(runs), other])
        #expect(try all.texts(named: "experiment") == Array(repeating: "mnist-mlp", count: 5) + ["other"])
        #expect(try all.texts(named: "run")[3] == "eta=1.0,rho=0.1" && all.texts(named: "data")[0] == "real")
        #expect(try all.column(named: "learning_rate") == [0.3, 0.3, 0.3, 1, 1, 3])
        #expect(try all.column(named: "rho") == [0, 0, 0, 0.1, 0.1, 0])
        #expect(try all.column(named: "seed") == [0, 0, 0, 2, 2, 1])
        #expect(try all.column(named: "step") == [0, 200, 400, 0, 400, 7])
        // 0.5 · 2/0.3 of the first run; what a run does not have is missing.
        #expect(try (all.column(named: "hessian_norm")[0] - 1 / 0.3).magnitude < 1e-12)
        #expect(try all.texts(named: "hessian_norm")[5] == "nan" && all.texts(named: "overlap")[0] == "nan")
        #expect(try all.column(named: "overlap")[5] == 0.25)
    }
}

/// What titles are made of.
@Suite struct FindingTests {
    @Test func aFindingCountsTheRunsOfAllExperiments() throws {
        let (on, off, low) = (run(0.3, 0.1) { _ in 1 }, run(0.3, 0.3) { _ in 2 }, run(0.3, 1) { _ in 0.5 })
        let lost = run(0.3, 1, divergedAt: 7) { _ in 1 }
        func finding(_ runs: [RunResult]...) throws -> Finding { try Claim.tracksEdge.finding(runs.map { result($0) }) }
        let all = try finding([on], [on, low])
        #expect(all.extent == .all && all.outcome == .holds && (all.holding, all.tested) == (2, 2))
        #expect(all.reasonsText == "1 below edge" && all.median == 1)
        let some = try finding([on, lost], [off, low])
        #expect(some.extent == .some && some.outcome == .doesNotHold && some.reasonsText == "1 diverged, 1 below edge")
        #expect((some.least, some.largest) == (1, 2))
        #expect(try finding([off], [off]).extent == .none)
        let untested = try finding([low, lost])
        #expect(
            untested.extent == .notTested && untested.outcome == .notTested && untested.median.isNaN && untested.largest.isNaN)
        #expect(try finding().extent == .notTested)
        // "Most" is more than half.
        let most = try Claim.betterAligned.finding([result([on, run(0.3, 0.1, samAlignment: 0.4) { _ in 1 }, on])])
        #expect(most.extent == .some && most.outcome == .holds)
    }

    @Test func aRunIsBelowAtOrAboveItsEdgeOrHasNotLearntOrDiverged() throws {
        func place(_ run: RunResult, isFullBatch: Bool = true, interval: Int = 10) throws -> Place? {
            try run.place(in: result([run], isFullBatch: isFullBatch, interval: interval))
        }
        #expect(try place(run(0.3, 0.1) { _ in 0.89 }) == .below)
        #expect(try place(run(0.3, 0.1) { _ in -1 }) == .below)
        #expect(try place(run(0.3, 0.1) { $0 < 0.5 ? 9 : 1.1 }) == .at)
        #expect(try place(run(0.3, 0.1) { _ in 1.2 }) == .above)
        #expect(try place(run(0.3, 0.1) { _ in 1.2 }, isFullBatch: false) == .at)
        #expect(try place(run(0.3, 0.1, lastLoss: 0.7) { _ in 1 }) == .notLearnt)
        #expect(try place(run(0.3, 0.1, lastLoss: 0.6) { _ in 1 }) == .at)
        #expect(try place(run(0.3, 0.1, divergedAt: 30) { _ in 1 }) == .diverged)
        // Few checks are enough, none are not.
        #expect(try place(run(0.3, 0.1, interval: 50) { _ in 1 }, interval: 50) == .at)
        #expect(try place(run(0.3, 0.1, interval: 1000) { _ in 1 }, interval: 1000) == nil)
    }

    @Test func theStepSizeThatComesToTheEdgeIsFoundForEachRadius() throws {
        func results(_ gd: Double, _ small: Double, _ large: Double) -> ExperimentResult {
            let rates = [0.1, 0.3, 1.0]
            var result = result(
                zip([0, 0.1, 0.3], [gd, small, large]).flatMap { radius, least in
                    rates.map { rate in run(rate, radius) { _ in rate >= least ? 1 : 0.5 } }
                })
            (result.learningRates, result.optimisers) = (rates, [.gradientDescent, .sam(0.1), .sam(0.3)])
            return result
        }
        #expect(try results(1, 0.3, 0.1).edgeRates().map(\.rate) == [1, 0.3, 0.1])
        #expect(try results(9, 0.3, 0.1).edgeRates().map(\.rate) == [nil, 0.3, 0.1])
        func falls(_ gd: Double, _ small: Double, _ large: Double) throws -> [Int] {
            let falls = try results(gd, small, large).edgeRatesFall()
            return [falls.falling, falls.of]
        }
        #expect(try falls(1, 0.3, 0.1) == [2, 2])
        #expect(try falls(1, 0.1, 0.3) == [1, 2])
        #expect(try falls(0.3, 0.3, 0.3) == [0, 2])
        // Below the smallest step size nothing is known, and of a radius that never comes there neither.
        #expect(try falls(0.3, 0.1, 0.1) == [1, 1])
        #expect(try falls(9, 9, 0.3) == [0, 0])
    }

    @Test func flatnessIsComparedAtTheSameLoss() throws {
        let gd = run(0.3, 0) { _ in 0.9 }, small = run(0.3, 0.1) { _ in 1 }, large = run(0.3, 0.3, lastLoss: 0.2) { _ in 1 }
        let flatness = try #require(try result([gd, small, large]).flatness(at: 0.3))
        #expect(flatness.sam.label == "eta=0.3,rho=0.3")
        // The loss of the larger radius is first below a half at step 230.
        let loss = 1 - 0.8 * 230 / 360
        #expect((flatness.loss - loss).magnitude < 1e-12)
        let edge = SAM.edge(learningRate: 0.3, radius: 0.3, gradientNorm: loss)
        #expect((flatness.factor - 0.9 * 2 / 0.3 / edge).magnitude < 1e-9)
        #expect(try result([gd, run(0.3, 0.1, lastLoss: 0.6) { _ in 1 }]).flatness(at: 0.3) == nil)
        #expect(try result([run(0.3, 0, lastLoss: 0.6) { _ in 1 }, large]).flatness(at: 0.3) == nil)
        #expect(try result([large]).flatness(at: 0.3) == nil && result([gd]).flatness(at: 0.3) == nil)
        let lost = run(0.3, 0.3, divergedAt: 9) { _ in 1 }
        #expect(try result([gd, small, lost]).flatness(at: 0.3)?.sam.label == "eta=0.3,rho=0.1")
    }

    @Test func aTwoCycleIsASwingThatGrowsAndTurnsAtEveryStep() throws {
        func window(along: (Int) -> Double, ratio: (Int) -> Double = { 0.9 + 0.01 * Double($0) }) throws -> Swing {
            try Swing(
                Table(
                    columns: ["step", "hessian_norm", "sam_edge", "gradient_along"],
                    rows: (0..<32).map { [Double(100 + $0), 2 * ratio($0), 2, along($0)] }))
        }
        let cycle = try window { ($0 % 2 == 0 ? 1 : -1) * Double($0 + 1) }
        #expect(cycle.isTwoCycle && cycle.alternating == 1 && cycle.growth > 10 && cycle.crossing == 110)
        #expect(try !window { Double($0 + 1) }.isTwoCycle)
        #expect(try !window { $0 % 2 == 0 ? 1 : -1 }.isTwoCycle)
        #expect(try window(along: { _ in 1 }, ratio: { _ in 1.1 }).crossing == nil)
        #expect(try window(along: { _ in 1 }, ratio: { _ in 0.9 }).crossing == nil)
    }

    @Test func seedsAndEstimatorsAreComparedRunByRun() throws {
        var result = result([run(0.3, 0.1) { _ in 1 }, run(0.3, 0.1, seed: 1) { _ in 1.1 }, run(0.3, 0.1, seed: 2) { _ in 1.2 }])
        result.optimisers = [.sam(0.1)]
        let ratios = try result.seededRatios()
        #expect(ratios.count == 1 && ratios[0].ratios.count == 3 && (ratios[0].median - 1.1).magnitude < 1e-12)
        #expect(ratios[0].isDecidedBySeed && ratios[0].places == [.at, .at, .above])
        #expect(try result.estimatorDifferences().isEmpty)
        #expect(try result.alignedChecks() == (123, 123))
    }

    @Test func thePointAtWhichTheRunsOfASeedBeginIsComparedOnce() throws {
        func compared(_ rate: Double, seed: Int, by shares: [Double]) throws -> RunResult {
            let plain = run(rate, 0.1, seed: seed) { _ in 1 }, norms = try plain.measured("hessian_norm")
            let rows = zip([0, 10, 20], shares).map { step, share in [Double(step), share * norms[step / 10]] }
            let (training, measurements) = (try plain.training, try plain.measurements)
            return RunResult(
                label: plain.label, optimiser: plain.optimiser, learningRate: rate, seed: seed, training: training,
                measurements: measurements, comparison: { Table(columns: ["step", "hessian_norm"], rows: rows) },
                divergedAt: nil, files: [])
        }
        let differences = try result([
            compared(0.1, seed: 0, by: [1.5, 1.1, 1.1]), compared(0.3, seed: 0, by: [1.5, 0.9, 0.9]),
            compared(0.1, seed: 1, by: [0.5, 1.2, 1.2]), run(0.3, 0.1, seed: 1) { _ in 1 },
        ]).estimatorDifferences()
        #expect(differences.map(\.step) == [0, 10, 20, 10, 20, 0, 10, 20])
        #expect(differences.map { (100 * $0.difference).rounded() } == [50, 10, 10, -10, -10, -50, 20, 20])
    }
}
