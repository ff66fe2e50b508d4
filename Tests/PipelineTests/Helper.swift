import Foundation
import Platform
import TestSupport
import Testing

@testable import Pipeline

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A process in a group of its own, with its output in a file.
struct Helper {
    let process: pid_t

    /// The executable `torture`, beside the tests' own.
    static var torture: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("torture").path
    }

    /// Starts a program by its full path.
    init(_ arguments: [String], output: String = "/dev/null", environment: [String: String] = [:]) throws {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setpgroup(&attributes, 0)
        // The threads that tests run on block signals; a process would inherit that.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer {
            for text in words + settings { free(text) }
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        var process = pid_t()
        try #require(posix_spawn(&process, arguments[0], &actions, &attributes, &words, &settings) == 0)
        self.process = process
    }

    /// The torture program on a toy graph.
    init(
        _ verb: String, _ folder: TemporaryFolder, count: Int, jobs: Int = 2, output: String = "/dev/null",
        environment: [String: String] = [:]
    ) throws {
        try self.init([Self.torture, verb, folder.path, "\(count)", "\(jobs)"], output: output, environment: environment)
    }

    /// Sends a signal to the whole group.
    func signal(_ number: Int32) { kill(-process, number) }

    /// Waits for the end; the exit code, or `nil` where a signal ended it. A process that takes longer than that hangs, and
    /// is killed.
    @discardableResult
    func wait(seconds: Double = 60) -> Int32? {
        var status: Int32 = 0
        let end = Clock.seconds + seconds
        while waitpid(process, &status, WNOHANG) == 0 {
            if Clock.seconds > end {
                Issue.record("a process hung for \(seconds) seconds")
                signal(SIGKILL)
            }
            Clock.pause(seconds: 0.0002)
        }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : nil
    }
}
