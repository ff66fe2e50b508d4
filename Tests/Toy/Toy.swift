import Formats
import Foundation
import Pipeline
import Platform
import Synchronization
import TestSupport

/// The text of a file.
package func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
}

/// A kind whose stages write their parameter `text` and all their inputs, and that can be told to do other things first.
package struct JoinKind: StageKind {
    package let name = "join"
    package let modules = ["Toy"]
    /// The names of the stages run, in order.
    package let journal = Journal()
    package var hook: @Sendable (StageRun) throws -> Void = { _ in }

    package func run(_ run: StageRun) throws {
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

    package final class Journal: Sendable {
        private let names = Mutex<[String]>([])
        func add(_ name: String) { names.withLock { $0.append(name) } }
        package func take() -> [String] {
            names.withLock { names in
                defer { names = [] }
                return names.sorted()
            }
        }
    }
}

/// A toy project: stages of the kind `join` with a store, all of which a test may change between runs.
package struct Toy {
    package let folder: TemporaryFolder
    package var stages: [Stage]
    package var kind = JoinKind()
    package var code = ["Toy": "1"]
    package var files = FileSystem()
    package var isOwn = false

    package init(_ stages: [Stage], in folder: TemporaryFolder? = nil) throws {
        (self.folder, self.stages) = (try folder ?? TemporaryFolder(), stages)
    }

    /// a → b → d, a → c → d, and e alone.
    package static func diamond(in folder: TemporaryFolder? = nil) throws -> Toy {
        try Toy(
            [join("a", "A"), join("b", "B", ["a"]), join("c", "C", ["a"]), join("d", "D", ["b", "c"]), join("e", "E")], in: folder
        )
    }

    package static func join(_ name: String, _ text: String, _ inputs: [String] = []) -> Stage {
        Stage(name, kind: "join", parameters: ["text": .string(text)], inputs: inputs.map { .init($0, from: $0) })
    }

    /// A stage that joins nothing but its name and takes so much work; where it publishes, to `figures/NAME.txt`.
    package static func costing(_ cost: Double, _ name: String, _ inputs: [String] = [], publishes: Bool = false) -> Stage {
        var stage = join(name, name, inputs)
        stage.resources.cost = cost
        if publishes { stage.publishes = ["out.txt": "figures/\(name).txt"] }
        return stage
    }

    package var storePath: String { folder.path + "/store" }

    package func pipeline() throws -> Pipeline {
        var pipeline = try Pipeline(
            stages: stages, kinds: [kind], codeDigest: { code[$0] ?? "none" }, store: try Store(storePath, files: files),
            scope: "toy", root: folder.path)
        pipeline.isOwn = isOwn
        return pipeline
    }

    /// Runs with a store opened anew, as another process would.
    @discardableResult
    package func run(_ targets: [String] = [], _ options: RunOptions = RunOptions(jobs: 2)) throws -> RunSummary {
        try pipeline().run(targets, options: options)
    }

    package func plan(_ targets: [String] = []) throws -> Plan { try pipeline().plan(targets) }

    package func output(_ stage: String) throws -> String {
        let pipeline = try pipeline()
        return try text(pipeline.store.path(of: try pipeline.outputs(of: stage)![0]))
    }

    package mutating func edit(_ name: String, _ change: (inout Stage) -> Void) {
        change(&stages[stages.firstIndex { $0.name == name }!])
    }
}

/// Waits for something that another thread or process brings about.
package func waitUntil(_ what: String, _ condition: () throws -> Bool) throws {
    struct WaitedTooLong: Error { var what: String }
    let end = Clock.seconds + 30
    while try !condition() {
        if Clock.seconds > end { throw WaitedTooLong(what: what) }
        Clock.pause(seconds: 0.001)
    }
}
