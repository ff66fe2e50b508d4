import Formats
import Paper
import Pipeline
import Platform

extension Verb {
    /// Measures checkpoints that something else has written.
    static let measure = Verb(
        name: "measure", words: "FILE…", help: "measure ‖H‖, edges and spectrum of checkpoints that something else has written",
        details: """
            Each FILE is a safetensors file of a network's parameters, by samedge, PyTorch, Flax or Haiku; the README says which names
            are known. Network, data, η and ρ are those of the options, which are `train`'s with their defaults. The results are
            cached by what is in the files. Of several files each is taken for the step that its name ends in, where all end in
            numbers, or for its place from 0 on; with --batch-size, the step decides the minibatch. The numbers are printed, and
            copied to the output folder as measurements.tsv, beside made.json, which says how they were made; of several files
            with the official code's plots of them, run.svg.
            """,
        options: Option.common.filter { $0.name != "--profile" } + Option.running
            + TrainSettings.options.filter { !["--steps", "--interval", "--output"].contains($0.name) }.map(\.single) + [
                Option("--output", short: "o", value: "FOLDER", "where the results are copied to (default: figures/measure)")
            ],
        takesFiles: true
    ) { call in
        guard !call.arguments.words.isEmpty else { throw UsageError.missingWord("a file", verb: "measure") }
        let experiment = try TrainSettings(call.arguments, memory: physicalMemory).experiments[0]
        if experiment.comparison != nil {
            throw UsageError.unfitting("--estimator both with measure", fitting: ["--estimator exact", "--estimator official"])
        }
        let paths = try call.arguments.words.map(Command.fullPath), steps = steps(paths)
        for path in paths {
            do { try experiment.network.check(checkpoint: path, for: experiment.data.shape) } catch {
                throw UsageError.unusable("\(error)")
            }
        }
        let checkpoints = zip(paths, steps).map { Checkpoint(path: $0, step: $1) }
        var call = call
        call.settings.scope = "measure"
        call.project = .paper { _, files in Reproduction(experiment, measuring: checkpoints, files: files) }
        call.isOwn = true
        // Which are copied out, whatever archive some of them came with.
        call.settings.run.wantsFiles = true
        let output = try OutputFolder(
            call.arguments.value("--output") ?? call.settings.root + "/figures/measure", apartFrom: call.settings.store)
        let (pipeline, summary) = try call.run(checkpoints.count == 1 ? ["measure"] : ["measure", "figure"])
        guard summary.isComplete else { return summary.exitCode }
        let results = try pipeline.results(of: ["measure", "figure"]), copied = try call.fill(output, with: results, of: pipeline)
        if !call.settings.isQuiet, !call.settings.isJSON, let table = copied.first(where: { $0.hasSuffix("measurements.tsv") }) {
            let names = Dictionary(uniqueKeysWithValues: zip(steps, call.arguments.words))
            call.streams.out(try text(Table(contentsOf: table), names: names))
            call.streams.out("\(results.count == 1 ? "the table is" : "\(results.count) files are") in \(output.path)\n")
        }
        output.leave()
        return .done
    }

    /// The step that each file is taken for.
    private static func steps(_ paths: [String]) -> [Int] {
        let numbers = paths.compactMap { path -> Int? in
            let name = path.split(separator: "/").last ?? "", stem = name.split(separator: ".").first ?? name
            return Int(String(stem.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()))
        }
        return numbers.count == paths.count && Set(numbers).count == paths.count ? numbers : Array(paths.indices)
    }

    /// Every quantity of every file, a line each.
    private static func text(_ table: Table, names: [Int: String]) throws -> String {
        let steps = try table.column(named: "step"), width = table.columns.map(\.count).max() ?? 0
        var lines: [String] = []
        for row in steps.indices {
            lines.append(names[Int(steps[row])] ?? "step \(Int(steps[row]))")
            for column in table.columns where column != "step" {
                let value = try table.column(named: column)[row]
                lines.append("  " + column + String(repeating: " ", count: width - column.count + 2) + shortestText(value))
            }
        }
        if steps.count < names.count { lines.append("the loss or a gradient of the other files is not finite") }
        return lines.joined(separator: "\n") + "\n"
    }
}
