import Formats
import Foundation
import Pipeline
import Platform
import Synchronization
import TestSupport

@testable import samedge

/// Writes its parameter `text` and what it reads; fails where that is `fail`, and writes each time another thing where it is `differ`.
struct WriteKind: StageKind {
    struct Failure: Error, CustomStringConvertible { var description: String { "it was told to" } }

    let name = "write"
    let modules = ["Toy"]
    /// The stages run, in order.
    let ran: Names

    func run(_ run: StageRun) throws {
        ran.add(run.name)
        run.log("working on \(run.name)")
        var text = run.parameters["text"]?.stringValue ?? ""
        if text == "fail" { throw Failure() }
        if text == "differ" { text = "\(ran.count)" }
        for label in run.inputs.keys.sorted() {
            text += String(decoding: try FileSystem().contents(of: run.input(label).only), as: UTF8.self)
        }
        try run.write(text.utf8, to: "out.txt")
    }

    final class Names: Sendable {
        private let names = Mutex<(new: [String], count: Int)>(([], 0))
        func add(_ name: String) { names.withLock { $0 = ($0.new + [name], $0.count + 1) } }
        /// How many there ever were.
        var count: Int { names.withLock { $0.count } }
        /// The names since the last time, sorted.
        func take() -> [String] {
            names.withLock { names in
                defer { names.new = [] }
                return names.new.sorted()
            }
        }
    }
}

/// The command on a project of toy stages, in a folder of its own.
final class Toy: Sendable {
    private let folder: TemporaryFolder
    var root: String { folder.path }
    /// The stages run, in order.
    let ran = WriteKind.Names()
    private let texts: Mutex<[String: String]>
    private let inputs: [String: [String]]
    private let written = Mutex<(out: String, err: String)>(("", ""))

    /// - Parameters: what each stage writes, by name (those named `chart` or `figure/NAME` are copied out as figures), and which
    ///   stages it reads.
    init(_ texts: [String: String] = ["a": "1", "b": "2", "chart": "3"], inputs: [String: [String]] = [:]) throws {
        self.texts = Mutex(texts)
        self.inputs = inputs
        folder = try TemporaryFolder()
    }

    /// Changes what a stage writes; `nil` removes the stage.
    func edit(_ stage: String, _ text: String?) { texts.withLock { $0[stage] = text } }

    private var stages: [Stage] {
        texts.withLock { $0 }.sorted { $0.key < $1.key }.map { name, text in
            let figure =
                name == "chart" ? "figures/chart.txt" : name.hasPrefix("figure/") ? "figures/\(name.dropFirst(7)).svg" : nil
            return Stage(
                name, kind: "write", parameters: ["text": .string(text)],
                inputs: (inputs[name] ?? []).map { .init($0, from: $0) }, publishes: figure.map { ["out.txt": $0] } ?? [:])
        }
    }

    /// Performs a call; what it wrote is in the result.
    func perform(_ call: String...) -> (code: ExitCode, out: String, err: String) {
        written.withLock { $0 = ("", "") }
        let project = Project(
            name: "toy", profiles: [("small", "a few stages"), ("large", "the same")], stages: { _, _, _ in self.stages },
            kinds: { _ in [WriteKind(ran: self.ran)] }, codeDigest: { _ in "" }, verbs: [.archive, .importing])
        let streams = Streams(
            out: { text in self.written.withLock { $0.out += text } }, err: { text in self.written.withLock { $0.err += text } },
            isLive: false)
        let code = Command(project: project, streams: streams, environment: [:], root: root).perform(call)
        return written.withLock { (code, $0.out, $0.err) }
    }
}
