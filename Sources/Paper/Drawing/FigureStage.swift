import Formats
import Pipeline
import Plotting

/// Draws a figure: `NAME.svg`; `NAME.tsv`, the drawn numbers.
package struct FigureStage: TypedStage {
    /// `figure`.
    package static let kind = "figure"
    /// What drawing runs.
    package static let modules = [
        "Platform/Threads", "Formats", "Kernels/Functions", "Training/Optimisers", "Plotting/Data", "Plotting/Grammar",
        "Plotting/Layout", "Plotting/Markup",
        "Plotting/SVG",
        "Plotting/Scales", "Plotting/Scene", "Plotting/Text", "Paper/Common", "Paper/Results", "Paper/Claims",
        "Paper/Drawing",
    ]

    /// The name of the `PaperFigure`.
    var figure: String
    /// The full name, which the files bear.
    var name: String
    /// The experiments' settings, a line each.
    var settings: [String]
    var experiments: [ExperimentParameters]

    /// Writes the figure's picture and its table.
    package func run(_ run: StageRun) throws {
        let figure = try figure(from: run.input)
        try run.write(figure.svg().utf8, to: "\(name).svg")
        try run.write(figure.table().utf8, to: "\(name).tsv")
    }

    /// The figure, from the files under the labels of the stage's inputs.
    ///
    /// - Throws: what is wrong with them.
    package func figure(from input: (_ label: String) -> InputFiles) throws -> Figure {
        guard let declaration = PaperFigure.all.first(where: { $0.name == self.figure }) else {
            throw RecordError.unknown(value: self.figure, of: "figure", among: PaperFigure.all.map(\.name))
        }
        var results = try experiments.map { try ExperimentResult($0, from: input) }
        let common = results.takeCommonTitle()
        var figure = try declaration.draw(name, results)
        if let common { figure.subtitle = "\(common). \(figure.subtitle)" }
        if results.contains(where: { $0.source == .standIn }) { figure.warning = "stand-in data" }
        figure.settings = settings
        figure.inputs = results.flatMap(\.runs).flatMap(\.files).map { Figure.Input($0.name, sha256: $0.sha256) }
        return figure
    }
}
