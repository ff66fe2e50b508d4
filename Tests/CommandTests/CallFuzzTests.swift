import Foundation
import TestSupport
import Testing

@testable import samedge

/// Calls whose options, words, variables and files are drawn at random, mostly from the ends of what can be written.
@Suite struct CallFuzzTests {
    @Test func noCallEndsByASignalOrSaysNothing() throws {
        let count = Torture.count(150, full: 100_000)
        // Some calls are cut short after a second, in which the others go on.
        let workers = Torture.count(2, full: 8)
        let longest = try withRounds(workers) { worker in
            var random = SplitMix(UInt64(4711 + worker)), longest = 0.0
            let program = try Program(), whole = try Self.project()
            let sources = try Data(contentsOf: URL(fileURLWithPath: program.root + "/data/sources.json"))
            for round in 0..<count / workers {
                if round % 200 == 0 {
                    try program.clear()
                    for name in [".samedge", "o"] {
                        try FileManager.default.copyItem(atPath: "\(whole.root)/\(name)", toPath: "\(program.root)/\(name)")
                    }
                }
                if random.next() % 10 == 0 { try Self.harm(program, using: &random) }
                var call = Call(using: &random)
                let bytes = call.changesSources ? mutated(Array(sources), using: &random) : Array(sources)
                if call.changesSources { call.environment["HOME"] = program.root }
                try Data(bytes).write(to: URL(fileURLWithPath: program.root + "/data/sources.json"))
                let end = try program.end(of: call.words, environment: call.environment, kilobytes: 8_000_000, interruptAfter: 1)
                #expect([0, 1, 2, 3, 130].contains(end.code), "\(call.words) with \(call.environment): \(end)")
                #expect(end.code == 0 || end.said, "\(call.words) with \(call.environment) says nothing")
                longest = max(longest, end.seconds)
            }
            return longest
        }
        // Where others use the machine, too.
        #expect(longest < 120, "a call took \(longest) s")
        try Torture.reached("random calls of every verb", count, "exit 0–3 or 130, and a sentence")
    }

    /// A project with results in its store, and an output folder.
    private static func project() throws -> Program {
        let program = try Program(), common = ["--data", "standin", "--quiet"]
        for call in [
            ["run", "--profile", "smoke", "prepare/mnist"],
            [
                "train", "--examples", "8", "--test-examples", "1", "--width", "1", "--depth", "1", "--steps", "2", "--output",
                "o",
            ],
        ] { #expect(try program.run(call + common).code == 0) }
        return program
    }

    /// Puts something else in the place of a file of the store or of the output folder.
    private static func harm(_ program: Program, using random: inout SplitMix) throws {
        let files = FileManager.default, folder = program.root + (random.next() % 4 == 0 ? "/o" : "/.samedge")
        guard let name = (files.subpaths(atPath: folder) ?? []).sorted().randomElement(using: &random) else { return }
        let path = folder + "/" + name, bytes = files.contents(atPath: path) ?? Data()
        try files.removeItem(atPath: path)
        switch random.next() % 6 {
        case 0: break
        case 1: try files.createDirectory(atPath: path, withIntermediateDirectories: false)
        case 2:
            try files.createSymbolicLink(
                atPath: path, withDestinationPath: ["nowhere", ".", name].randomElement(using: &random)!)
        case 3: try Data().write(to: URL(fileURLWithPath: path))
        default: try Data(mutated(Array(bytes), using: &random)).write(to: URL(fileURLWithPath: path))
        }
    }

    /// Calls `body` on several threads at once; gives the largest of what they give.
    private func withRounds(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Double) throws -> Double {
        let results = Results()
        DispatchQueue.concurrentPerform(iterations: count) { worker in
            let result = Result { try body(worker) }
            results.add(result)
        }
        return try results.all.map { try $0.get() }.max() ?? 0
    }

    private final class Results: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var all: [Result<Double, any Error>] = []
        func add(_ result: Result<Double, any Error>) { lock.withLock { all.append(result) } }
    }

    /// A call drawn at random.
    private struct Call {
        var words: [String]
        var environment: [String: String] = [:]
        var changesSources: Bool

        init(using random: inout SplitMix) {
            let verbs = Command(project: .paper).verbs
            // What may run for long is cut short after a second; so few of those, and most of `train` fails at its folder, when
            // all numbers have been read.
            let isQuick = random.next() % 40 != 0
            let verb = verbs.filter { !isQuick || !Self.long.contains($0.name) }.randomElement(using: &random)!
            words = [verb.name]
            if isQuick, verb.name == "train" { words += ["--output", "/dev/null/nowhere"] }
            // Never the network; and few runs of what takes long.
            if verb.options.contains(where: { $0.name == "--data" }) { words += ["--data", "standin", "--offline"] }
            if verb.options.contains(where: { $0.name == "--profile" }) { words += ["--profile", "smoke"] }
            let options = verb.options.filter { !["--data", "--profile"].contains($0.name) || random.next() % 8 == 0 }
            for _ in 0..<random.next() % 4 {
                guard let option = options.randomElement(using: &random) else { break }
                words.append(option.name)
                if option.value != nil { words.append(Self.value(of: option, using: &random)) }
            }
            if random.next() % 3 == 0 { words.append((Self.texts + Self.targets).randomElement(using: &random)!) }
            if random.next() % 10 == 0 {
                let name = ["SAMEDGE_STORE", "SAMEDGE_MIRROR", "SAMEDGE_SLURM", "MAKEFLAGS", "TMPDIR", "HOME", "TERM"]
                    .randomElement(using: &random)!
                environment[name] = (Self.paths + Self.texts + Self.variables).randomElement(using: &random)!
            }
            changesSources = random.next() % 20 == 0
        }

        private static func value(of option: Option, using random: inout SplitMix) -> String {
            let ends = option.range.map { range in
                [range.lowerBound, range.upperBound, range.lowerBound &- 1, range.upperBound &+ 1].map { "\($0)" }
            }
            let choices = option.value.map { $0.split(separator: "|").map(String.init) } ?? []
            let usual = ends ?? (choices.count > 1 ? choices : paths)
            return (random.next() % 3 == 0 ? texts + numbers : usual + usual + ["2", "3"]).randomElement(using: &random)!
        }

        private static let long = ["run", "check", "accept", "export", "claims", "report", "verify", "bench", "devices"]
        private static let numbers = [
            "0", "-0", "-1", "1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616",
            "4611686018427387904", "1e308", "1e-320", "1e400", "nan", "inf", "-inf", "0x10", "1e3", "1_000", "١", "+7",
            "100000000",
            "train=4", "=4", "train=", "1-12", "9999999:99:99", "1e9GB", "0.0000001",
        ]
        private static let texts = [
            "", " ", "é", "%s%n", "--", "-", "=", "a=b", "*", "?", "[", "\\", "../..", "a\nb",
            String(repeating: "x", count: 5000),
            "train/mnist-mlp/eta=0.3,rho=0", "figure", "\u{feff}", "mlp", "cnn", "cifar10", "tiny_shakespeare",
        ]
        private static let targets = [
            "stand-in/mnist", "prepare/*", "figures/smoke/edge-ratio.svg", "claims", "peak", "nothing",
        ]
        /// Nothing outside the folder of the test is written through these.
        private static let paths = [
            "there", "a/b/c", ".", "data", "data/sources.json", "/dev/null", "/dev/null/x", "/proc/nowhere", "~/there",
            "~nobody/x",
            String(repeating: "y", count: 300), "https://me:secret@127.0.0.1:1/x", "http://127.0.0.1:1",
        ]
        private static let variables = [
            "--executor slurm --cores", "--jobs=2", "-j --jobserver-auth=fifo:/nowhere", " --jobserver-auth=99999999999,3",
            "--jobserver-auth=0,1", "dumb",
        ]
    }
}
