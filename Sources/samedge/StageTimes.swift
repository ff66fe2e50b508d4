import Formats
import Paper
import Pipeline
import Platform

/// What the results that a plan found took to make, by kind of stage and task, beside what their arithmetic takes.
struct StageTimes {
    /// The stages of one kind and task.
    struct Row: Hashable {
        var name: String
        var stages = 0
        var seconds = 0.0
        /// The operations of those that the processor made, as the formulae have them, and their seconds; 0 where none is known.
        var operations = 0.0, counted = 0.0
    }

    /// The longest first.
    let rows: [Row]
    /// The fused multiply-adds that a processor does on registers, two operations each, in a second.
    let peak: Double

    init(_ rows: [Row], peak: Double) {
        (self.rows, self.peak) = (rows.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }, peak)
    }

    /// By the records of the results that are there.
    init(_ plan: Plan, in store: Store) throws {
        var rows: [String: Row] = [:]
        for step in plan.steps {
            guard case .reuse(let key) = step.action, let record = try store.record(key) else { continue }
            let parts = step.stage.name.split(separator: "/")
            let name = parts.prefix(max(1, min(2, parts.count - 1))).joined(separator: "/")
            var row = rows[name] ?? Row(name: name)
            row.stages += 1
            row.seconds += record.seconds
            // A result that came with an archive has no time, and one of a device none of the processor's.
            if record.seconds > 0, record.device == nil, let work = step.stage.resources.kernels {
                row.operations += work.operations
                row.counted += record.seconds
            }
            rows[name] = row
        }
        self.init(Array(rows.values), peak: Benchmark.peak(threads: 1))
    }

    private var total: Double { rows.reduce(0) { $0 + $1.seconds } }

    /// A line for each row.
    var lines: [String] {
        rows.map { row in
            let share = total > 0 ? ", \(percent(row.seconds / total)) of all" : ""
            let rate = row.counted > 0 ? row.operations / row.counted : 0
            return "\(row.name): \(durationText(row.seconds))\(share), \(row.stages) \(row.stages == 1 ? "stage" : "stages")"
                + (rate > 0
                    ? "; \(giga(rate)) GFLOP/s, \(percent(rate / peak)) of a processor's peak"
                    : "")
        } + [
            "\(durationText(total)) of work, one stage after another; a processor's peak is \(giga(peak)) GFLOP/s"
        ]
    }

    /// The same as values.
    var json: [JSON] {
        rows.map { row in
            var members: [String: JSON] = [
                "name": .string(row.name), "stages": JSON(row.stages), "seconds": .number(row.seconds),
            ]
            if row.counted > 0 {
                members["gflops"] = .number(row.operations / row.counted / 1e9)
                members["of_peak"] = .number(row.operations / row.counted / peak)
            }
            return .object(members)
        }
    }

    private func percent(_ share: Double) -> String { "\(shortestText((share * 100).rounded())) %" }
}
