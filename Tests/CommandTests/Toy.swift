import Formats
import Foundation
import Pipeline
import Synchronization

@testable import samedge

/// Writes its parameter `text`; fails where that is `fail`.
struct WriteKind: StageKind {
    struct Failure: Error, CustomStringConvertible { var description: String { "it was told to" } }

    let name = "write"
    let modules = ["Toy"]

    func run(_ run: StageRun) throws {
        run.log("working")
        let text = run.parameters["text"]?.stringValue ?? ""
        if text == "fail" { throw Failure() }
        try run.write(text.utf8, to: "out.txt")
    }
}

/// The command on a project of toy stages, in a folder of its own.
final class Toy: Sendable {
    let root: String
    private let texts: [String: String]
    private let written = Mutex<(out: String, err: String)>(("", ""))

    /// - Parameter texts: what each stage writes, by name.
    init(_ texts: [String: String] = ["a": "1", "b": "2", "chart": "3"]) throws {
        self.texts = texts
        root = FileManager.default.temporaryDirectory.path + "/samedge-command-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit {
        // A folder left behind in the system's temporary folder harms nothing.
        do { try FileSystem().removeTree(root) } catch {}
    }

    /// Performs a call; what it wrote is in the result.
    func perform(_ call: String...) -> (code: ExitCode, out: String, err: String) {
        written.withLock { $0 = ("", "") }
        let stages = texts.sorted { $0.key < $1.key }.map { name, text in
            Stage(
                name, kind: "write", parameters: ["text": .string(text)],
                publishes: name == "chart" ? ["out.txt": "figures/chart.txt"] : [:])
        }
        let project = Project(
            name: "toy", profiles: [("small", "a few stages"), ("large", "the same")], stages: { _, _, _ in stages },
            kinds: { _ in [WriteKind()] }, codeDigest: { _ in "" })
        let streams = Streams(
            out: { text in self.written.withLock { $0.out += text } }, err: { text in self.written.withLock { $0.err += text } },
            isLive: false)
        let code = Command(project: project, streams: streams, environment: [:], root: root).perform(call)
        return written.withLock { (code, $0.out, $0.err) }
    }
}
