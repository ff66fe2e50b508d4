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
        /// What came could not be written here.
        case unwritable(String)
    }

    /// Fetches an address into a file, going on where the file ends.
    ///
    /// - Parameters:
    ///   - allowsPlain: whether `http` may be used; without it, `https` alone, for redirections too.
    ///   - poll: called with the size of the file now and then; `false` ends the transfer.
    func fetch(_ url: String, to path: String, size: Int, allowsPlain: Bool, poll: (Int) -> Bool) throws -> Answer {
        let (notes, errors, address) = (path + ".curl", path + ".curl-errors", path + ".curl-address")
        defer {
            // Left over, they would be removed with the checkpoints; nothing is lost by a failure here.
            do {
                try files.remove(notes)
                try files.remove(errors)
                try files.remove(address)
            } catch {}
        }
        let protocols = allowsPlain ? "=https,http" : "=https"
        let arguments = [
            "--disable", "--netrc-optional", "--silent", "--show-error", "--fail", "--location", "--max-redirs", "5",
            "--proto", protocols, "--proto-redir", protocols, "--connect-timeout", "\(limits.connecting)",
            "--speed-limit", "1000", "--speed-time", "\(limits.stalling)", "--max-filesize", "\(size)",
            "--user-agent", "samedge", "--continue-at", "-", "--output", path,
            "--write-out", "%{http_code} %{http_connect} %{size_download}", "--config", "-",
        ]
        // Where it is read from and nobody else can look: everyone sees the arguments of a program, and a password may be in it.
        try files.remove(address)
        try files.create(address, [], sync: false)
        try files.setMode(address, 0o600)
        try files.append(Array("url = \(quoted(url))\n".utf8), to: address)
        let child = try ChildProcess("curl", arguments, input: address, output: notes, errors: errors)
        try files.remove(address)
        let code = try child.wait { poll(currentSize(path)) }
        let facts = String(decoding: try files.read(notes) ?? [], as: UTF8.self).split(separator: " ")
        let message =
            String(decoding: try files.read(errors) ?? [], as: UTF8.self)
            .split(whereSeparator: \.isNewline).last.map(String.init) ?? "curl ended with \(code.map(String.init) ?? "a signal")"
        let status = facts.first.flatMap { Int($0) } ?? 0
        return Self.answer(
            code: code, status: status, received: facts.last.flatMap { Int($0) } ?? 0, message: withoutPasswords(message))
    }

    /// A text as curl's configuration quotes it.
    private func quoted(_ text: String) -> String {
        "\"" + text.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) } + "\""
    }

    private func currentSize(_ path: String) -> Int {
        do { return Int(try files.status(path)?.stamp.size ?? 0) } catch { return 0 }
    }

    /// What curl's exit code and the server's status mean.
    static func answer(code: Int32?, status: Int, received: Int, message: String) -> Answer {
        switch code {
        case 0: return .complete
        // A proxy or a network that wants to know who asks.
        case 22 where status == 407 || status == 511:
            return .unreachable("\(message); the network or its proxy wants a user's name")
        case 22: return .refused(status)
        case 23: return .unwritable(message)
        case 33: return .noRanges
        case 63: return .broken("the server announces a larger file")
        case let code?:
            if unreachable.contains(code) || status == 0 && unreachableBeforeAnAnswer.contains(code) {
                return .unreachable(message)
            }
            return .broken(message)
        case nil: return .broken(message)
        }
    }

    /// The codes that say that there is no way to the server, or none that can be trusted.
    private static let unreachable: Set<Int32> = [
        // This curl lacks the protocol, as also where a page of the network's own redirects from https; or something built in.
        1, 2, 4, 48,
        // No proxy, no host, no connection, no TLS; a proxy's handshake.
        5, 6, 7, 35, 97,
        // Certificates: the server's is not trusted or has the wrong name, is revoked or not the one pinned; those here, or the
        // engine or list that they are judged with, cannot be used.
        51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98,
        // QUIC; a connection shared with others.
        95, 96,
    ]

    /// Likewise, as long as the server has said nothing: out of time, an empty reply, no sending, no receiving, HTTP/2.
    private static let unreachableBeforeAnAnswer: Set<Int32> = [16, 28, 52, 55, 56, 92]
}
