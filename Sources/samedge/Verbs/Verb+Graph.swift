import Pipeline

extension Verb {
    /// Writes the graph of stages in a language that draws graphs.
    static let graph = Verb(
        name: "graph", words: "[TARGET…]", help: "write the graph of stages as text for Graphviz or Mermaid",
        options: Option.common + [Option("--format", value: "dot|mermaid", "the language (default: dot)")]
    ) { call in
        let format = try call.arguments.choice("--format", among: ["dot", "mermaid"]) ?? "dot"
        let graph = try call.pipeline().graph
        let targets = try graph.targets(call.arguments.words)
        call.streams.out(format == "dot" ? graph.dot(targets) : graph.mermaid(targets))
        return .done
    }
}
