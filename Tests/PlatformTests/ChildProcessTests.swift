import TestSupport
import Testing

@testable import Platform

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("Other programs")
struct ChildProcessTests {
    static func run(_ program: String, _ arguments: [String], while poll: () -> Bool = { true }) throws -> (
        code: Int32?, output: String
    ) {
        let folder = try TemporaryFolder()
        let child = try ChildProcess(program, arguments, output: folder.path + "/out", errors: folder.path + "/errors")
        return (try child.wait(while: poll), try folder.read("out"))
    }

    @Test("Arguments arrive as they are, and the exit code comes back")
    func arguments() throws {
        let echo = try Self.run("printf", ["%s|", "a b", "$HOME", "*"])
        #expect(echo.code == 0)
        #expect(echo.output == "a b|$HOME|*|")
        #expect(try Self.run("false", []).code == 1)
    }

    @Test("A program is ended when it is not wanted any more, even where the thread that started it blocks all signals")
    func ending() throws {
        var all = sigset_t(), former = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        #expect(try Self.run("sleep", ["60"], while: { false }).code == nil)
    }

    @Test("A program that does not heed the wish is ended by the kernel")
    func heedless() throws {
        let start = ContinuousClock.now
        #expect(try Self.run("sh", ["-c", "trap '' TERM; exec sleep 60"], while: { false }).code == nil)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test("A missing program is an error")
    func missing() {
        #expect(throws: SystemError("start the program samedge-no-such-program", code: ENOENT)) {
            try Self.run("samedge-no-such-program", [])
        }
    }

    @Test("An end that cannot be told is no success")
    func lost() throws {
        let child = try ChildProcess("true", [], output: "/dev/null", errors: "/dev/null")
        var status: Int32 = 0
        #expect(waitpid(child.process, &status, 0) == child.process)
        #expect(throws: SystemError("wait for the program true", code: ECHILD)) { try child.wait { true } }
    }
}
