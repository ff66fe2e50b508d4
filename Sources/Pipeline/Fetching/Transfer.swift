import Platform

/// The fetching of one file: place after place until one gives the right bytes.
struct Transfer {
    let kind: FetchKind
    let run: StageRun
    /// The file's path in the list of sources.
    let path: String
    let file: Sources.File
    /// Bytes of the stage's other files that are there already, and of all its files.
    let before: Int
    let total: Int

    private var files: FileSystem { run.files }
    private var whole: String { run.checkpoints + "/" + path }
    private var partial: String { whole + ".partial" }

    /// Brings the file to its place among the checkpoints.
    func perform() throws {
        _ = try run.checkpointPath(path)
        if try files.status(whole) != nil {
            if try check(whole) == nil { return }
            try files.remove(whole)
        }
        try adoptPartial()
        var attempts: [FetchError.Attempt] = []
        for place in places {
            try run.checkCancellation()
            guard let outcome = try attempt(place) else { return }
            attempts.append(FetchError.Attempt(place: place.text, outcome: outcome))
            run.log("\(path): \(place.text): \(outcome)")
        }
        throw FetchError(path: path, size: file.size, digest: file.digest, attempts: attempts, advice: kind.advice)
    }

    /// Goes on with what a former attempt left, in a copy: a curl that outlived it may still write to the old file.
    private func adoptPartial() throws {
        guard try partialSize() > 0 else { return }
        let former = whole + ".former.partial"
        try files.remove(former)
        try files.rename(partial, to: former)
        try files.copy(former, to: partial)
        try files.remove(former)
    }

    private enum Place {
        case stored(String)
        case folder(String)
        case address(String, isMirror: Bool)

        var text: String {
            switch self {
            case .stored(let path), .folder(let path): path
            case .address(let url, _): withoutPasswords(url)
            }
        }
    }

    private var places: [Place] {
        var places: [Place] = []
        if let stored = run.storedFile(file.digest) { places.append(.stored(stored)) }
        for mirror in kind.mirrors {
            switch mirror {
            case .folder(let folder): places.append(.folder(folder + "/" + path))
            case .address(let prefix): places.append(.address(prefix + "/" + path, isMirror: true))
            }
        }
        return places + file.urls.map { .address($0, isMirror: false) }
    }

    /// Tries one place; `nil` where the file is there now.
    private func attempt(_ place: Place) throws -> FetchError.Outcome? {
        switch place {
        case .stored(let source), .folder(let source):
            do {
                guard let status = try files.status(source), status.nature == .file else { return .absent }
                guard status.stamp.size == file.size else { return .wrongSize(Int(status.stamp.size), isPage: false) }
                try files.remove(partial)
                try files.copy(source, to: partial)
            } catch let error as FileSystemError where error.path == source {
                // Another place may have it.
                return .unreadable("\(error)")
            }
            return try accept()
        case .address(let url, let isMirror):
            if kind.isOffline, !isMirror { return .notTried("the run is offline") }
            if let reason = kind.network.reasonToSkip(host(of: url)) { return .notTried(reason) }
            return try download(url, isMirror: isMirror)
        }
    }

    // MARK: - Downloading

    private func download(_ url: String, isMirror: Bool) throws -> FetchError.Outcome? {
        var kept = try partialSize()
        var hasAnswered = false
        for _ in 0..<Self.mostCalls {
            let outcome = try downloadOnce(url, isMirror: isMirror)
            try run.checkCancellation()
            switch outcome {
            case .broken(_, let received)? where received > kept:
                // It brought something: go on from there.
                (kept, hasAnswered) = (received, true)
            case .unreachable(let reason)? where hasAnswered:
                return .broken(reason, received: kept)
            case .wrongSize? where kept > 0, .wrongDigest? where kept > 0, .refused(status: 416)? where kept > 0:
                // What was kept may itself have been wrong: once more from the start.
                try files.remove(partial)
                kept = 0
            default: return outcome
            }
        }
        return .broken("it broke off \(Self.mostCalls) times", received: kept)
    }

    /// How often one server is asked for one file: a line that breaks at every megabyte still brings the largest file home.
    private static let mostCalls = 200

    private func partialSize() throws -> Int {
        guard let status = try files.status(partial) else { return 0 }
        let size = Int(status.stamp.size)
        if size <= file.size, size > 0 { return size }
        try files.remove(partial)
        return 0
    }

    private func downloadOnce(_ url: String, isMirror: Bool) throws -> FetchError.Outcome? {
        if try partialSize() == file.size, file.size > 0 { return try accept() }
        let answer: Curl.Answer
        do {
            answer = try Curl(limits: kind.limits).fetch(url, to: partial, size: file.size, allowsPlain: isMirror) { received in
                run.progress(step: before + received, of: total, detail: path)
                return !run.isCancelled && received <= file.size
            }
        } catch let error as SystemError {
            return .unreachable("\(error); install curl, or name a folder as a mirror")
        }
        try run.checkCancellation()
        let received = Int(try files.status(partial)?.stamp.size ?? 0)
        let host = host(of: url)
        switch answer {
        case .complete:
            kind.network.noteReached()
            return try accept()
        case .unreachable(let reason):
            kind.network.noteDead(host, reason)
            return .unreachable(reason)
        case .refused(let status):
            kind.network.noteReached()
            return .refused(status: status)
        case .noRanges:
            kind.network.noteReached()
            try files.remove(partial)
            return try downloadOnce(url, isMirror: isMirror)
        case .unwritable(let reason):
            throw FileSystemError(
                .write, partial,
                fact: "\(reason); is the disk full, or a quota used up? `samedge gc` may make room")
        case .broken(let reason):
            kind.network.noteReached()
            return received > file.size ? .wrongSize(received, isPage: try isPage()) : .broken(reason, received: received)
        }
    }

    private func host(of url: String) -> String {
        let rest = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        return rest.count > 1 ? String(rest[1]) : url
    }

    // MARK: - Checking

    /// Takes the partial file if it is right, and removes it otherwise.
    private func accept() throws -> FetchError.Outcome? {
        if let outcome = try check(partial) {
            try files.remove(partial)
            return outcome
        }
        try files.sync(partial)
        try files.rename(partial, to: whole)
        return nil
    }

    /// What is wrong with a file's bytes, or `nil` where nothing is.
    private func check(_ path: String) throws -> FetchError.Outcome? {
        guard let (digest, status) = try files.digest(of: path) else {
            return file.size == 0 ? nil : .wrongSize(0, isPage: false)
        }
        if status.stamp.size != file.size { return .wrongSize(Int(status.stamp.size), isPage: try isPage()) }
        return digest == file.digest ? nil : .wrongDigest(digest, isPage: try isPage())
    }

    private func isPage() throws -> Bool {
        guard try files.status(partial) != nil else { return false }
        let head = String(decoding: try files.head(partial, 64), as: UTF8.self).lowercased()
        return head.contains("<!doctype") || head.contains("<html")
    }
}
