import Formats

extension Event {
    /// The event as one line for people, or `nil` for those that only a live display shows.
    package var line: String? {
        switch self {
        case .planned(let run, let reuse, let wait, let seconds):
            if run + wait == 0 { return "nothing to do: \(reuse) results are there already" }
            let time = seconds.map { ", about \(durationText($0)) of work" } ?? ""
            return "\(run) stages to run, \(wait) that may follow, \(reuse) results there already\(time)"
        case .started(let stage, let reason, let seconds):
            return "start  \(stage) (\(reason)\(seconds.map { "; about \(durationText($0))" } ?? ""))"
        case .submitted(let stage, let job): return "job    \(stage) is job \(job)"
        case .progress, .overall, .reused: return nil
        case .log(let stage, let line): return "log    \(stage): \(line)"
        case .finished(let stage, let seconds, let files, let bytes):
            return "done   \(stage) in \(durationText(seconds)), \(files) \(files == 1 ? "file" : "files"), \(sizeText(bytes))"
        case .waiting(let stage): return "wait   \(stage): another process is making it"
        case .failed(let stage, let error, _): return "FAILED \(stage): \(error)"
        case .skipped(let stage, let cause): return "skip   \(stage), since \(cause) did not end well"
        case .stopped(let stage): return "stop   \(stage); it goes on from here at the next run"
        case .published(let path): return "wrote  \(path)"
        case .damaged(let path, let damage): return "DAMAGE \(path): \(damage); made anew"
        case .interrupted: return "stopping after the steps under way; interrupt again to stop at once"
        case .notice(let text): return text
        case .ended(let summary): return summary.text
        }
    }

    /// The event as one JSON object with the member `event`.
    package var json: JSON {
        func object(_ event: String, _ members: [String: JSON?]) -> JSON {
            var object = members.compactMapValues { $0 }
            object["event"] = .string(event)
            return .object(object)
        }
        func names(_ names: [String]) -> JSON { .array(names.map { .string($0) }) }
        switch self {
        case .planned(let run, let reuse, let wait, let seconds):
            return object(
                "planned", ["run": JSON(run), "reuse": JSON(reuse), "wait": JSON(wait), "seconds": seconds.map(JSON.number)])
        case .started(let stage, let reason, let seconds):
            return object("started", ["stage": .string(stage), "because": .string(reason), "seconds": seconds.map(JSON.number)])
        case .submitted(let stage, let job): return object("submitted", ["stage": .string(stage), "job": .string(job)])
        case .progress(let stage, let step, let count, let detail):
            return object(
                "progress", ["stage": .string(stage), "step": JSON(step), "count": JSON(count), "detail": .string(detail)])
        case .log(let stage, let line): return object("log", ["stage": .string(stage), "line": .string(line)])
        case .finished(let stage, let seconds, let files, let bytes):
            return object(
                "finished", ["stage": .string(stage), "seconds": .number(seconds), "files": JSON(files), "bytes": JSON(bytes)])
        case .reused(let stage): return object("reused", ["stage": .string(stage)])
        case .waiting(let stage): return object("waiting", ["stage": .string(stage)])
        case .failed(let stage, let error, let tail):
            return object("failed", ["stage": .string(stage), "error": .string(error), "tail": names(tail)])
        case .skipped(let stage, let cause): return object("skipped", ["stage": .string(stage), "because": .string(cause)])
        case .stopped(let stage): return object("stopped", ["stage": .string(stage)])
        case .published(let path): return object("published", ["path": .string(path)])
        case .damaged(let path, let damage): return object("damaged", ["path": .string(path), "damage": .string(damage)])
        case .overall(let done, let count, let seconds):
            return object("overall", ["done": JSON(done), "count": JSON(count), "seconds": seconds.map(JSON.number)])
        case .interrupted: return object("interrupted", [:])
        case .notice(let text): return object("notice", ["text": .string(text)])
        case .ended(let summary):
            return object(
                "ended",
                [
                    "ran": names(summary.ran), "reused": names(summary.reused), "skipped": names(summary.skipped),
                    "stopped": names(summary.stopped), "published": names(summary.published),
                    "failed": names(summary.failures.map(\.stage)), "seconds": .number(summary.seconds),
                    "interrupted": .bool(summary.wasInterrupted),
                ])
        }
    }
}

extension RunSummary {
    /// The summary for people: one line of counts, then each failure with the tail of its log.
    package var text: String {
        var counts = ["\(ran.count) run", "\(reused.count) reused"]
        if !failures.isEmpty { counts.append("\(failures.count) failed") }
        if !skipped.isEmpty { counts.append("\(skipped.count) not begun") }
        if !stopped.isEmpty { counts.append("\(stopped.count) stopped") }
        if !published.isEmpty { counts.append("\(published.count) \(published.count == 1 ? "file" : "files") written") }
        var lines = [
            "\(wasInterrupted ? "interrupted" : !failures.isEmpty ? "failed" : stopped.isEmpty ? "done" : "stopped") in \(durationText(seconds)): "
                + counts.joined(separator: ", ")
        ]
        for failure in failures {
            lines.append("")
            lines.append("\(failure.stage) failed: \(failure.message)")
            lines += failure.tail.map { "  | \($0)" }
        }
        return lines.joined(separator: "\n")
    }
}

/// A duration for people: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`, `12 days 5 h`.
package func durationText(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "very long" }
    if seconds < 9.95 { return "\(shortestText((seconds * 10).rounded() / 10)) s" }
    let whole = Int(seconds.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    let hours = whole / 3600
    return hours < 48 ? "\(hours) h \(two(whole % 3600 / 60)) min" : "\(hours / 24) days \(hours % 24) h"
}

/// A size for people: `812 B`, `1.4 kB`, `170 MB`.
package func sizeText(_ bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["B", "kB", "MB", "GB"] {
        if value < 999.5 {
            return "\(shortestText(value < 9.95 && unit != "B" ? (value * 10).rounded() / 10 : value.rounded())) \(unit)"
        }
        value /= 1000
    }
    return "\(shortestText(value.rounded())) TB"
}
