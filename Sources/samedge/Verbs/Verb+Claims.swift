import Formats
import Paper
import Pipeline

extension Verb {
    /// Says which of the paper's claims hold.
    static let claims = Verb(
        name: "claims", words: "", help: "say which of the paper's claims hold, with the numbers of every run",
        details: """
            Runs what is missing first. With --json the verdicts as one line of JSON after the events; the tables are beside the
            figures. With --seeds N every run is trained and measured with N seeds, and each verdict says what each seed's runs
            come to; the tables are then in figures/PROFILE/claims/seeds=N.
            """,
        options: Option.common + Option.running
    ) { call in
        try call.noWords()
        let stage = Reproduction.claimsName(seeds: call.settings.seeds)
        let (pipeline, summary) = try call.run([stage])
        guard summary.isComplete, let files = try pipeline.outputs(of: stage) else { return summary.exitCode }
        let wanted = call.settings.isJSON ? "claims.json" : "claims.txt"
        guard let file = files.first(where: { $0.path == wanted }) else {
            throw PipelineError.missingOutput(wanted, of: stage, among: files.map(\.path))
        }
        let bytes = try FileBytes.read(pipeline.store.path(of: file))
        call.streams.out(call.settings.isJSON ? try JSON(parsing: bytes).text + "\n" : String(decoding: bytes, as: UTF8.self))
        return .done
    }
}
