import Pipeline

/// The command: finds the verb, sorts the call out, performs it, and turns errors into words and exit codes.
struct Command: Sendable {
    var project: Project
    var streams: Streams = .process
    var environment: [String: String] = [:]
    /// The project's folder.
    var root = "."
    /// The folder that relative paths start from.
    var folder = "."

    /// All verbs, in the order of the help.
    var verbs: [Verb] { project.allVerbs }

    /// Performs a call.
    func perform(_ call: [String]) -> ExitCode {
        do {
            return try understand(call)
        } catch let error as UsageError {
            return tell(error, .usage)
        } catch let error as PipelineError {
            return switch error {
            case .unknownTarget: tell(error, .usage, advice: "; `samedge plan` lists all stages")
            case .nothingBetween: tell(error, .usage, advice: "; `samedge graph` shows what depends on what")
            case .damagedRecord: tell(error, .failed, advice: ", `samedge fsck` sets it aside")
            default: tell(error, .failed)
            }
        } catch let error as SourcesError {
            return tell(error, .usage)
        } catch is Cancelled {
            return .interrupted
        } catch {
            return tell(error, .failed)
        }
    }

    private func tell(_ error: any Error, _ code: ExitCode, advice: String = "") -> ExitCode {
        streams.err("samedge: \(withoutPasswords("\(error)"))\(advice)\n")
        return code
    }

    private func understand(_ call: [String]) throws -> ExitCode {
        guard let name = call.first else { return help(nil) }
        if ["help", "--help", "-h"].contains(name) {
            guard call.count > 1 else { return help(nil) }
            return help(try verb(call[1]))
        }
        if name == "--version" { return version() }
        let verb = try verb(name)
        if call.dropFirst().prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) { return help(verb) }
        var arguments = try Arguments(Array(call.dropFirst()), options: verb.options, verb: verb.name)
        let paths = PathReading(home: environment["HOME"], folder: folder, root: root)
        try arguments.read(paths: paths.path, targets: paths.target, takesFiles: verb.takesFiles)
        var environment = environment
        for name in ["SAMEDGE_STORE", "SAMEDGE_MIRROR"] { environment[name] = try environment[name].map(paths.path) }
        let store = try Settings.store(arguments, environment: environment, root: root)
        let names = try project.names(in: store)
        arguments.takeProfile(among: names, options: verb.options)
        let settings = try Settings(
            arguments, environment: environment, project: project, root: root, store: store, names: names)
        do {
            return try verb.perform(
                Call(
                    verb: verb.name, arguments: arguments, settings: settings, project: project, streams: streams,
                    environment: environment))
        } catch PipelineError.unknownTarget(let word, let near) where word == arguments.words.first {
            // The first word may have been meant for a name.
            throw PipelineError.unknownTarget(word, near: nearest(to: word, among: names) + near)
        }
    }

    private func verb(_ name: String) throws -> Verb {
        guard let verb = verbs.first(where: { $0.name == name }) else {
            throw UsageError.unknownVerb(name, near: nearest(to: name, among: verbs.map(\.name) + ["help"]))
        }
        return verb
    }
}
