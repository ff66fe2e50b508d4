import Pipeline
import Platform

extension Verb {
    /// Makes the report.
    static let report = Verb(
        name: "report", words: "", help: "make the report of a profile: figures, claims, settings, provenance on one page",
        details: "Runs what is missing first. The page is figures/PROFILE/report.html and needs nothing else.",
        options: Option.common + Option.running + [Option("--open", "show the page with what the system opens such files with")]
    ) { call in
        try call.noWords()
        let (_, summary) = try call.run(["report"])
        guard summary.isComplete else { return summary.exitCode }
        let page = "figures/\(call.settings.profile)/report.html"
        if !call.settings.isJSON { call.streams.out(page + "\n") }
        if call.arguments.has("--open") { try PageOpener.open(page, in: call.settings.root) }
        return .done
    }
}

/// The system's program that shows a file.
private enum PageOpener {
    #if os(Linux)
    private static let program = "xdg-open", package = " (Debian: xdg-utils)"
    #else
    private static let program = "open", package = ""
    #endif

    /// Shows a page.
    ///
    /// - Throws: `CannotOpen`.
    static func open(_ page: String, in root: String) throws {
        let path = root + "/" + page
        func fail(_ reason: String) -> CannotOpen { CannotOpen(page: page, reason: reason) }
        guard try FileSystem().status(path) != nil else {
            throw fail("it is not there, since nothing can be written to its folder")
        }
        let child: ChildProcess
        do { child = try ChildProcess(program, [path], output: "/dev/null", errors: "/dev/null") } catch {
            throw fail("there is no program \(program)\(package)")
        }
        let code = try child.wait { true }
        if code != 0 { throw fail("\(program) found nothing to show it with") }
    }

    private struct CannotOpen: Error, CustomStringConvertible {
        var page: String, reason: String
        var description: String { "cannot show \(page): \(reason); open it with a browser" }
    }
}
