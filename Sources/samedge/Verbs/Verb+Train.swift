import Curvature
import Formats
import Paper
import Pipeline
import Platform

extension Verb {
    /// One run with settings of the user's own.
    static let train = Verb(
        name: "train", words: "", help: "train once with settings of your own, and draw the run's figures",
        details: """
            Takes the settings of the paper's official code under the field's names. The results are cached like all others:
            the same settings again cost nothing. Tables, snapshots and figures are copied to the output folder, in place of
            those that an earlier run has put there; made.json says how all of it was made.
            """,
        options: Option.common.filter { $0.name != "--profile" } + Option.running + Option.cluster + TrainSettings.options
    ) { call in
        try call.noWords()
        // Of a cluster's machines nothing is known here but that none is as large.
        let train = try TrainSettings(call.arguments, memory: call.settings.jobs == nil ? physicalMemory : 1 << 44)
        var call = call
        call.settings.scope = "train"
        let experiment = train.experiment
        call.project = .paper { _, files in Reproduction(experiment, files: files) }
        call.isOwn = true
        // Which are copied out, whatever archive some of them came with.
        call.settings.run.wantsFiles = true
        let output = try OutputFolder(train.output ?? call.settings.root + "/figures/train", apartFrom: call.settings.store)
        let (pipeline, summary) = try call.run(["train", "measure", "claims", "report"])
        guard summary.isComplete else { return summary.exitCode }
        let copied = try call.fill(
            output, with: pipeline.results(of: ["figure", "train", "measure", "claims", "report"]), of: pipeline)
        if !call.settings.isQuiet, !call.settings.isJSON {
            let claims = copied.first { $0.hasSuffix("claims.txt") }
            if let claims { call.streams.out(String(decoding: try FileSystem().contents(of: claims), as: UTF8.self).runLines) }
            call.streams.out("\(copied.count) files are in \(output.path)\n")
        }
        output.leave()
        return .done
    }
}

extension String {
    /// The part of the claims' text that is about the runs, which is all that one run allows.
    fileprivate var runLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }.joined(separator: "\n") + "\n"
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
