import Curvature
import Formats
import Training

/// One of the paper's tasks: a network on a data set, trained with every step size η by every optimiser.
///
/// ```swift
/// Experiment(
///     "mnist-mlp", "MLP on MNIST", on: DataSelection(.mnist, examples: 1000),
///     network: .multilayerPerceptron(width: 200, depth: 4),
///     learningRates: [0.1, 0.3, 1], optimisers: [.gradientDescent, .sam(0.1), .sam(0.3)], steps: 1000, checks: 40)
/// ```
package struct Experiment: Hashable, Sendable {
    /// The name in stages and files.
    package var name: String
    /// The name in figures.
    package var title: String
    /// The examples that are trained on, and those for tests.
    package var data: DataSelection
    /// The network's shape; the number of inputs follows from the data.
    package var network: Architecture
    /// The examples of each step; `nil` for all of them.
    package var batchSize: Int?
    /// The step sizes η: a row of panels each.
    package var learningRates: [Double]
    /// A column of panels each.
    package var optimisers: [AnyOptimiser]
    /// The number of steps of each run.
    package var steps: Int
    /// A snapshot is taken and measured at every multiple of this, and at the end.
    package var interval: Int
    /// Whether there are snapshots and checks at the steps 1, 2, 4, 8, … before the first multiple of the interval too, since the
    /// descent onto the edge may fall into the first few steps. No claim counts them.
    package var early = false
    /// Each decides the initial parameters and the batches of a run; figures show the runs of the first alone.
    package var seeds: [Int]
    /// How the Hessian's eigenvalues are found at each check.
    package var estimator: Estimator
    /// Whether only the checks from half of the steps on are measured: enough to tell where a run has come to, and no more.
    package var measuresLateAlone = false
    /// Consecutive steps of one run that are each measured.
    package var window: Window?
    /// Another estimator, for a comparison with `estimator` at some of the snapshots of the first seed's runs.
    package var comparison: Comparison?
    /// Whether samedge trains it; otherwise its snapshots are checkpoints from elsewhere.
    var isTrained = true
    /// What is measured at a check beyond the paper's quantities.
    package var extras = MeasuringExtras()
    /// Where the settings come from, or why they are so, where that needs saying.
    package var note: String?

    /// An experiment that is measured `checks` times at even distances, and at the start.
    package init(
        _ name: String, _ title: String, on data: DataSelection, network: Architecture, batchSize: Int? = nil,
        learningRates: [Double], optimisers: [AnyOptimiser], steps: Int, checks: Int, seeds: [Int] = [0],
        estimator: Estimator = .exact(Lanczos()),
        note: String? = nil
    ) {
        self.init(
            name, title, on: data, network: network, batchSize: batchSize, learningRates: learningRates, optimisers: optimisers,
            steps: steps, interval: max(1, steps / checks), seeds: seeds, estimator: estimator, note: note)
    }

    /// An experiment that is measured every `interval` steps.
    package init(
        _ name: String, _ title: String, on data: DataSelection, network: Architecture, batchSize: Int? = nil,
        learningRates: [Double], optimisers: [AnyOptimiser], steps: Int, interval: Int, seeds: [Int], estimator: Estimator,
        note: String? = nil
    ) {
        (self.name, self.title, self.data, self.network, self.batchSize) = (name, title, data, network, batchSize)
        (self.learningRates, self.optimisers, self.steps) = (learningRates, optimisers, steps)
        (self.interval, self.seeds, self.estimator, self.note) = (interval, seeds, estimator, note)
    }

    /// The steps that have a snapshot.
    var snapshotSteps: [Int] {
        TrainingSettings(GradientDescent(), learningRate: 1, steps: steps, interval: interval, early: early).snapshotSteps
    }

    /// The steps at which a run is measured.
    var checks: [Int] { snapshotSteps.filter { !measuresLateAlone || 2 * $0 >= steps } }

    /// Whether each step sees all examples.
    package var isFullBatch: Bool { batchSize == nil }

    /// The examples of a step.
    package var examplesPerStep: Int { batchSize ?? data.examples }

    /// The experiment with so many seeds, from its first one on.
    func repeated(seeds count: Int) -> Experiment {
        var experiment = self
        experiment.seeds = (0..<count).map { (seeds.first ?? 0) + $0 }
        return experiment
    }

    /// Every combination of step size, optimiser and seed.
    package var runs: [Run] {
        seeds.flatMap { seed in
            learningRates.flatMap { rate in
                optimisers.map { Run(experiment: self, learningRate: rate, optimiser: $0, seed: seed) }
            }
        }
    }
}

/// Consecutive steps of the run of an experiment's first seed with these settings.
package struct Window: Hashable, Sendable {
    /// η.
    package var learningRate: Double
    /// The rule of the run's steps.
    package var optimiser: AnyOptimiser
    /// Each of them is measured; none is beyond the experiment's last one.
    package var steps: ClosedRange<Int>
}

/// A second estimator, at every so many of the regular checks.
package struct Comparison: Hashable, Sendable {
    /// How the Hessian's eigenvalues are found there.
    package var estimator: Estimator
    /// Of the regular checks, every so manieth is measured with it; 1 for all.
    package var every: Int

    /// A second estimator at every so manieth of the regular checks.
    package init(estimator: Estimator, every: Int) { (self.estimator, self.every) = (estimator, every) }
}

/// One training of an experiment.
package struct Run: Hashable, Sendable {
    /// The experiment that it is one run of: all other settings are read from there.
    package var experiment: Experiment
    /// η.
    package var learningRate: Double
    /// The rule of its steps.
    package var optimiser: AnyOptimiser
    /// Decides the initial parameters and, with minibatches, the batch of each step.
    package var seed: Int

    /// `eta=0.3,rho=0.1`, with the seed where it is not the experiment's first.
    package var label: String {
        "eta=\(shortestText(learningRate)),\(optimiser.value.label)" + (seed == experiment.seeds.first ? "" : ",seed=\(seed)")
    }

    /// The steps that are measured one by one; `nil` where this is not the run that has a window.
    var window: Window? {
        experiment.window.flatMap {
            $0.learningRate == learningRate && $0.optimiser == optimiser && seed == experiment.seeds.first ? $0 : nil
        }
    }

    /// What the run is measured with a second time; `nil` for nothing.
    var comparison: Comparison? { seed == experiment.seeds.first ? experiment.comparison : nil }
}

/// Which examples of which data set are used.
package struct DataSelection: Hashable, Sendable {
    /// The data set that the examples are taken from.
    package var dataset: Dataset
    /// The first so many of the training examples, in the order of the data set's standard shuffle.
    package var examples: Int
    /// Likewise of the test examples.
    package var testExamples: Int
    /// The number of tokens that a network reads at once, where the data is a text.
    package var sequenceLength: Int?

    /// The first of a data set's examples; asking for more than there are fails when they are prepared.
    ///
    /// An example of a text is a crop of `sequenceLength` + 1 characters; without `examples`, the usual number, and of a text all of it,
    /// is used.
    package init(_ dataset: Dataset, examples: Int?, testExamples: Int = 1000, sequenceLength: Int? = nil) {
        (self.dataset, self.testExamples, self.sequenceLength) = (dataset, testExamples, sequenceLength)
        self.examples = examples ?? dataset.usual.examples ?? 0
        if examples == nil, dataset.usual.examples == nil { self.examples = available.train }
    }

    /// `examples=1000,test=200`, with the length of texts' examples, on which the files of a data set do not depend.
    func label(isOfFiles: Bool = false) -> String {
        "examples=\(examples),test=\(testExamples)" + (isOfFiles ? "" : sequenceLength.map { ",length=\($0)" } ?? "")
    }

    /// The shape of one example: height, width, channels; or the length of a sequence.
    package var shape: [Int] { sequenceLength.map { [$0] } ?? dataset.shape }

    /// How many examples there are to choose from.
    package var available: (train: Int, test: Int) {
        let texts = sequenceLength.flatMap { length in
            dataset.characters.map { ($0.train / (length + 1), $0.test / (length + 1)) }
        }
        return texts ?? dataset.available.map { ($0.train, $0.test) } ?? (0, 0)
    }
}
