import Formats
import Paper
import Pipeline

extension Verb {
    /// Times training steps and Hessian–vector products.
    static let bench = Verb(
        name: "bench", words: "[CASE…]", help: "time gradients, SAM steps and Hessian–vector products",
        details: "Cases: \(StepBenchmark.cases.map(\.name).joined(separator: ", ")). The best of all rounds counts.",
        options: [
            Option("--threads", short: "t", value: "N", "how many threads to use (default: the number of processors)"),
            Option("--rounds", value: "N", "how often each part is timed (default: 20)"),
            Option("--json", "tell everything as lines of JSON"),
        ]
    ) { call in
        let names = StepBenchmark.cases.map(\.name)
        for word in call.arguments.words where !names.contains(word) { throw UsageError.unknownCase(word, among: names) }
        let threads = try call.arguments.count("--threads") ?? processorCount
        let rounds = try call.arguments.count("--rounds") ?? 20
        for benchmark in StepBenchmark.cases where call.arguments.words.isEmpty || call.arguments.words.contains(benchmark.name) {
            let times = StepBenchmark.run(benchmark, threads: threads, rounds: rounds)
            if call.settings.isJSON {
                let json: JSON = [
                    "case": .string(benchmark.name), "threads": JSON(threads), "gradient": .number(times.gradient),
                    "sam_step": .number(times.samStep), "hessian_product": .number(times.hessianProduct),
                ]
                call.streams.out(json.text + "\n")
            } else {
                let share = (times.hessianProduct / times.gradient * 100).rounded() / 100
                call.streams.out(
                    """
                    \(benchmark.name): SAM step \(milliseconds(times.samStep)), gradient \(milliseconds(times.gradient)), \
                    Hessian–vector product \(milliseconds(times.hessianProduct)) (\(shortestText(share)) gradients)

                    """)
            }
        }
        return .done
    }

    private static func milliseconds(_ seconds: Double) -> String { "\(shortestText((seconds * 1e5).rounded() / 100)) ms" }
}
