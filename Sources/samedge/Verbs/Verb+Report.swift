import Pipeline

extension Verb {
    /// Makes the report.
    static let report = Verb(
        name: "report", words: "", help: "make the report of a profile: figures, claims, settings, provenance on one page",
        details: "Runs what is missing first. The page is figures/PROFILE/report.html and needs nothing else.",
        options: Option.common + Option.running
    ) { call in
        try call.noWords()
        let (_, summary) = try call.run(["report"])
        if summary.isComplete, !call.settings.isJSON { call.streams.out("figures/\(call.settings.profile)/report.html\n") }
        return summary.exitCode
    }
}
