import Platform

/// The `curl` program, called with an array of arguments: it knows TLS, proxies and certificates, so that samedge need not.
struct Curl {
    let limits: FetchKind.Limits
    var files = FileSystem()

    /// What a call came to.
    enum Answer: Hashable {
        case complete
        /// No connection, or none that could be trusted with an answer.
        case unreachable(String)
        case refused(Int)
        /// The server does not give the rest of a file alone.
        case noRanges
        /// The transfer broke off.
        case broken(String)
    }

    /// Fetches an address into a file, going on where the file ends.
    ///
    /// - Parameters:
    ///   - allowsPlain: whether `http` may be used; without it, `https` alone, for redirections too.
    ///   - poll: called with the size of the file now and then; `false` ends the transfer.
    func fetch(_ url: String, to path: String, size: Int, allowsPlain: Bool, poll: (Int) -> Bool) throws -> Answer {
        let (notes, errors) = (path + ".curl", path + ".curl-errors")
        defer {
            // Left over, they would be removed with the checkpoints; nothing is lost by a failure here.
            do {
                try files.remove(notes)
                try files.remove(errors)
            } catch {}
        }
        let protocols = allowsPlain ? "=https,http" : "=https"
        let arguments = [
            "--disable", "--silent", "--show-error", "--fail", "--location", "--max-redirs", "5",
            "--proto", protocols, "--proto-redir", protocols, "--connect-timeout", "\(limits.connecting)",
            "--speed-limit", "1000", "--speed-time", "\(limits.stalling)", "--max-filesize", "\(size)",
            "--user-agent", "samedge", "--continue-at", "-", "--output", path,
            "--write-out", "%{http_code} %{http_connect} %{size_download}", "--url", url,
        ]
        let child = try ChildProcess("curl", arguments, output: notes, errors: errors)
        let code = try child.wait { poll(currentSize(path)) }
        let facts = String(decoding: try files.read(notes) ?? [], as: UTF8.self).split(separator: " ")
        let message =
            String(decoding: try files.read(errors) ?? [], as: UTF8.self)
            .split(whereSeparator: \.isNewline).last.map(String.init) ?? "curl ended with \(code.map(String.init) ?? "a signal")"
        let status = facts.first.flatMap { Int($0) } ?? 0
        return Self.answer(code: code, status: status, received: facts.last.flatMap { Int($0) } ?? 0, message: message)
    }

    private func currentSize(_ path: String) -> Int {
        do { return Int(try files.status(path)?.stamp.size ?? 0) } catch { return 0 }
    }

    /// What curl's exit code and the server's status mean.
    static func answer(code: Int32?, status: Int, received: Int, message: String) -> Answer {
        switch code {
        case 0: .complete
        case 22: .refused(status)
        case 33: .noRanges
        // No host, no connection, no TLS, no time; a proxy that refuses (56 before any status).
        case 5, 6, 7, 35, 97: .unreachable(message)
        case 28 where status == 0, 52 where status == 0, 56 where status == 0: .unreachable(message)
        case 63: .broken("the server announces a larger file")
        default: .broken(message)
        }
    }
}
