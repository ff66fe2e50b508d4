import Pipeline
import Platform

extension JobQueue {
    /// A task of a submission that a wish waits for.
    struct Position {
        var submission: Submission
        var index: Int
        var task: Submission.Task { submission.tasks[index] }
        var name: JobName { JobName(token: submission.token, index: index) }
        var job: String { submission.job(of: index) ?? "of an unknown number" }
    }

    /// An attempt that is to be submitted.
    struct Request {
        var wish: Wish
        var attempt = 1
        var memory: Int
        var excluded: [String] = []
    }

    /// Looks at everything once: takes results, decides on what ended without one, submits what nobody has submitted.
    func step() throws { _ = try store.holdingQueue(stepLocked) }

    private func stepLocked() throws {
        try takeResults()
        let wishes = state.withLock { $0.wishes }
        if wishes.isEmpty { return }
        var places = try findPlaces()
        for (key, place) in places where wishes[key]?.isKnown == false {
            // A new run tries again what failed or was cancelled before it.
            if !place.submission.isCancelled, try store.end(of: place.submission.token, place.index)?.error == nil {
                continue
            }
            try settle(place)
            places[key] = nil
        }
        state.withLock { state in for key in wishes.keys { state.wishes[key]?.isKnown = true } }
        var requests = wishes.values.filter { places[$0.key] == nil }.map { Request(wish: $0, memory: $0.memory) }
        let open = places.filter { wishes[$0.key] != nil }
        for (key, place) in open { try takeEnd(key, place) }
        if !open.isEmpty, state.withLock({ $0.nextQuery <= Clock.seconds }) {
            if let jobs = try askForStates(of: Set(open.values.map(\.submission.token))) {
                for (key, place) in open {
                    guard let wish = state.withLock({ $0.wishes[key] }) else { continue }
                    if let request = try judge(wish, place, jobs) { requests.append(request) }
                }
            }
            state.withLock { $0.nextQuery = Clock.seconds + options.poll }
        }
        try submit(requests)
    }

    /// What jobs are doing, or `nil` where the scheduler is to be asked again.
    private func askForStates(of tokens: Set<String>) throws -> [JobName: KnownJob]? {
        do {
            let jobs = try scheduler.states(of: tokens) { goesOn }
            state.withLock { $0.unknowns = 0 }
            return jobs
        } catch let trouble as Trouble {
            guard goesOn else { return nil }
            let unknowns = state.withLock { state in
                state.unknowns = trouble.kind == .unknown ? state.unknowns + 1 : 0
                return state.unknowns
            }
            if trouble.kind == .permanent || unknowns >= Trouble.patience { throw refusal(trouble) }
            notice("\(scheduler.name) does not answer; its jobs go on, and it is asked again: \(trouble)")
            return nil
        }
    }

    /// Ends the wishes whose results are in the store, every file of them checked: that alone is success.
    private func takeResults() throws {
        for key in state.withLock({ $0.wishes.keys.sorted() }) { try takeResult(key) }
    }

    @discardableResult
    private func takeResult(_ key: Digest) throws -> Bool {
        guard case .found(let files) = try store.lookup(key), try store.holds(files), let record = try store.record(key) else {
            return false
        }
        if let place = try findPlaces()[key] { try settle(place) }
        end(key, .ran(record))
        return true
    }

    /// Where each key is being made, by the submissions on the disk.
    private func findPlaces() throws -> [Digest: Position] {
        var places: [Digest: Position] = [:]
        for submission in try store.submissions(of: [scheduler.name]) {
            for (index, task) in submission.tasks.enumerated() where !task.isSettled {
                var key: Digest? = task.ticket
                if state.withLock({ $0.wishes[task.ticket] == nil }) {
                    // Submitted ahead, perhaps: then its key is known since those before it have ended.
                    key = try store.ticket(task.ticket)?.resolved(in: store)?.record?.key
                }
                if let key { places[key] = Position(submission: submission, index: index) }
            }
        }
        return places
    }

    /// Notes on the disk that nobody waits for a task any more.
    func settle(_ place: Position) throws {
        guard var submission = try store.submission(place.submission.token) else { return }
        submission.tasks[place.index].isSettled = true
        try store.save(submission)
    }

    /// Ends a wish whose worker has said that the stage failed, or that the user has cancelled.
    private func takeEnd(_ key: Digest, _ place: Position) throws {
        if place.submission.isCancelled {
            try settle(place)
            end(key, .stopped)
        } else if let found = try store.end(of: place.submission.token, place.index), let error = found.error {
            // Its result may have come all the same, from another.
            if try takeResult(key) { return }
            try settle(place)
            end(key, .failed(ClusterError.failed(error, job: place.job), tail: found.tail))
        }
    }

    // MARK: - Judging

    /// Decides on a task by what the scheduler says of it; gives what is to be submitted in its stead.
    private func judge(
        _ wish: Wish, _ place: Position, _ jobs: [JobName: KnownJob]
    ) throws -> Request? {
        var place = place
        guard let known = jobs[place.name] else { return try judgeMissing(wish, place) }
        state.withLock { $0.doubts[.missing(place.name)] = nil }
        if place.submission.job == nil {
            // The reply was lost, or whoever waited for it.
            if var submission = try store.submission(place.submission.token) {
                submission.job = known.number
                try store.save(submission)
            }
            place.submission.job = known.number
        }
        announce(wish.key, job: place.job)
        if case .ended = known.state {} else { state.withLock { $0.doubts[.inVain(place.name)] = nil } }
        switch known.state {
        case nil: return nil
        case .waiting(let reason, let forEver):
            if forEver { notice("job \(place.job) waits for ever: \(reason)") }
            return nil
        case .running:
            announce(wish.key, job: place.job, hasBegun: true)
            return nil
        case .ended(let cause): return try judgeEnded(wish, place, cause)
        }
    }

    /// A task that is not listed: never submitted, or ended long ago.
    private func judgeMissing(_ wish: Wish, _ place: Position) throws -> Request? {
        if try store.submission(place.submission.token) == nil { return nil }
        let isOld = store.now > place.submission.created + options.grace
        guard doubt(.missing(place.name), atLeast: 0) >= 2, isOld else { return nil }
        if let known = try scheduler.lastWords(on: [place.submission.token], while: { goesOn })[place.name] {
            switch known.state {
            case .ended(let cause): return try judgeEnded(wish, place, cause)
            // The accounting may lag behind.
            case nil, .waiting, .running: return nil
            }
        }
        if place.submission.job == nil {
            // It was never taken; should it come all the same, its worker finds the submission gone.
            try settle(place)
            return Request(
                wish: wish, attempt: place.task.attempt, memory: place.submission.memory, excluded: place.submission.excluded)
        }
        return try judgeEnded(wish, place, .unknown)
    }

    /// A task that is over; where it has left no result, another attempt or the end.
    private func judgeEnded(_ wish: Wish, _ place: Position, _ cause: JobState.Cause) throws -> Request? {
        if try takeResult(wish.key) { return nil }
        try takeEnd(wish.key, place)
        guard state.withLock({ $0.wishes[wish.key] != nil }) else { return nil }
        // The store may show what the job has written a little later.
        if cause == .completed, doubt(.inVain(place.name), atLeast: options.patience) == 0 { return nil }
        state.withLock {
            $0.doubts[.missing(place.name)] = nil
            $0.doubts[.inVain(place.name)] = nil
            $0.wishes[wish.key]?.isAnnounced = false
            $0.wishes[wish.key]?.hasBegun = false
        }
        let wasStopped = try store.end(of: place.submission.token, place.index) != nil
        let hasGoneOn = try store.checkpointCount(wish.key) > place.task.checkpoints
        let attempt = hasGoneOn && cause != .unknown ? 1 : place.task.attempt + 1
        // What the system said of it, as of an instruction that its processor does not have, stands at the end of its output.
        let said = try store.lastWords(place.submission.token, place.index)
        let isTold = [.timedOut, .preempted, .outOfMemory, .cancelled].contains(cause) || wasStopped
        let why =
            (wasStopped && cause == .failed ? "stopped before its time limit" : cause.description)
            + (isTold ? "" : said.last.map { ": " + $0 } ?? "")
        try settle(place)
        if attempt > options.attempts {
            let error = ClusterError.gaveUp(attempts: options.attempts, job: place.job, cause: why)
            end(wish.key, .failed(error, tail: try store.logTail(wish.key) + said))
            return nil
        }
        if cause != .unknown { try store.breakLease(wish.key) }
        wish.recorder.record(.notice("job \(place.job) (\(wish.ticket.stage)) \(why); it goes on in another"))
        var request = Request(wish: wish, attempt: attempt, memory: place.submission.memory, excluded: place.submission.excluded)
        if cause == .outOfMemory { request.memory *= 2 }
        if case .nodeFailed(let node) = cause, !node.isEmpty { request.excluded.append(node) }
        return request
    }

    /// Notes that something is in doubt once more; how often it was, or 0 before it was for long enough.
    private func doubt(_ doubt: Doubt, atLeast seconds: Double) -> Int {
        state.withLock { state in
            var times = state.doubts[doubt] ?? (since: Clock.seconds, count: 0)
            times.count += 1
            state.doubts[doubt] = times
            return Clock.seconds - times.since >= seconds ? times.count : 0
        }
    }
}
