import Foundation
import Plotting
import Testing

@Suite struct ExportTests {
    private static let hasConverter = Program.isInstalled("rsvg-convert")

    private func text(_ program: Program, _ path: String) throws -> String {
        try String(contentsOfFile: program.root + "/" + path, encoding: .utf8)
    }

    @Test(.enabled(if: hasConverter, "SKIPPED: rsvg-convert is not installed (`make tools`)"))
    func aFigureIsLaidOutForItsWidth() throws {
        let program = try Program(), call = ["export", "mnist-mlp-edges", "mnist-mlp-official-1", "--profile", "smoke"]
        for (columns, points, environment) in [("1", 234, "figure"), ("2", 486, "figure*")] {
            let result = try program.run(call + ["--columns", columns, "--output", columns])
            #expect(result.code == 0 && result.out == "2 figures are in \(columns)\n", "\(result.err)")
            let files = try program.files(below: columns)
            let kinds = ["pdf", "png", "svg", "tex"]
            #expect(
                files.keys.sorted()
                    == ["figures.tex"]
                    + ["mnist-mlp-edges", "mnist-mlp-official-1"].flatMap { name in kinds.map { "\(name).\($0)" } })
            let picture = try Element(parsing: try text(program, "\(columns)/mnist-mlp-edges.svg"))
            #expect(picture["width"] == "\(points)pt" && picture["viewBox"]?.hasPrefix("0 0 \(points) ") == true)
            func all(_ element: Element) -> [Element] { [element] + element.children.flatMap(all) }
            #expect(all(picture).compactMap { $0["font-size"].flatMap(Double.init) }.allSatisfy { $0 >= 6 })
            // The title stands in the caption alone.
            let title = try #require(picture.children.first { $0.name == "title" }).text
            #expect(
                title.hasPrefix("MLP on MNIST: ") && !all(picture).contains { $0.name == "text" && $0.text.contains(" MNIST: ") })
            let latex = try text(program, "\(columns)/mnist-mlp-edges.tex")
            #expect(
                latex.hasPrefix("\\begin{\(environment)}\n") && latex.contains("\\textbf{MLP on MNIST: ")
                    && latex.contains("Profile: smoke."))
            let header = try #require(files["mnist-mlp-edges.png"]).prefix(24).suffix(8).prefix(4)
            #expect(header.reduce(0) { $0 << 8 | Int($1) } == points * 600 / 72)
            #expect(files["mnist-mlp-edges.pdf"]?.starts(with: Data("%PDF-".utf8)) == true)
            // Of the official plots none is legible in one column.
            #expect(try text(program, "\(columns)/mnist-mlp-official-1.svg").contains(" width=\"486pt\""))
            #expect(try program.run(call + ["--columns", columns, "--output", "again"]).code == 0)
            #expect(try program.files(below: "again") == files)
        }
        #expect(try program.run(call + ["--columns", "3"]).code == 2)
    }

    @Test(
        .enabled(
            if: hasConverter && Program.isInstalled("pdflatex"),
            "SKIPPED: pdflatex or rsvg-convert is not installed (`make tools`)"))
    func theDocumentOfAllFiguresCompilesWithoutAWarning() throws {
        let program = try Program()
        for columns in [[], ["--columns", "1"], ["--columns", "2"]] {
            let result = try program.run(["export", "--profile", "smoke", "--output", "out"] + columns)
            #expect(result.code == 0, "\(result.err)")
            let names = try program.files(below: "out").keys.filter { $0.hasSuffix(".svg") }.map { $0.dropLast(4) }
            #expect(names.count > 12)
            // Twice, as the first one writes the labels that the second one finds.
            let latex = "pdflatex -interaction=nonstopmode -halt-on-error figures"
            let end = try program.shell("cd out && \(latex) && \(latex)", environment: ["max_print_line": "1000"])
            #expect(end.code == 0, "\(end.out.suffix(1000))")
            let log = try String(contentsOfFile: program.root + "/out/figures.log", encoding: .isoLatin1)
            let complaints = log.split(separator: "\n").filter { line in
                ["Warning", "warning", "Overfull", "Underfull"].contains { line.contains($0) }
            }
            #expect(complaints.isEmpty, "\(columns): \(complaints)")
            for name in names { #expect(log.contains("<\(name).pdf"), "\(name) is not in the document") }
        }
    }

    @Test func withoutTheConverterItIsSaidWhatToInstallAndTheRestIsWritten() throws {
        let program = try Program()
        let env = "/usr/bin/env"
        #expect(FileManager.default.isExecutableFile(atPath: env))
        // A search path on which there is `env` and nothing else.
        try FileManager.default.createDirectory(atPath: program.root + "/bin", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: program.root + "/bin/env", withDestinationPath: env)
        #expect(try program.run(["run", "mnist-mlp-edges", "--profile", "smoke"]).code == 0)
        let result = try program.run(
            ["export", "mnist-mlp-edges", "--profile", "smoke", "--output", "out"], environment: ["PATH": program.root + "/bin"])
        #expect(result.code == 1 && result.err.contains("apt-get install librsvg2-bin"), "\(result.err)")
        #expect(
            try program.files(below: "out").keys.sorted() == ["figures.tex", "mnist-mlp-edges.svg", "mnist-mlp-edges.tex"])
    }
}
