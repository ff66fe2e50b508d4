import Formats
import Paper
import Pipeline
import Platform
import Plotting

extension Verb {
    /// Lays figures out for print.
    static let export = Verb(
        name: "export", words: "[FIGURE…]", help: "lay figures out for print: SVG, PDF, PNG, and LaTeX with captions",
        details: """
            Draws what is missing first. Each figure is laid out anew for its width, with the same sizes of text, and becomes
            NAME.svg; NAME.pdf and NAME.png, at 600 pixels an inch, by rsvg-convert; NAME.tex, which shows it in a document with
            its caption: the title stands there alone. figures.tex is a document of all of them (pdflatex figures).
            """,
        options: Option.common + Option.running + [
            Option("--columns", value: "1|2", "3.25 or 6.75 inches wide (default: each as in the report; some need 2)"),
            Option("--output", short: "o", value: "FOLDER", "where to (default: figures/PROFILE/export)"),
        ]
    ) { call in
        let columns = try call.arguments.choice("--columns", among: ["1", "2"])
        let width = columns.map { $0 == "1" ? Figure.Width.oneColumn : .twoColumns }
        let words = call.arguments.words.isEmpty ? [FigureStage.kind] : call.arguments.words
        let folder = call.arguments.value("--output") ?? "\(call.settings.root)/figures/\(call.settings.profile)/export"
        // Nobody else exports or trains into it meanwhile.
        let output = try OutputFolder(folder, apartFrom: call.settings.store)
        let (pipeline, summary) = try call.run(words)
        guard summary.isComplete else { return summary.exitCode }
        var figures: [Figure] = []
        for stage in try pipeline.graph.targets(words).map({ pipeline.graph.stages[$0] }) where stage.kind == FigureStage.kind {
            guard let inputs = try pipeline.inputs(of: stage.name) else {
                call.streams.err("samedge: the result of \(stage.name) was removed meanwhile; export it again\n")
                return .failed
            }
            var figure = try Record.decode(FigureStage.self, from: stage.parameters).figure { label in inputs[label]! }
            figure.settings.append("Profile: \(call.settings.profile)")
            figures.append(width.map(figure.drawn) ?? figure)
        }
        let files = FileSystem(), converter = VectorConverter(files: files)
        for figure in figures {
            try files.replace("\(folder)/\(figure.name).svg", with: figure.svg(showsTitle: false))
            try files.replace("\(folder)/\(figure.name).tex", with: figure.latex)
        }
        try files.replace("\(folder)/figures.tex", with: figures.latexDocument)
        if !call.settings.isQuiet, !call.settings.isJSON { call.streams.out("\(figures.count) figures are in \(folder)\n") }
        for figure in figures {
            for format in VectorConverter.Format.allCases { try converter.convert("\(folder)/\(figure.name)", to: format) }
        }
        output.leave()
        return .done
    }
}
