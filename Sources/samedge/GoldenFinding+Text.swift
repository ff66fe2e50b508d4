import Formats
import Plotting

extension GoldenFinding {
    /// The verdict as a word.
    private var word: String {
        switch verdict {
        case .identical: "identical"
        case .equivalent: "equivalent"
        case .changed: "CHANGED"
        case .missing: "NO GOLDEN"
        case .stale: "STALE"
        }
    }

    /// What the word leaves open.
    private var note: String {
        switch verdict {
        case .identical, .missing: ""
        case .equivalent: "other numbers, within the figure's tolerance"
        case .changed(let aspects): aspects.map { $0 == .bytes ? "bytes only" : $0.rawValue }.joined(separator: ", ")
        case .stale: "a golden that no figure has any more"
        }
    }

    /// The verdict in a few words, for the report.
    var summary: String { note.isEmpty ? word.lowercased() : "\(word.lowercased()): \(note)" }

    /// The finding for people: a line, then what differs and what to do next.
    func text(profile: String) -> String {
        let column = String(repeating: " ", count: 12 - word.count)
        var lines = ["\(word)\(column)\(name)" + (note.isEmpty ? "" : " (\(note))")]
        lines += differences.prefix(Self.shown).map { "    \($0)" }
        if differences.count > Self.shown { lines.append("    … \(differences.count - Self.shown) more, all in the report") }
        return (lines + advice(profile: profile).map { "    \($0)" }).joined(separator: "\n") + "\n"
    }

    /// How many differences are told here; the report has all.
    private static let shown = 6

    private func advice(profile: String) -> [String] {
        if let otherData {
            let data = otherData.new == "none" ? "DATA=standin (--data standin)" : "MIRROR=FOLDER-OR-URL (--mirror)"
            return [
                "the golden comes from other data: it says “\(otherData.old)”, this one “\(otherData.new)”;"
                    + " to compare like with like: make check PROFILE=\(profile) \(data)"
            ]
        }
        switch verdict {
        case .identical, .equivalent: return []
        case .changed: return ["if it is meant: samedge accept \(name) --profile \(profile) --reason \"…\""]
        case .missing: return ["to make it one: samedge accept \(name) --profile \(profile) --reason \"…\""]
        case .stale: return ["if it is gone for good: git rm 'figures/golden/\(profile)/\(name).*'"]
        }
    }

    /// The finding for programs.
    var json: JSON {
        let word =
            switch verdict {
            case .identical: "identical"
            case .equivalent: "equivalent"
            case .changed: "changed"
            case .missing: "missing"
            case .stale: "stale"
            }
        var members: [String: JSON] = [
            "figure": .string(name), "verdict": .string(word), "differences": .array(differences.map { .string($0) }),
        ]
        if case .changed(let aspects) = verdict { members["aspects"] = .array(aspects.map { .string($0.rawValue) }) }
        if let otherData { members["warnings"] = ["golden": .string(otherData.old), "figure": .string(otherData.new)] }
        return .object(members)
    }
}
