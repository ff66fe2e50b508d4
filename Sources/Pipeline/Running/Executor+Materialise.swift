extension Executor {
    /// Copies a stage's declared outputs to the user where they are missing or differ.
    mutating func materialise(_ stage: Int, _ files: [StoredFile]) throws {
        for (output, place) in graph.stages[stage].publishes.sorted(by: { $0.key < $1.key }) {
            guard let file = files.first(where: { $0.path == output }) else {
                throw PipelineError.missingPublication(output, among: files.map(\.path))
            }
            let path = pipeline.root + "/" + place
            if try store.digest(ofUserFile: path) == file.digest { continue }
            guard let bytes = try store.files.read(store.path(of: file)), Digest.of(bytes) == file.digest else {
                throw PipelineError.inputChanged(store.path(of: file))
            }
            try store.files.makeFolder(parent(of: path))
            let temporary = "\(path).\(processID).partial"
            do {
                try store.files.remove(temporary)
                try store.files.create(temporary, bytes)
                try store.files.rename(temporary, to: path)
            } catch { try store.discard(temporary, after: error) }
            summary.published.append(place)
            recorder.record(.published(path: place))
        }
    }
}
