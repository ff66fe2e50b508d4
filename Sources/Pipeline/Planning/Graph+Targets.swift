extension Graph {
    /// The stages that some words mean: a stage's name, the path of what it publishes or that path's name without its
    /// extension, a folder of names such as `train/mnist-mlp`, or a glob in which `*` and `?` stand for anything.
    ///
    /// - Throws: `PipelineError.unknownTarget` for a word that means none. No words mean all stages.
    package func targets(_ words: [String]) throws -> [Int] {
        guard !words.isEmpty else { return Array(stages.indices) }
        var found: [Int] = []
        var isFound = Set<Int>()
        for word in words {
            let meant = meaning(of: word)
            if meant.isEmpty {
                throw PipelineError.unknownTarget(word, near: nearest(to: word, among: stages.map(\.name) + figureNames))
            }
            for stage in meant where isFound.insert(stage).inserted { found.append(stage) }
        }
        return found
    }

    /// The stages that some words mean, or, with `from` and `until`, those of them or before them that lie between: the
    /// stages meant by `from` and all that depend on those, as far as the stages meant by `until` need them or are them.
    ///
    /// - Throws: `PipelineError.unknownTarget`, or `nothingBetween` where no stage is left.
    package func targets(_ words: [String], from: [String], until: [String]) throws -> [Int] {
        let named = try targets(words)
        if from.isEmpty, until.isEmpty { return named }
        var chosen = Set(closure(of: named))
        if !from.isEmpty { chosen.formIntersection(dependents(of: try targets(from))) }
        if !until.isEmpty { chosen.formIntersection(closure(of: try targets(until))) }
        if chosen.isEmpty { throw PipelineError.nothingBetween(from: from, until: until + words) }
        return order.filter(chosen.contains)
    }

    /// Whether a word means some stage.
    package func knows(_ word: String) -> Bool { !meaning(of: word).isEmpty }

    private func meaning(of word: String) -> [Int] {
        if let exact = index(of: word) { return [exact] }
        let path = word.hasPrefix("./") ? String(word.dropFirst(2)) : word
        let publishing = stages.indices.filter { stages[$0].publishes.values.contains { $0 == path || baseName($0) == path } }
        if !publishing.isEmpty { return publishing }
        if word.utf8.contains(UInt8(ascii: "*")) || word.utf8.contains(UInt8(ascii: "?")) {
            return stages.indices.filter { matches(stages[$0].name, glob: word) }
        }
        let folder = word.hasSuffix("/") ? word : word + "/"
        return stages.indices.filter { stages[$0].name.hasPrefix(folder) }
    }

    /// The paths of what is copied to the user, and their names alone.
    private var figureNames: [String] {
        Set(stages.flatMap { $0.publishes.values.flatMap { [$0, baseName($0)] } }).sorted()
    }
}

/// The last part of a path without its extension.
private func baseName(_ path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.lastIndex(of: ".").map { name[..<$0] } ?? name)
}

/// Whether a text fits a pattern in which `*` stands for any run of bytes, `/` included, and `?` for one byte.
func matches(_ text: String, glob: String) -> Bool {
    let (text, glob) = (Array(text.utf8), Array(glob.utf8))
    var (i, j) = (0, 0)
    var star: (text: Int, glob: Int)?
    while i < text.count {
        if j < glob.count, glob[j] == UInt8(ascii: "*") {
            star = (i, j)
            j += 1
        } else if j < glob.count, glob[j] == text[i] || glob[j] == UInt8(ascii: "?") {
            (i, j) = (i + 1, j + 1)
        } else if let last = star {
            star = (last.text + 1, last.glob)
            (i, j) = (last.text + 1, last.glob + 1)
        } else {
            return false
        }
    }
    return glob[j...].allSatisfy { $0 == UInt8(ascii: "*") }
}
