import Formats
import Paper
import Pipeline
import Platform

extension Verb {
    /// Times kernels, layers, training steps and measurements beside what the machine can do.
    static let bench = Verb(
        name: "bench", words: "[SUITE|CASE…]", help: "time kernels, layers, steps and measurements beside the machine's limits",
        details: """
            Suites: \(suites.joined(separator: ", ")). A row tells the median of all rounds, the distance between their \
            quartiles relative to it, and operations per second; "of_peak" is the share of the fused multiply-adds that the \
            same threads were seen to do on registers at that moment. Operations are counted as the formulae have them: \
            where the kernels need fewer, the share says so. Cases that take minutes run only when they are named.
            """,
        options: [
            Option(
                "--threads", short: "t", value: "N", in: Option.threadCounts, repeats: true,
                "how many threads to use (default: the number of processors); several times to compare"),
            Option("--rounds", value: "N", in: 1...1_000_000, "how often each case is timed (default: 9)"),
            Option("--json", "tell everything as lines of JSON"),
            Option("--tsv", "tell everything as a table of tab-separated values"),
        ]
    ) { call in
        let words = call.arguments.words, cancellation = Cancellation()
        try Interrupts.cancel(cancellation)
        for word in words where !Benchmark.all.contains(where: { $0.matches(word) }) {
            throw UsageError.unknownCase(word, among: suites)
        }
        let given = call.arguments.counts("--threads")
        let threads = given.isEmpty ? [processorCount] : given
        let rounds = call.arguments.count("--rounds") ?? 9
        let chosen = Benchmark.all.filter { benchmark in
            words.isEmpty ? !benchmark.isLong : words.contains { benchmark.matches($0) }
        }
        let isTable = call.arguments.has("--tsv")
        var table = Table(columns: BenchmarkRow.columns)
        if words.isEmpty, !isTable, !call.settings.isJSON {
            for threads in Set(threads + [1]).sorted() {
                call.streams.out(
                    """
                    on \(threads) thread\(threads == 1 ? "" : "s"): \(giga(Benchmark.peak(threads: threads))) GFLOP/s of fused \
                    multiply-adds on registers, \(giga(Benchmark.copyRate(threads: threads))) GB/s copied from memory to memory

                    """)
            }
        }
        for benchmark in chosen {
            for threads in threads {
                if cancellation.isCancelled { throw Cancelled() }
                let before = Benchmark.peak(threads: threads)
                let timing = try benchmark.measure(threads: threads, rounds: rounds) { cancellation.isCancelled }
                let row = BenchmarkRow(
                    benchmark, timing, threads: threads, peak: max(before, Benchmark.peak(threads: threads)))
                if isTable {
                    table.append(row.cells)
                } else {
                    call.streams.out((call.settings.isJSON ? row.json.text : row.text) + "\n")
                }
            }
        }
        if isTable { call.streams.out(table.text) }
        return .done
    }

    private static var suites: [String] {
        var suites: [String] = []
        for benchmark in Benchmark.all {
            let suite = String(benchmark.name.prefix { $0 != "/" })
            if !suites.contains(suite) { suites.append(suite) }
        }
        return suites
    }
}

/// A rate in thousand millions a second.
func giga(_ rate: Double) -> String { shortestText((rate / 1e8).rounded() / 10) }

/// What is told of a benchmark.
private struct BenchmarkRow {
    static let columns = ["case", "threads", "seconds", "least", "spread", "gflops", "of_peak"]
    private let name: String
    private let values: [Double]

    init(_ benchmark: Benchmark, _ timing: Benchmark.Timing, threads: Int, peak: Double) {
        name = benchmark.name
        let rate = benchmark.operations > 0 ? benchmark.operations / timing.median : .nan
        values = [
            Double(threads), timing.median, timing.least, Self.rounded(timing.spread, to: 1000),
            Self.rounded(rate / 1e9, to: 10), Self.rounded(rate / peak, to: 1000),
        ]
    }

    private static func rounded(_ value: Double, to parts: Double) -> Double { (value * parts).rounded() / parts }

    var cells: [Table.Cell] { [.text(name)] + values.map { .number($0) } }

    var json: JSON {
        .object(
            Dictionary(
                uniqueKeysWithValues: [("case", JSON.string(name))]
                    + zip(Self.columns.dropFirst(), values).map { ($0, $1.isFinite ? .number($1) : .null) }))
    }

    var text: String {
        let time = "\(shortestText(Self.rounded(values[1] * 1e3, to: 1000))) ms"
        let rate =
            values[4].isFinite
            ? ", \(shortestText(values[4])) GFLOP/s, \(shortestText((values[5] * 100).rounded())) % of the peak" : ""
        return
            "\(name), \(shortestText(values[0])) thread\(values[0] == 1 ? "" : "s"): \(time) ± \(shortestText((values[3] * 50).rounded())) %\(rate)"
    }
}
