import Pipeline
import Platform

/// The `rsvg-convert` program, which turns SVG into other formats.
struct VectorConverter {
    /// A format and what its pictures are made with.
    enum Format: String, CaseIterable {
        case pdf, png

        /// Pixels for print: 600 an inch.
        var arguments: [String] { self == .png ? ["--dpi-x", "600", "--dpi-y", "600"] : [] }
    }

    /// What keeps a picture from being converted.
    enum Failure: Error, CustomStringConvertible {
        case notInstalled
        case refused(String, message: String)

        var description: String {
            switch self {
            case .notInstalled:
                "the program rsvg-convert, which makes PDF and PNG of the SVG files, is not installed, so these and the LaTeX files are"
                    + " there alone; on Debian: apt-get install librsvg2-bin"
            case .refused(let path, let message): "rsvg-convert made nothing of \(path): \(message)"
            }
        }
    }

    let files: FileSystem

    /// Writes a picture beside the SVG file `path` + `.svg`, under the same name with the format's extension; whole or not at all.
    func convert(_ path: String, to format: Format) throws {
        let target = "\(path).\(format.rawValue)", partial = target + ".partial", messages = target + ".messages"
        defer {
            // Where one of these stays behind, a failure is being told already.
            do {
                try files.remove(partial)
                try files.remove(messages)
            } catch {}
        }
        // The date in a PDF is no part of the figure.
        let child = try ChildProcess(
            "env",
            ["SOURCE_DATE_EPOCH=0", "rsvg-convert", "--format", format.rawValue] + format.arguments + [
                "--output", partial, path + ".svg",
            ],
            output: "/dev/null", errors: messages)
        switch try child.wait(while: { true }) {
        case 0: try files.rename(partial, to: target)
        // What `env` ends with where there is no such program.
        case 127: throw Failure.notInstalled
        case let code:
            let said = String(decoding: try files.read(messages) ?? [], as: UTF8.self).split(whereSeparator: \.isNewline).last
            throw Failure.refused(
                "\(path).svg", message: said.map(String.init) ?? code.map { "it ended with \($0)" } ?? "a signal ended it")
        }
    }
}
