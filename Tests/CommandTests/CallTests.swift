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
