/// A file that could not be fetched: what was expected, where it was looked for, and what came.
package struct FetchError: Error, Hashable, Sendable {
    /// One place that was tried.
    package struct Attempt: Hashable, Sendable {
        /// A path, or an address without the password that may be in it.
        package var place: String
        /// What came of it.
        package var outcome: Outcome
    }

    /// What came of an attempt.
    package enum Outcome: Hashable, Sendable {
        /// A mirror does not have the file.
        case absent
        /// A mirror's file cannot be read.
        case unreadable(String)
        /// There was no way to the place: no network, no such host, no answer.
        case unreachable(String)
        /// The server answered with this status.
        case refused(status: Int)
        /// The transfer broke off after so many bytes.
        case broken(String, received: Int)
        /// Another size came.
        case wrongSize(Int, isPage: Bool)
        /// Another digest came.
        case wrongDigest(Digest, isPage: Bool)
        /// The place was not tried: a run offline, or a network found to be down.
        case notTried(String)
    }

    /// The file's path in the list of sources.
    package var path: String
    /// The size expected, in bytes.
    package var size: Int
    /// The digest expected.
    package var digest: Digest
    /// The places, in order, with what came of each.
    package var attempts: [Attempt]
    /// What the user can do once the file is in a folder.
    package var advice: String

    /// Whether nothing could be reached at all, so that nothing is known to be wrong.
    package var isUnreachable: Bool {
        attempts.allSatisfy {
            switch $0.outcome {
            case .absent, .unreadable, .unreachable, .notTried: true
            case .refused, .broken, .wrongSize, .wrongDigest: false
            }
        }
    }
}

extension FetchError: CustomStringConvertible {
    /// What was expected, what each place answered, and what to do next.
    package var description: String {
        let tried =
            attempts.isEmpty ? "  it has no address" : attempts.map { "  - \($0.place): \($0.outcome)" }.joined(separator: "\n")
        return """
            cannot fetch \(path), of which \(size) bytes with the SHA-256 \(digest.hex) are expected:
            \(tried)
            put the file into a folder under this path and \(advice)
            """
    }
}

extension FetchError.Outcome: CustomStringConvertible {
    /// The outcome in words.
    package var description: String {
        switch self {
        case .absent: "it is not there"
        case .unreadable(let reason): reason
        case .unreachable(let reason): "cannot be reached: \(reason)"
        case .refused(let status): "the server answered with status \(status)"
        case .broken(let reason, let received): "the transfer broke off after \(received) bytes: \(reason)"
        case .wrongSize(let size, let isPage): "\(page(isPage))\(size) bytes came"
        case .wrongDigest(let digest, let isPage): "\(page(isPage))bytes with the SHA-256 \(digest.hex) came"
        case .notTried(let reason): "not tried: \(reason)"
        }
    }

    private func page(_ isPage: Bool) -> String { isPage ? "a web page came, not the file: " : "" }
}
