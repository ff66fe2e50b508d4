import Foundation
import Platform
import Synchronization
import Testing

@testable import Pipeline

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A server on this machine alone that answers each request for a file as it is told to, badly for the most part.
final class LoopbackServer: Sendable {
    /// A request: its path, and from which byte on the file is wanted.
    struct Request: Hashable {
        var path: String
        var start: Int
    }

    /// What becomes of a request.
    enum Answer: Sendable {
        /// Status, further header lines, and the bytes.
        case send(status: Int, headers: [String], body: [UInt8])
        /// As `send`, but the connection ends after so many bytes of the body.
        case cut(status: Int, headers: [String], body: [UInt8], after: Int)
        /// The header and a hundredth of the body, and then nothing until the client gives up.
        case stall([UInt8])
        /// The connection ends without a word.
        case hangUp
    }

    private struct State {
        var requests: [Request] = []
        var isClosed = false
    }

    let port: UInt16
    private let socket: Int32
    private let state = Mutex(State())
    private let answer: @Sendable (Request, Int) -> Answer

    /// A server on a port that was free.
    ///
    /// - Parameter answer: the answer to a request; also told how many requests came before.
    init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
        self.answer = answer
        #if canImport(Darwin)
        socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #else
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        try #require(socket >= 0)
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && listen(socket, 64) == 0 && getsockname(socket, pointer, &length) == 0
            }
        }
        try #require(bound)
        port = UInt16(bigEndian: address.sin_port)
        let server = Weak(self)
        try startThread {
            while case let client = accept(socket, nil, nil), client >= 0 {
                guard let server = server.value else {
                    close(client)
                    break
                }
                server.serve(client)
            }
            close(socket)
        }
    }

    /// A reference that does not keep the server alive.
    private final class Weak: Sendable {
        private let state: Mutex<() -> LoopbackServer?>
        init(_ server: LoopbackServer) { state = Mutex({ [weak server] in server }) }
        var value: LoopbackServer? { state.withLock { $0() } }
    }

    deinit { shutdown(socket, Int32(SHUT_RDWR)) }

    var address: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }

    private func serve(_ client: Int32) {
        defer { close(client) }
        // A client that is gone must not end this process.
        signal(SIGPIPE, SIG_IGN)
        guard let request = readRequest(client) else { return }
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count - 1
        }
        switch answer(request, number) {
        case .send(let status, let headers, let body): send(client, status, headers, body, body.count)
        case .cut(let status, let headers, let body, let count): send(client, status, headers, body, min(count, body.count))
        case .stall(let body):
            send(client, 200, [], body, body.count / 100)
            var byte: UInt8 = 0
            _ = readSome(client, &byte, 1)
        case .hangUp: break
        }
    }

    private func readRequest(_ client: Int32) -> Request? {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.contains("\r\n\r\n") {
            let count = readSome(client, &buffer, buffer.count)
            guard count > 0, text.utf8.count < 1 << 16 else { return nil }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        let lines = text.split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }
        let start = range.flatMap { Int($0.dropFirst("range: bytes=".count).prefix { $0 != "-" }) } ?? 0
        return Request(path: String(words[1]), start: start)
    }

    private func send(_ client: Int32, _ status: Int, _ headers: [String], _ body: [UInt8], _ count: Int) {
        var head = "HTTP/1.1 \(status) X\r\nContent-Length: \(body.count)\r\nConnection: close\r\n"
        for header in headers { head += header + "\r\n" }
        let bytes = Array((head + "\r\n").utf8) + body[..<count]
        var start = 0
        while start < bytes.count {
            let sent = bytes[start...].withUnsafeBytes { writeSome(client, $0.baseAddress!, $0.count) }
            if sent <= 0 { return }
            start += sent
        }
    }
}

private func readSome(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int { read(file, buffer, count) }
private func writeSome(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int { write(file, buffer, count) }

extension LoopbackServer.Answer {
    /// What a good server sends: the file from a byte on.
    static func file(_ bytes: [UInt8], from start: Int) -> Self {
        start == 0
            ? .send(status: 200, headers: ["Accept-Ranges: bytes"], body: bytes)
            : start < bytes.count
                ? .send(
                    status: 206, headers: ["Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)"],
                    body: Array(bytes[start...]))
                : .send(status: 416, headers: ["Content-Range: bytes */\(bytes.count)"], body: [])
    }

    /// The same, ended after so many bytes.
    func cut(after count: Int) -> Self {
        guard case .send(let status, let headers, let body) = self else { return self }
        return .cut(status: status, headers: headers, body: body, after: count)
    }
}
