import Formats
import Pipeline
import Platform
import Plotting

extension Verb {
    /// Draws everything that the plotting can.
    static let gallery = Verb(
        name: "gallery", words: "", help: "draw every mark, scale, label and edge case on one page",
        details: "The page holds all pictures and refers to nothing beyond itself. Nothing is run, and no store is touched.",
        options: [Option("--output", value: "FILE", "the page (default: figures/gallery.html)")]
    ) { call in
        try call.noWords()
        let path = call.arguments.value("--output") ?? call.settings.root + "/figures/gallery.html"
        try UsageError.refuse(path, inside: call.settings.store)
        try FileSystem().makeFolder(parent(of: path))
        try FileSystem().replace(path, with: Gallery.html())
        call.streams.out("\(Gallery.figures.count) figures are in \(path)\n")
        return .done
    }
}
