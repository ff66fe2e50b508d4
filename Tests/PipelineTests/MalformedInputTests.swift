import Platform
import TestSupport
import Testing

@testable import Pipeline

@Suite("Malformed files of every format")
struct MalformedInputTests {
    @Test("changed files are read or refused, never a crash, in a process without the memory that a header may declare")
    func fuzz() throws {
        let folder = try TemporaryFolder.inMemory()
        let helper = try Helper("fuzz", folder, count: Torture.count(4000, full: 100_000), output: folder.path + "/said")
        #expect(helper.wait(seconds: 300) == 0)
        let rows = try folder.read("said").split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        let formats = rows.dropLast()
        #expect(formats.map { $0[0] } == ["IDX images", "IDX labels", "CIFAR", "text", "safetensors", "JSON", "TSV"])
        var inputs = 0
        for row in formats {
            let (accepted, refused) = (try #require(Int(row[1])), try #require(Int(row[2])))
            #expect(accepted > 0 && refused > 0, "\(row)")
            inputs += accepted + refused
        }
        let grown = try #require(rows.last?.last.flatMap { Int($0) })
        #expect(grown < 16 << 20)
        try Torture.reached(
            "malformed IDX, CIFAR, text, tensors, JSON, TSV", inputs,
            "read or refused, never a crash; the memory grew by \(grown / 1024) kB")
    }

    @Test("a process that believes such a header would crash")
    func believer() throws {
        let folder = try TemporaryFolder.inMemory()
        let helper = try Helper("believe", folder, count: 0, output: folder.path + "/said")
        #expect(helper.wait() == nil)
        #expect(try !folder.read("said").contains("1073741824"))
    }
}
