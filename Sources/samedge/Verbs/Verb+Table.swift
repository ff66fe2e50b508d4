import Formats
import Paper
import Pipeline
import Platform

extension Verb {
    /// Writes the numbers of all runs as one table.
    static let table = Verb(
        name: "table", words: "training|measurements", help: "write the numbers of all runs as one table of tab-separated values",
        details: """
            training: a row for each step of each run; measurements: a row for each check, as in figures/PROFILE/measurements.tsv.
            Every row begins with experiment, data (real or stand-in), run, learning_rate, rho (0: gradient descent) and seed. Runs
            what is missing first.
            """,
        options: Option.common.filter { $0.name != "--json" } + Option.running + [
            Option("--output", short: "o", value: "FILE", "where it is written (default: to standard output)")
        ]
    ) { call in
        let words = TidyTable.allCases.map(\.rawValue)
        let word = try call.onlyWord("a kind of table: \(words.joined(separator: " or "))")
        guard let kind = TidyTable(rawValue: word) else { throw UsageError.unfitting("table \(word)", fitting: words) }
        let output = call.arguments.value("--output")
        if let output { try UsageError.refuse(output, inside: call.settings.store) }
        let (pipeline, summary) = try call.run(["claims"])
        guard summary.isComplete, let inputs = try pipeline.inputs(of: "claims"),
            let stage = pipeline.graph.stages.first(where: { $0.name == "claims" })
        else { return summary.exitCode }
        let table = try kind.joined(from: stage.parameters) { inputs[$0]! }
        if let output { try FileSystem().replace(output, with: table.text) } else { call.streams.out(table.text) }
        return .done
    }
}
