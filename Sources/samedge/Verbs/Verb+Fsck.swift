import Pipeline

extension Verb {
    /// Reads the whole store and sets aside what is damaged.
    static let fsck = Verb(
        name: "fsck", words: "", help: "read all of the store and set aside what is damaged",
        details: """
            Names what is damaged and, after `anew`, the stages (each after its profile) whose last result is no longer
            whole: they run when they are next wanted. Exit code 1 where something was damaged.
            """,
        options: Option.common + [Option("--dry-run", short: "n", "name what is damaged, and leave it")]
    ) { call in
        try call.noWords()
        let store = try Store(call.settings.store)
        let check = try store.check(repairs: !call.arguments.has("--dry-run"))
        store.saveIndex()
        for finding in check.findings { call.streams.out("DAMAGE \(finding.path): \(finding.damage)\n") }
        for stage in check.stages { call.streams.out("anew   \(stage)\n") }
        call.streams.out(
            "\(check.objects) files (\(sizeText(check.bytes))) and \(check.records) records read, \(check.findings.count) damaged\n"
        )
        if check.leftOut > 0 {
            call.streams.out(
                "\(check.leftOut) files are not here, since the archives that their results came with left them out\n")
        }
        return check.findings.isEmpty ? .done : .failed
    }
}
