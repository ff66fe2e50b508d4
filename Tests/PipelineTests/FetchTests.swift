import Formats
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

@Suite("Downloads")
struct FetchTests {
    static let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    static let path = "set/file.gz"

    /// A project that fetches one file, in a folder of its own.
    struct Project {
        let folder: TemporaryFolder
        let sources: Sources

        init(urls: [String] = []) throws {
            folder = try TemporaryFolder.inMemory()
            sources = Sources(files: [
                FetchTests.path: Sources.File(
                    size: FetchTests.bytes.count, digest: Digest.of(FetchTests.bytes), urls: urls)
            ])
            // Whatever stands between this machine and the world, requests to itself go straight.
            setenv("no_proxy", "127.0.0.1", 1)
        }

        func pipeline(_ mirrors: [String]) throws -> Pipeline {
            let limits = FetchKind.Limits(connecting: 2, stalling: 1)
            return try Pipeline(
                stages: [sources.stage("fetch/set", files: [FetchTests.path])],
                kinds: [FetchKind(sources: sources, mirrors: mirrors.map { FetchKind.Mirror($0) }, limits: limits)],
                codeDigest: { _ in "" }, store: try Store(folder.path + "/store"), root: folder.path)
        }

        /// Fetches from some mirrors; `nil` where the right bytes are there, and then nothing else is.
        func fetch(_ mirrors: [String]) throws -> FetchError? {
            let pipeline = try pipeline(mirrors)
            let summary = try pipeline.run()
            #expect(try pipeline.store.brokenPromises() == [])
            if summary.isComplete {
                let files = try #require(try pipeline.outputs(of: "fetch/set"))
                #expect(files.map(\.path) == [FetchTests.path])
                #expect(try FileSystem().read(pipeline.store.path(of: files[0])) == FetchTests.bytes)
                return nil
            }
            #expect(try FileSystem().files(below: folder.path + "/store/objects") == [])
            let error = try #require(summary.failures[0].fetching)
            let text = error.description
            #expect(text.contains(FetchTests.path) && text.contains("\(FetchTests.bytes.count) bytes"))
            #expect(text.contains(Digest.of(FetchTests.bytes).hex) && text.contains("name the folder as a mirror"))
            return error
        }
    }

    static func good() throws -> LoopbackServer { try LoopbackServer { request, _ in .file(bytes, from: request.start) } }

    @Test("a download cut at any offset is resumed from there")
    func cuts() throws {
        let count = Torture.count(8, full: 100)
        for i in 0..<count {
            let offset = [0, 1, Self.bytes.count - 1][safe: i] ?? Self.bytes.count * i / count
            let server = try LoopbackServer { request, number in
                let answer = LoopbackServer.Answer.file(Self.bytes, from: request.start)
                return number == 0 ? answer.cut(after: offset) : answer
            }
            let project = try Project()
            // One that broke off before its first byte is not asked again in the same run.
            if offset == 0 { #expect(try project.fetch([server.address])?.attempts.count == 1) }
            #expect(try project.fetch([server.address]) == nil)
            #expect(server.requests.map(\.start) == [0, offset])
            #expect(server.requests.allSatisfy { $0.path == "/" + Self.path })
        }
        try Torture.reached("download cut at an offset", count, "all resumed from there")
    }

    @Test("a download cut again and again goes on; one that is cut by the end of the run goes on in the next")
    func cutOften() throws {
        let often = try LoopbackServer { request, _ in .file(Self.bytes, from: request.start).cut(after: 9000) }
        #expect(try Project().fetch([often.address]) == nil)
        #expect(often.requests.map(\.start) == [0, 9000, 18_000, 27_000, 36_000, 45_000])
        let project = try Project()
        let broken = try LoopbackServer { request, number in
            number == 0 ? .file(Self.bytes, from: request.start).cut(after: 20_000) : .hangUp
        }
        let error = try #require(try project.fetch([broken.address]))
        #expect(error.attempts.count == 1 && !error.isUnreachable)
        let good = try Self.good()
        #expect(try project.fetch([good.address]) == nil)
        #expect(good.requests.map(\.start) == [20_000])
    }

    @Test("a mirror whose file cannot be read is passed over")
    func unreadableMirror() throws {
        let project = try Project()
        for mirror in ["first", "second"] { try project.folder.write(Self.bytes, to: "\(mirror)/\(Self.path)") }
        let first = project.folder.path + "/first", second = project.folder.path + "/second"
        var pipeline = try project.pipeline([first, second])
        let files = FileSystem { operation, path in
            [.open, .status].contains(operation) && path.hasPrefix(first) ? .error(EACCES) : nil
        }
        pipeline = try Pipeline(
            stages: pipeline.graph.stages, kinds: Array(pipeline.kinds.values), codeDigest: { _ in "" },
            store: try Store(project.folder.path + "/store", files: files), root: project.folder.path)
        #expect(try pipeline.run().isComplete)
    }

    @Test(
        "curl's reasons are told apart",
        arguments: [
            (60, 0, Curl.Answer.unreachable("m")), (35, 0, .unreachable("m")), (6, 0, .unreachable("m")),
            (77, 0, .unreachable("m")), (51, 0, .unreachable("m")), (1, 302, .unreachable("m")), (56, 0, .unreachable("m")),
            (56, 200, .broken("m")), (18, 200, .broken("m")), (23, 200, .unwritable("m")), (22, 404, .refused(404)),
            (22, 407, .unreachable("m; the network or its proxy wants a user's name")), (33, 200, .noRanges), (0, 200, .complete),
            (47, 302, .broken("m")), (28, 0, .unreachable("m")), (28, 200, .broken("m")),
        ])
    func reasons(code: Int32, status: Int, answer: Curl.Answer) {
        #expect(Curl.answer(code: code, status: status, received: 0, message: "m") == answer)
    }

    @Test(
        "passwords are left out of texts",
        arguments: [
            ("https://me:s3@cret@host/x@y: it broke", "https://…@host/x@y: it broke"),
            ("a@b.c, see https://host", "a@b.c, see https://host"),
            ("http://t@h and ftp://u:p@h", "http://…@h and ftp://…@h"), ("://", "://"),
        ])
    func passwords(text: String, without: String) { #expect(withoutPasswords(text) == without) }

    @Test("what was kept of another file is thrown away, whether the server gives ranges or not")
    func wrongPartial() throws {
        for givesRanges in [true, false] {
            let project = try Project()
            let other = [UInt8](repeating: 9, count: Self.bytes.count)
            let liar = try LoopbackServer { request, number in
                number == 0 ? .file(other, from: request.start).cut(after: 10_000) : .hangUp
            }
            #expect(try project.fetch([liar.address]) != nil)
            let server = try LoopbackServer { request, _ in .file(Self.bytes, from: givesRanges ? request.start : 0) }
            #expect(try project.fetch([server.address]) == nil)
            #expect(server.requests.map(\.start) == [10_000, 0])
        }
    }

    static let page = Array("<!DOCTYPE html><html><body>Please sign in</body></html>".utf8)
    static let longPage = page + [UInt8](repeating: 0x20, count: 100_000)

    @Test("every bad answer is told with what came, and the next mirror is tried")
    func badAnswers() throws {
        let cases: [(what: String, said: String, answer: @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer)] = [
            ("404", "the server answered with status 404", { _ in .send(status: 404, headers: [], body: Self.page) }),
            ("503", "the server answered with status 503", { _ in .send(status: 503, headers: ["Retry-After: 1"], body: []) }),
            (
                "page", "a web page came, not the file: \(Self.page.count) bytes came",
                { _ in .send(status: 200, headers: [], body: Self.page) }
            ),
            ("long page", "the server announces a larger file", { _ in .send(status: 200, headers: [], body: Self.longPage) }),
            (
                "redirect to a page", "a web page came",
                {
                    $0.path == "/login"
                        ? .send(status: 200, headers: [], body: Self.page)
                        : .send(status: 302, headers: ["Location: /login"], body: [])
                }
            ),
            ("redirect in a ring", "redirects", { _ in .send(status: 302, headers: ["Location: /again"], body: []) }),
            ("wrong bytes", "bytes with the SHA-256", { _ in .send(status: 200, headers: [], body: Self.bytes.reversed()) }),
            (
                "one bit wrong", "bytes with the SHA-256",
                { _ in .send(status: 200, headers: [], body: [Self.bytes[0] ^ 1] + Self.bytes[1...]) }
            ),
            ("too short", "49999 bytes came", { _ in .send(status: 200, headers: [], body: Array(Self.bytes.dropLast())) }),
            ("too long", "the server announces a larger file", { _ in .send(status: 200, headers: [], body: Self.bytes + [0]) }),
            ("nothing", "0 bytes came", { _ in .send(status: 200, headers: [], body: []) }),
            ("no answer", "cannot be reached", { _ in .hangUp }),
            ("stalled", "the transfer broke off after 500 bytes", { _ in .stall(Self.bytes) }),
        ]
        for (what, said, answer) in cases {
            let bad = try LoopbackServer { request, _ in answer(request) }
            let alone = try #require(try Project().fetch([bad.address]), "\(what) was accepted")
            #expect(alone.attempts.count == 1 && alone.description.contains(said), "\(what): \(alone)")
            #expect(alone.attempts[0].place == bad.address + "/" + Self.path)
            let good = try Self.good()
            #expect(try Project().fetch([bad.address, good.address]) == nil, "\(what)")
        }
        try Torture.reached("bad answers to a download", cases.count, "rejected, told, next mirror tried")
    }

    @Test("where nothing can be reached, the error says so, and a folder is a mirror too")
    func unreachable() throws {
        let port = try LoopbackServer { _, _ in .hangUp }.port
        let project = try Project()
        let folder = try TemporaryFolder.inMemory()
        let error = try #require(try project.fetch(["http://127.0.0.1:\(port)", folder.path]))
        #expect(error.isUnreachable)
        #expect(error.attempts.count == 2)
        try FileSystem().makeFolder(folder.path + "/set")
        try FileSystem().create(folder.path + "/" + Self.path, Array(Self.bytes.dropLast()))
        #expect(try project.fetch([folder.path])?.description.contains("49999 bytes came") == true)
        try FileSystem().remove(folder.path + "/" + Self.path)
        try FileSystem().create(folder.path + "/" + Self.path, Self.bytes)
        #expect(try project.fetch([folder.path]) == nil)
    }

    @Test("published addresses are never fetched by plain http, nor do they lead to it")
    func httpsOnly() throws {
        let server = try Self.good()
        let project = try Project(urls: [server.address + "/" + Self.path])
        #expect(try project.fetch([]) != nil)
        #expect(server.requests == [])
        let text =
            "{\"files\": {\"a\": {\"size\": 1, \"sha256\": \"\(String(repeating: "0", count: 64))\", \"urls\": [\"http://x\"]}}}"
        #expect(throws: SourcesError.self) { try Sources(parsing: text.utf8) }
    }
}

extension Array {
    /// The element at an index, or `nil` where there is none.
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
