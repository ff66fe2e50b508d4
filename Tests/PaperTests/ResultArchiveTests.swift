import Formats
import Foundation
import Pipeline
import Platform
import TestSupport
import Testing

@testable import Paper

/// Writes its parameter `text`.
private struct TextKind: StageKind {
    let name = "text"
    let modules: [String] = []
    func run(_ run: StageRun) throws {
        try run.write((run.parameters["text"]?.stringValue ?? "").utf8, to: "out/table.tsv")
        try run.write([UInt8](repeating: 7, count: 5000), to: "large.safetensors")
    }
}

/// An archive of two stages, and the means to change what is in it.
private struct MadeArchive {
    let folder: TemporaryFolder
    let archive: ResultArchive
    let bytes: [UInt8]
    static let day = CalendarDay("2026-11-29")!

    init(names: [String] = ["measure/a", "figure/b"]) throws {
        folder = try .inMemory()
        let pipeline = try Pipeline(
            stages: names.map { Stage($0, kind: "text", parameters: ["text": .string("x\n" + $0)]) }, kinds: [TextKind()],
            codeDigest: { _ in "" }, store: try Store(folder.path + "/store"), root: folder.path)
        _ = try pipeline.run()
        let results = try #require(try pipeline.archivedResults { _, path in !path.hasSuffix(".safetensors") })
        archive = try ResultArchive(
            of: results, in: pipeline.store, profile: "small", program: "samedge 1", code: ["Plotting": "2"],
            licences: ["README.md": Array("terms".utf8)])
        try archive.write(to: folder.path + "/made.tar.gz", day: Self.day, scratch: folder.path + "/scratch")
        bytes = try FileSystem().contents(of: folder.path + "/made.tar.gz")
    }

    /// Reads an archive of such bytes.
    func read(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> ResultArchive {
        let path = folder.path + "/read.tar.gz"
        try FileSystem().replace(path, with: bytes, sync: false)
        return try ResultArchive(reading: path, scratch: folder.path + "/scratch", limit: limit)
    }

    /// The plain members, by name.
    func members() throws -> [String: [UInt8]] {
        let tar = try Tar(
            Decompression.bytes(
                ofGzip: folder.path + "/made.tar.gz", name: "", limit: 1 << 20, scratch: folder.path + "/scratch",
                isCancelled: { false }))
        return tar.files.mapValues { range in Array(tar[Tar.Entry(name: "", type: 0, content: range)]) }
    }

    /// Reads an archive whose members were changed; `sums` says whether the list of digests is made to fit.
    func read(sums: Bool = true, _ change: (inout [String: [UInt8]]) -> Void) throws -> ResultArchive {
        var members = try members()
        change(&members)
        if sums {
            let names = members.keys.filter { $0 != "samedge-small/SHA256SUMS" }.sorted()
            members["samedge-small/SHA256SUMS"] = Array(
                names.map { "\(SHA256.hex(of: members[$0] ?? []))  \($0.dropFirst("samedge-small/".count))\n" }.joined().utf8)
        }
        return try read(packed(Tar.bytes(of: members.sorted { $0.key < $1.key }.map { ($0.key, $0.value[...]) }, day: Self.day)))
    }

    /// Reads an archive in which some bytes follow the other members.
    func read(adding entry: [UInt8]) throws -> ResultArchive {
        let parts = try Tar.bytes(of: members().sorted { $0.key < $1.key }.map { ($0.key, $0.value[...]) }, day: Self.day)
        return try read(packed(parts.dropLast() + [entry] + parts.suffix(1)))
    }

    private func packed(_ parts: [[UInt8]]) throws -> [UInt8] {
        let plain = folder.path + "/plain", packed = folder.path + "/packed"
        try FileSystem().replace(plain, with: parts.map { $0[...] }, sync: false)
        let child = try ChildProcess("gzip", ["-nc", plain], output: packed, errors: folder.path + "/errors")
        #expect(try child.wait { true } == 0)
        return try FileSystem().contents(of: packed)
    }

    /// A header of any type for a member with some content.
    static func entry(_ name: String, type: Character, _ content: [UInt8] = [], size: Int? = nil) throws -> [UInt8] {
        var entry = try Tar.bytes(of: [(name, content[...])], day: day).dropLast().joined().map { $0 }
        entry[156] = type.asciiValue ?? 0
        if let size {
            let digits = String(size, radix: 8)
            entry.replaceSubrange(124..<135, with: (String(repeating: "0", count: 11 - digits.count) + digits).utf8)
        }
        let sum = String(Tar.checksum(entry[..<512]), radix: 8)
        entry.replaceSubrange(148..<154, with: (String(repeating: "0", count: 6 - sum.count) + sum).utf8)
        return entry
    }
}

@Suite struct ResultArchiveTests {
    @Test func whatIsReadIsWhatWasWritten() throws {
        let made = try MadeArchive(), read = try made.read(made.bytes)
        #expect(read.profile == "small" && read.program == "samedge 1" && read.code == ["Plotting": "2"])
        #expect(read.licences == ["README.md": Array("terms".utf8)])
        #expect(Set(read.results) == Set(made.archive.results))
        let held = read.results.flatMap(\.outputs).filter { !$0.isLeftOut }
        #expect(held.map(\.path) == ["out/table.tsv", "out/table.tsv"])
        #expect(Set(held.map { String(decoding: read.bytes($0.digest), as: UTF8.self) }) == ["x\nmeasure/a", "x\nfigure/b"])
    }

    @Test func equalResultsMakeTheSameBytesWhereverTheyWereMade() throws {
        let one = try MadeArchive(), other = try MadeArchive()
        #expect(one.bytes == other.bytes)
        #expect(!String(decoding: one.bytes, as: UTF8.self).contains("made.tar"))
        let path = one.folder.path + "/other.tar.gz"
        try one.archive.write(to: path, day: #require(CalendarDay("2024-02-29")), scratch: one.folder.path + "/scratch")
        #expect(try FileSystem().contents(of: path) != one.bytes)
    }

    @Test func theSystemsTarReadsIt() throws {
        let made = try MadeArchive(names: ["measure/" + String(repeating: "long/", count: 40) + "name", "figure/b"])
        let list = made.folder.path + "/list", errors = made.folder.path + "/errors"
        let child = try ChildProcess("tar", ["-tvzf", made.folder.path + "/made.tar.gz"], output: list, errors: errors)
        #expect(try child.wait { true } == 0)
        #expect(try FileSystem().contents(of: errors).isEmpty)
        let lines = String(decoding: try FileSystem().contents(of: list), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == (try made.members()).count && lines.count == 8)
        #expect(lines.allSatisfy { $0.hasPrefix("-rw-r--r-- 0/0 ") && $0.contains("2026-11-29") })
        #expect(Set(lines.compactMap { $0.split(separator: " ").last.map(String.init) }) == Set(try made.members().keys))
    }

    @Test func aNameThatNoHeaderHasRoomForIsAnError() throws {
        let name = String(repeating: "x", count: 101)
        #expect(throws: TarNameTooLong(name: name)) { try Tar.bytes(of: [(name, [])], day: MadeArchive.day) }
        #expect(throws: TarNameTooLong.self) {
            try Tar.bytes(of: [(String(repeating: "x/", count: 80) + name, [])], day: MadeArchive.day)
        }
        #expect(try Tar.bytes(of: [("a/" + String(repeating: "x", count: 100), [])], day: MadeArchive.day).count == 3)
    }

    @Test func everyChangeOfAMemberIsToldByItsName() throws {
        let made = try MadeArchive()
        for name in try made.members().keys.sorted() where name != "samedge-small/SHA256SUMS" {
            let short = name.dropFirst("samedge-small/".count)
            let changed = #expect(throws: ArchiveFault.self) { try made.read(sums: false) { $0[name]?[0] ^= 1 } }
            #expect(changed?.problem == "\(short) has other bytes than SHA256SUMS says")
            let gone = #expect(throws: ArchiveFault.self) { try made.read(sums: false) { $0[name] = nil } }
            #expect(gone?.problem == "\(short) is missing")
            #expect(gone?.description.contains("nothing was imported") == true)
        }
    }

    @Test func aListOfDigestsThatIsMadeToFitHidesNoChangeOfAResult() throws {
        let made = try MadeArchive()
        func problem(_ change: (inout [String: [UInt8]]) -> Void) -> String? {
            #expect(throws: ArchiveFault.self) { try made.read(change) }?.problem
        }
        let table = "samedge-small/results/measure/a/out/table.tsv", record = "samedge-small/records/measure/a.json"
        #expect(problem { $0[table]?[0] ^= 1 } == "results/measure/a/out/table.tsv has other bytes than its record says")
        #expect(problem { $0[table] = nil } == "results/measure/a/out/table.tsv is missing")
        #expect(problem { $0[record]?[3] ^= 1 } == "records/measure/a.json is not the record of a result under its key")
        func edit(_ text: String, _ other: String) -> (inout [String: [UInt8]]) -> Void {
            { members in
                let old = String(decoding: members[record] ?? [], as: UTF8.self)
                members[record] = Array(old.replacing(text, with: other).utf8)
            }
        }
        // Other parameters than the key says; a stage of another name; a file outside; another size.
        for (text, other) in [
            ("x\\nmeasure/a", "x\\nmeasure/z"), ("\"stage\": \"measure/a\"", "\"stage\": \"measure/z\""),
            ("out/table.tsv", "../table.tsv"), ("\"size\": 11", "\"size\": 12"), ("\"key\"", "\"no\""),
        ] { #expect(problem(edit(text, other)) != nil, "\(text)") }
        #expect(problem { $0[record] = nil } == "results/measure/a/out/table.tsv belongs to no result")
        #expect(problem { $0["samedge-small/more"] = [1] } == "more belongs to no result")
        #expect(problem { $0["samedge-small/archive.json"] = Array("{}".utf8) }?.contains("archive.json") == true)
        #expect(problem { $0["samedge-small/archive.json"] = nil }?.contains("archive.json") == true)
        #expect(
            problem { members in
                let text = String(decoding: members["samedge-small/archive.json"] ?? [], as: UTF8.self)
                members["samedge-small/archive.json"] = Array(text.replacing("\"small\"", with: "\"../x\"").utf8)
            }?.contains("archive.json") == true)
        // Without a change all is well.
        #expect(try made.read { _ in }.results.count == 2)
    }

    @Test func aListOfDigestsThatIsNoneIsRefused() throws {
        let made = try MadeArchive(), sums = "samedge-small/SHA256SUMS"
        func problem(_ change: (inout [String: [UInt8]]) -> Void) -> String? {
            #expect(throws: ArchiveFault.self) { try made.read(sums: false, change) }?.problem
        }
        #expect(problem { $0[sums] = nil } == "SHA256SUMS is missing")
        #expect(problem { $0[sums] = Array("nonsense\n".utf8) } == "SHA256SUMS has a line that is none: “nonsense”")
        #expect(problem { $0[sums] = [] } == "archive.json is not in SHA256SUMS")
        #expect(problem { $0["samedge-small/stray"] = [] } == "stray is not in SHA256SUMS")
    }

    @Test(arguments: [
        "../evil", "/etc/evil", "samedge-small/../../evil", "samedge-small/./x", "evil", "samedge-small/a\\b", "samedge-small//x",
    ])
    func pathsThatLeadOutAreRefusedByName(_ name: String) throws {
        let made = try MadeArchive()
        let fault = #expect(throws: ArchiveFault.self) { try made.read(adding: MadeArchive.entry(name, type: "0")) }
        #expect(fault?.problem == "\(name) leads out of the archive's folder")
    }

    @Test func linksDevicesFoldersAndExtensionsAreRefusedByName() throws {
        let made = try MadeArchive()
        for (type, kind) in [
            ("1", "a link"), ("2", "a link"), ("3", "a device"), ("4", "a device"), ("5", "a folder"), ("6", "a device"),
            ("L", "an extension of the format"), ("x", "an extension of the format"),
        ] as [(Character, String)] {
            let fault = #expect(throws: ArchiveFault.self) {
                try made.read(adding: MadeArchive.entry("samedge-small/odd", type: type))
            }
            #expect(fault?.problem == "samedge-small/odd is \(kind), and no plain file")
        }
    }

    @Test func duplicatesStrangersAndWhatIsTooLargeAreRefusedByName() throws {
        let made = try MadeArchive()
        func problem(_ entry: [UInt8]) -> String? {
            #expect(throws: ArchiveFault.self) { try made.read(adding: entry) }?.problem
        }
        #expect(
            try problem(MadeArchive.entry("samedge-small/archive.json", type: "0")) == "samedge-small/archive.json is there twice"
        )
        #expect(
            try problem(MadeArchive.entry("other/archive.json", type: "0"))
                == "other/archive.json is not in the folder samedge-small of the others")
        #expect(
            try problem(MadeArchive.entry("samedge-small/huge", type: "0", [1], size: 8_000_000_000))
                == "samedge-small/huge goes on beyond the archive's end")
        let fault = #expect(throws: ArchiveFault.self) { try made.read(made.bytes, limit: 4000) }
        #expect(fault?.problem == "it holds more than 4000 bytes")
    }

    @Test func whatIsNoArchiveIsSaidToBeNone() throws {
        let made = try MadeArchive()
        for bytes in [[], Array("text".utf8), Array(made.bytes.dropLast(made.bytes.count / 2)), Array(made.bytes.dropLast())] {
            let fault = #expect(throws: ArchiveFault.self) { try made.read(bytes) }
            #expect(fault?.problem.isEmpty == false)
        }
    }

    /// Whatever bytes change: an error, or the very same results.
    @Test func damageAnywhereIsNoticedOrWithoutEffect() throws {
        let made = try MadeArchive(), good = Set(made.archive.results)
        var random = SplitMix(5), refused = 0
        for _ in 0..<200 {
            do {
                let read = try made.read(mutated(made.bytes, using: &random))
                #expect(Set(read.results) == good)
            } catch is ArchiveFault { refused += 1 }
        }
        #expect(refused > 150)
    }

    @Test func daysAreReadAsTheCalendarHasThem() {
        for (text, number) in [
            ("1970-01-01", 0), ("1970-12-31", 364), ("2000-02-29", 11016), ("2026-11-29", 20786), ("2100-03-01", 47541),
        ] {
            #expect(CalendarDay(text)?.number == number, "\(text)")
        }
        for text in [
            "", "2026-11-31", "2100-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "26-01-01", "2026-11-29T00", "1969-12-31",
            "2026/11/29", "２０２６-11-29",
        ] {
            #expect(CalendarDay(text) == nil, "\(text)")
        }
    }
}
