import Foundation
import Platform
import TestSupport
import Testing

@testable import samedge

private let make = ["/usr/bin/make", "/bin/make"].first { FileManager.default.isExecutableFile(atPath: $0) }

/// The Makefile, with a program in samedge's place that notes how it is called.
@Suite(.enabled(if: make != nil, "SKIPPED: make is not installed"))
struct MakefileTests {
    private static let program = """
        #!/bin/sh
        words=$*
        case $MAKEFLAGS in
        *--jobserver-auth=fifo:*) fifo=${MAKEFLAGS##*--jobserver-auth=fifo:}; [ -p "${fifo%% *}" ] && words="$words (tokens)" ;;
        *--jobserver-auth=*) file=${MAKEFLAGS##*--jobserver-auth=}; [ -p "/dev/fd/${file%%,*}" ] && words="$words (tokens)" ;;
        esac
        echo "$words" >> calls
        """

    private let folder: TemporaryFolder
    private var root: String { folder.path }

    init() throws {
        folder = try TemporaryFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: root + "/Sources/Build", withIntermediateDirectories: true)
        try files.createDirectory(atPath: root + "/tools", withIntermediateDirectories: true)
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try files.copyItem(atPath: package.path + "/Makefile", toPath: root + "/Makefile")
        for script in ["program", "place"] {
            try files.copyItem(atPath: package.path + "/Sources/Build/\(script)", toPath: root + "/Sources/Build/\(script)")
        }
        try Data().write(to: URL(fileURLWithPath: root + "/Package.swift"))
        for (path, text) in [("program", Self.program), ("tools/swift", Self.compiler)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: root + "/" + path))
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root + "/" + path)
        }
        _ = try calls("plan")
    }

    /// Compiles nothing: the program is there already. Notes that it was asked.
    private static let compiler = """
        #!/bin/sh
        echo "$*" >> builds
        echo "$CLANG_MODULE_CACHE_PATH" > cache
        mkdir -p .build/static/release
        cp program .build/static/release/samedge
        """

    /// How often the compiler was asked while a call of make went on.
    private func builds(_ words: String..., environment: [String: String] = [:], in place: String? = nil) throws -> Int {
        let log = (place ?? root) + "/builds"
        try Data().write(to: URL(fileURLWithPath: log))
        try run(words, environment, place ?? root)
        return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count
    }

    /// What the program was called with, call by call.
    private func calls(_ words: String...) throws -> [String] { try calls(words) }

    private func calls(_ words: [String]) throws -> [String] {
        try Data().write(to: URL(fileURLWithPath: root + "/calls"))
        try run(words, [:], root)
        return try String(contentsOfFile: root + "/calls", encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func run(_ words: [String], _ environment: [String: String], _ place: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(make))
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: place)
        process.environment = ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("MAKE") && !["MFLAGS", "CLANG_MODULE_CACHE_PATH"].contains($0.key)
        }
        .merging(environment) { $1 }
        process.environment?["PATH"] = "\(place)/tools:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "make \(words)")
    }

    @Test func whatIsBuiltFollowsFromContentAndSettingsAndNotFromTimes() throws {
        let source = root + "/Sources/Verdict 2.swift", old = Date(timeIntervalSince1970: 0)
        func write(_ text: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: source))
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: source)
        }
        #expect(try builds("plan") == 0)
        try write("let a = 1")
        #expect(try builds("plan") == 1)
        #expect(try builds("plan") == 0)
        // The same size and the same times.
        try write("let a = 2")
        #expect(try builds("plan") == 1)
        // The compiler, which looks at times, sees it.
        let seen = try FileManager.default.attributesOfItem(atPath: source)[.modificationDate] as? Date
        #expect(seen.map { $0 > old } == true)
        try FileManager.default.setAttributes([.modificationDate: Date.distantFuture], ofItemAtPath: source)
        #expect(try builds("plan") == 0)
        try FileManager.default.removeItem(atPath: source)
        #expect(try builds("plan") == 1)
        #expect(try builds("plan", environment: ["SAMEDGE_ISA": "baseline"]) == 1)
        #expect(try builds("plan", environment: ["SAMEDGE_ISA": "baseline"]) == 0)
        #expect(try builds("plan") == 1)
        try Data((Self.compiler + "\n# another version").utf8).write(to: URL(fileURLWithPath: root + "/tools/swift"))
        #expect(try builds("plan") == 1)
        #expect(try builds("help", "clean") == 0)
    }

    @Test func aProjectThatWasMovedIsBuiltAnew() throws {
        let other = try TemporaryFolder()
        try FileManager.default.moveItem(atPath: root, toPath: other.path + "/moved here")
        try Data().write(to: URL(fileURLWithPath: other.path + "/moved here/calls"))
        let left = other.path + "/moved here/.build/static/left"
        try Data().write(to: URL(fileURLWithPath: left))
        #expect(try builds("plan", in: other.path + "/moved here") == 1)
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(try builds("plan", in: other.path + "/moved here") == 0)
    }

    @Test func aHomeThatCannotBeWrittenIsNotNeededToBuildOrToTest() throws {
        let cache = (root as NSString).lastPathComponent + "/.build/module-cache\n"
        for word in ["plan", "test"] {
            try Data("// \(word)".utf8).write(to: URL(fileURLWithPath: root + "/Package.swift"))
            try? FileManager.default.removeItem(atPath: root + "/cache")
            #expect(try builds(word, environment: ["HOME": "/nowhere"]) == 1)
            #expect(try String(contentsOfFile: root + "/cache", encoding: .utf8).hasSuffix(cache))
        }
        // Nor where it is built without make.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: root + "/Sources/Build/program")
        process.environment = ["PATH": "\(root)/tools:/usr/bin:/bin", "HOME": "/nowhere", "SAMEDGE_ISA": "baseline"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try String(contentsOfFile: root + "/cache", encoding: .utf8).hasSuffix(cache))
    }

    @Test func everyVariableIsOneWord() throws {
        #expect(
            try calls("PROFILE=a b", "JOBS=1 2", "DATA=$$x", "MIRROR=/x/my data's \"own\"") == [
                "run --profile a b --jobs 1 2 --data $x --mirror /x/my data's \"own\""
            ])
    }

    @Test func targetsAndVariablesReachTheProgram() throws {
        #expect(try calls() == ["run --profile laptop"])
        #expect(try calls("smoke") == ["run --profile smoke"])
        #expect(
            try calls("PROFILE=smoke", "JOBS=3", "DATA=standin", "MIRROR=here") == [
                "run --profile smoke --jobs 3 --data standin --mirror here"
            ])
        #expect(try calls("figures/laptop/mnist-mlp-edges.svg") == ["run --profile laptop figures/laptop/mnist-mlp-edges.svg"])
        #expect(
            try calls("figures/smoke/theory.svg", "DATA=standin") == [
                "run --profile smoke --data standin figures/smoke/theory.svg"
            ])
    }

    @Test(arguments: ["all", "check", "plan", "figures/smoke/edge-theory.svg"])
    func theProgramTakesEveryVariableOfTheMakefile(_ target: String) throws {
        let call = try #require(try calls(target, "PROFILE=smoke", "JOBS=2", "DATA=standin", "MIRROR=/x").first)
            .split(separator: " ").map(String.init)
        let verb = try #require(Command(project: .paper).verbs.first { $0.name == call[0] })
        let arguments = try Arguments(Array(call.dropFirst()), options: verb.options, verb: verb.name)
        #expect(arguments.count("--jobs") == 2 && arguments.value("--data") == "standin" && arguments.all("--mirror") == ["/x"])
        #expect(arguments.value("--profile") == "smoke")
    }

    @Test func theMakefileKnowsEveryProfileAndSaysWhatFullSizeIs() throws {
        #expect(try calls("seeds") == ["run --profile laptop-seeds"])
        #expect(try calls("map") == ["run --profile map"] && calls("long") == ["run --profile long"])
        let figure = "figures/full-length/edge-collapse.svg"
        #expect(try calls(figure) == ["run --profile full-length \(figure)"])
        let text = try String(contentsOfFile: root + "/Makefile", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("PROFILES := ") })
        let profiles = Command(project: .paper).project.profiles
        #expect(Set(line.dropFirst("PROFILES := ".count).split(separator: " ").map(String.init)) == Set(profiles.map(\.name)))
        // The words of the profile itself, which tests of the profiles compare with its steps.
        let paper = try #require(profiles.first { $0.name == "paper" }).help.split(separator: ";").map { $0.drop { $0 == " " } }
        #expect(paper.count == 2 && paper.allSatisfy { text.contains($0) })
    }

    @Test func aParallelMakeOffersItsTokens() throws {
        #expect(try calls("-j2") == ["run --profile laptop (tokens)"])
        #expect(try calls("-j2", "smoke") == ["run --profile smoke (tokens)"])
        #expect(try calls("-j2", "figures/smoke/theory.svg") == ["run --profile smoke figures/smoke/theory.svg (tokens)"])
        #expect(try calls("-j2", "check") == ["check --profile laptop (tokens)"])
    }

    @Test(arguments: ["-n", "-nj2", "-q", "-t", "--dry-run"])
    func aMakeThatMustNotRunAnythingAsksForThePlan(_ option: String) throws {
        for (words, plan) in [
            (["all"], "plan --profile laptop"), (["smoke"], "plan --profile smoke"),
            (["figures/smoke/theory.svg"], "plan --profile smoke figures/smoke/theory.svg"),
        ] {
            let found = try calls(option, words[0])
            #expect(found.allSatisfy { $0.hasPrefix(plan) } && found.count == 1, "\(found)")
        }
        #expect(try calls(option, "check") == [])
        // Nor is the program built for it.
        try FileManager.default.removeItem(atPath: root + "/.build")
        try FileManager.default.removeItem(atPath: root + "/program")
        #expect(try calls("-n", "all") == [])
    }

    @Test(arguments: ["", "packaging"])
    func installPutsProgramCompletionsAndPageBelowThePrefix(_ destination: String) throws {
        let prefix = "/prefix with space", place = destination.isEmpty ? root : root + "/" + destination
        let words = destination.isEmpty ? ["PREFIX=\(root)\(prefix)"] : ["DESTDIR=\(place)", "PREFIX=\(prefix)"]
        let calls = try calls(["install"] + words)
        #expect(calls == ["completion bash", "completion zsh", "completion fish", "man"])
        let files = try FileManager.default.subpathsOfDirectory(atPath: place + prefix).filter {
            $0.split(separator: "/").count > 1
        }
        for name in [
            "bin/samedge", "share/bash-completion/completions/samedge", "share/zsh/site-functions/_samedge",
            "share/fish/vendor_completions.d/samedge.fish", "share/man/man1/samedge.1",
        ] { #expect(files.contains(name), "\(name)") }
        #expect(FileManager.default.isExecutableFile(atPath: place + prefix + "/bin/samedge"))
    }
}
