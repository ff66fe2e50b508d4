import Pipeline

extension Verb {
    /// Removes results that nothing needs any more.
    static let gc = Verb(
        name: "gc", words: "", help: "remove results that are no stage's last one",
        details: """
            Last results stay, under every profile, and so do the checkpoints of attempts that did not end. With --stages,
            the results of stages that this profile no longer declares go too. Waits for nothing: while a run uses the
            store, it says so and ends with exit code 1.
            """,
        options: Option.common + [
            Option("--dry-run", short: "n", "say what would go, and leave it"),
            Option("--stages", "forget the stages that the profile no longer declares"),
            Option("--days", value: "N", "remove checkpoints that are older (default: 14)"),
        ]
    ) { call in
        try call.noWords()
        let isDry = call.arguments.has("--dry-run")
        var declared: Set<String>?
        if call.arguments.has("--stages") { declared = Set(try call.pipeline().graph.stages.map(\.name)) }
        let scope = call.settings.profile
        let store = try Store(call.settings.store)
        let found = try store.collect(isDry: isDry, days: Double(try call.arguments.count("--days") ?? 14)) {
            $0 == scope && declared?.contains($1) == false
        }
        guard let found else {
            call.streams.err("samedge: a run or a job uses the store \(call.settings.store); collect when it has ended, see `samedge status`\n")
            return .failed
        }
        store.saveIndex()
        call.streams.out(
            """
            \(isDry ? "would remove" : "removed") \(found.objects) files, \(found.records) records and \(found.leftovers) \
            leftovers (\(sizeText(found.bytes))); \(found.kept) files stay (\(sizeText(found.keptBytes)))

            """)
        return .done
    }
}
