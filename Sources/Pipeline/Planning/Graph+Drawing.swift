import Formats

extension Graph {
    /// The graph in the language of Graphviz, for some stages and all that they depend on.
    package func dot(_ targets: [Int]) -> String {
        var lines = ["digraph samedge {", "  rankdir=LR;", "  node [shape=box, fontname=\"sans-serif\"];"]
        let members = closure(of: targets)
        for stage in members { lines.append("  \(quoted(stages[stage].name));") }
        for stage in members {
            for source in upstream[stage] { lines.append("  \(quoted(stages[source].name)) -> \(quoted(stages[stage].name));") }
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    /// The graph in the language of Mermaid, for some stages and all that they depend on.
    package func mermaid(_ targets: [Int]) -> String {
        var lines = ["flowchart LR"]
        let members = closure(of: targets)
        for stage in members { lines.append("  s\(stage)[\(quoted(stages[stage].name))]") }
        for stage in members {
            for source in upstream[stage] { lines.append("  s\(source) --> s\(stage)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func quoted(_ name: String) -> String { JSON.string(name).text }
}
