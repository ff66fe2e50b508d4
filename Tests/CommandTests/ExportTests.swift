import Foundation
import Plotting
import Testing

@testable import samedge

@Suite struct ExportTests {
    @Test func withoutFormatsThePictureAndItsCaptionAreExported() throws {
        let project = try FigureProject([FigureProject.figure()])
        let result = project.perform("export", "--output", project.root + "/out")
        #expect(result.code == .done && result.out == "1 figures are in \(project.root)/out\n")
        #expect(try project.text("out/edges.svg") == FigureProject.figure().svg())
        #expect(try project.text("out/edges.txt") == "% Drawn for two columns (figure*), 7 inches wide.\nEdges.\nTwo lines.\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: project.root + "/out").count == 2)
    }

    @Test func aColumnScalesThePictureAndSmallTextIsSaid() throws {
        let project = try FigureProject([FigureProject.figure()])
        let result = project.perform("export", "edges", "--columns", "1", "--output", project.root + "/out")
        #expect(result.code == .done && result.err.contains("edges: the smallest text is 3.2 points high"), "\(result.err)")
        let picture = try Element(parsing: try #require(try project.text("out/edges.svg")))
        #expect(picture["width"] == "244.5pt" && picture["viewBox"]?.hasPrefix("0 0 504 ") == true)
        #expect(project.perform("export", "--columns", "3").code == .usage)
    }

    @Test(.enabled(if: Program.isInstalled("rsvg-convert"), "SKIPPED: rsvg-convert is not installed (`make tools`)"))
    func pdfAndPNGAreMadeTheSameEachTime() throws {
        let project = try FigureProject([FigureProject.figure()])
        func export(_ folder: String) throws -> [String: Data] {
            #expect(project.perform("export", "--pdf", "--png", "--output", project.root + "/" + folder).code == .done)
            let names = try FileManager.default.contentsOfDirectory(atPath: project.root + "/" + folder)
            return try Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, try Data(contentsOf: URL(fileURLWithPath: project.root + "/\(folder)/\($0)")))
                })
        }
        let first = try export("a")
        #expect(first.keys.sorted() == ["edges.pdf", "edges.png", "edges.svg", "edges.txt"])
        #expect(first["edges.pdf"]?.starts(with: Data("%PDF-".utf8)) == true)
        let header = try #require(first["edges.png"]).prefix(24)
        // The width, 504 points at 300 pixels an inch.
        #expect(Array(header.dropFirst(16).prefix(4)) == [0, 0, 2100 >> 8, 2100 & 255])
        #expect(try export("b") == first)
    }

    @Test func aMissingConverterIsSaidWithWhatToInstall() throws {
        let program = try Program()
        let env = "/usr/bin/env"
        #expect(FileManager.default.isExecutableFile(atPath: env))
        // A search path on which there is `env` and nothing else.
        try FileManager.default.createDirectory(atPath: program.root + "/bin", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: program.root + "/bin/env", withDestinationPath: env)
        let result = try program.run(
            ["export", "edge-theory", "--profile", "smoke", "--pdf"], environment: ["PATH": program.root + "/bin"])
        #expect(result.code == 1 && result.err.contains("apt-get install librsvg2-bin"), "\(result.err)")
    }
}
