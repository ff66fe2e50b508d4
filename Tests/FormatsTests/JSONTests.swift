import TestSupport
import Testing

@testable import Formats

@Suite("JSON")
struct JSONTests {
    @Test(
        "The canonical text has sorted keys, no white space and shortest numbers",
        arguments: [
            ("{ \"b\" : 1.0 , \"a\" : [ 1e0, -0, 0.10 ] }", "{\"a\":[1,0,0.1],\"b\":1}"),
            ("\"\\u00e9\\n\\/\\u0001\\ud83d\\ude00\"", "\"é\\n/\\u0001😀\""),
            (" [ true , false , null ] ", "[true,false,null]"), ("{}", "{}"), ("[]", "[]"), ("1e-3", "0.001"),
            ("123456789012", "123456789012"), ("1E+2", "100"),
        ])
    func canonical(text: String, expected: String) throws {
        let value = try JSON(parsing: text)
        #expect(value.text == expected)
        #expect(try JSON(parsing: value.text) == value)
        #expect(try JSON(parsing: value.prettyText) == value)
    }

    @Test(
        "Malformed texts are refused",
        arguments: [
            "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "[1 2]", "01", "+1", ".5", "1.", "1e", "--1", "0x1",
            "1e999", "nul",
            "nan", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\t\"",
            "{\"a\":1,\"a\":2}", "1 1", "[1]]",
            String(repeating: "[", count: 65) + String(repeating: "]", count: 65), String(repeating: "[", count: 100_000),
        ])
    func malformed(text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test("Bytes that are no UTF-8 are refused")
    func notUTF8() {
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xff, 0x22]) }
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xc0, 0x80, 0x22]) }
    }

    @Test("Values are equal exactly when their texts are, composed and decomposed letters included")
    func equality() {
        let composed = JSON.string("\u{e9}"), decomposed = JSON.string("e\u{301}")
        #expect(composed != decomposed)
        #expect(Array(composed.text.utf8) != Array(decomposed.text.utf8))
        #expect(JSON.object(["\u{e9}": 1]) != JSON.object(["e\u{301}": 1]))
        #expect(JSON.number(0) == JSON.number(-0.0))
        #expect(JSON.number(-0.0).text == "0")
        #expect(Set<JSON>([1, 1.0, "1", true, nil as JSON? ?? .null]).count == 4)
    }

    @Test("Every double survives its shortest text")
    func doubles() throws {
        var random = SplitMix(1)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let back = try #require(try JSON(parsing: JSON.number(value).text).numberValue)
            #expect(back == value)
        }
    }

    @Test("Mutated texts give a value or an error, and a value reads back from its own text")
    func fuzz() throws {
        let seeds = [
            "{\"files\": {\"mnist/x.gz\": {\"size\": 12, \"sha256\": \"ab\\u00e9\", \"urls\": [\"https://a\", null, true]}}}",
            "[1e-3, -0.5, 12345678901234567890, {\"a\": [[[[]]]]}, \"\\ud83d\\ude00\"]",
        ].map { Array($0.utf8) }
        var random = SplitMix(2)
        var accepted = 0
        for _ in 0..<50_000 {
            let text = mutated(seeds[Int(random.next() % 2)], using: &random)
            guard let value = try? JSON(parsing: text) else { continue }
            accepted += 1
            let again = try JSON(parsing: value.text)
            if again != value { Issue.record("\(text) reads back differently") }
        }
        #expect(accepted > 1000)
    }
}
