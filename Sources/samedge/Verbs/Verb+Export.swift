import Formats
import Pipeline
import Platform
import Plotting

extension Verb {
    /// Copies figures for print.
    static let export = Verb(
        name: "export", words: "[FIGURE…]", help: "copy figures for print: SVG, PDF, PNG, captions for LaTeX",
        details: """
            Draws what is missing first. Each figure becomes NAME.svg and NAME.txt, its caption; with --pdf and --png also those,
            by rsvg-convert (PNG at 300 pixels an inch). --columns scales pictures to one or two columns of a page; which of them
            have text smaller than 6 points then is said.
            """,
        options: Option.common + Option.running + [
            Option("--pdf", "also as PDF"), Option("--png", "also as PNG"),
            Option("--columns", value: "1|2", "3.4 or 7 inches wide (default: as each was drawn)"),
            Option("--output", short: "o", value: "FOLDER", "where to (default: figures/PROFILE/export)"),
        ]
    ) { call in
        let columns = try call.arguments.choice("--columns", among: ["1", "2"])
        let width = columns.map { $0 == "1" ? Figure.Width.oneColumn.points : Figure.Width.twoColumns.points }
        let formats = VectorConverter.Format.allCases.filter { call.arguments.has("--\($0.rawValue)") }
        let words = call.arguments.words.isEmpty ? ["figure"] : call.arguments.words
        let folder = call.arguments.value("--output") ?? "\(call.settings.root)/figures/\(call.settings.profile)/export"
        // Nobody else exports or trains into it meanwhile.
        let output = try OutputFolder(folder, apartFrom: call.settings.store)
        let (pipeline, summary) = try call.run(words)
        guard summary.isComplete else { return summary.exitCode }
        let files = FileSystem(), converter = VectorConverter(files: files)
        var count = 0
        for stage in try pipeline.graph.targets(words).map({ pipeline.graph.stages[$0].name }) where stage.hasPrefix("figure/") {
            let name = String(stage.dropFirst("figure/".count))
            for file in try pipeline.outputs(of: stage) ?? [] {
                let bytes = try files.contents(of: pipeline.store.path(of: file)), path = "\(folder)/\(file.path)"
                if file.path == "\(name).txt" { try files.replace(path, with: bytes) }
                guard file.path == "\(name).svg" else { continue }
                var picture = try Element(parsing: String(decoding: bytes, as: UTF8.self))
                if let width {
                    picture = try picture.scaled(toWidth: width)
                    if let size = try picture.smallestText(atWidth: width), size < 6 {
                        call.streams.err(
                            "\(name): the smallest text is \(shortestText((size * 10).rounded() / 10)) points high at this width,"
                                + " less than the 6 that print needs\n")
                    }
                }
                try files.replace(path, with: picture.document)
                for format in formats { try converter.convert("\(folder)/\(name)", to: format) }
                count += 1
            }
        }
        if !call.settings.isQuiet, !call.settings.isJSON { call.streams.out("\(count) figures are in \(folder)\n") }
        output.leave()
        return .done
    }
}
