import Platform

extension Executor {
    /// Copies a stage's declared outputs to the user where they are missing or differ.
    mutating func materialise(_ stage: Int, _ files: [StoredFile]) throws {
        for (output, place) in graph.stages[stage].publishes.sorted(by: { $0.key < $1.key }) {
            guard let file = files.first(where: { $0.path == output }) else {
                throw PipelineError.missingPublication(output, among: files.map(\.path))
            }
            let path = pipeline.root + "/" + place
            if try store.digest(ofUserFile: path)?.digest == file.digest { continue }
            guard let bytes = try store.files.read(store.path(of: file)), Digest.of(bytes) == file.digest else {
                throw PipelineError.inputChanged(store.path(of: file))
            }
            try publish(bytes, to: path)
            summary.published.append(place)
            recorder.record(.published(path: place))
        }
    }

    /// Writes a file of the user's whole.
    private func publish(_ bytes: [UInt8], to path: String) throws {
        let lock = try takePublishing()
        let result = Result { try store.copyOut(bytes, to: path) }
        lock.release()
        try result.get()
    }

    /// One process copies out at a time.
    private func takePublishing() throws -> FileLock {
        while true {
            if let lock = try store.lockForPublishing() { return lock }
            if cancellation.isCancelled { throw Cancelled() }
            Clock.pause(seconds: 0.005)
        }
    }
}
