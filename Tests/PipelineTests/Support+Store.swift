import Foundation
import Platform
import Testing
import ToyProject

@testable import Pipeline

extension Store {
    /// What is under a key although it is not a finished, whole result; empty where the store keeps its promise.
    ///
    /// Reads everything itself: neither the index nor `check` is asked.
    func brokenPromises() throws -> [String] {
        let files = FileSystem()
        var broken: [String] = []
        for path in try files.files(below: folder + "/records") {
            let bytes = try #require(try files.read(folder + "/records/" + path))
            guard let record = StoredRecord(fileBytes: bytes), record.record.key.hex == path.filter({ $0 != "/" }) else {
                broken.append("the record \(path) is partial")
                continue
            }
            for file in record.outputs {
                let found = try files.read(objectPath(file.digest))
                if found.map({ Digest.of($0) }) != file.digest { broken.append("\(path) names \(file.path), which is not whole") }
            }
        }
        for path in try files.files(below: folder + "/objects") {
            let found = try #require(try files.read(folder + "/objects/" + path))
            if Digest.of(found).hex != path.filter({ $0 != "/" }) { broken.append("the object \(path) is not whole") }
        }
        return broken
    }

    /// Collects as soon as no run holds the store: a program that another test is just starting holds a copy of every open
    /// file of this process, locks included, until it has begun.
    func collectWhenFree(_ rules: CollectionRules = CollectionRules(), isDry: Bool = false) throws -> Collected {
        var found: Collected?
        try waitUntil("the store to be free") {
            found = try collect(rules, isDry: isDry)
            return found != nil
        }
        return try #require(found)
    }
}

extension Pipeline {
    /// The bytes of all results by `STAGE: PATH`, and of what is copied out.
    func everything() throws -> [String: [UInt8]] {
        let files = FileSystem()
        var found: [String: [UInt8]] = [:]
        for stage in graph.stages {
            for file in try #require(try outputs(of: stage.name), "\(stage.name) has no result") {
                found["\(stage.name): \(file.path)"] = try files.read(store.path(of: file))
            }
            for place in stage.publishes.values { found[place] = try files.read(root + "/" + place) }
        }
        return found
    }
}
