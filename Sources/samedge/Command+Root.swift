#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

// The program does without Foundation, so that it starts in milliseconds.
extension Command {
    /// The project's folder: the nearest one above the current folder that holds `data/sources.json`, or the current one.
    static func projectFolder() -> String {
        let here = currentFolder()
        var folder = here
        while true {
            if access(folder + "/data/sources.json", F_OK) == 0 { return folder }
            guard folder != "/", let slash = folder.lastIndex(of: "/") else { return here }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
    }

    /// A path that means the same in every folder.
    static func fullPath(_ path: String) -> String { path.hasPrefix("/") ? path : currentFolder() + "/" + path }

    private static func currentFolder() -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
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
    static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }
}
