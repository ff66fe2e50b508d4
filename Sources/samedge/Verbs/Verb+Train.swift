import Curvature
import Formats
import Paper
import Pipeline
import Platform

extension Verb {
    /// One run with settings of the user's own, or a sweep of them.
    static let train = Verb(
        name: "train", words: "", help: "train with settings of your own, once or as a sweep, and draw the figures",
        details: """
            Takes the settings of the paper's official code under the field's names. The results are cached like all others:
            the same settings again cost nothing. Tables, snapshots and figures are copied to the output folder, in place of
            those that an earlier run has put there.

            Step size, radius, seed, batch size, examples and the sizes of the network take several values: a,b; or a range a:b:n,
            n values from a to b at even distances, or a:b:nx, by even factors (rounded between the ends, to a hundredth of their
            distance, or to whole numbers). All combinations are trained, at most \(TrainSettings.mostRuns); their figures, claims and tables are copied to the
            output folder, and `samedge show` names the files of each run where the sweep has a name.

            With --name NAME, figures come to figures/NAME, and the name stands wherever a profile does: `samedge run NAME`,
            `plan NAME`, `check NAME`, …, or --profile NAME. `samedge gc` keeps what belongs to it until `samedge forget NAME`.
            With --plan, says how long that takes, and how much disk, and trains nothing.
            """,
        options: Option.common.filter { $0.name != "--profile" } + Option.running + Option.cluster + TrainSettings.options + [
            NamedSweep.option, Option("--plan", "say what would be done, how long it takes and how much disk, and do nothing"),
            Option.detach,
        ]
    ) { call in
        try call.noWords()
        // Of a cluster's machines nothing is known here but that none is as large.
        let experiments = try TrainSettings(call.arguments, memory: call.settings.jobs == nil ? physicalMemory : 1 << 44)
            .experiments
        if let name = call.arguments.value(NamedSweep.option.name) { return try call.train(named: name) }
        var call = call
        call.settings.scope = "train"
        call.project = .paper { _, files in Reproduction(experiments, files: files) }
        call.isOwn = true
        if call.arguments.has("--plan") { return try Verb.plan.perform(call) }
        if call.arguments.has(Option.detach.name) {
            throw UsageError.unfitting("--detach without a name to find the sweep by", fitting: ["--detach --name NAME"])
        }
        let isSweep = experiments.reduce(0) { $0 + $1.runs.count } > 1
        let output = try OutputFolder(
            call.arguments.value("--output") ?? call.settings.root + "/figures/train", apartFrom: call.settings.store)
        let (pipeline, summary) = try call.run(["train", "measure", "claims", "report"])
        guard summary.isComplete else { return summary.exitCode }
        // The runs of a sweep have files of the same names; they stay in the store.
        let copied = try output.fill(
            with: pipeline.results(of: ["figure"] + (isSweep ? [] : ["train", "measure"]) + ["claims", "report"]))
        if !call.settings.isQuiet, !call.settings.isJSON {
            try call.tellRuns(pipeline)
            call.streams.out("\(copied.count) files are in \(output.path)\n")
        }
        output.leave()
        return .done
    }

    /// Lets the name of a sweep go.
    static let forget = Verb(
        name: "forget", words: "NAME", help: "forget the name of a sweep, so that `samedge gc` removes its results",
        details: "The figures that were copied to figures/NAME stay.",
        options: Option.common.filter { ["--store", "--quiet"].contains($0.name) }
    ) { call in
        let name = try call.onlyWord("the name of a sweep"), names = try NamedSweep.names(in: call.settings.store)
        guard names.contains(name) else { throw UsageError.unknownSweep(name, among: names) }
        try NamedSweep.forget(name, in: try Store(call.settings.store))
        if !call.settings.isQuiet { call.streams.out("\(name) is forgotten; `samedge gc` removes its results\n") }
        return .done
    }
}

extension Call {
    /// Keeps the settings of a call of `train` under a name, and makes all that belongs to it.
    fileprivate func train(named name: String) throws -> ExitCode {
        if arguments.value("--output") != nil {
            throw UsageError.unfitting(
                "--output beside --name, whose figures come to figures/\(name)",
                fitting: ["--name alone, and `samedge export --profile \(name) --output FOLDER` afterwards"])
        }
        if arguments.has(Option.detach.name) { _ = try queue() }
        let sweep = try NamedSweep(name, arguments)
        let former = try NamedSweep(named: name, in: settings.store)
        if let former, !former.isSame(as: sweep) {
            throw UsageError.badValue(
                name, NamedSweep.option,
                expected: "the name of another sweep, which `samedge run \(name)` runs; `samedge forget \(name)` makes it free",
                near: []
            )
        }
        if former == nil { try sweep.save(in: settings.store) }
        var call = self
        call.settings.profile = name
        if arguments.has("--plan") {
            let end = try Verb.plan.perform(call)
            if !settings.isQuiet, !settings.isJSON { streams.out("`samedge run \(name)` runs it\n") }
            return end
        }
        if arguments.has(Option.detach.name) { return try call.detach([]) }
        let (pipeline, summary) = try call.run([])
        guard summary.isComplete else { return summary.exitCode }
        if !settings.isQuiet, !settings.isJSON {
            try call.tellRuns(pipeline)
            streams.out("the figures are in \(settings.root)/figures/\(name)\n")
        }
        return .done
    }

    /// Says what the runs came to: of the claims' text, the part that is about them.
    fileprivate func tellRuns(_ pipeline: Pipeline) throws {
        guard let file = try pipeline.outputs(of: "claims")?.first(where: { $0.path == "claims.txt" }) else { return }
        let text = String(decoding: try FileSystem().contents(of: pipeline.store.path(of: file)), as: UTF8.self)
        streams.out(
            text.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }.joined(separator: "\n") + "\n")
    }
}

extension Pipeline {
    /// The files of all stages whose names begin with one of some words, by their own names and where they are in the store; the
    /// table of a second estimator by a name of its own.
    func results(of words: [String]) throws -> [(name: String, source: String)] {
        var found: [(name: String, source: String)] = []
        for stage in graph.order.map({ graph.stages[$0].name }) where words.contains(where: { stage.hasPrefix($0) }) {
            let prefix = stage.hasPrefix("measure-again/") ? "official-" : ""
            for file in try outputs(of: stage) ?? [] { found.append((prefix + file.path, store.path(of: file))) }
        }
        return found
    }
}
