import Foundation
import Platform
import TestSupport
import Testing

@testable import samedge

private let make = ["/usr/bin/make", "/bin/make"].first { FileManager.default.isExecutableFile(atPath: $0) }

/// The Makefile, with a program in samedge's place that notes how it is called.
@Suite(.enabled(if: make != nil, "there is no make"))
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
        try files.createDirectory(atPath: root + "/.build/static/release", withIntermediateDirectories: true)
        try files.createDirectory(atPath: root + "/Sources", withIntermediateDirectories: true)
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try files.copyItem(atPath: package.path + "/Makefile", toPath: root + "/Makefile")
        try Data().write(to: URL(fileURLWithPath: root + "/Package.swift"))
        let path = root + "/.build/static/release/samedge"
        try Data(Self.program.utf8).write(to: URL(fileURLWithPath: path))
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// What the program was called with, call by call.
    private func calls(_ words: String...) throws -> [String] {
        try Data().write(to: URL(fileURLWithPath: root + "/calls"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(make))
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: root)
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MAKE") && $0.key != "MFLAGS" }
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "make \(words)")
        return try String(contentsOfFile: root + "/calls", encoding: .utf8).split(separator: "\n").map(String.init)
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

    @Test func theMakefileKnowsEveryProfileAndSaysWhatFullSizeIs() throws {
        #expect(try calls("seeds") == ["run --profile laptop-seeds"])
        let figure = "figures/full-length/edge-scatter.svg"
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
        #expect(try calls("-n", "all") == [])
    }
}
