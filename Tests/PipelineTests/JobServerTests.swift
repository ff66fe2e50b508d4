import Foundation
import Platform
import TestSupport
import Testing
import ToyProject
import torture

@testable import Pipeline

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("Make's tokens")
struct JobServerTests {
    @Test(
        "the job server is found in make's flags, the last one named, and not behind --",
        arguments: [
            (" -j4 --jobserver-auth=3,4", .inherited(read: 3, write: 4)),
            ("kj --jobserver-fds=5,6 -j", .inherited(read: 5, write: 6)),
            (" -j8 --jobserver-auth=fifo:/tmp/GMfifo1 -- A=1", .named("/tmp/GMfifo1")),
            ("--jobserver-auth=1,2 --jobserver-auth=3,4", .inherited(read: 3, write: 4)),
            ("k -- V=--jobserver-auth=3,4", nil), ("-j --jobserver-auth=-2,-2", nil), ("", nil), ("--jobserver-auth=x", nil),
        ] as [(String, JobServer.Place?)])
    func flags(_ flags: String, _ place: JobServer.Place?) {
        #expect(JobServer.place(in: flags) == place)
    }

    @Test("one processor is free, each further one costs a token, and all tokens come back as they were")
    func tokens() throws {
        let folder = try TemporaryFolder.inMemory()
        let path = folder.path + "/tokens"
        try #require(mkfifo(path, 0o600) == 0)
        let pipe = open(path, O_RDWR | O_NONBLOCK)
        defer { close(pipe) }
        try #require(write(pipe, "ab", 2) == 2)
        /// The tokens in the pipe, put back again.
        func left() -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: 8)
            let count = max(0, read(pipe, &bytes, 8))
            _ = write(pipe, bytes, count)
            return bytes[..<count].sorted()
        }
        var server = JobServer(makeFlags: "--jobserver-auth=fifo:\(path)")
        #expect(server?.take(upTo: 1) == 1)
        #expect(left() == Array("ab".utf8))
        #expect(server?.take(upTo: 5) == 2)
        #expect(left() == [])
        #expect(server?.take(upTo: 1) == 0)
        server?.give(back: 1)
        #expect(left().count == 1)
        server?.give(back: 2)
        #expect(left() == Array("ab".utf8))
        #expect(server?.take(upTo: 3) == 3)
        server = nil
        #expect(left() == Array("ab".utf8))
        #expect(JobServer(makeFlags: "--jobserver-auth=fifo:\(folder.path)/none") == nil)
        #expect(JobServer(makeFlags: "--jobserver-auth=900,901") == nil)
    }

    private static let make = ["/usr/bin/make", "/bin/make"].first { access($0 as String, X_OK) == 0 }

    @Test(
        "under make -j2 no more than two stages run at once, whatever --jobs says, and make gets its tokens back",
        .enabled(if: make != nil, "SKIPPED: make is not installed"))
    func underMake() throws {
        let folder = try TemporaryFolder.inMemory()
        try folder.write("all:\n\t+@'\(Helper.torture)' run '\(folder.path)' 40 8\n", to: "Makefile")
        let helper = try Helper(
            [try #require(Self.make), "-j2", "-f", folder.path + "/Makefile"], output: folder.path + "/said",
            environment: ["MAKEFLAGS": ""])
        #expect(helper.wait() == 0)
        #expect(try !text(folder.path + "/said").contains("jobserver"), "make missed a token")
        var (running, most) = (0, 0)
        for line in try journal(folder) {
            running += line.begins ? 1 : -1
            most = max(most, running)
        }
        #expect(most <= 2 && running == 0)
        #expect(try journal(folder).count == 80)
        // Without make, eight do.
        let free = try TemporaryFolder.inMemory()
        try free.write("", to: "hold")
        let alone = try Helper("run", free, count: 40, jobs: 8, environment: ["MAKEFLAGS": ""])
        try waitUntil("eight stages to begin") { try journal(free).count == 8 }
        try FileSystem().remove(free.path + "/hold")
        #expect(alone.wait() == 0)
    }
}
