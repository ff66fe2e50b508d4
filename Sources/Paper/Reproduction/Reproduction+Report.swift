import Curvature
import Formats
import Pipeline

extension Reproduction {
    /// The stage that puts verdicts, figures, settings and provenance on one page.
    ///
    /// - Parameter figures: the stages that draw the figures, in order.
    func reportStage(figures: [Stage], sources: [Dataset: DataSource], archives: Set<Dataset>) -> Stage {
        let real = datasets.filter { sources[$0] == .real }.flatMap {
            archives.contains($0) ? DataRoute.archive($0).paths : $0.files
        }
        return Stage(
            "report",
            ReportStage(
                profile: name, summary: summary, program: program,
                atEdge: "‖H‖/edge lies \(Claim.edgeRangeText), at three successive regular checks after step 0.",
                tasks: experiments.map {
                    .init(
                        name: $0.name, title: $0.title, source: sources[$0.data.dataset] ?? .standIn, seeds: $0.seeds,
                        settings: $0.settingsList)
                },
                figures: figures.map(picture),
                inputs: real.compactMap { path in files.files[path].map { .init(path: path, sha256: $0.digest.hex) } }),
            inputs: [Stage.Input("claims", from: "claims")] + figures.map { Stage.Input($0.name, from: $0.name) },
            resources: Stage.Resources(threads: 1, memory: 1 << 26, cost: 1),
            publishes: Self.publications(of: ["report.html"], in: folder))
    }

    /// Where a figure stands on the page, by its name: EXPERIMENT-NAME stands with its task.
    private func picture(_ stage: Stage) -> ReportStage.Picture {
        let name = String(stage.name.dropFirst("figure/".count))
        let task = experiments.map(\.name).first { name.hasPrefix($0 + "-") }
        let kind = task.map { name.dropFirst($0.count + 1) } ?? name[...]
        let shown = experiments.map(\.name).filter { task in stage.inputs.contains { $0.label.hasPrefix(task + "/") } }
        return ReportStage.Picture(
            name: name, tasks: shown, isOfTask: task != nil,
            isAppended: task != nil && (kind == "official" || kind.hasPrefix("official-")),
            claims: Self.claims[String(kind)] ?? [])
    }

    /// The numbers of the claims that figures show, by the figures' names without the experiment's.
    private static let claims: [String: [Int]] = [
        "edge-ratio": [1], "flat-early": [2], "edge-collapse": [1, 3], "alignment-scatter": [4], "loss-and-test": [5],
        "high-step-size": [6], "edges": [1, 3],
    ]
}

extension Experiment {
    /// The settings for people, a line each.
    fileprivate var settingsList: [ReportStage.Setting] {
        func list(_ numbers: [Double]) -> String { numbers.map { shortestText($0) }.joined(separator: ", ") }
        let shape: String =
            switch network.shape {
            case .multilayerPerceptron(let widths): "\(Architecture.text(widths: widths))"
            case .convolutional(let blocks, let layers, let features):
                "\(blocks) blocks of \(layers == 1 ? "a convolution" : "\(layers) convolutions"), \(features) channels in the first, twice as many in each next"
            case .transformer(let size, let layers, let heads, let keySize):
                "\(layers) layer\(layers == 1 ? "" : "s"), model size \(size), \(heads) heads of key size \(keySize)"
            }
        let measured: String =
            switch estimator {
            case .exact: "exact Hessian–vector products and Lanczos"
            case .official: "the official estimator"
            }
        let kind = data.sequenceLength.map { "sequences of \($0) characters" } ?? "images"
        var settings: [ReportStage.Setting] = [
            .init(name: "network", value: shape + network.changes),
            .init(name: "examples", value: "\(grouped(data.examples)) \(kind)"),
            .init(name: "each step sees", value: batchSize.map { "\(grouped($0)) of them" } ?? "all of them"),
            .init(name: "step sizes η", value: list(learningRates)),
            .init(name: "radii ρ", value: optimisers.map { $0.value.title.filter { $0 != "*" } }.joined(separator: ", ")),
            .init(name: "steps", value: grouped(steps)),
            .init(name: "regular checks", value: "every \(grouped(interval)) step\(interval == 1 ? "" : "s"), by \(measured)"),
        ]
        if let note { settings.append(.init(name: "note", value: note)) }
        return settings
    }
}
