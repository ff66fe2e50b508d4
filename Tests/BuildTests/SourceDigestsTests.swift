import Foundation
import Platform
import TestSupport
import Testing

@testable import SourceDigests

/// A stage's key holds the digest of the code that it runs: an edit that is missed is a wrong figure.
@Suite struct SourceDigestsTests {
    private func text(_ source: String, _ language: SourceText.Language = .swift) -> String {
        String(decoding: SourceText.withoutCommentsAndSpace(Array(source.utf8), language), as: UTF8.self)
    }

    @Test(arguments: [
        ("let a = 1 // one", "let a = 1"),
        ("let a /* one */ = 1", "let a = 1"),
        ("/* a /* nested */ comment */ let a = 1", "let a = 1"),
        ("let a = 1\n\n/// The next.\nlet b   =\t2\n", "let a = 1\nlet b = 2"),
        ("let a = \"// no comment\" // one", "let a = \"// no comment\""),
        ("let a = #\"a \" // b\"# // one", "let a = #\"a \" // b\"#"),
        ("let a = \"\"\"\n  /* \"kept\"   */\n  \"\"\"  // one", "let a = \"\"\"\n  /* \"kept\"   */\n  \"\"\""),
        ("let a = \"\\(f(\"x // y\") /* z */) w\" // one", "let a = \"\\(f(\"x // y\") ) w\""),
        ("let a = #\"\\(b) \\#(c /* d */)\"#", "let a = #\"\\(b) \\#(c )\"#"),
        ("let a = \"\\\\\" // one", "let a = \"\\\\\""),
        ("#if A // one\nb\n#endif", "#if A\nb\n#endif"),
        ("f(\"\\(a[\"\\(b ? \"//\" : \"\")\"])\") // one", "f(\"\\(a[\"\\(b ? \"//\" : \"\")\"])\")"),
    ])
    func commentsAndLayoutDoNotCountAndLiteralsDo(source: String, kept: String) {
        #expect(text(source) == kept)
    }

    @Test func aCommentOfCDoesNotNestAndACharacterMayBeAQuotationMark() {
        #expect(text("/* a /* b */ int c = '\"'; // d\nint e = '\\''; /* f */", .c) == "int c = '\"';\nint e = '\\'';")
    }

    @Test(arguments: ["let a = \"\\(b", "/* a", "let a = \"b", "#\"a\"", "a ) b", "\"\\", "'", "\"\\(f(\"", "#", "\"\"\"a\""])
    func anUnfinishedTextEndsAndKeepsWhatIsCode(source: String) {
        for language in [SourceText.Language.swift, .c] {
            let kept = text(source, language)
            #expect(source.hasPrefix("/*") ? kept.isEmpty : kept.first == source.first)
        }
    }

    /// Every change of one digit or letter outside comments changes the text, wherever it is.
    @Test func everyChangedByteOfCodeChangesTheText() {
        let code =
            "let a = \"\\(f(\"x // 1\", #\"y \\#(2 + g(\"3\"))\"#)) 4\"; let b = \"\"\"\n 5 \\(h(\"/* 6\"))\n \"\"\"; let c = '7'"
        let original = text(code)
        for (place, byte) in code.utf8.enumerated() where (0x30...0x39).contains(byte) {
            var changed = Array(code.utf8)
            changed[place] = 0x30 + (byte - 0x30 + 1) % 10
            #expect(text(String(decoding: changed, as: UTF8.self)) != original, "byte \(place)")
        }
    }

    /// In files of Swift and of other languages; a document is no source.
    @Test func aModulesDigestFollowsItsSourcesOfEveryLanguage() throws {
        let folder = try TemporaryFolder()
        func write(_ name: String, _ text: String) throws { try folder.write(text, to: "Kernels/Devices/" + name) }
        func digests() throws -> [String] {
            try SourceDigests.modules(in: URL(fileURLWithPath: folder.path)).map { "\($0.name) \($0.digest)" }
        }
        try write("a.swift", "let a = 1")
        try write("b.cl", "kernel void b() {}")
        try write("c.tsv", "1")
        let first = try digests()
        #expect(first.map { $0.prefix { $0 != " " } } == ["Kernels", "Kernels/Devices"])
        var seen = [first]
        for (name, changed) in [("a.swift", "let a = 2"), ("b.cl", "kernel void b(int c) {}"), ("c.tsv", "2"), ("d.metal", "")] {
            try write(name, changed)
            let now = try digests()
            #expect(!seen.contains { $0[0] == now[0] || $0[1] == now[1] }, "\(name)")
            seen.append(now)
        }
        try write("README.md", "words")
        try write("b.cl", "kernel void b(int c) {}  // words")
        #expect(try digests() == seen.last)
    }
}
