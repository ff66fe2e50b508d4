import TestSupport
import Testing
import ToyProject

@testable import Pipeline

@Suite("Names of files")
struct NameTests {
    /// One é composed, one decomposed: two names to the file system, one text to a reader.
    static let names = ["\u{e9}.txt", "e\u{301}.txt"]

    @Test("two outputs whose names look alike are refused with both ways to write them named")
    func outputs() throws {
        var toy = try Toy.diamond(in: .inMemory())
        toy.kind.hook = { run in
            if run.name == "a" { for name in Self.names { try run.write("x".utf8, to: name) } }
        }
        let summary = try toy.run()
        #expect(summary.failures.map(\.stage) == ["a"])
        #expect(summary.failures[0].message.contains("composed") && summary.failures[0].message.contains("\u{e9}.txt"))
        #expect(try toy.pipeline().store.brokenPromises() == [])
    }

    @Test("a record that names such files, from elsewhere, is no key's input")
    func inputs() throws {
        let toy = try Toy([Toy.join("a", "A"), Toy.join("b", "B", ["a"])], in: .inMemory())
        let files = Self.names.map { StoredFile(path: $0, digest: Digest.of($0.utf8), size: 1) }
        guard case .impossible(let error) = try toy.pipeline().planner().verdict(on: 1, outputs: [0: files]) else {
            Issue.record("such names were accepted")
            return
        }
        #expect(error == .likeNames("\u{e9}.txt", of: "a"))
    }

    @Test(
        "paths stay inside their folder",
        arguments: [
            ("a", true), ("a/b.c/d", true), ("é/…", true), ("...", true), (".a", true), ("", false), ("/a", false), ("a/", false),
            ("a//b", false),
            (".", false), ("..", false), ("a/../b", false), ("./a", false), ("a/.", false), ("a\\b", false), ("a\nb", false),
            ("a\u{7f}", false),
            (String(repeating: "x", count: 200), true), (String(repeating: "x", count: 201), false),
        ])
    func plain(_ path: String, _ isPlain: Bool) { #expect(isPlainPath(path) == isPlain) }
}
