/// Why a file could not be fetched, as facts.
package enum FetchError: Error, Hashable, Sendable {
    /// Nothing could be reached, so nothing is known to be wrong.
    case unreachable(String, attempts: [String])
    /// Something answered, with the wrong thing.
    case wrong(String, attempts: [String])

    /// Whether no source could be reached at all.
    package var isUnreachable: Bool { if case .unreachable = self { true } else { false } }
}
