import Foundation
import Testing

/// Standard output that cannot be written.
@Suite struct OutputTests {
    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "NOT POSSIBLE HERE: there is no /dev/full"),
        arguments: [
            ["help"], ["help", "run"], ["--version"], ["plan"], ["plan", "--json"], ["graph"], ["graph", "--format", "svg"],
            ["status"], ["fsck"], ["gc"], ["gallery"], ["run", "--profile", "smoke", "--json", "edge-theory"],
        ])
    func lostOutputIsAFailureAndSaidOnStandardError(_ call: [String]) throws {
        let result = try Program().run(call, output: "/dev/full")
        #expect(result.code == 1)
        #expect(result.err.hasSuffix("samedge: cannot write to standard output: No space left on device\n"))
    }

    @Test func aReaderThatHasLeftIsNoFailure() throws {
        let program = try Program()
        let end = try program.shell("{ samedge graph; echo $? >code; } | true; cat code")
        #expect(["0\n", "141\n"].contains(end.out))
        #expect(end.err.isEmpty)
    }

    @Test func aStandardOutputThatIsClosedIsAFailureAndNoFileOfTheStore() throws {
        let program = try Program()
        let end = try program.shell("samedge plan >&-")
        #expect(end.code == 1)
        #expect(end.err.contains("cannot write to standard output"))
    }

    @Test func wordsThatAreNotTextAreRefused() throws {
        let program = try Program()
        let end = try program.shell("samedge plan --store \"$(printf 'rel\\351')\"")
        #expect(end.code == 2)
        #expect(end.err.contains("word 3 of the call, which begins “rel”, is not UTF-8 text"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.root).filter { $0.hasPrefix("rel") } == [])
        let variable = try program.shell("export SAMEDGE_STORE=\"$(printf 'rel\\351')\"; samedge plan")
        #expect(variable.code == 2)
        #expect(variable.err.contains("the variable SAMEDGE_STORE"))
    }
}
