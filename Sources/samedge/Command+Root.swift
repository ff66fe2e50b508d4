import Pipeline
import Platform

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What the system tells this process that no text of ours can hold.
enum StartError: Error, CustomStringConvertible {
    /// There are no arguments, not even the program's name: on Linux they are read from `/proc`.
    case noArguments
    /// The program was built for a processor that knows more than this one.
    case otherProcessor(missing: [String])
    /// Bytes that are no text: another file would be meant by whatever they are read as.
    case notText(String, reading: String)

    var description: String {
        switch self {
        case .noArguments: "the arguments of this call cannot be read; is /proc mounted?"
        case .otherProcessor(let missing):
            "this program was built for a processor with \(missing.joined(separator: ", ")), which this one has not; build it here,"
                + " or for all processors with `make SAMEDGE_ISA=baseline` (or x86-64-v3): results are the same bytes"
        case .notText(let what, let reading):
            "\(what), which begins “\(reading.prefix { $0 != "\u{fffd}" })”, is not UTF-8 text; give it a name that is"
        }
    }
}

// The program does without Foundation, so that it starts in milliseconds.
extension Command {
    /// Performs the call that this process is for.
    static func performCall() -> ExitCode {
        do {
            let missing = Instructions.missing(neededInstructions)
            if !missing.isEmpty { throw StartError.otherProcessor(missing: missing) }
            let call = try arguments()
            return Command(
                project: .paper, environment: try environment(), root: try projectFolder(), folder: try currentFolder()
            ).perform(call)
        } catch {
            Console.error.write("samedge: \(error)\n")
            return .usage
        }
    }

    private static func arguments() throws -> [String] {
        guard !CommandLine.arguments.isEmpty else { throw StartError.noArguments }
        return try (1..<max(1, Int(CommandLine.argc))).compactMap { place in
            try CommandLine.unsafeArgv[place].map { try text($0, "word \(place) of the call") }
        }
    }

    /// The text of bytes that the system has handed over.
    private static func text(_ bytes: UnsafePointer<CChar>, _ what: @autoclosure () -> String) throws -> String {
        guard let text = String(validatingCString: bytes) else {
            throw StartError.notText(what(), reading: String(cString: bytes))
        }
        return text
    }

    /// The project's folder: the nearest one above the current folder that holds `data/sources.json`, or the current one.
    private static func projectFolder() throws -> String {
        let here = try currentFolder()
        var folder = here
        while true {
            if access(folder + "/data/sources.json", F_OK) == 0 { return folder }
            guard folder != "/", let slash = folder.lastIndex(of: "/") else { return here }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
    }

    /// A path that means the same in every folder.
    static func fullPath(_ path: String) throws -> String { path.hasPrefix("/") ? path : try currentFolder() + "/" + path }

    private static func currentFolder() throws -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return try text(path, "the current folder")
    }

    /// The full path of this program.
    static func programPath() -> String {
        #if os(Linux)
        let link = "/proc/self/exe"
        #else
        let link = CommandLine.arguments[0]
        #endif
        guard let path = realpath(link, nil) else { return CommandLine.arguments[0] }
        defer { free(path) }
        return String(cString: path)
    }

    /// The environment's variables.
    private static func environment() throws -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let bytes = entry.pointee {
            let parts = String(cString: bytes).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 {
                let name = String(parts[0])
                // Of the others none is read as a path.
                if name.hasPrefix("SAMEDGE_") || name == "HOME" { _ = try text(bytes, "the variable \(name)") }
                variables[name] = String(parts[1])
            }
            entry += 1
        }
        return variables
    }
}
