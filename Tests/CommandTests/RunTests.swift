import Foundation
import Pipeline
import Platform
import Plotting
import Testing

@testable import samedge

@Suite struct RunTests {
    @Test func aSecondRunDoesNothing() throws {
        let toy = try Toy()
        let first = toy.perform("run")
        #expect(first.code == .done)
        #expect(first.err.contains("3 run, 0 reused"))
        let second = toy.perform("run")
        #expect(second.code == .done)
        #expect(second.err.contains("nothing to do: 3 results are there already"))
        #expect(second.err.contains("0 run, 3 reused"))
    }

    @Test func aRemovedFigureIsCopiedOutAgainWithoutRunningItsStage() throws {
        let toy = try Toy()
        _ = toy.perform("run")
        try FileManager.default.removeItem(atPath: toy.root + "/figures/chart.txt")
        let result = toy.perform("run", "figures/chart.txt")
        #expect(result.code == .done)
        #expect(result.err.contains("0 run, 1 reused"))
        #expect(try String(contentsOfFile: toy.root + "/figures/chart.txt", encoding: .utf8) == "3")
    }

    @Test func aFailureEndsWithCodeOneAndTheTailOfItsLog() throws {
        let toy = try Toy(["a": "1", "bad": "fail"])
        let result = toy.perform("run", "--keep-going")
        #expect(result.code == .failed)
        #expect(result.err.contains("bad failed: it was told to"))
        #expect(result.err.contains("  | working"))
        #expect(toy.perform("show", "a").code == .done)
    }

    @Test func thePlanSaysWhatTheRunWillDo() throws {
        let toy = try Toy()
        #expect(toy.perform("plan").out.contains("3 to run, 0 that may follow, 0 there already"))
        #expect(toy.perform("plan").out.contains("small: a few stages\n"))
        #expect(toy.perform("plan").out.contains(" at once, on \(processorCount) processor"))
        _ = toy.perform("run", "a")
        #expect(toy.perform("plan").out.contains("2 to run, 0 that may follow, 1 there already"))
    }

    @Test func thePlanSaysWhatTheResultsTook() throws {
        let toy = try Toy()
        #expect(toy.perform("plan", "--took").out.hasPrefix("0 s of work"))
        _ = toy.perform("run")
        let lines = toy.perform("plan", "--took").out.split(separator: "\n")
        #expect(lines.count == 4 && lines.dropLast().allSatisfy { $0.hasSuffix(", 1 stage") }, "\(lines)")
        #expect(toy.perform("plan", "--took", "--json").out.split(separator: "\n").count == 3)
        // Half of the training's time was on a device, whose operations are not the processor's.
        let times = StageTimes(
            [
                StageTimes.Row(name: "measure/cnn", stages: 1, seconds: 30, operations: 3e12, counted: 30),
                StageTimes.Row(name: "train/cnn", stages: 2, seconds: 90, operations: 36e11, counted: 45),
            ], peak: 2e11)
        #expect(
            times.lines == [
                "train/cnn: 1 min 30 s, 75 % of all, 2 stages; 80 GFLOP/s, 40 % of a processor's peak",
                "measure/cnn: 30 s, 25 % of all, 1 stage; 100 GFLOP/s, 50 % of a processor's peak",
                "2 min 00 s of work, one stage after another; a processor's peak is 200 GFLOP/s",
            ])
    }

    @Test func aDamagedResultIsFoundSetAsideAndMadeAgain() throws {
        let toy = try Toy()
        _ = toy.perform("run")
        let path = toy.perform("show", "a").out.split(separator: "\t").last!.dropLast()
        try FileSystem().setMode(String(path), 0o644)
        try Data("X".utf8).write(to: URL(fileURLWithPath: String(path)))
        let result = toy.perform("run")
        #expect(result.code == .done)
        #expect(result.err.contains("1 run, 2 reused"))
        #expect(result.err.contains("DAMAGE"))
        #expect(try String(contentsOfFile: String(path), encoding: .utf8) == "1")
        #expect(try FileManager.default.contentsOfDirectory(atPath: toy.root + "/.samedge/damaged").count == 1)
    }

    @Test func aStoreThatCannotBeMadeIsAClearError() throws {
        let toy = try Toy()
        try Data("no folder".utf8).write(to: URL(fileURLWithPath: toy.root + "/file"))
        let result = toy.perform("run", "--store", toy.root + "/file")
        #expect(result.code == .failed)
        #expect(result.err.contains(toy.root + "/file"))
    }

    @Test func theGraphIsWrittenInEachFormat() throws {
        let toy = try Toy(["a/one": "1", "a/two": "2", "chart": "3"])
        #expect(toy.perform("graph").out.hasPrefix("digraph"))
        #expect(toy.perform("graph", "--format", "mermaid").out.hasPrefix("flowchart"))
        let picture = toy.perform("graph", "--format", "svg")
        #expect(picture.code == .done)
        let texts = try Element(parsing: picture.out).children.flatMap(\.children).filter { $0.name == "text" }.map(\.text)
        for name in ["a", "one", "two", "chart"] { #expect(texts.contains(name), "\(name) among \(texts)") }
        #expect(toy.perform("graph", "--format", "png").code == .usage)
    }

    @Test func aPictureOfTheModulesShowsWhatEachImports() throws {
        let text = try Toy().perform("graph", "--of", "modules").out
        #expect(text.contains("\"Kernels\" -> \"Networks\";") && text.contains("\"Paper\" -> \"samedge\";"))
        #expect(!text.contains("\"Networks\" -> \"Kernels\";") && !text.contains("-> \"Platform\";"))
        #expect(try Toy().perform("graph", "--of", "modules", "chart").code == .usage)
        let kept = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../figures/golden/modules.svg")
        // Where this fails because the imports have changed, draw the README's picture again.
        let drawn = try Toy().perform("graph", "--of", "modules", "--format", "svg").out
        #expect(try drawn == String(contentsOf: kept, encoding: .utf8))
    }

    @Test func aPictureOfTheKindsHasABoxForEachAndOneArrowBetweenTwo() throws {
        let call = ["graph", "--of", "kinds", "--profile", "smoke", "--data", "standin"]
        let lines = try Program().run(call).out.split(separator: "\n").filter { $0.hasSuffix("\";") }
        #expect(lines.contains("  \"measure\";") && lines.contains("  \"measure\" -> \"figure\";"))
        #expect(lines.count == Set(lines).count, "\(lines)")
    }

    @Test func jsonEventsAreOneObjectALine() throws {
        let result = try Toy().perform("run", "--json")
        #expect(result.code == .done)
        for line in result.out.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["event"] is String)
        }
        #expect(result.out.contains("\"event\":\"ended\""))
    }
}
