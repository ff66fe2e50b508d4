import Formats
import Pipeline
import Plotting

/// One of the figures of a reproduction: what it reads and how it is drawn.
struct PaperFigure: Sendable {
    /// Which experiments a figure shows.
    enum Scope: Sendable {
        /// A figure for each experiment, named EXPERIMENT-NAME.
        case each
        /// Likewise, in pages of at most so many runs, named EXPERIMENT-NAME-1 and so on.
        case pages(of: Int)
        /// One figure of the experiment with this name; none where it is not among them.
        case of(String)
        /// One figure of the experiment that has a window of consecutive steps; none where there is none.
        case windowed
        /// One figure of all experiments.
        case across
        /// The figure of a single run, which no other figure shows.
        case single
    }

    /// The name, without the experiment's.
    let name: String
    let scope: Scope
    /// Draws the figure under its full name, of the results of the runs that it shows.
    let draw: @Sendable (_ name: String, _ results: [ExperimentResult]) throws -> Figure

    /// All figures, in the order of the report.
    static let all = [
        edgeRatio, edgeCollapse, flatEarly, alignmentScatter, lossAndTest, highStepSize, phaseMap, everyStep, robustness, edges,
        official, run,
    ]

    /// The figures that are drawn of some experiments: their names, and the experiments with the runs that each shows.
    func shown(of experiments: [Experiment]) -> [(name: String, experiments: [Experiment], pages: [Swift.Range<Int>?])] {
        let isSingle = experiments.count == 1 && experiments[0].runs.count == 1
        if case .single = scope { return isSingle ? [(name, experiments, [nil])] : [] }
        guard !isSingle else { return [] }
        switch scope {
        case .single: return []
        case .each: return experiments.map { ("\($0.name)-\(name)", [$0], [nil]) }
        case .pages(let size):
            return experiments.flatMap { experiment in
                let count = experiment.runs.count
                return stride(from: 0, to: count, by: size).enumerated().map { page, start in
                    ("\(experiment.name)-\(name)-\(page + 1)", [experiment], [start..<min(start + size, count)])
                }
            }
        case .of(let wanted): return experiments.filter { $0.name == wanted }.map { (name, [$0], [nil]) }
        case .windowed: return experiments.first { $0.window != nil }.map { [(name, [$0], [nil])] } ?? []
        case .across: return [(name, experiments, experiments.map { _ in nil })]
        }
    }

    /// The stages that draw the figure, and copy it into `folder`.
    func stages(experiments: [Experiment], sources: [Dataset: DataSource], folder: String?) -> [Stage] {
        shown(of: experiments).map { name, shown, pages in
            func part<T>(_ all: [T], _ page: Swift.Range<Int>?) -> [T] { page.map { Array(all[$0]) } ?? all }
            return Stage(
                "figure/\(name)",
                FigureStage(
                    figure: self.name, name: name, settings: shown.map(\.settings),
                    experiments: zip(shown, pages).map { experiment, page in
                        var parameters = experiment.resultParameters(source: sources[experiment.data.dataset] ?? .standIn)
                        parameters.runs = part(parameters.runs, page)
                        return parameters
                    }),
                inputs: zip(shown, pages).flatMap { experiment, page in part(experiment.runs, page).flatMap(\.resultInputs) },
                resources: Stage.Resources(threads: 1, memory: 1 << 26, cost: 1),
                publishes: Reproduction.publications(of: ["\(name).svg", "\(name).tsv"], in: folder))
        }
    }
}
