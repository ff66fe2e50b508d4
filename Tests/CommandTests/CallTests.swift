import Foundation
import Testing

@testable import samedge

@Suite struct CallTests {
    @Test func aMistypedVerbIsAnsweredWithTheNearestOne() throws {
        let result = try Toy().perform("rnu")
        #expect(result.code == .usage)
        #expect(result.err.contains("there is no verb rnu (did you mean run?)"))
    }

    @Test func aMistypedOptionIsAnsweredWithTheNearestOne() throws {
        let result = try Toy().perform("run", "--job", "2")
        #expect(result.code == .usage)
        #expect(result.err.contains("no option --job (did you mean --jobs?)"))
    }

    @Test func aMistypedTargetIsAnsweredWithTheNearestOne() throws {
        let result = try Toy().perform("run", "chatr")
        #expect(result.code == .usage)
        #expect(result.err.contains("chatr"))
        #expect(result.err.contains("did you mean chart?"))
    }

    @Test func aMistypedPathOfAFigureIsAnsweredWithTheNearestOne() throws {
        let result = try Toy().perform("run", "figures/chrat.txt")
        #expect(result.code == .usage)
        #expect(result.err.contains("did you mean figures/chart.txt?"))
    }

    @Test(arguments: ["0", "-1", "two", "1.5"])
    func aCountThatIsNoneIsRefused(_ value: String) throws {
        let result = try Toy().perform("run", "--jobs=\(value)")
        #expect(result.code == .usage)
        #expect(result.err.contains("--jobs cannot be \"\(value)\""))
    }

    @Test(arguments: [
        (["--jobs", "9223372036854775808"], "--jobs cannot be \"9223372036854775808\"; it is a whole number from 1 to 4096"),
        (["--memory", "9223372036854775807"], "it is a whole number from 1 to 1000000000"),
        (["--threads", "100000000"], "it is a whole number from 1 to 1024"),
        (["--executor", "slurm", "--cores", "9223372036854775807"], "it is a whole number from 1 to 65536"),
        (["--executor", "slurm", "--poll", "1e300"], "it is a number from 0.001 to 86400"),
    ])
    func aNumberBeyondAnOptionsRangeIsRefusedWithTheRange(_ words: [String], _ message: String) throws {
        expectRefusal(of: ["run"] + words, saying: message)
    }

    @Test(arguments: [
        (["--depth", "100000000"], "--depth cannot be \"100000000\"; it is a whole number from 1 to 1000"),
        (["--width", "4611686018427387904"], "it is a whole number from 1 to 1000000"),
        (["--width", "1000000"], "takes at least 56 TB of memory"),
        (["--dataset", "cifar10", "--blocks", "6"], "it is a whole number from 1 to 5"),
        (["--architecture", "cnn", "--blocks", "5"], "--blocks cannot be \"5\"; it is at most 4, the times that 28 × 28 pixels"),
        (["--batch-size", "1001"], "it is at most 1000, the training examples"),
        (["--examples", "60001"], "it is at most 60000, the training examples of MNIST"),
        (["--dataset", "tiny_shakespeare", "--test-examples", "5000"], "it is at most 4006, the test examples"),
        (["--width", "1", "--depth", "2", "--principal-components", "806"], "it is at most 805, the number of parameters"),
        (["--rho", "1e300"], "it is a number from 0 to 1000000"), (["--learning-rate", "nan"], "it is a number from"),
        (
            [
                "--dataset", "tiny_shakespeare", "--layers", "1000", "--heads", "10000", "--key-size", "10000", "--model-size",
                "1000000", "--sequence-length", "10000",
            ], "lower --model-size, --layers, --heads, --key-size, --sequence-length"
        ),
    ])
    func aRunTooLargeForItsDataOrForTheMemoryIsRefused(_ words: [String], _ message: String) throws {
        expectRefusal(of: ["train"] + words, saying: message)
    }

    @Test func aListOfSourcesIsReadWithItsMarkAndItsFaultsNameTheFile() throws {
        let program = try Program()
        let path = program.root + "/data/sources.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try ("\u{feff}" + text).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try program.run(["plan", "--quiet"]).code == 0)
        try text.replacingOccurrences(of: "tinyshakespeare/input.txt", with: "tinyshakespeare/inputs.txt")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let renamed = try program.run(["plan"])
        #expect(renamed.code == 2)
        #expect(renamed.err.contains("data/sources.json is not usable: tinyshakespeare/input.txt: there is no such entry"))
        #expect(renamed.err.contains("did you mean tinyshakespeare/inputs.txt?"))
        for (wrong, message) in [("{\"files\":[1}", "byte 11: not valid JSON"), ("[]", "files: there is no such object")] {
            try wrong.write(toFile: path, atomically: true, encoding: .utf8)
            let result = try program.run(["plan"])
            #expect(result.code == 2 && result.err.contains("sources.json is not usable: \(message)"), "\(result.err)")
        }
        try text.replacingOccurrences(of: "170052171", with: "9e18").write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try program.run(["plan"]).err.contains("size is no count of bytes from 0 to 1000000000000000"))
    }

    @Test func aMissingMirrorFolderIsRefusedBeforeAnythingRuns() throws {
        let toy = try Toy()
        let result = toy.perform("run", "--mirror", toy.root + "/nowhere")
        #expect(result.code == .usage)
        #expect(result.err.contains(toy.root + "/nowhere is no folder"))
        #expect(!FileManager.default.fileExists(atPath: toy.root + "/.samedge"))
    }

    @Test func anUnknownProfileNamesTheKnownOnes() throws {
        let result = try Toy().perform("plan", "--profile", "smal")
        #expect(result.code == .usage)
        #expect(result.err.contains("did you mean small?"))
        #expect(result.err.contains("small, large"))
    }

    @Test func everyVerbHasHelpThatNamesItsOptions() throws {
        let toy = try Toy()
        let overview = toy.perform("help")
        #expect(overview.code == .done)
        for verb in Command(project: .paper).verbs {
            #expect(toy.perform("help").out.contains("samedge VERB"))
            let help = Command(project: .paper, streams: Streams(out: { _ in }, err: { _ in }, isLive: false))
                .perform(["help", verb.name])
            #expect(help == .done, "help \(verb.name)")
            #expect(!verb.help.isEmpty)
        }
    }
}
