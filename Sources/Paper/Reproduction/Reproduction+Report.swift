import Curvature
import Formats
import Pipeline

extension Reproduction {
    /// The stage that puts figures, claims and settings on one page.
    ///
    /// - Parameter figures: the stages that draw the figures, in order.
    func reportStage(figures: [Stage], sources: [Dataset: DataSource], archives: Set<Dataset>) -> Stage {
        let real = datasets.filter { sources[$0] == .real }.flatMap {
            archives.contains($0) ? DataRoute.archive($0).paths : $0.files
        }
        return Stage(
            "report",
            ReportStage(
                profile: name, summary: summary,
                experiments: experiments.map {
                    .init(name: $0.name, source: sources[$0.data.dataset] ?? .standIn, settings: $0.settingsText)
                },
                figures: figures.map { .init(name: String($0.name.dropFirst("figure/".count))) },
                inputs: real.compactMap { path in files.files[path].map { .init(path: path, sha256: $0.digest.hex) } }),
            inputs: [Stage.Input("claims", from: "claims")] + figures.map { Stage.Input($0.name, from: $0.name) },
            resources: Stage.Resources(threads: 1, memory: 1 << 26, cost: 1),
            publishes: Self.publications(of: ["report.html"], in: folder))
    }
}

extension Experiment {
    /// The settings in one line for people.
    fileprivate var settingsText: String {
        func list(_ numbers: [Double]) -> String { numbers.map { shortestText($0) }.joined(separator: ", ") }
        let shape: String =
            switch network.shape {
            case .multilayerPerceptron(let widths): Architecture.text(widths: widths)
            case .convolutional(let blocks, let layers, let features):
                "\(blocks) blocks of \(layers) convolution(s), \(features)·2ᵇ channels"
            case .transformer(let size, let layers, let heads, let keySize):
                "\(layers) layers, model size \(size), \(heads) heads of \(keySize)"
            }
        let batch = batchSize.map { "batches of \($0)" } ?? "full batch"
        let measured: String =
            switch estimator {
            case .exact: "exact Hessian–vector products and Lanczos"
            case .official: "the official estimator"
            }
        let steppings = optimisers.map { $0.value.title.filter { $0 != "*" } }.joined(separator: ", ")
        return "\(shape)\(network.changes); \(data.examples) examples, \(batch); η ∈ {\(list(learningRates))}, \(steppings); "
            + "\(steps) steps, measured every \(interval) by \(measured)" + (note.map { ". " + $0 } ?? "")
    }
}
