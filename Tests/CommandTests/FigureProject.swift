import Formats
import Foundation
import Pipeline
import Platform
import Plotting
import Synchronization
import TestSupport

@testable import samedge

/// Writes the files that its parameters hold.
struct WritingKind: StageKind {
    let name = "figure"
    let modules = ["Toy"]

    func run(_ run: StageRun) throws {
        for name in run.parameters["files"]?.objectValue?.keys.sorted() ?? [] {
            try run.write((run.parameters["files"]?[name]?.stringValue ?? "").utf8, to: name)
        }
    }
}

/// The command on a project whose stages are figures, and the claims where there are some, in a folder of its own.
final class FigureProject: Sendable {
    private let folder: TemporaryFolder
    var root: String { folder.path }
    private let drawn = Mutex<[Figure]>([])
    private let claims = Mutex<String?>(nil)
    private let written = Mutex<(out: String, err: String)>(("", ""))

    init(_ figures: [Figure]) throws {
        folder = try TemporaryFolder()
        draw(figures)
    }

    /// Declares other figures.
    func draw(_ figures: [Figure]) { drawn.withLock { $0 = figures } }

    /// Declares another table of claims; `nil` for none.
    func claim(_ table: String?) { claims.withLock { $0 = table } }

    /// A figure of an experiment of one run.
    static func figure(_ name: String = "edges", factor: Double = 1, title: String = "Edges", warning: String? = nil) -> Figure {
        let steps = (0...10).map { Double($0) * 10 }
        var figure = Figure(name, title: title, description: "Two lines.", x: Axis("step"), y: Axis("‖*H*‖_{op}", scale: .log)) {
            _, _ in
            Rule(y: 20, as: .reference("2/*η*"))
            Line(x: steps, y: steps.map { 100 / (10 + $0) }, as: .predicted)
            Line(x: steps, y: steps.map { 101 / (10 + $0) * ($0 == 50 ? factor : 1) }, as: .measured)
        }
        figure.warning = warning
        return figure
    }

    /// Performs a call; what it wrote is in the result.
    func perform(_ call: String...) -> (code: ExitCode, out: String, err: String) { perform(call) }

    /// Likewise.
    func perform(_ call: [String]) -> (code: ExitCode, out: String, err: String) {
        written.withLock { $0 = ("", "") }
        var stages = drawn.withLock { $0 }.map { figure in
            Stage(
                "figure/\(figure.name)", kind: "figure",
                parameters: [
                    "files": [
                        "\(figure.name).svg": .string(figure.svg()), "\(figure.name).tsv": .string(figure.table()),
                    ]
                ],
                publishes: ["\(figure.name).svg": "figures/small/\(figure.name).svg"])
        }
        if let table = claims.withLock({ $0 }) {
            let files: JSON = ["claims.tsv": .string(table), "claims.txt": "in words"]
            stages.append(Stage("claims", kind: "figure", parameters: ["files": files]))
        }
        let declared = stages
        let project = Project(
            name: "toy", profiles: [("small", "a few figures")], stages: { _, _, _ in declared }, kinds: { _ in [WritingKind()] },
            codeDigest: { _ in "" }, verbs: [.check, .accept, .gallery, .devices])
        let streams = Streams(
            out: { text in self.written.withLock { $0.out += text } }, err: { text in self.written.withLock { $0.err += text } },
            isLive: false)
        let code = Command(project: project, streams: streams, environment: [:], root: root).perform(call)
        return written.withLock { (code, $0.out, $0.err) }
    }

    /// The text of a file of the project; `nil` where there is none.
    func text(_ path: String) throws -> String? {
        FileManager.default.fileExists(atPath: root + "/" + path)
            ? try String(contentsOfFile: root + "/" + path, encoding: .utf8) : nil
    }

    /// Edits a golden file as a text.
    func edit(_ path: String, _ edit: (inout String) -> Void) throws {
        let full = root + "/figures/golden/small/" + path
        let before = try String(contentsOfFile: full, encoding: .utf8)
        var text = before
        edit(&text)
        if text == before { throw NothingToEdit(path: path) }
        try text.write(toFile: full, atomically: true, encoding: .utf8)
    }

    private struct NothingToEdit: Error { var path: String }
}
