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
            the same settings again cost nothing. Tables, snapshots and figures are copied to the output folder.
            """,
        options: Option.common.filter { $0.name != "--profile" } + Option.running + Option.cluster + TrainSettings.options
    ) { call in
        try call.noWords()
        let train = try TrainSettings(call.arguments)
        var call = call
        call.settings.scope = "train"
        let experiment = train.experiment
        call.project = .paper { _, files in Reproduction(experiment, files: files) }
        let (pipeline, summary) = try call.run(["train", "measure", "claims", "report"])
        guard summary.isComplete else { return summary.exitCode }
        let folder = train.output ?? call.settings.root + "/figures/train"
        let copied = try pipeline.copyResults(of: ["figure", "train", "measure", "claims", "report"], to: folder)
        if !call.settings.isQuiet, !call.settings.isJSON {
            let claims = copied.first { $0.hasSuffix("claims.txt") }
            if let claims { call.streams.out(String(decoding: try FileSystem().contents(of: claims), as: UTF8.self).runLines) }
            call.streams.out("\(copied.count) files are in \(folder)\n")
        }
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
    /// Copies the results of all stages whose names begin with one of some words to a folder, under their own paths.
    ///
    /// - Returns: the full paths, in order.
    fileprivate func copyResults(of words: [String], to folder: String) throws -> [String] {
        var copied: [String] = []
        for stage in graph.order where words.contains(where: { graph.stages[stage].name.hasPrefix($0) }) {
            for file in try outputs(of: graph.stages[stage].name) ?? [] {
                let target = folder + "/" + file.path
                try store.files.makeFolder(parent(of: target))
                try store.files.remove(target)
                try store.files.copy(store.path(of: file), to: target)
                copied.append(target)
            }
        }
        return copied
    }
}
