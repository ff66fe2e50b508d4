import Foundation
import Testing

/// Where data come from, with the program as its users run it and no network.
@Suite struct DataTests {
    private static let settings = [
        "train", "--examples", "64", "--test-examples", "16", "--width", "16", "--steps", "20", "--interval", "10", "--output",
        "result",
    ]
    /// An address at which nothing listens takes the place of every proxy, so that no request leaves the machine.
    private static let noNetwork = [
        "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "",
        "no_proxy": "", "NO_PROXY": "",
    ]

    @Test func withoutNetworkTheRunFallsBackToStandInsAndSaysSo() throws {
        let program = try Program()
        let first = try program.run(Self.settings, environment: Self.noNetwork)
        #expect(first.code == 0)
        #expect(first.err.contains("STAND-IN DATA: MNIST is replaced by generated examples"))
        #expect(try program.files(below: "result").keys.contains("run.svg"))
    }

    @Test func outsideTheProjectTheErrorSaysWhereToCall() throws {
        let program = try Program()
        try FileManager.default.removeItem(atPath: program.root + "/data/sources.json")
        let result = try program.run(["plan"])
        #expect(result.code == 2)
        #expect(result.err.contains("call samedge inside the project's folder"))
    }

    @Test func realDataThatCannotBeHadIsAnErrorThatNamesTheFileAndWhatToDo() throws {
        let program = try Program()
        let result = try program.run(Self.settings + ["--data", "real"], environment: Self.noNetwork)
        #expect(result.code == 1)
        #expect(result.err.contains("mnist/t10k-images-idx3-ubyte.gz"))
        #expect(result.err.contains("--mirror"))
    }

    @Test func withoutCurlTheRunFallsBackToStandInsAndRealDataSayWhatToInstall() throws {
        let program = try Program(), programs = program.root + "/programs"
        try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        let folders = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
        let gzip = try #require(folders.map { $0 + "/gzip" }.first { FileManager.default.isExecutableFile(atPath: $0) })
        try FileManager.default.createSymbolicLink(atPath: programs + "/gzip", withDestinationPath: gzip)
        let first = try program.run(Self.settings, environment: ["PATH": programs])
        #expect(first.code == 0)
        #expect(first.err.contains("STAND-IN DATA: MNIST is replaced by generated examples"))
        let real = try program.run(Self.settings + ["--data", "real"], environment: ["PATH": programs])
        #expect(real.code == 1)
        #expect(real.err.contains("install curl"))
    }

    @Test func aMirrorWithWrongBytesIsAnErrorAndNoStandInsAreUsed() throws {
        let program = try Program()
        let mirror = program.root + "/mirror/mnist"
        try FileManager.default.createDirectory(atPath: mirror, withIntermediateDirectories: true)
        for (name, size) in [
            ("t10k-images-idx3-ubyte.gz", 1_648_877), ("t10k-labels-idx1-ubyte.gz", 4542),
            ("train-images-idx3-ubyte.gz", 9_912_422), ("train-labels-idx1-ubyte.gz", 28_881),
        ] { try Data(count: size).write(to: URL(fileURLWithPath: mirror + "/" + name)) }
        let call = Self.settings + ["--mirror", program.root + "/mirror", "--offline"]
        let result = try program.run(call, environment: Self.noNetwork)
        #expect(result.code == 1)
        #expect(result.err.contains("bytes with the SHA-256"))
        #expect(!result.err.contains("STAND-IN"))
        #expect(!FileManager.default.fileExists(atPath: program.root + "/result"))
    }
}
