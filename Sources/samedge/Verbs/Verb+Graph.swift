import Pipeline

extension Verb {
    /// Writes the graph of stages as a picture, or in a language that draws graphs.
    static let graph = Verb(
        name: "graph", words: "[TARGET…]", help: "write the graph of stages as a picture, or as text for Graphviz or Mermaid",
        options: Option.common + [
            Option(
                "--of", value: "stages|kinds|modules",
                "what is drawn: kinds of stages, or the modules of the code (default: stages)"),
            Option("--format", value: "dot|mermaid|svg", "the language (default: dot)"),
        ]
    ) { call in
        let format = try call.arguments.choice("--format", among: ["dot", "mermaid", "svg"]) ?? "dot"
        let picture: GraphPicture
        switch try call.arguments.choice("--of", among: ["stages", "kinds", "modules"]) ?? "stages" {
        case "modules":
            if let target = call.arguments.words.first { throw UsageError.tooManyWords(target, verb: "graph --of modules") }
            picture = .modules
        case let what:
            let graph = try call.pipeline().graph, targets = try graph.targets(call.arguments.words)
            picture = what == "kinds" ? .kinds(targets, of: graph) : .stages(targets, of: graph, profile: call.settings.profile)
        }
        switch format {
        case "mermaid": call.streams.out(picture.mermaid)
        case "svg": call.streams.out(picture.svg)
        default: call.streams.out(picture.dot)
        }
        return .done
    }
}
