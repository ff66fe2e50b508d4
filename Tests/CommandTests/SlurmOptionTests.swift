import Cluster
import Formats
import Pipeline
import Testing

@testable import samedge

@Suite struct SlurmOptionTests {
    private let kinds = [
        "train": JobResources(minutes: 60, cores: 2), "measure": JobResources(minutes: 30, cores: 4),
    ]

    private func options(_ call: [String], environment: String? = nil) throws -> JobOptions? {
        try JobOptions(
            try Arguments(call, options: Option.cluster, verb: "run"),
            environment: environment.map { ["SAMEDGE_SLURM": $0] } ?? [:],
            kinds: kinds, root: "/project")
    }

    @Test(arguments: [
        ("90", 90), ("90:30", 91), ("12:00:00", 720), ("0:0:1", 1), ("1-12", 2160), ("2-00:30", 2910), ("1-0:0:1", 1441),
    ])
    func timesAreReadAsSlurmReadsThem(_ text: String, minutes: Int) { #expect(JobOptions.minutes(text) == minutes) }

    @Test(arguments: ["", "0", "-1", "1:2:3:4", "1-", "a", "1-2-3", "99999999999999999999"])
    func otherTimesAreRefused(_ text: String) throws {
        #expect(JobOptions.minutes(text) == nil)
        if !text.isEmpty { #expect(throws: UsageError.self) { try options(["--executor=slurm", "--time=" + text]) } }
    }

    @Test(arguments: [("4000", 4000), ("4000M", 4000), ("16G", 16_384), ("1t", 1_048_576)])
    func sizesAreReadAsSlurmReadsThem(_ text: String, megabytes: Int) { #expect(JobOptions.megabytes(text) == megabytes) }

    @Test(arguments: ["G", "0", "1.5G", "x"])
    func otherSizesAreRefused(_ text: String) { #expect(JobOptions.megabytes(text) == nil) }

    @Test func withoutTheOptionAllRunsHere() throws { #expect(try options(["--partition", "large"]) == nil) }

    @Test func theCallHasTheLastWordOverTheEnvironment() throws {
        let options = try #require(
            try options(
                ["--partition=small", "--time", "train=90", "--cores", "8"],
                environment: "--executor=slurm --partition=large --account=me --time=10"))
        #expect((options.scheduler as? Slurm)?.options == ["--partition=small", "--account=me"])
        #expect(options.kinds["train"] == JobResources(minutes: 90, cores: 8))
        #expect(options.kinds["measure"] == JobResources(minutes: 10, cores: 8))
        #expect(try self.options(["--executor=local"], environment: "--executor=slurm") == nil)
    }

    @Test func aKindThatIsNoneIsAnsweredWithTheNearestOne() throws {
        #expect(throws: UsageError.self) { try options(["--executor=slurm", "--time=trian=90"]) }
    }

    @Test func withoutAStoreThereAreNoJobs() throws {
        let toy = try Toy()
        #expect(toy.perform("status").out.contains("there are no jobs"))
        #expect(toy.perform("cancel").out == "there are no jobs to cancel\n")
    }

    @Test func aPasswordIsNotWrittenIntoAJob() throws {
        let result = try Toy().perform("run", "--detach", "--executor", "slurm", "--mirror", "https://me:s3cret@host/data")
        #expect(result.code == .usage && result.err.contains("https://…@host/data") && result.err.contains("~/.netrc"))
        #expect(!result.err.contains("s3cret"))
    }

    @Test func detachingNeedsAQueue() throws {
        let result = try Toy().perform("run", "--detach")
        #expect(result.code == .usage && result.err.contains("--executor slurm --detach"))
    }
}
