/// How the paths in a call are read, wherever it is made.
struct PathReading {
    /// The user's home; `nil` where the environment names none.
    let home: String?
    /// The current folder, and the project's.
    let folder: String, root: String

    /// A path whose `~` a shell has left, as in quotes or after `=`, with the home in its place.
    ///
    /// - Throws: `UsageError` where it is not known whose home is meant.
    func path(_ text: String) throws -> String {
        guard text.hasPrefix("~") else { return text }
        guard text == "~" || text.hasPrefix("~/"), let home, home.hasPrefix("/") else { throw UsageError.unknownHome(text) }
        return home + text.dropFirst()
    }

    /// A target that is written as a full path, or from the current folder with `./` or `../`, as a path from the project's
    /// folder, by which stages and figures are known; others as they are.
    func target(_ text: String) -> String {
        let full: String
        if text.hasPrefix("/") {
            full = plain(text)
        } else if text.hasPrefix("./") || text.hasPrefix("../") {
            full = plain(folder + "/" + text)
        } else {
            return text
        }
        let inside = plain(root) + "/"
        return full.hasPrefix(inside) ? String(full.dropFirst(inside.count)) : text
    }

    /// A path without `.`, `..` and empty parts.
    private func plain(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
