import Formats
import Networks
import Pipeline
import Training

/// Some experiments and the figures of them, lowered to stages.
package struct Reproduction: Sendable {
    /// The profile's name, or the run's.
    package let name: String
    /// What it is, in a line; `nil` for what is not found again by its name.
    package let summary: String?
    /// The experiments, in the order in which their stages are declared.
    package internal(set) var experiments: [Experiment]
    /// The files that are fetched.
    package let files: Sources
    /// The folder that results are copied to, from the project's root; `nil` for none.
    package let folder: String?
    /// The source of all data sets that was declared with the experiments; `nil` where a call alone decides.
    package var data: DataMode?
    /// The program, with a digest of its sources, for the report to say; `nil` where nobody says it.
    package var program: String?
    /// Whether a figure of this name, without an experiment's, is drawn.
    private let draws: @Sendable (String) -> Bool
    /// Checkpoints that are measured in place of trainings.
    private var checkpoints: [Checkpoint] = []

    /// The reproduction at the scale of a profile.
    package init(_ profile: Profile, files: Sources) {
        (name, experiments, self.files, folder) = (profile.rawValue, profile.experiments, files, "figures/\(profile.rawValue)")
        (summary, draws) = (profile.summary, profile.draws)
    }

    /// Experiments of the user's own: one run, or a sweep.
    ///
    /// - Parameters:
    ///   - name: under which they are found again, as a profile is by its own; `nil` where they are not, and nothing is copied to a
    ///     folder of theirs.
    ///   - data: the source that was asked for with them, which a call may change.
    package init(_ experiments: [Experiment], named name: String? = nil, data: DataMode? = nil, files: Sources) {
        let runs = experiments.reduce(0) { $0 + $1.runs.count }
        self.name = name ?? (runs == 1 ? experiments[0].name : "sweep")
        (self.experiments, self.files, folder) = (experiments, files, name.map { "figures/\($0)" })
        summary = name.map { _ in runs == 1 ? "a run of one’s own" : "a sweep of \(grouped(runs)) runs" }
        draws = { Profile.draws($0, of: experiments) }
        self.data = data
    }

    /// Measurements of checkpoints that something else has written, of one experiment's network, data and optimiser.
    package init(_ experiment: Experiment, measuring checkpoints: [Checkpoint], files: Sources) {
        var experiment = experiment
        (experiment.isTrained, experiment.interval, experiment.steps) = (false, 1, checkpoints.map(\.step).max() ?? 0)
        self.init([experiment], files: files)
        self.checkpoints = checkpoints
    }

    /// The data sets that the experiments use, each once.
    package var datasets: [Dataset] { Dataset.all.filter { set in experiments.contains { $0.data.dataset == set } } }

    /// The kinds of all stages but those that fetch.
    package static var kinds: [any StageKind] {
        [
            TypedKind(ExtractStage.self), TypedKind(PrepareStage.self), TypedKind(OwnDataStage.self),
            TypedKind(StandInStage.self),
            TypedKind(TrainStage.self), TypedKind(CheckpointStage.self), TypedKind(MeasureStage.self),
            TypedKind(WindowStage.self),
            TypedKind(FigureStage.self), TypedKind(ClaimsStage.self), TypedKind(ReportStage.self),
        ]
    }

    /// The words without a slash that mean stages of some profile: the first parts of their names, and the names of what is copied
    /// out.
    package static var targets: Set<String> {
        let figures = Profile.allCases.flatMap { profile in
            PaperFigure.all.flatMap { $0.shown(of: profile.experiments).map(\.name) }
        }
        let copied = ClaimsStage(experiments: []).outputs + ["measurements.tsv"]
        return Set(kinds.map(\.name) + [FetchKind.kindName, "measure-again"] + figures)
            .union(copied.map { String($0.prefix { $0 != "." }) })
    }

    /// The stage that fetches a data set by one of its routes.
    package func fetchStage(_ route: DataRoute) -> Stage { files.stage(route.stageName, files: route.paths) }

    /// All stages, with each data set from its source.
    ///
    /// - Parameter archives: the real data sets whose files are made from their archives.
    package func stages(sources: [Dataset: DataSource], archives: Set<Dataset> = []) -> [Stage] {
        var stages: [Stage] = []
        var sources = sources
        for experiment in experiments {
            if experiment.data.dataset.own != nil { sources[experiment.data.dataset] = .real }
            let source = sourceStages(
                experiment.data, source: sources[experiment.data.dataset] ?? .standIn,
                fromArchive: archives.contains(experiment.data.dataset))
            let prepare = source.last.map { prepareStage(experiment.data, files: $0.name) } ?? ownDataStage(experiment.data)
            for stage in source + [prepare] where !stages.contains(where: { $0.name == stage.name }) { stages.append(stage) }
            for run in experiment.runs {
                let training = checkpoints.isEmpty ? trainStage(run, data: prepare.name) : checkpointStage(run)
                stages += [training, measureStage(run, data: prepare.name, training: training.name)]
                if !checkpoints.isEmpty { continue }
                if let window = run.window { stages.append(windowStage(run, window, data: prepare.name)) }
                if let comparison = run.comparison { stages.append(comparisonStage(run, comparison, data: prepare.name)) }
            }
        }
        if !checkpoints.isEmpty {
            // One alone is no trajectory.
            return checkpoints.count == 1
                ? stages : stages + PaperFigure.run.stages(experiments: experiments, sources: sources, folder: nil)
        }
        let figures = PaperFigure.all.filter { draws($0.name) }.flatMap {
            $0.stages(experiments: experiments, sources: sources, folder: folder)
        }
        stages += figures + [claimsStage(sources: sources)]
        return stages + [reportStage(figures: figures, sources: sources, archives: archives)]
    }

    /// The stage that evaluates the paper's claims.
    private func claimsStage(sources: [Dataset: DataSource]) -> Stage {
        let claims = ClaimsStage(
            experiments: experiments.map { $0.resultParameters(source: sources[$0.data.dataset] ?? .standIn) })
        return Stage(
            "claims", claims, inputs: experiments.flatMap { $0.runs.flatMap(\.resultInputs) },
            resources: Stage.Resources(threads: 1, memory: 1 << 26, cost: 1),
            publishes: Self.publications(of: claims.outputs, in: folder))
    }

    /// Where outputs are copied to: under their own names into a folder, or nowhere.
    static func publications(of outputs: [String], in folder: String?) -> [String: String] {
        guard let folder else { return [:] }
        return Dictionary(uniqueKeysWithValues: outputs.map { ($0, "\(folder)/\($0)") })
    }

    // MARK: - The stages of one run

    /// The stages the last of which has a data set's files as outputs: fetched, made from an archive, or generated in their place;
    /// none for examples of the user's own.
    private func sourceStages(_ data: DataSelection, source: DataSource, fromArchive: Bool) -> [Stage] {
        if data.dataset.own != nil { return [] }
        switch source {
        case .real:
            return fromArchive
                ? [fetchStage(.archive(data.dataset)), extractStage(data.dataset)] : [fetchStage(.files(data.dataset))]
        case .standIn:
            return [
                Stage(
                    "stand-in/\(data.dataset.name)" + suffix(data, data.label(isOfFiles: true)),
                    StandInStage(dataset: data.dataset, examples: data.examples, testExamples: data.testExamples),
                    resources: Stage.Resources(threads: 1, memory: 1 << 28, cost: Double(data.examples + data.testExamples)))
            ]
        }
    }

    /// What follows a data set's name in that of a stage: a label, where experiments take several selections of the set.
    private func suffix(_ data: DataSelection, _ label: String) -> String {
        experiments.contains { $0.data.dataset == data.dataset && $0.data != data } ? "/" + label : ""
    }

    /// The stage that makes a data set's files from its archive.
    private func extractStage(_ dataset: Dataset) -> Stage {
        Stage(
            "extract/\(dataset.name)", ExtractStage(dataset: dataset, sha256: dataset.archive?.contentDigests ?? [:]),
            inputs: [Stage.Input("archive", from: DataRoute.archive(dataset).stageName)],
            resources: Stage.Resources(threads: 1, memory: 1 << 29, cost: 1))
    }

    private func ownDataStage(_ data: DataSelection) -> Stage {
        let own = data.dataset.own
        return Stage(
            "prepare/\(data.dataset.name)" + suffix(data, data.label()),
            OwnDataStage(examples: data.examples, testExamples: data.testExamples, sequenceLength: data.sequenceLength),
            inputs: [("examples", own?.path), ("labels", own?.labelsPath)].compactMap { label, path in
                path.map { Stage.Input(label, file: $0) }
            },
            resources: Stage.Resources(
                threads: 1, memory: 1 << 29, cost: Double(data.examples + data.testExamples), disk: bytes(of: data)))
    }

    private func prepareStage(_ data: DataSelection, files: String) -> Stage {
        Stage(
            "prepare/\(data.dataset.name)" + suffix(data, data.label()),
            PrepareStage(
                dataset: data.dataset, examples: data.examples, testExamples: data.testExamples,
                sequenceLength: data.sequenceLength),
            inputs: [Stage.Input("files", from: files)],
            resources: Stage.Resources(
                threads: 1, memory: 1 << 29, cost: Double(data.examples + 10_000), disk: bytes(of: data)))
    }

    /// The floating-point operations of a gradient, roughly, by which times are estimated.
    private func gradientCost(_ experiment: Experiment) -> Double {
        6 * weightUses(experiment) * Double(experiment.examplesPerStep)
    }

    /// What so many gradients come to, with so many probes of a device.
    private func kernels(gradients: Double, probes: Int, _ experiment: Experiment) -> Stage.KernelWork {
        let network = experiment.network.network(for: experiment.data.shape), cost = gradientCost(experiment)
        let probed = Double(Probe.examples(of: experiment.examplesPerStep, network)) / Double(experiment.examplesPerStep)
        return Stage.KernelWork(
            operations: cost * gradients, launches: network.launches * gradients,
            checked: cost * probed * Double(3 * probes))
    }

    /// What so many checks take: a Hessian–vector product has the operations of two gradients and about as many kernels as one.
    private func resources(checks: Int, _ experiment: Experiment, disk: Int = 0) -> Stage.Resources {
        var work = kernels(gradients: Double(2 * DeviceTrial.usualProducts * checks), probes: checks, experiment)
        work.launches /= 2
        return Stage.Resources(
            memory: 3 << 30, cost: gradientCost(experiment) * 30 * Double(checks), disk: disk, kernels: work)
    }

    /// The bytes of so many vectors of a network's parameters.
    private func bytes(vectors count: Int, _ experiment: Experiment) -> Int {
        // In floating point: no count of a user's own overflows it.
        Int(min(1e18, 4 * Double(experiment.network.network(for: experiment.data.shape).layout.count) * Double(count)))
    }

    /// The bytes of a selection's examples, once they are prepared.
    private func bytes(of data: DataSelection) -> Int {
        4 * (data.examples + data.testExamples) * (data.shape.reduce(1, *) + 1)
    }

    /// How often an example meets a weight: once in a perceptron, at every token of a text, at every pixel in a convolution.
    private func weightUses(_ experiment: Experiment) -> Double {
        let layout = experiment.network.network(for: experiment.data.shape).layout
        let length = Double(experiment.data.shape.prefix(2).reduce(1, *))
        switch experiment.network.shape {
        case .multilayerPerceptron: return Double(layout.count)
        case .transformer: return Double(layout.count) * length
        case .convolutional(_, let layersPerBlock, _):
            var uses = 0.0, convolutions = 0
            for tensor in layout.entries.map(\.tensor) {
                // Each block's pooling leaves a quarter of the pixels.
                let pixels = tensor.shape.count == 4 ? length / Double(1 << (2 * (convolutions / layersPerBlock))) : 1
                if tensor.shape.count == 4 { convolutions += 1 }
                uses += Double(tensor.count) * pixels
            }
            return uses
        }
    }

    private func trainStage(_ run: Run, data: String) -> Stage {
        let experiment = run.experiment
        let gradients = Double(experiment.steps) * Double(run.optimiser.value.gradientsPerStep)
        return Stage(
            "train/\(experiment.name)/\(run.label)",
            TrainStage(
                network: experiment.network, optimiser: run.optimiser, learningRate: run.learningRate, seed: run.seed,
                batchSize: experiment.batchSize, steps: experiment.steps, interval: experiment.interval, early: experiment.early),
            inputs: [Stage.Input("data", from: data, files: ["train.safetensors"])],
            resources: Stage.Resources(
                memory: 1 << 29,
                cost: gradientCost(experiment) * gradients,
                disk: bytes(vectors: experiment.snapshotSteps.count, experiment),
                kernels: kernels(gradients: gradients, probes: experiment.snapshotSteps.count, experiment)))
    }

    private func checkpointStage(_ run: Run) -> Stage {
        let experiment = run.experiment
        return Stage(
            "checkpoint/\(experiment.name)/\(run.label)",
            CheckpointStage(network: experiment.network, shape: experiment.data.shape, steps: checkpoints.map(\.step)),
            inputs: checkpoints.enumerated().map { Stage.Input("\($0)", file: $1.path) },
            resources: Stage.Resources(threads: 1, memory: 1 << 28, cost: Double(checkpoints.count)))
    }

    private func measureStage(_ run: Run, data: String, training: String) -> Stage {
        let experiment = run.experiment
        let checks = checkpoints.isEmpty ? experiment.checks.count : checkpoints.count
        return Stage(
            "measure/\(experiment.name)/\(run.label)",
            MeasureStage(
                network: experiment.network, optimiser: run.optimiser, learningRate: run.learningRate, seed: run.seed,
                batchSize: experiment.batchSize, estimator: experiment.estimator, extras: experiment.extras,
                chosen: experiment.measuresLateAlone ? experiment.checks : nil),
            inputs: [
                Stage.Input(
                    "data", from: data, files: ["train.safetensors"] + (experiment.extras.test ? ["test.safetensors"] : [])),
                Stage.Input("training", from: training, files: ["snapshots/"]),
            ],
            resources: resources(
                checks: checks, experiment,
                disk: bytes(vectors: experiment.extras.vectors ? 3 * experiment.checks.count : 0, experiment)))
    }

    /// The stage that measures a run at each step of its window.
    private func windowStage(_ run: Run, _ window: Window, data: String) -> Stage {
        let experiment = run.experiment
        return Stage(
            run.windowStageName,
            WindowStage(
                network: experiment.network, optimiser: run.optimiser, learningRate: run.learningRate, seed: run.seed,
                batchSize: experiment.batchSize, estimator: experiment.estimator, first: window.steps.lowerBound,
                last: window.steps.upperBound),
            inputs: [
                Stage.Input("data", from: data, files: ["train.safetensors"]),
                Stage.Input("training", from: "train/\(experiment.name)/\(run.label)", files: ["snapshots/"]),
            ],
            resources: resources(checks: window.steps.count, experiment))
    }

    /// The stage that measures some snapshots of a run with the second estimator.
    private func comparisonStage(_ run: Run, _ comparison: Comparison, data: String) -> Stage {
        let experiment = run.experiment
        let chosen = experiment.checks.filter { $0 % (experiment.interval * comparison.every) == 0 }
        return Stage(
            run.comparisonStageName,
            MeasureStage(
                network: experiment.network, optimiser: run.optimiser, learningRate: run.learningRate, seed: run.seed,
                batchSize: experiment.batchSize, estimator: comparison.estimator, extras: MeasuringExtras(), chosen: chosen),
            inputs: [
                Stage.Input("data", from: data, files: ["train.safetensors"]),
                Stage.Input("training", from: "train/\(experiment.name)/\(run.label)", files: ["snapshots/"]),
            ],
            resources: resources(checks: chosen.count, experiment))
    }
}
