import Formats
import Pipeline
import Platform

/// The results of a profile with their provenance as one file: a gzipped tar archive that is an RO-Crate.
///
/// ```
/// samedge-PROFILE/ro-crate-metadata.json   what all of it is, for programs
/// samedge-PROFILE/archive.json             the profile, the program, the digests of its code
/// samedge-PROFILE/records/STAGE.json       what decided each stage's result, and what it made
/// samedge-PROFILE/results/STAGE/PATH       the files that were made, but for data and snapshots
/// samedge-PROFILE/licences/…               the terms of the program and of the data
/// samedge-PROFILE/SHA256SUMS               a digest of every other file, as `sha256sum -c` reads it
/// ```
///
/// Equal results make equal archives, byte for byte, as far as the same `gzip` compresses them.
package struct ResultArchive: Sendable {
    /// The profile's name.
    package var profile: String
    /// The program that made it, as `samedge --version` names it, and the digests of its code: module → digest.
    package var program: String, code: [String: String]
    /// The results of all stages, each after those that it depends on.
    package var results: [ArchivedResult]
    /// The licences, by their paths in a folder.
    package var licences: [String: [UInt8]]
    /// The bytes of the files that are held.
    private var contents: [Digest: ArraySlice<UInt8>] = [:]

    private static let format = 1, sums = "SHA256SUMS", description = "archive.json"

    /// The archive of some results, whose files the store holds.
    ///
    /// - Throws: `FileSystemError`.
    package init(
        of results: [ArchivedResult], in store: Store, profile: String, program: String, code: [String: String],
        licences: [String: [UInt8]]
    ) throws {
        (self.profile, self.program, self.code) = (profile, program, code)
        (self.results, self.licences) = (results, licences)
        for file in results.flatMap(\.outputs) where !file.isLeftOut && contents[file.digest] == nil {
            contents[file.digest] = try store.files.contents(of: store.path(of: file))[...]
        }
    }

    /// The bytes of a file that is held.
    package func bytes(_ digest: Digest) -> [UInt8] { Array(contents[digest] ?? []) }
}

// MARK: - Writing

extension ResultArchive {
    /// Writes the archive whole, in the place of what is there.
    ///
    /// - Parameters:
    ///   - day: the one date in it.
    ///   - scratch: a path for what is compressed, which is removed.
    /// - Throws: `TarNameTooLong`; `ArchiveFault` where two files would have one path; `FileSystemError`.
    package func write(to path: String, day: CalendarDay, scratch: String, program gzip: String = "gzip") throws {
        var members: [String: ArraySlice<UInt8>] = [:]
        func add(_ name: String, _ bytes: ArraySlice<UInt8>) throws {
            if members.updateValue(bytes, forKey: name) != nil { throw ArchiveFault(path, "two files of it would be \(name)") }
        }
        func add(_ name: String, _ json: JSON) throws { try add(name, Array(json.prettyText.utf8)[...]) }
        try add(
            Self.description,
            [
                "format": JSON(Self.format), "profile": .string(profile), "program": .string(program),
                "code": .object(code.mapValues { .string($0) }),
            ] as JSON)
        for result in results {
            try add("records/\(result.stage).json", result.json)
            for file in result.outputs where !file.isLeftOut {
                try add("results/\(result.stage)/\(file.path)", contents[file.digest] ?? [])
            }
        }
        for (name, bytes) in licences { try add("licences/\(name)", bytes[...]) }
        try add(ResearchCrate.path, ResearchCrate(archive: self, day: day).json(of: members))
        let names = members.keys.sorted { $0.precedesByBytes($1) }
        let sums = names.map { "\(Digest.of(members[$0] ?? []).hex)  \($0)\n" }.joined()
        let files = [(Self.sums, Array(sums.utf8)[...])] + names.map { ($0, members[$0] ?? []) }
        let tar = try Tar.bytes(of: files.map { ("samedge-\(profile)/\($0)", $1) }, day: day)
        try compress(tar, to: path, scratch, gzip)
    }

    private func compress(_ parts: [[UInt8]], to path: String, _ scratch: String, _ program: String) throws {
        let files = FileSystem(), packed = scratch + ".gz", messages = scratch + ".messages"
        defer {
            // Left over, they go with the next `gc`.
            for left in [scratch, packed, messages] { do { try files.remove(left) } catch {} }
        }
        try files.replace(scratch, with: parts.map { $0[...] }, sync: false)
        // Neither a name nor a time goes into it.
        let child = try ChildProcess(program, ["-n", "-9", "-c", scratch], output: packed, errors: messages)
        guard try child.wait(while: { true }) == 0 else {
            let said = String(decoding: try files.read(messages) ?? [], as: UTF8.self)
            throw ArchiveFault(
                path, "\(program) cannot compress it: \(said.split(whereSeparator: \.isNewline).last ?? "no reason")")
        }
        try files.makeFolder(parent(of: path))
        try files.replace(path, with: files.contents(of: packed))
    }
}

// MARK: - Reading

extension ResultArchive {
    /// More bytes than any archive of results holds.
    private static let limit = 1 << 34

    /// Reads an archive, and checks every digest in it.
    ///
    /// - Parameters:
    ///   - scratch: a path for the decompressed archive, which is removed.
    ///   - limit: the most bytes that it may hold.
    /// - Throws: `ArchiveFault`, which says what is wrong with the file; `DecompressionError` where there is no `gzip`; `Cancelled`.
    package init(
        reading path: String, scratch: String, limit: Int = limit, isCancelled: () -> Bool = { false }
    ) throws {
        let bytes: [UInt8], tar: Tar
        do {
            bytes = try Decompression.bytes(
                ofGzip: path, name: path, limit: limit, scratch: scratch, isCancelled: isCancelled)
        } catch DecompressionError.damaged(let reason, _) {
            throw ArchiveFault(path, reason)
        } catch DecompressionError.tooLong(let limit, _) {
            throw ArchiveFault(path, "it holds more than \(limit) bytes")
        }
        do { tar = try Tar(bytes) } catch { throw ArchiveFault(path, Self.text(of: error, in: bytes)) }
        var members = try Self.members(of: tar, path)
        try Self.check(&members, path)
        guard let json = try Self.json(members.removeValue(forKey: Self.description)),
            json["format"]?.integerValue == Self.format,
            let profile = json["profile"]?.stringValue, isPlainPath(profile), !profile.contains("/"),
            let program = json["program"]?.stringValue, let code = json["code"]?.objectValue
        else { throw ArchiveFault(path, "its \(Self.description) is not that of an archive of this format, \(Self.format)") }
        (self.profile, self.program, self.code) = (profile, program, code.compactMapValues(\.stringValue))
        (results, licences) = ([], [:])
        members[ResearchCrate.path] = nil
        for (name, bytes) in members.sorted(by: { $0.key.precedesByBytes($1.key) }) {
            if name.hasPrefix("licences/") {
                licences[String(name.dropFirst("licences/".count))] = Array(bytes)
            } else if name.hasPrefix("records/") {
                guard let result = try Self.json(bytes).flatMap({ ArchivedResult(json: $0) }),
                    name == "records/\(result.stage).json"
                else { throw ArchiveFault(path, "\(name) is not the record of a result under its key") }
                results.append(result)
            }
        }
        for name in members.keys where name.hasPrefix("licences/") || name.hasPrefix("records/") { members[name] = nil }
        for result in results {
            for file in result.outputs where !file.isLeftOut {
                let name = "results/\(result.stage)/\(file.path)"
                guard let bytes = members.removeValue(forKey: name) else { throw ArchiveFault(path, "\(name) is missing") }
                guard bytes.count == file.size, Digest.of(bytes) == file.digest else {
                    throw ArchiveFault(path, "\(name) has other bytes than its record says")
                }
                contents[file.digest] = bytes
            }
        }
        if let stray = members.keys.min() { throw ArchiveFault(path, "\(stray) belongs to no result") }
    }

    /// The members by their names below the archive's only folder.
    private static func members(of tar: Tar, _ path: String) throws -> [String: ArraySlice<UInt8>] {
        var members: [String: ArraySlice<UInt8>] = [:], top: Substring?
        for entry in tar.entries {
            guard entry.isRegular else { throw ArchiveFault(path, "\(entry.name) is \(kind(entry.type)), and no plain file") }
            guard isPlainPath(entry.name), let slash = entry.name.firstIndex(of: "/") else {
                throw ArchiveFault(path, "\(entry.name) leads out of the archive's folder")
            }
            let folder = entry.name[..<slash], name = String(entry.name[entry.name.index(after: slash)...])
            if let top, top != folder { throw ArchiveFault(path, "\(entry.name) is not in the folder \(top) of the others") }
            top = folder
            if members.updateValue(tar[entry], forKey: name) != nil { throw ArchiveFault(path, "\(entry.name) is there twice") }
        }
        return members
    }

    private static func kind(_ type: UInt8) -> String {
        switch type {
        case UInt8(ascii: "1"), UInt8(ascii: "2"): "a link"
        case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"): "a device"
        case UInt8(ascii: "5"): "a folder"
        default: "an extension of the format"
        }
    }

    /// Holds every member to its digest; the list of them goes.
    private static func check(_ members: inout [String: ArraySlice<UInt8>], _ path: String) throws {
        guard let sums = members.removeValue(forKey: Self.sums) else { throw ArchiveFault(path, "\(Self.sums) is missing") }
        var listed: Set<String> = []
        for line in sums.split(separator: 0x0a) {
            let text = String(decoding: line, as: UTF8.self), name = String(text.dropFirst(66))
            guard let digest = Digest(hex: text.prefix(64)), text.dropFirst(64).prefix(2) == "  ", !name.isEmpty else {
                throw ArchiveFault(path, "\(Self.sums) has a line that is none: “\(text.prefix(80))”")
            }
            guard let bytes = members[name] else { throw ArchiveFault(path, "\(name) is missing") }
            guard Digest.of(bytes) == digest else { throw ArchiveFault(path, "\(name) has other bytes than \(Self.sums) says") }
            listed.insert(name)
        }
        if let stray = members.keys.filter({ !listed.contains($0) }).min() {
            throw ArchiveFault(path, "\(stray) is not in \(Self.sums)")
        }
    }

    private static func json(_ bytes: ArraySlice<UInt8>?) throws -> JSON? {
        guard let bytes else { return nil }
        // What is no JSON is told as what it should have been.
        do { return try JSON(parsing: bytes) } catch { return nil }
    }

    private static func text(of error: TarError, in bytes: [UInt8]) -> String {
        switch error {
        case .truncated(let start) where start + Tar.block <= bytes.count:
            "\(Tar.name(bytes[start..<start + Tar.block])) goes on beyond the archive's end"
        case .truncated, .missing: "it ends within a header"
        case .damaged(let start): "the header at byte \(start) of its tar is damaged"
        }
    }
}

/// What is wrong with an archive of results.
package struct ArchiveFault: Error, Hashable, CustomStringConvertible {
    /// The archive, and what is wrong in it.
    package var path: String, problem: String

    init(_ path: String, _ problem: String) { (self.path, self.problem) = (path, problem) }

    /// What is wrong, and what to do.
    package var description: String {
        "\(path) is no whole archive of results: \(problem); nothing was imported, get it again from where it came"
    }
}
