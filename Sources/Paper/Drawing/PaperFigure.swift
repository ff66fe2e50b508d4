import Formats
import Pipeline
import Plotting

/// One of the figures of a reproduction: what it reads and how it is drawn.
struct PaperFigure: Sendable {
    /// Which experiments a figure shows.
    enum Scope: Sendable {
        /// A figure for each experiment, named EXPERIMENT-NAME.
        case each
        /// One figure of the experiment with this name; none where it is not among them.
        case of(String)
        /// One figure of all experiments.
        case across
        /// One figure that needs no measurement.
        case theory
    }

    /// The name, without the experiment's.
    let name: String
    let scope: Scope
    /// Draws the figure under its full name.
    let draw: @Sendable (_ name: String, _ results: [ExperimentResult]) throws -> Figure

    /// All figures, in the order of the report: those that each file beside this one lists.
    static let all = ofExperiments + acrossExperiments + ofTheory

    /// The stages that draw the figure, and copy it into `folder`.
    func stages(experiments: [Experiment], sources: [Dataset: DataSource], folder: String?) -> [Stage] {
        func stage(_ name: String, of shown: [Experiment]) -> Stage {
            Stage(
                "figure/\(name)",
                FigureStage(
                    figure: self.name, name: name, settings: shown.map(\.settings),
                    experiments: shown.map { $0.resultParameters(source: sources[$0.data.dataset] ?? .standIn) }),
                inputs: shown.flatMap { $0.runs.flatMap(\.resultInputs) },
                resources: Stage.Resources(threads: 1, memory: 1 << 26, cost: 1),
                publishes: Reproduction.publications(of: ["\(name).svg", "\(name).tsv", "\(name).txt"], in: folder))
        }
        switch scope {
        case .each: return experiments.map { stage("\($0.name)-\(name)", of: [$0]) }
        case .of(let wanted): return experiments.filter { $0.name == wanted }.map { stage(name, of: [$0]) }
        case .across: return [stage(name, of: experiments)]
        case .theory: return [stage(name, of: [])]
        }
    }
}
