import Formats
import Pipeline
import Platform

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A graph of small stages in a folder of its own, which processes run and are killed at.
///
/// Beside the store, the folder holds `journal`, a line `begin NAME` or `end NAME` each time a stage is run, and perhaps
/// `hold`: while that is there, no stage ends; nor, while `deaf` is there too, does one that is asked to stop.
package struct ToyGraph: Sendable {
    package let folder: String
    package let count: Int

    package init(_ folder: String, count: Int) { (self.folder, self.count) = (folder, count) }

    /// The stages: each but the first eight reads two earlier ones; every tenth is copied out.
    package var stages: [Stage] {
        (0..<count).map { i in
            let name = Self.name(i)
            let earlier = i < 8 ? [] : Set([i / 2, i - 1 - i * i % 7]).sorted()
            return Stage(
                name, kind: ToyKind.kindName, parameters: ["seed": JSON(i), "large": .bool(i % 16 == 5)],
                inputs: earlier.map { .init("from\($0)", from: Self.name($0)) },
                publishes: i % 10 == 0 ? ["value.txt": "figures/\(i).txt"] : [:])
        }
    }

    package static func name(_ i: Int) -> String { "toy/\(i)" }

    package func pipeline(files: FileSystem = FileSystem()) throws -> Pipeline {
        try Pipeline(
            stages: stages, kinds: [ToyKind(folder: folder)], codeDigest: { _ in "1" },
            store: try Store(folder + "/store", files: files), scope: "toy", root: folder)
    }
}

/// Digests its inputs and its seed, by way of three checkpoints; large outputs where it is told to.
struct ToyKind: StageKind {
    static let kindName = "toy"
    var name: String { Self.kindName }
    let modules = ["Toy"]
    let folder: String

    func run(_ run: StageRun) throws {
        try note("begin \(run.name)")
        while access(folder + "/hold", F_OK) == 0 {
            if access(folder + "/deaf", F_OK) != 0 { try run.checkCancellation() }
            usleep(1000)
        }
        var hash = SHA256.hex(of: run.parameters.text.utf8)
        for label in run.inputs.keys.sorted() {
            let bytes = try FileSystem().contents(of: run.input(label)["value.txt"])
            hash = SHA256.hex(of: Array(hash.utf8) + bytes)
        }
        let size = run.parameters["large"]?.boolValue == true ? 300_000 : 64
        let finished = Set(try run.checkpointPaths())
        for step in 0..<3 {
            try run.checkCancellation()
            let path = "steps/\(step).bin"
            let word = Array(SHA256.hex(of: Array("\(hash) \(step)".utf8)).utf8)
            if !finished.contains(path) {
                try run.writeCheckpoint((0..<size).map { word[$0 % 64] }, to: path)
                run.progress(step: step + 1, of: 3)
            }
            try run.keepCheckpoint(path)
        }
        try run.write(hash.utf8, to: "value.txt")
        try note("end \(run.name)")
    }

    /// Adds a line to the journal, whole even where several processes do.
    private func note(_ line: String) throws {
        try FileSystem().append(Array((line + "\n").utf8), to: folder + "/journal")
    }
}
