import Formats
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

func text(_ path: String) throws -> String { String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self) }

/// A kind whose stages write their parameter `text` and all their inputs, and that can be told to do other things first.
struct JoinKind: StageKind {
    let name = "join"
    let modules = ["Toy"]
    /// The names of the stages run, in order.
    let journal = Journal()
    var hook: @Sendable (StageRun) throws -> Void = { _ in }

    func run(_ run: StageRun) throws {
        journal.add(run.name)
        try hook(run)
        var out = run.parameters["text"]?.stringValue ?? ""
        for label in run.inputs.keys.sorted() {
            for name in run.input(label).names {
                out += "[\(label) \(name): \(try text(run.input(label)[name]))]"
            }
        }
        // A stage whose text is only its length, for early cut-off.
        if run.parameters["length"]?.boolValue == true { out = "\(out.utf8.count)" }
        try run.write(out.utf8, to: "out.txt")
    }

    final class Journal: Sendable {
        private let names = Mutex<[String]>([])
        func add(_ name: String) { names.withLock { $0.append(name) } }
        func take() -> [String] {
            names.withLock { names in
                defer { names = [] }
                return names.sorted()
            }
        }
    }
}

/// A toy project: stages of the kind `join` with a store, all of which a test may change between runs.
struct Toy {
    let folder: TemporaryFolder
    var stages: [Stage]
    var kind = JoinKind()
    var code = ["Toy": "1"]
    var files = FileSystem()

    init(_ stages: [Stage], in folder: TemporaryFolder? = nil) throws {
        (self.folder, self.stages) = (try folder ?? TemporaryFolder(), stages)
    }

    /// a → b → d, a → c → d, and e alone.
    static func diamond(in folder: TemporaryFolder? = nil) throws -> Toy {
        try Toy(
            [join("a", "A"), join("b", "B", ["a"]), join("c", "C", ["a"]), join("d", "D", ["b", "c"]), join("e", "E")], in: folder
        )
    }

    static func join(_ name: String, _ text: String, _ inputs: [String] = []) -> Stage {
        Stage(name, kind: "join", parameters: ["text": .string(text)], inputs: inputs.map { .init($0, from: $0) })
    }

    var storePath: String { folder.path + "/store" }

    func pipeline() throws -> Pipeline {
        try Pipeline(
            stages: stages, kinds: [kind], codeDigest: { code[$0] ?? "none" }, store: try Store(storePath, files: files),
            scope: "toy", root: folder.path)
    }

    /// Runs with a store opened anew, as another process would.
    @discardableResult
    func run(_ targets: [String] = [], _ options: RunOptions = RunOptions(jobs: 2)) throws -> RunSummary {
        try pipeline().run(targets, options: options)
    }

    func plan(_ targets: [String] = []) throws -> Plan { try pipeline().plan(targets) }

    func output(_ stage: String) throws -> String {
        let pipeline = try pipeline()
        let files = try #require(try pipeline.outputs(of: stage))
        return try text(pipeline.store.path(of: files[0]))
    }

    mutating func edit(_ name: String, _ change: (inout Stage) -> Void) {
        change(&stages[stages.firstIndex { $0.name == name }!])
    }
}
