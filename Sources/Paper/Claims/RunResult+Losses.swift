extension RunResult {
    /// The mean loss over the last tenth of the steps.
    func lastLoss() throws -> Double {
        let losses = try training.column(named: "loss")
        return Self.mean(losses.suffix(Self.tenth(of: losses)))
    }

    /// The share of the steps after which the mean loss over a tenth of the steps is first at most `loss`; `nil` where it never
    /// is.
    func shareOfSteps(toReach loss: Double) throws -> Double? {
        let losses = try training.column(named: "loss"), length = Self.tenth(of: losses)
        // Each sum anew: running sums would carry the rounding of a spike to the end.
        let end = losses.indices.dropFirst(length - 1).first { Self.mean(losses[($0 - length + 1)...$0]) <= loss }
        return end.map { Double($0) / Double(max(1, losses.count - 1)) }
    }

    /// The greatest loss after a step in units of the least one up to there; infinite where the training diverged.
    func greatestRise(after step: Int) throws -> Double {
        if divergedAt != nil { return .infinity }
        var least = Double.infinity, rise = 1.0
        for (number, loss) in zip(try training.column(named: "step"), try training.column(named: "loss")) {
            least = min(least, loss)
            if number > Double(step) { rise = max(rise, loss / least) }
        }
        return rise
    }

    private static func tenth(of losses: [Double]) -> Int { max(1, losses.count / 10) }

    /// Not a number for none.
    private static func mean(_ losses: ArraySlice<Double>) -> Double { losses.reduce(0, +) / Double(losses.count) }
}
