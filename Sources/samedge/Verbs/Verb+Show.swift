import Formats
import Pipeline

extension Verb {
    /// Names the files of a stage's result.
    static let show = Verb(
        name: "show", words: "STAGE", help: "name the files of a stage's result and where they are",
        details: "Each line: the file's name, its size in bytes, its path in the store; between tabs.",
        options: Option.common
    ) { call in
        let pipeline = try call.pipeline()
        let stage = try pipeline.graph.targets([call.onlyWord("a stage")])[0]
        let name = pipeline.graph.stages[stage].name
        guard let files = try pipeline.outputs(of: name) else {
            call.streams.err("samedge: \(name) has no result yet; make it with `samedge run \(name)`\n")
            return .failed
        }
        for file in files {
            let path = try pipeline.store.holds([file]) ? pipeline.store.path(of: file) : nil
            if call.settings.isJSON {
                let json: JSON = [
                    "name": .string(file.path), "size": JSON(file.size), "sha256": .string(file.digest.hex),
                    "path": path.map { .string($0) } ?? .null,
                ]
                call.streams.out(json.text + "\n")
            } else {
                call.streams.out("\(file.path)\t\(file.size)\t\(path ?? "not here: an archive left it out")\n")
            }
        }
        return .done
    }
}
