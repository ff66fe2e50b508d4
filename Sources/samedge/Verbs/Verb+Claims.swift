import Formats
import Pipeline
import Platform

extension Verb {
    /// Says which of the paper's claims hold.
    static let claims = Verb(
        name: "claims", words: "", help: "say which of the paper's claims hold, with the numbers of every run",
        details: """
            Runs what is missing first. With --json the verdicts as one line of JSON after the events; the tables are beside the
            figures. With --profile laptop-seeds, which trains every run with three seeds, each verdict says what each seed's
            runs come to.
            """,
        options: Option.common + Option.running
    ) { call in
        try call.noWords()
        let (pipeline, summary) = try call.run(["claims"])
        guard summary.isComplete, let files = try pipeline.outputs(of: "claims") else { return summary.exitCode }
        let wanted = call.settings.isJSON ? "claims.json" : "claims.txt"
        guard let file = files.first(where: { $0.path == wanted }) else {
            throw PipelineError.missingOutput(wanted, of: "claims", among: files.map(\.path))
        }
        let bytes = try FileSystem().contents(of: pipeline.store.path(of: file))
        call.streams.out(call.settings.isJSON ? try JSON(parsing: bytes).text + "\n" : String(decoding: bytes, as: UTF8.self))
        return .done
    }
}
