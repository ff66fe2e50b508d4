import TestSupport
import Testing

@testable import Formats

@Suite("Tables")
struct TableTests {
    @Test("A table's text is a header and shortest numbers between tabs, and reads back")
    func text() throws {
        var table = Table(columns: ["step", "loss", "note"])
        table.append([.number(0), .number(0.1), .text("stand-in data")])
        table.append([.number(100), .number(.nan), .text("é")])
        table.append([.number(1e-7), .number(-.infinity), .text("1.5.2")])
        #expect(table.text == "step\tloss\tnote\n0\t0.1\tstand-in data\n100\tnan\té\n1e-07\t-inf\t1.5.2\n")
        let back = try Table(parsing: table.text)
        #expect(back.text == table.text)
        #expect(try back.column(named: "step") == [0, 100, 1e-7])
        #expect(try back.column(named: "loss")[1].isNaN)
        #expect(try back.texts(named: "note") == ["stand-in data", "é", "1.5.2"])
    }

    @Test("A row's line is the one in the table's text")
    func line() {
        let table = Table(columns: ["a", "b"], rows: [[1, .nan], [-0.0, 1.0 / 3]])
        #expect(table.text == Table.line(["a", "b"]) + Table.line([1, .nan]) + Table.line([0, 1.0 / 3]))
    }

    @Test("Every double survives the text")
    func doubles() throws {
        var random = SplitMix(4)
        var values = (0..<20_000).map { _ in Double(bitPattern: random.next()) }
        values += [0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, .nan]
        let back = try Table(parsing: Table(columns: ["x"], rows: values.map { [$0] }).text).column(named: "x")
        #expect(back.count == values.count)
        #expect(zip(back, values).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    }

    @Test(
        "Malformed texts are refused with their line",
        arguments: [
            ("", nil), ("a\tb", nil), ("\n", 1), ("a\ta\n", 1), ("a\t\n", 1), ("a\tb\n1\n", 2), ("a\tb\n1\t2\n1\t2\t3\n", 3),
            ("a\tb\n1\t\n", 2), ("a\n1\n\n", 3), ("a\n1\r\n", 2), ("a\n1\n1e999\n", 3), ("a\n1\n2", nil), ("a\r\n1\r\n", 1),
            ("a\u{0}\n", 1),
        ] as [(String, Int?)])
    func malformed(text: String, line: Int?) throws {
        let error = try #require(throws: TableError.self) { try Table(parsing: text.utf8, path: "m.tsv") }
        #expect(error.line == line)
        #expect(error.description.hasPrefix(line.map { "m.tsv:\($0): " } ?? "m.tsv: "))
    }

    @Test("Bytes that are no UTF-8 are refused")
    func notUTF8() throws {
        let error = try #require(throws: TableError.self) { try Table(parsing: Array("a\n".utf8) + [0xff, 0x0a]) }
        #expect(error == TableError(.notUTF8, line: 2))
    }

    @Test(
        "A text in a column of numbers is refused with its line",
        arguments: ["x", "0x10", "infinity", "1_000", "NaN", "+1", ".5", "1 "])
    func notNumber(cell: String) throws {
        let table = try Table(parsing: "a\tb\n1\t2\n3\t\(cell)\n")
        let error = try #require(throws: TableError.self) { try table.column(named: "b") }
        #expect(error == TableError(.notNumber(cell, column: "b"), line: 3))
        #expect(throws: TableError.self) { try table.column(named: "c") }
    }

    @Test("Mutated texts give a table that reads back, or an error, never a crash")
    func fuzz() throws {
        let seed = Array("step\tloss\tnote\n0\t0.1\tword\n100\tnan\té\n-3.5e-7\tinf\tx y\n".utf8)
        var random = SplitMix(5)
        var (accepted, refused) = (0, 0)
        for _ in 0..<50_000 {
            do throws(TableError) {
                let table = try Table(parsing: mutated(seed, using: &random))
                accepted += 1
                if try Table(parsing: table.text).text != table.text { Issue.record("differs: \(table.text)") }
            } catch {
                refused += 1
            }
        }
        #expect(accepted > 1000 && refused > 1000)
    }
}
