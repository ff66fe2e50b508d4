/// What can go wrong with a graph, a call or a stage, as facts; the wording is here too and nowhere else.
package enum PipelineError: Error, Hashable, Sendable {
    /// The stages do not make a graph; every fault found.
    case invalidGraph([GraphFault])
    /// A target that names nothing, and the names nearest to it.
    case unknownTarget(String, near: [String])
    /// No stage both depends on the former and is needed for the latter.
    case nothingBetween(from: [String], until: [String])
    /// A file that a stage reads is not among those that were written.
    case missingOutput(String, of: String, among: [String])
    /// An input file of the user's is not there.
    case missingFile(String)
    /// An input has other bytes after the run than before.
    case inputChanged(String)
    /// A stage wrote something that is no plain file.
    case notPlainFile(String)
    /// Two files of a stage whose names differ in bytes but not in letters.
    case likeNames(String, of: String)
    /// A stage wrote nothing.
    case noOutput
    /// An output to be copied to the user was not written.
    case missingPublication(String, among: [String])
    /// A record file holds something else than it should.
    case damagedRecord(String)
    /// A file that an archive left out is to go into another.
    case leftOut(String, of: String)
    /// An archive has another file than the store, made from the same inputs by the same code.
    case otherResult(String, of: String)
    /// A stage made other bytes than those that its result, which came with an archive, is known by.
    case otherBytes(String)
}

extension PipelineError: CustomStringConvertible {
    /// What is wrong, where, and what to do next.
    package var description: String {
        switch self {
        case .invalidGraph(let faults):
            "the stages do not fit together:\n" + faults.map { "  - \($0)" }.joined(separator: "\n")
        case .unknownTarget(let name, let near):
            "no stage or figure is named \(name)" + didYouMean(near)
        case .nothingBetween(let from, let until):
            "\(until.joined(separator: ", ")) does not depend on \(from.joined(separator: ", ")), so no stage lies between"
        case .missingOutput(let name, let origin, let names):
            "\(name) is not among the files of \(origin), which are: \(listing(names))"
        case .missingFile(let path): "the input file \(path) is missing; put it there or correct its path"
        case .inputChanged(let path):
            "the input \(path) changed while the stage ran; the result is not kept, run it again"
        case .notPlainFile(let path): "the output \(path) is a link or a device; a stage may write plain files only"
        case .likeNames(let name, let origin):
            "two files of \(origin) are named \(name), once with composed and once with decomposed letters; rename one of them"
        case .noOutput: "the stage wrote no output"
        case .missingPublication(let path, let names):
            "the stage did not write \(path), which is to be copied out; it wrote: \(listing(names))"
        case .damagedRecord(let path):
            "the store's record \(path) is damaged: a run of its stage writes it again"
        case .leftOut(let path, let stage):
            "\(path) of \(stage) was left out of the archive that it came with; `samedge run --force \(stage)` makes it"
        case .otherResult(let path, let stage):
            "the archive's \(path) of \(stage) is not the store's, although both were made from the same inputs by the same code; "
                + "`samedge verify \(stage)` says whether this machine makes the store's again"
        case .otherBytes(let path):
            "it wrote another \(path) than the one that the archive tells of; the new one is kept, and the next run goes on from it"
        }
    }

    private func listing(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", … (\(names.count))" : "")
    }
}

/// The words after an unknown name that suggest the nearest known ones.
package func didYouMean(_ near: [String]) -> String {
    near.isEmpty ? "" : " (did you mean " + near.joined(separator: " or ") + "?)"
}
