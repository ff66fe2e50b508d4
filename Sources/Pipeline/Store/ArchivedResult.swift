import Formats
import Platform

/// A stage's result as an archive tells of it: what decided it, and what it made; when, where and how fast is left out, so that
/// equal results make equal archives.
package struct ArchivedResult: Hashable, Sendable {
    /// The stage's name.
    package var stage: String
    /// What decided the result.
    package let record: KeyRecord
    /// The digest of that, which is the result's key.
    package let key: Digest
    /// What it made; of the files that are left out, nothing but these lines is in the archive.
    package var outputs: [StoredFile]

    /// The result as JSON.
    package var json: JSON {
        [
            "stage": .string(stage), "key": .string(key.hex), "record": record.json,
            "outputs": .array(outputs.map(\.json)),
        ]
    }

    /// The result that `json` holds, or `nil` where it holds none, or one under another's key.
    package init?(json: JSON) {
        guard let stage = json["stage"]?.stringValue, isPlainPath(stage),
            let record = json["record"].flatMap({ KeyRecord(json: $0) }), case let key = record.key,
            json["key"]?.stringValue == key.hex,
            let list = json["outputs"]?.arrayValue
        else { return nil }
        (self.stage, self.record, self.key) = (stage, record, key)
        outputs = list.compactMap { StoredFile(json: $0) }
        if outputs.isEmpty || outputs.count < list.count { return nil }
    }

    init(stage: String, record: KeyRecord, key: Digest, outputs: [StoredFile]) {
        (self.stage, self.record, self.key, self.outputs) = (stage, record, key, outputs)
    }
}

extension Pipeline {
    /// The present results of all stages, as an archive tells of them.
    ///
    /// - Parameter holds: whether the archive holds a stage's output of some path; what is copied to the user, it holds in any case.
    /// - Returns: `nil` where a stage has no result.
    /// - Throws: `PipelineError.leftOut` for a file that is to be held and is not here.
    package func archivedResults(holding holds: (Stage, _ path: String) -> Bool) throws -> [ArchivedResult]? {
        var results = try presentResults()
        guard results.count == graph.stages.count else { return nil }
        for (number, result) in results.enumerated() {
            let stage = graph.stages[graph.index(of: result.stage)!]
            for (place, file) in result.outputs.enumerated() {
                let isHeld = stage.publishes[file.path] != nil || holds(stage, file.path)
                if isHeld, try !store.holds([file]) { throw PipelineError.leftOut(file.path, of: stage.name) }
                results[number].outputs[place].isLeftOut = !isHeld
            }
        }
        return results
    }

    /// The present results, each after those that it depends on; stages without one are left out.
    package func presentResults() throws -> [ArchivedResult] {
        let planner = planner()
        var outputs: [Int: [StoredFile]] = [:], results: [ArchivedResult] = []
        for index in graph.order where graph.upstream[index].allSatisfy({ outputs[$0] != nil }) {
            guard case .reuse(let record, let key, let files) = try planner.verdict(on: index, outputs: outputs) else { continue }
            outputs[index] = files
            results.append(ArchivedResult(stage: graph.stages[index].name, record: record, key: key, outputs: files))
        }
        return results
    }
}

/// What an archive brought into a store.
package struct Imported: Hashable, Sendable {
    /// How many results there are in the archive, and how many of them the store had, whole or with as much left out.
    package var results = 0, known = 0
    /// How many files of these results the archive left out.
    package var leftOut = 0
}

extension Store {
    /// Takes in the results of an archive; what the store has already stays. While `gc` is at work, it waits.
    ///
    /// A kill leaves some of the results, each whole but for what the archive leaves out.
    ///
    /// - Parameters:
    ///   - scope: under which name the results become the last ones of their stages, where these have none yet.
    ///   - bytes: those with a digest, which the caller has checked.
    /// - Throws: `PipelineError.otherResult` before anything is written, where the store has other bytes under a key.
    package func takeIn(
        _ results: [ArchivedResult], scope: String, cancellation: Cancellation = Cancellation(), bytes: (Digest) -> [UInt8]
    ) throws -> Imported {
        let inUse = try waitForUse(cancellation)
        let found = Result { try takeInLocked(results, scope, bytes) }
        inUse.release()
        saveIndex()
        return try found.get()
    }

    private func takeInLocked(_ results: [ArchivedResult], _ scope: String, _ bytes: (Digest) -> [UInt8]) throws -> Imported {
        var imported = Imported(results: results.count)
        for result in results {
            guard let known = try record(result.key) else { continue }
            if let (path, _) = known.outputs.paired(with: result.outputs).first(where: { $1.0?.digest != $1.1?.digest }) {
                throw PipelineError.otherResult(path, of: result.stage)
            }
        }
        for result in results {
            for file in result.outputs where !file.isLeftOut { try takeIn(file, bytes) }
            imported.leftOut += result.outputs.count(where: \.isLeftOut)
            // Whoever makes the stage just now has its result soon.
            guard let lock = try lock(result.key) else { continue }
            let written = Result { try write(result, scope) }
            lock.release()
            if try !written.get() { imported.known += 1 }
        }
        return imported
    }

    private func takeIn(_ file: StoredFile, _ bytes: (Digest) -> [UInt8]) throws {
        let path = objectPath(file.digest)
        switch try damage(of: file) {
        case nil: return
        case .missing: try makeFolder(of: path)
        case .changed, .unreadable: try setAside(path)
        }
        let temporary = try temporaryPath()
        try files.create(temporary, bytes(file.digest))
        try files.setMode(temporary, 0o444)
        try files.rename(temporary, to: path)
        try files.syncFolder(parent(of: path))
    }

    /// - Returns: whether there was something to write.
    private func write(_ result: ArchivedResult, _ scope: String) throws -> Bool {
        let key = result.key, known = try record(key)
        var stored = known ?? StoredRecord(record: result.record, outputs: result.outputs, seconds: 0, cost: 0)
        // What this archive holds another one may have left out.
        let held = Set(result.outputs.filter { !$0.isLeftOut }.map(\.digest))
        for place in stored.outputs.indices where held.contains(stored.outputs[place].digest) {
            stored.outputs[place].isLeftOut = false
        }
        if stored != known {
            if known == nil, try files.status(recordPath(key), followLinks: false) != nil { try setAside(recordPath(key)) }
            try makeFolder(of: recordPath(key))
            try replace(recordPath(key), with: stored.fileBytes)
        }
        if try lastRecord(scope: scope, stage: result.stage) == nil {
            try setLastRecord(scope: scope, stage: result.stage, stored)
        }
        return stored != known
    }
}

extension [StoredFile] {
    /// The files of two lists by path, in the order of their bytes.
    fileprivate func paired(with other: [StoredFile]) -> [(path: String, (StoredFile?, StoredFile?))] {
        Set(map(\.path) + other.map(\.path)).sorted { $0.precedesByBytes($1) }.map { path in
            (path, (first { $0.path == path }, other.first { $0.path == path }))
        }
    }
}
