import Formats
import Platform
import Synchronization

/// Fetches files named by size and digest: from the store, a mirror, or the addresses at which they are published.
///
/// A stage of this kind is made by `Sources.stage`. Nothing whose digest differs is accepted; what is left of a transfer
/// that broke off is taken up again.
package struct FetchKind: StageKind {
    /// The name by which stages refer to it.
    package static let kindName = "fetch"
    /// `kindName`.
    package var name: String { Self.kindName }
    /// No code: the parameters hold the digests of the result.
    package var modules: [String] { [] }

    /// A place of the user's that holds files under their paths.
    package enum Mirror: Hashable, Sendable {
        case folder(String)
        /// The beginning of addresses; `http` is allowed, since the user named it.
        case address(String)

        /// The mirror that a word means: an address where it begins as one, a folder otherwise.
        package init(_ word: String) {
            var word = word
            while word.count > 1, word.hasSuffix("/") { word.removeLast() }
            self = word.hasPrefix("http://") || word.hasPrefix("https://") ? .address(word) : .folder(word)
        }

        /// The word that means it: the folder's path, or the beginning of addresses, in which there may be a password.
        package var word: String {
            switch self {
            case .folder(let word), .address(let word): word
            }
        }

        /// Whether it is an address, or a folder that is there.
        package var isThere: Bool {
            guard case .folder(let folder) = self else { return true }
            // Where it is there and cannot be read, other mirrors are tried then.
            return FileSystem().seemsThere(folder)
        }
    }

    /// When to give a server up.
    package struct Limits: Hashable, Sendable {
        /// Seconds until a connection must stand.
        package var connecting: Double
        /// Seconds for which fewer than a thousand bytes a second may come.
        package var stalling: Int

        /// How long to wait for a connection, and for one that has gone slow.
        package init(connecting: Double = 4, stalling: Int = 10) { (self.connecting, self.stalling) = (connecting, stalling) }
    }

    let sources: Sources
    let mirrors: [Mirror]
    let isOffline: Bool
    let limits: Limits
    /// How the user names a mirror, or does without the files: the end of what errors say.
    let advice: String
    let network = NetworkState()

    /// Fetching.
    ///
    /// - Parameters:
    ///   - isOffline: no published address is tried; mirrors are.
    ///   - advice: how the user names a mirror, after "put the file into a folder under this path and".
    package init(
        sources: Sources, mirrors: [Mirror] = [], isOffline: Bool = false, limits: Limits = Limits(),
        advice: String = "name the folder as a mirror"
    ) {
        (self.sources, self.mirrors, self.isOffline, self.limits) = (sources, mirrors, isOffline, limits)
        self.advice = advice
    }

    /// Fetches each file named in the parameters from the first place that has it whole.
    package func run(_ run: StageRun) throws {
        let wanted = (run.parameters["files"]?.objectValue ?? [:]).sorted { $0.key < $1.key }
        var total = 0
        for (_, member) in wanted { total += member["size"]?.integerValue ?? 0 }
        var done = 0
        for (path, member) in wanted {
            guard let size = member["size"]?.integerValue, let digest = member["sha256"]?.stringValue.flatMap({ Digest(hex: $0) })
            else { throw SourcesError(place: path, problem: "size or sha256 is missing from the parameters of \(run.name)") }
            let urls = sources.files[path].flatMap { $0.digest == digest ? $0.urls : nil } ?? []
            let file = Sources.File(size: size, digest: digest, urls: urls)
            let transfer = Transfer(kind: self, run: run, path: path, file: file, before: done, total: total)
            try transfer.perform()
            try run.keepCheckpoint(path)
            done += size
            run.progress(step: done, of: total, detail: path)
        }
    }
}

/// What is known of the network in this process, so that a dead one is found out once and within seconds.
final class NetworkState: Sendable {
    private struct State {
        var dead: [String: String] = [:]
        var isAlive = false
    }

    private let state = Mutex(State())

    /// Why not to try a host, or `nil` where it is worth a try.
    func reasonToSkip(_ host: String) -> String? {
        state.withLock { state in
            if let reason = state.dead[host] { return "its server could not be reached a moment ago (\(reason))" }
            return !state.isAlive && state.dead.count >= 2 ? "no server could be reached" : nil
        }
    }

    func noteReached() { state.withLock { $0.isAlive = true } }
    func noteDead(_ host: String, _ reason: String) { state.withLock { $0.dead[host] = reason } }
}
