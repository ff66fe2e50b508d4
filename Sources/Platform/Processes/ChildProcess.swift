#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Another program, started by its name on the search path with an array of arguments; no shell is involved.
package struct ChildProcess {
    private let program: String
    let process: pid_t

    /// Starts a program; its standard output and error go to files.
    ///
    /// - Parameter input: the file that it reads; empty unless given.
    /// - Throws: `SystemError` where there is no such program, or it cannot be started.
    package init(_ program: String, _ arguments: [String], input: String = "/dev/null", output: String, errors: String) throws {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let creating = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, creating, 0o666)
        posix_spawn_file_actions_addopen(&actions, 2, errors, creating, 0o666)
        // Neither a thread that blocks signals nor a process that ignores some may make a child that cannot be ended.
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var blocked = sigset_t(), restored = sigset_t()
        sigemptyset(&blocked)
        sigemptyset(&restored)
        sigaddset(&restored, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setsigdefault(&attributes, &restored)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var variables = Self.variables
        defer { for variable in variables { free(variable) } }
        variables.append(nil)
        var process = pid_t()
        let code = posix_spawnp(&process, program, &actions, &attributes, words, variables)
        if code != 0 { throw SystemError("start the program \(program)", code: code) }
        (self.program, self.process) = (program, process)
    }

    /// The variables of this process but for those that give programs further options: `GZIP=-k` keeps `gzip -dc` from working.
    private static var variables: [UnsafeMutablePointer<CChar>?] {
        var found: [UnsafeMutablePointer<CChar>?] = []
        var entry = environ
        while let variable = entry.pointee {
            let name = String(cString: variable).prefix { $0 != "=" }
            if !["GZIP", "TAR_OPTIONS", "BZIP2", "XZ_OPT", "XZ_DEFAULTS"].contains(name) { found.append(strdup(variable)) }
            entry += 1
        }
        return found
    }

    /// Waits for the end, calling `poll` about twenty times a second; where that gives `false`, the program is asked to end, and
    /// a second later, where it does not, the kernel ends it.
    ///
    /// - Returns: the exit code, or `nil` where a signal ended it.
    /// - Throws: `SystemError` where its end cannot be told, as where the system was told to forget children.
    package func wait(while poll: () -> Bool) throws -> Int32? {
        var status: Int32 = 0
        var stopped: Double?
        var pause: UInt32 = 2_000
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { break }
            if ended < 0, errno != EINTR { throw SystemError("wait for the program \(program)") }
            if let asked = stopped {
                if Clock.seconds > asked + 1 { kill(process, SIGKILL) }
            } else if !poll() {
                stopped = Clock.seconds
                kill(process, SIGTERM)
            }
            usleep(pause)
            pause = min(pause * 2, 50_000)
        }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : nil
    }
}
