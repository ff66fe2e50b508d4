import Testing

@testable import samedge

@Suite struct GCTests {
    /// A stage `a` with two former results, and `b`.
    private func toy() throws -> Toy {
        let toy = try Toy(["a": "1", "b": "2"])
        for text in ["1", "11", "111"] {
            toy.edit("a", text)
            _ = toy.perform("run")
        }
        return toy
    }

    @Test func aDryRunNamesWhatWouldGoAndHowMuchAndLeavesIt() throws {
        let toy = try toy()
        let dry = toy.perform("gc", "--dry-run")
        #expect(dry.code == .done)
        let lines = dry.out.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("would remove write (") && lines[0].hasSuffix(" B, last used within a day"))
        #expect(lines[2].hasPrefix("would remove 2 files, 2 records and "))
        #expect(lines[2].contains("; 2 files stay ("))
        #expect(toy.perform("gc", "-n").out == dry.out)
        #expect(toy.perform("gc").out == dry.out.replacing("would remove", with: "removed"))
        #expect(toy.perform("gc").out.contains("removed 0 files, 0 records"))
        #expect(toy.perform("plan").out.contains("0 to run"))
    }

    @Test func aSizeKeepsFormerResultsThatFitAndNeverRemovesWhatAProfileNeeds() throws {
        let toy = try toy()
        #expect(toy.perform("gc", "--max-size", "10GB").out.contains("removed 0 files, 0 records"))
        // The former result is what a run would take now, though another one was the last.
        toy.edit("a", "1")
        let found = toy.perform("gc", "--max-size=0")
        #expect(found.out.contains("removed 1 files, 1 records"))
        #expect(found.out.contains("that is more than 0 B, but the profiles need it"))
        #expect(toy.perform("plan").out.contains("0 to run, 0 that may follow, 2 there already"))
    }

    @Test func resultsOfStagesThatNoProfileDeclaresGoBySizeOrWhereTheyAreForgotten() throws {
        let toy = try toy()
        _ = toy.perform("gc")
        toy.edit("b", nil)
        #expect(toy.perform("gc").out.contains("removed 0 files, 0 records"))
        #expect(toy.perform("gc", "--stages", "--dry-run").out.contains("1 files, 1 records"))
        let found = toy.perform("gc", "--max-size", "1B")
        #expect(found.out.contains("removed small/b (") && found.out.contains("removed 1 files, 1 records"))
        #expect(toy.perform("plan").out.contains("0 to run"))
    }

    @Test(arguments: ["", "ten", "10XB", "-1", "GB", "1e3"])
    func aSizeThatIsNoneIsRefused(_ size: String) throws {
        let toy = try toy()
        #expect(toy.perform("gc", "--max-size", size).code == .usage)
    }

    @Test(arguments: [("10", 10), ("1kB", 1000), ("500 MB", 500_000_000), ("1.5gb", 1_500_000_000), ("2T", 2_000_000_000_000)])
    func sizesAreReadWithTheirUnits(_ text: String, _ bytes: Int) throws {
        let arguments = try Arguments(["--max-size", text], options: Verb.gc.options, verb: "gc")
        #expect(try arguments.size("--max-size") == bytes)
    }
}
