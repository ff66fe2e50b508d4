import Formats
import Pipeline

extension Verb {
    /// Says why a stage runs.
    static let explain = Verb(
        name: "explain", words: "STAGE", help: "say why a stage would run: what changed, from what to what, and what follows",
        options: Option.common
    ) { call in
        let explanation = try call.pipeline().explain(call.onlyWord("a stage"))
        call.streams.out(call.settings.isJSON ? explanation.json.text + "\n" : explanation.text)
        return .done
    }
}

extension Explanation {
    /// The explanation for people, root cause first.
    var text: String {
        if action.isReuse { return "\(stage) is there already; nothing that decides its result changed.\n" }
        var lines: [String] = []
        switch action {
        case .wait: lines.append("\(stage) may run, since it depends on what runs before it:")
        case .run, .reuse, .impossible: lines.append("\(stage) runs:")
        }
        for cause in causes { lines += text(of: cause).map { "  " + $0 } }
        if !alsoAffected.isEmpty {
            let known = alsoAffected.compactMap(\.lastSeconds)
            let took = known.isEmpty ? "" : ", which took \(durationText(known.reduce(0, +))) last time"
            lines.append("and may make run \(alsoAffected.count) more\(took):")
            lines += alsoAffected.map { "  \($0.stage)\(time($0))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(of cause: Cause) -> [String] {
        switch cause.action {
        case .run(because: .changed(let differences)):
            return ["\(cause.stage)\(time(cause))"] + differences.map { "  \($0)" }
        case .run(let reason): return ["\(cause.stage)\(time(cause))", "  \(reason)"]
        case .impossible(let error): return [cause.stage, "  \(error)"]
        case .reuse, .wait: return [cause.stage]
        }
    }

    private func time(_ cause: Cause) -> String { cause.lastSeconds.map { " (took \(durationText($0)) last time)" } ?? "" }

    var json: JSON {
        func object(_ cause: Cause) -> JSON {
            var members: [String: JSON] = ["stage": .string(cause.stage)]
            if let seconds = cause.lastSeconds { members["lastSeconds"] = .number(seconds) }
            if case .run(let reason) = cause.action { members["because"] = .string("\(reason)") }
            if case .run(because: .changed(let differences)) = cause.action {
                members["changes"] = .array(
                    differences.map {
                        [
                            "field": .string($0.field), "from": $0.from.map { .string($0) } ?? .null,
                            "to": $0.to.map { .string($0) } ?? .null,
                        ]
                    })
            }
            return .object(members)
        }
        let fate: JSON = action.isReuse ? "reuse" : action.isWait ? "wait" : "run"
        return [
            "stage": .string(stage), "action": fate, "causes": .array(causes.map(object)),
            "alsoAffected": .array(alsoAffected.map(object)),
        ]
    }
}
