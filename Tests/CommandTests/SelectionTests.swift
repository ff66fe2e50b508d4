import Testing

@testable import samedge

@Suite struct SelectionTests {
    /// a → b → figure/curve, and d alone.
    private func toy() throws -> Toy {
        try Toy(["a": "1", "b": "2", "d": "4", "figure/curve": "3"], inputs: ["b": ["a"], "figure/curve": ["b"]])
    }

    @Test func untilRunsAStageAndWhatItNeeds() throws {
        let toy = try toy()
        #expect(toy.perform("run", "--until", "b").code == .done)
        #expect(toy.ran.take() == ["a", "b"])
    }

    @Test func fromRunsAStageAndWhatDependsOnItAgainWhereForced() throws {
        let toy = try toy()
        _ = toy.perform("run")
        _ = toy.ran.take()
        #expect(toy.perform("run", "--from", "b").err.contains("nothing to do"))
        #expect(toy.ran.take() == [])
        #expect(toy.perform("plan", "--from", "b", "--force").out.contains("1 to run, 1 that may follow, 1 there already"))
        #expect(toy.perform("run", "--from", "b", "--force").code == .done)
        #expect(toy.ran.take() == ["b", "figure/curve"])
        #expect(toy.perform("run", "--from", "b", "--until", "b", "--force").code == .done)
        #expect(toy.ran.take() == ["b"])
        let nothing = toy.perform("run", "--from", "d", "--until", "b")
        #expect(nothing.code == .usage)
        #expect(nothing.err.contains("b does not depend on d"))
    }

    @Test func forceRunsTheTargetAndIfItsBytesChangeWhatDependsOnIt() throws {
        let toy = try Toy(["a": "1", "b": "2", "differ": "differ", "last": "3"], inputs: ["b": ["a"], "last": ["differ"]])
        // What was not there before is not made now.
        _ = toy.perform("run", "a", "differ")
        _ = toy.ran.take()
        #expect(toy.perform("run", "--force", "differ").code == .done)
        #expect(toy.ran.take() == ["differ"])
        _ = toy.perform("run")
        _ = toy.ran.take()
        #expect(toy.perform("plan", "--force", "a").out.contains("1 to run, 1 that may follow"))
        #expect(toy.perform("run", "--force", "a").code == .done)
        #expect(toy.ran.take() == ["a"])
        #expect(toy.perform("run", "--force", "differ").code == .done)
        #expect(toy.ran.take() == ["differ", "last"])
        #expect(toy.perform("run").err.contains("nothing to do"))
    }

    @Test(arguments: [
        "figure/*", "fig*", "figure/c?rve", "*urve", "figure", "figure/", "curve", "figures/curve.svg", "./figures/curve.svg",
        "figure/curve",
    ])
    func aTargetIsAGlobAFolderOrAFiguresNameOrPath(_ word: String) throws {
        let toy = try toy()
        #expect(toy.perform("run", word).code == .done)
        #expect(toy.ran.take() == ["a", "b", "figure/curve"])
        #expect(toy.perform("show", word).code == .done)
    }

    @Test(arguments: ["x*", "figure/?", "figures/curv.svg"])
    func aTargetThatMeansNothingIsRefusedBeforeAnythingRuns(_ word: String) throws {
        let toy = try toy()
        #expect(toy.perform("run", word).code == .usage)
        #expect(toy.ran.take() == [])
    }

    @Test func verifyRunsAStageAsOftenAsItIsToldAndNamesWhatDiffers() throws {
        let toy = try Toy(["a": "1", "differ": "differ"])
        #expect(toy.perform("verify", "a").out.contains("none   a: it has no result to compare with"))
        _ = toy.perform("run")
        _ = toy.ran.take()
        let same = toy.perform("verify", "a", "--rerun", "3")
        #expect(same.code == .done && same.out == "same   a\n")
        #expect(toy.ran.take() == ["a", "a", "a"])
        let all = toy.perform("verify")
        #expect(all.code == .failed)
        #expect(all.out.contains("same   a\n") && all.out.contains("DIFFER differ: out.txt: byte 0"))
        // The result that was kept is still the one that a run takes.
        #expect(toy.perform("run").err.contains("0 run, 2 reused"))
    }

    @Test func keepGoingRunsWhatDependsOnNoFailureAndNamesEachWithTheTailOfItsLog() throws {
        let toy = try Toy(
            ["a": "fail", "b": "2", "c": "fail", "d": "4", "e": "5"], inputs: ["b": ["a"], "d": ["c"]])
        let result = toy.perform("run", "--keep-going", "--jobs", "1")
        #expect(result.code == .failed)
        #expect(toy.ran.take() == ["a", "c", "e"])
        #expect(result.err.contains("1 run, 0 reused, 2 failed, 2 not begun"))
        for stage in ["a", "c"] {
            #expect(result.err.contains("\(stage) failed: it was told to\n  | working on \(stage)"))
        }
        #expect(result.err.contains("skip   b, since a did not end well"))
        let stopped = try Toy(["a": "fail", "b": "2"])
        _ = stopped.perform("run", "--jobs", "1")
        #expect(stopped.ran.take() == ["a"])
    }
}
