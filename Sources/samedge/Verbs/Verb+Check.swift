import Formats
import Pipeline
import Platform
import Plotting

extension Verb {
    /// Compares figures and claims with their goldens.
    static let check = Verb(
        name: "check", words: "[FIGURE…] [claims]", help: "compare the figures and the claims of a profile with the golden ones",
        details: """
            Makes what is missing first. A figure is identical byte for byte; equivalent where the picture says the same and its
            numbers agree within the tolerance that it declares; changed otherwise, or where it does not show its own table. The
            claims, with all numbers of their verdicts, are identical or changed. What has no golden fails too; a golden without
            a figure is named. Where not all are identical, the page figures/PROFILE/check.html shows old, new and what differs.
            Exit code 3 where something changed or has no golden.
            """,
        options: Option.common + Option.running
    ) { call in
        let words = call.arguments.words.isEmpty ? Goldens.words(in: try call.pipeline().graph) : call.arguments.words
        let (pipeline, summary) = try call.run(words)
        guard summary.isComplete else { return summary.exitCode }
        let goldens = Goldens(pipeline: pipeline)
        var findings = try goldens.results(words).map(goldens.finding)
        if call.arguments.words.isEmpty { findings += try goldens.stale() }
        for finding in findings {
            if call.settings.isJSON {
                call.streams.out(finding.json.text + "\n")
            } else if finding.verdict != .identical || !call.settings.isQuiet {
                call.streams.out(finding.text(profile: call.settings.profile))
            }
        }
        if let report = try call.writeReport(on: findings), !call.settings.isJSON {
            call.streams.out("side by side: \(report)\n")
        }
        return findings.contains(where: \.isFailure) ? .differs : .done
    }

    /// Makes figures and claims the golden ones.
    static let accept = Verb(
        name: "accept", words: "FIGURE…|claims", help: "make figures, or the claims, as they are the golden ones, for a reason",
        details: "Makes what is missing first. The reason is noted in figures/golden/PROFILE/accepted.tsv.",
        options: Option.common + Option.running + [Option("--reason", value: "TEXT", "why they changed")]
    ) { call in
        guard !call.arguments.words.isEmpty else {
            throw UsageError.missingWord("the name of a figure, or claims", verb: "accept")
        }
        guard let reason = call.arguments.value("--reason") else {
            throw UsageError.missingWord("--reason \"why the figure changed\"", verb: "accept")
        }
        let (pipeline, summary) = try call.run(call.arguments.words)
        guard summary.isComplete else { return summary.exitCode }
        let goldens = Goldens(pipeline: pipeline)
        for result in try goldens.results(call.arguments.words) {
            try goldens.accept(result, reason: reason)
            call.streams.out("golden  \(result.name)\n")
        }
        return .done
    }
}

extension Call {
    /// Writes the page of what is not identical, or removes that of an earlier check.
    ///
    /// - Returns: the page's path from the project's folder; `nil` where there is nothing to show.
    fileprivate func writeReport(on findings: [GoldenFinding]) throws -> String? {
        let folder = "figures/\(settings.profile)", path = "\(folder)/check.html"
        let shown = findings.filter { $0.verdict != .identical }
        guard !shown.isEmpty else {
            do { try FileSystem().remove("\(settings.root)/\(path)") } catch let error as FileSystemError where error.isRefusal {}
            return nil
        }
        let report = ComparisonReport(
            title: "Results of the profile \(settings.profile) against the golden ones",
            entries: shown.map {
                ComparisonReport.Entry(name: $0.name, verdict: $0.summary, differences: $0.differences, old: $0.old, new: $0.new)
            })
        do {
            try FileSystem().makeFolder("\(settings.root)/\(folder)")
            try FileSystem().replace("\(settings.root)/\(path)", with: report.html)
        } catch let error as FileSystemError where error.isRefusal {
            streams.err("samedge: \(error): there is no page to see it on\n")
            return nil
        }
        return path
    }
}
