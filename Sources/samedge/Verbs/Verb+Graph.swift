import Pipeline

extension Verb {
    /// Writes the graph of stages as a picture, or in a language that draws graphs.
    static let graph = Verb(
        name: "graph", words: "[TARGET…]", help: "write the graph of stages as a picture, or as text for Graphviz or Mermaid",
        options: Option.common + [Option("--format", value: "dot|mermaid|svg", "the language (default: dot)")]
    ) { call in
        let format = try call.arguments.choice("--format", among: ["dot", "mermaid", "svg"]) ?? "dot"
        let graph = try call.pipeline().graph
        let targets = try graph.targets(call.arguments.words)
        switch format {
        case "mermaid": call.streams.out(graph.mermaid(targets))
        case "svg": call.streams.out(graph.diagram(targets, title: "Stages of the profile \(call.settings.profile)").svg())
        default: call.streams.out(graph.dot(targets))
        }
        return .done
    }
}
