import Formats
import Pipeline

extension Verb {
    /// Names the files of a stage's result.
    static let show = Verb(
        name: "show", words: "STAGE…", help: "name the files of stages' results and where they are",
        details: """
            Each line: the file's name, its size in bytes, its path in the store; between tabs. Of several stages, a line with its
            name comes before each one's files. With --json each file is an object in a line of its own: stage, name, size, sha256,
            path, and copy, where the file is copied to for people; null where there is none.
            """,
        options: Option.common
    ) { call in
        guard !call.arguments.words.isEmpty else { throw UsageError.missingWord("a stage", verb: "show") }
        let pipeline = try call.pipeline(),
            stages = try pipeline.graph.targets(call.arguments.words).map { pipeline.graph.stages[$0] }
        var isWhole = true
        for stage in stages {
            guard let files = try pipeline.outputs(of: stage.name) else {
                call.streams.err("samedge: \(stage.name) has no result yet; make it with `samedge run \(stage.name)`\n")
                isWhole = false
                continue
            }
            if stages.count > 1, !call.settings.isJSON { call.streams.out("\(stage.name)\n") }
            for file in files {
                let path = try pipeline.store.holds([file]) ? pipeline.store.path(of: file) : nil
                if call.settings.isJSON {
                    let copy = stage.publishes[file.path].map { pipeline.root + "/" + $0 }
                    let json: JSON = [
                        "stage": .string(stage.name), "name": .string(file.path), "size": JSON(file.size),
                        "sha256": .string(file.digest.hex), "path": path.map { .string($0) } ?? .null,
                        "copy": copy.map { .string($0) } ?? .null,
                    ]
                    call.streams.out(json.text + "\n")
                } else {
                    call.streams.out("\(file.path)\t\(file.size)\t\(path ?? "not here: an archive left it out")\n")
                }
            }
        }
        return isWhole ? .done : .failed
    }
}
