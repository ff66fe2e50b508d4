import Formats
import Pipeline
import Plotting

/// Draws a figure: `NAME.svg`; `NAME.tsv`, the drawn numbers; `NAME.txt`, its caption for LaTeX.
struct FigureStage: TypedStage {
    static let kind = "figure"
    static let modules = [
        "Formats", "Training/Optimisers", "Plotting/Data", "Plotting/Grammar", "Plotting/Layout", "Plotting/Markup",
        "Plotting/SVG",
        "Plotting/Scales", "Plotting/Scene", "Plotting/Text", "Paper/Common", "Paper/Results", "Paper/Claims",
        "Kernels/Functions", "Platform/Threads", "Paper/Drawing",
    ]

    /// The name of the `PaperFigure`.
    var figure: String
    /// The full name, which the files bear.
    var name: String
    /// The experiments' settings, a line each.
    var settings: [String]
    var experiments: [ExperimentParameters]

    func run(_ run: StageRun) throws {
        guard let declaration = PaperFigure.all.first(where: { $0.name == self.figure }) else {
            throw RecordError.unknown(value: self.figure, of: "figure", among: PaperFigure.all.map(\.name))
        }
        let results = try experiments.map { try ExperimentResult($0, of: run) }
        var figure = try declaration.draw(name, results)
        if results.contains(where: { $0.source == .standIn }) { figure.warning = "stand-in data" }
        figure.settings = settings
        figure.inputs = results.flatMap(\.runs).flatMap(\.files).map { Figure.Input($0.name, sha256: $0.sha256) }
        try run.write(figure.svg().utf8, to: "\(name).svg")
        try run.write(figure.table().utf8, to: "\(name).tsv")
        try run.write(figure.caption.utf8, to: "\(name).txt")
    }
}
