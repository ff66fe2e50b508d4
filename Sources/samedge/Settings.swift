import Cluster
import Paper
import Pipeline
import Platform

/// What the common options and the environment say.
struct Settings: Sendable {
    var profile: String
    /// Under which name last records are kept, where that is not the profile's.
    var scope: String?
    /// Where data come from, where the call says so.
    var data: DataMode?
    var mirrors: [FetchKind.Mirror]
    var isOffline: Bool
    /// The project's folder.
    var root: String
    /// The store's folder.
    var store: String
    var run: RunOptions
    /// How stages become jobs; `nil` to run all here.
    var jobs: JobOptions?
    var isJSON: Bool
    var isQuiet: Bool

    /// The variables of the environment that decide how calls run, each with what it does.
    static let variables =
        [
            ("SAMEDGE_STORE", "the folder of the store, as --store"), ("SAMEDGE_MIRROR", "where data files are, as --mirror"),
            ("SAMEDGE_DEVICE", "where kernels run, as --device"),
            ("MAKEFLAGS", "under make -j, processors are used by leave of make"),
        ] + SchedulerChoice.all.map { ($0.variable, "options for \($0.word) in all calls") }

    /// The settings that a call comes to.
    ///
    /// - Parameters:
    ///   - store: the store's folder in full.
    ///   - names: those of the profiles, and of what the store keeps under a name.
    /// - Throws: `UsageError` for a value that is none of those possible.
    init(
        _ arguments: Arguments, environment: [String: String], project: Project, root: String, store: String, names: [String]
    ) throws {
        (self.root, self.store) = (root, store)
        profile = try arguments.choice("--profile", among: names) ?? project.profiles[0].name
        data = try arguments.data
        // Those of the call are looked at now; the one that was set for all calls when something is fetched.
        let named = arguments.all("--mirror").map(FetchKind.Mirror.init)
        if let gone = named.first(where: { !$0.isThere }) { throw UsageError.noFolder(gone.word) }
        let lasting = environment["SAMEDGE_MIRROR"].flatMap { $0.isEmpty ? nil : FetchKind.Mirror($0) }
        mirrors = try (named + [lasting].compactMap { $0 }).map {
            if case .folder(let folder) = $0 { .folder(try Command.fullPath(folder)) } else { $0 }
        }
        isOffline = arguments.has("--offline")
        let device = arguments.value("--device") ?? environment["SAMEDGE_DEVICE"].flatMap { $0.isEmpty ? nil : $0 }
        // Of two stages on a device one has the processor's part while the other has the device's; more would fill its memory.
        let usualJobs = RunOptions.isNamed(device) ? min(2, processorCount) : processorCount
        run = RunOptions(
            jobs: arguments.count("--jobs") ?? usualJobs, threads: arguments.count("--threads"), device: device,
            memory: arguments.count("--memory").map { $0 * 1_000_000 } ?? physicalMemory / 5 * 4,
            keepGoing: arguments.has("--keep-going"), force: arguments.has("--force"))
        jobs = try JobOptions(arguments, environment: environment, kinds: project.jobs(profile), root: root)
        jobs?.device = run.device
        isJSON = arguments.has("--json")
        isQuiet = arguments.has("--quiet")
    }

    /// The folder of the store that a call means, in full: jobs are given the path, and run in another folder.
    static func store(_ arguments: Arguments, environment: [String: String], root: String) throws -> String {
        let chosen = arguments.value("--store") ?? environment["SAMEDGE_STORE"].flatMap { $0.isEmpty ? nil : $0 }
        return try chosen.map(Command.fullPath) ?? root + "/.samedge"
    }

    /// The folder that should have been a mirror, where there is no other.
    var missingMirror: String? {
        mirrors.contains(where: \.isThere) ? nil : mirrors.first?.word
    }
}
