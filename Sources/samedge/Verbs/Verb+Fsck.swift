import Pipeline

extension Verb {
    /// Reads the whole store and sets aside what is damaged.
    static let fsck = Verb(
        name: "fsck", words: "", help: "read all of the store and set aside what is damaged",
        details: "What is set aside is made anew when it is wanted. Exit code 1 where something was damaged.",
        options: Option.common + [Option("--dry-run", short: "n", "name what is damaged, and leave it")]
    ) { call in
        try call.noWords()
        let store = try Store(call.settings.store)
        let check = try store.check(repairs: !call.arguments.has("--dry-run"))
        store.saveIndex()
        for finding in check.findings { call.streams.out("DAMAGE \(finding.path): \(finding.damage)\n") }
        call.streams.out(
            "\(check.objects) files (\(sizeText(check.bytes))) and \(check.records) records read, \(check.findings.count) damaged\n")
        return check.findings.isEmpty ? .done : .failed
    }
}
