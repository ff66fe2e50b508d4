import Formats

/// How many of some runs did what a title says: the words of the findings that figures bear.
struct Tally: Hashable, Sendable {
    var holding: Int
    var tested: Int
    /// Further runs that were drawn, but say nothing on it.
    var untested = 0

    init(holding: Int, tested: Int, untested: Int = 0) {
        (self.holding, self.tested, self.untested) = (holding, tested, untested)
    }

    /// Of a claim on some experiments.
    init(_ claim: Claim, on results: [ExperimentResult]) throws { self.init(try claim.finding(results)) }

    /// Of what was found on a claim.
    init(_ finding: Finding) {
        self.init(
            holding: finding.holding, tested: finding.tested, untested: finding.evidence.count - finding.tested)
    }

    var isAll: Bool { tested > 0 && holding == tested }

    /// `SAM run`, or `tested SAM run` where there are others.
    func named(_ kind: String) -> String { (untested > 0 ? "tested " : "") + kind }

    /// `All 14 SAM runs settle`, `12 of 14 SAM runs settle`, `None of 14 SAM runs settles`, `The one SAM run settles`,
    /// `The one SAM run does not settle`, `Both SAM runs settle`, `No SAM run was tested`; `tested SAM runs` where there
    /// are others.
    ///
    /// - Parameters:
    ///   - kind: what was counted, in the singular.
    ///   - plural, singular: the verb in both numbers, as `settle` and `settles`.
    func words(_ kind: String, _ plural: String, _ singular: String, isFirst: Bool = true) -> String {
        let noun = tested == 0 ? kind : named(kind)
        func capital(_ text: String) -> String { isFirst ? text : text.prefix(1).lowercased() + text.dropFirst() }
        switch (holding, tested) {
        case (_, 0): return capital("No \(noun) was tested")
        case (1, 1): return capital("The one \(noun) \(singular)")
        case (0, 1): return capital("The one \(noun) does not \(plural)")
        case (0, _): return capital("None of \(tested) \(noun)s \(singular)")
        case (2, 2): return capital("Both \(noun)s \(plural)")
        case (tested, _): return capital("All \(tested) \(noun)s \(plural)")
        default: return "\(holding) of \(tested) \(noun)s \(holding == 1 ? singular : plural)"
        }
    }
}

/// The titles of the figures: what the numbers say, whatever they are.
enum Titles {
    /// Of `edge-ratio`.
    static func edgeRatio(sam: Tally, gdBelow: Tally) -> String {
        let first =
            sam.tested == 0
            ? "No SAM run was tested against its own edge"
            : sam.words("SAM run", "settle on their own edge", "settles on its own edge")
        guard gdBelow.tested > 0 else { return first }
        if gdBelow.holding == 0 { return first + "; no GD run stays below its own" }
        return first + "; "
            + gdBelow.words(
                "GD run", gdBelow.holding == 1 ? "stay below its own" : "stay below their own", "stays below its own",
                isFirst: false)
    }

    /// Of `edge-collapse`.
    static func edgeCollapse(sam: Tally, falling: Tally) -> String {
        if sam.tested == 0 { return "No SAM run was tested against the SAM-edge" }
        let rest = falling.isAll && sam.isAll ? ", which falls with the gradient" : ""
        return "Late in training " + sam.words("SAM run", "lie on one curve", "lies on the curve", isFirst: false) + rest
    }

    /// Of `EXPERIMENT-edges`; `reaching` are the step sizes at which GD came to its edge, of `rates` in all.
    static func edges(_ title: String, sam: Tally, gdRates: [Double], reaching: [Double]) -> String {
        let run = sam.named("SAM run"), rides = "‖*H*‖ rides on the SAM-edge in"
        let first =
            switch (sam.holding, sam.tested) {
            case (_, 0): "no SAM run was tested against its edge"
            case (0, 1): "‖*H*‖ does not ride on the SAM-edge in the one \(run)"
            case (1, 1): "\(rides) the one \(run)"
            case (0, _): "\(rides) none of \(sam.tested) \(run)s"
            case (2, 2): "\(rides) both \(run)s"
            case (sam.tested, _): "\(rides) all \(sam.tested) \(run)s"
            default: "\(rides) \(sam.holding) of \(sam.tested) \(run)s"
            }
        let joint = sam.tested == 0 ? "; GD is on 2/*η*" : ", with GD on 2/*η*"
        let second =
            gdRates.isEmpty
            ? ""
            : reaching.isEmpty
                ? joint + " at no *η*"
                : reaching.count == gdRates.count
                    ? joint
                    : joint + " at *η* = \(reaching.map(significant).joined(separator: ", ")) alone"
        return "\(title): \(first)\(second)"
    }

    /// Of `flat-early`: by how much SAM is flatter, a factor a task; `isLargest` where that is so of the largest of several radii.
    static func flatEarly(_ factors: [Double], isLargest: Bool) -> String {
        guard let least = factors.min(), let largest = factors.max() else {
            return "No SAM run comes down to half of its first loss beside one of GD"
        }
        let sam = isLargest ? "SAM of the largest *ρ*" : "SAM"
        let flatter = factors.count { $0 > 1 }
        let range =
            decimals(least, 1) == decimals(largest, 1) ? decimals(least, 1) : "\(decimals(least, 1)) to \(decimals(largest, 1))"
        if flatter == factors.count { return "While the loss is still large, \(sam) is \(range) times flatter than GD" }
        if flatter == 0 { return "While the loss is still large, \(sam) is no flatter than GD" }
        return "While the loss is still large, \(sam) is flatter than GD in \(flatter) of \(factors.count) tasks"
    }

    /// Of `alignment-scatter`.
    static func alignment(better: Int, checks: Int) -> String {
        guard checks > 0 else { return "No check compares the two gradients" }
        let share = Double(better) / Double(checks)
        return "The SAM gradient is the better aligned one at \(share > 0.5 ? "" : "only ")\(percentText(share)) of all checks"
    }

    /// Of `loss-and-test`: after which shares of the steps GD is where SAM ends.
    static func loss(_ shares: [Double]) -> String {
        guard let least = shares.min(), let largest = shares.max() else { return "No SAM run can be held against one of GD" }
        return "GD reaches SAM’s last training loss after \(rangeText(least, largest)) of the steps"
    }

    /// Of `high-step-size`: the greatest rise of GD's loss where it spikes, and of SAM's runs there.
    static func highStepSize(gd: [Double], sam: [Double], calm: Tally) -> String {
        guard let spike = gd.max() else { return "GD’s loss does not spike at these step sizes" }
        let rise = spike.isFinite ? "rises \(decimals(spike, 1))-fold" : "diverges"
        guard calm.tested > 0, let most = sam.max() else { return "GD’s loss \(rise); no SAM run can be held against it" }
        if calm.isAll { return "Where GD’s loss \(rise), SAM’s rises at most \(decimals(most, 2))-fold" }
        return "Where GD’s loss \(rise), " + calm.words("SAM run", "stay calm", "stays calm", isFirst: false)
    }

    /// Of `every-step`.
    static func everyStep(crossing: Double?, swings: Bool, count: Int) -> String {
        guard crossing != nil else { return "‖*H*‖ does not cross the SAM-edge within these \(count) steps" }
        return swings
            ? "At the edge a two-cycle sets in" : "‖*H*‖ crosses the SAM-edge, and no two-cycle sets in within \(count) steps"
    }

    /// Of `phase-map`: in how many pairs of neighbouring radii the larger one reaches its edge at a smaller η, of those of which it can be
    /// told.
    static func phaseMap(_ pairs: Tally) -> String {
        switch (pairs.holding, pairs.tested) {
        case (_, 0): "No two radii tell which *η* reaches the edge"
        case (pairs.tested, _): "The larger *ρ*, the smaller the *η* that reaches the edge"
        case (0, _): "A larger *ρ* does not reach its edge at a smaller *η*"
        default: "The next larger *ρ* reaches its edge at a smaller *η* in \(pairs.holding) of \(pairs.tested) pairs of radii"
        }
    }

    /// Of `robustness`: runs that come to the same place with every seed; the medians of official/exact − 1.
    static func robustness(seeds: Tally, differences: [Double]) -> String {
        let first =
            seeds.tested == 0
            ? "One seed alone was trained"
            : seeds.words("run", "end in the same place with every seed", "ends in the same place with every seed")
        guard let least = differences.min(), let largest = differences.max() else { return first }
        let range = differences.count == 1 ? signed(least) : "\(signed(least)) to \(signed(largest))"
        return first + "; the official estimator is off by \(range) in the median"
    }

    /// What a subtitle adds to numbers of ‖H‖ over the edge where one of them is below 0: as `Check.ratio` has it.
    static func sign(of ratios: [Double]) -> String {
        ratios.contains { $0 < 0 } ? "; negative where the spectrum’s negative end is the larger one" : ""
    }

    /// What of ‖H‖ over the edge counts as at the edge, for full batches, for others, or for both: `0.9 to 1.15`, or
    /// `0.9 to 1.15, of minibatches 0.8 to 1.3`.
    static func atEdge(isFullBatch kinds: [Bool]) -> String {
        [true, false].filter(kinds.contains).map { isFullBatch in
            let range = Claim.edgeRange(isFullBatch: isFullBatch)
            return (isFullBatch ? "" : "of minibatches ")
                + "\(shortestText(range.lowerBound)) to \(shortestText(range.upperBound))"
        }.joined(separator: ", ")
    }

    static func signed(_ share: Double) -> String { (share > 0 ? "+" : "") + decimals(100 * share, 1) + " %" }
}

extension Titles {
    /// Of `run`, by its state, as `RunResult.state` tells it.
    static func run(state: String, ratio: Double) -> String {
        let first = state.prefix(1).uppercased() + state.dropFirst()
        guard ratio.isFinite, !state.hasPrefix("diverged") else { return "The run: \(state)" }
        let which = ratio < 0 ? "the Hessian’s negative end is the larger one," : "‖*H*‖ is"
        return "\(first): late in training \(which) \(ratioText(ratio.magnitude)) times the run’s own edge"
    }
}
