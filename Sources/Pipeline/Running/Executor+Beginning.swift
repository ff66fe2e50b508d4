import Platform

/// Which stage begins when.
extension Executor {
    /// First what completes the published result that takes the least work, then what completes the next one, and so on, so that there
    /// is something to look at soon; within that, first what has the longest way of work after it.
    func orderOfBeginning() -> [Int] {
        let open = members.filter { nodes[$0]!.isOpen }
        var ways: [Int: Double] = [:]
        for stage in open.reversed() {
            ways[stage] = (graph.downstream[stage].compactMap { ways[$0] }.max() ?? 0) + nodes[stage]!.work
        }
        let results = open.filter { !graph.stages[$0].publishes.isEmpty }.map { result in
            let needed = graph.closure(of: [result]).filter { ways[$0] != nil }
            return (stage: result, needed: needed, work: needed.reduce(0) { $0 + nodes[$1]!.work })
        }
        var ranks: [Int: Int] = [:]
        for (rank, result) in results.sorted(by: { ($0.work, $0.stage) < ($1.work, $1.stage) }).enumerated() {
            for stage in result.needed where ranks[stage] == nil { ranks[stage] = rank }
        }
        // What is done already begins again where an archive has left out files of it that one of the others turns out to read.
        return members.filter { !nodes[$0]!.isOpen }
            + open.sorted {
                (ranks[$0] ?? results.count, -ways[$0]!, $0) < (ranks[$1] ?? results.count, -ways[$1]!, $1)
            }
    }

    /// Begins ready stages, in their order, as far as their places have room.
    ///
    /// On this machine room is kept for a moment where a stage of long work that comes before them waits for a short one: otherwise the
    /// first published result would wait until what began in its place has ended.
    ///
    /// - Returns: seconds after which to look again, though nothing has happened.
    mutating func beginWhatFits() -> Double {
        let now = Clock.seconds
        var pause = 0.5
        var queues = [[(stage: Int, ready: ReadyStage)]](repeating: [], count: places.count)
        let here = places.count - 1
        let room = options.jobs - nodes.keys.count { nodes[$0]!.isRunning && place(of: $0) == here }
        // Estimates may be wrong, and downloads slow: what was to be a moment ends.
        let keepsRoom = now - (keepsRoomSince ?? now) < Self.moment
        // What the stages that room is kept for wait for.
        var waits: [Double] = []
        for stage in order {
            if let wait = shortWait(of: stage, now), place(of: stage) == here { waits.append(wait) }
            guard case .ready(let ready, let from) = nodes[stage]!.state else { continue }
            if from > now {
                pause = min(pause, from - now)
                continue
            }
            let place = place(of: stage)
            let kept = place == here && keepsRoom ? waits.count { isShort($0, beside: stage) } : 0
            if kept == 0 || queues[place].count + kept < room { queues[place].append((stage, ready)) }
        }
        keepsRoomSince = waits.isEmpty ? nil : keepsRoomSince ?? now
        for (place, queue) in zip(places, queues) {
            for (position, (stage, ready)) in queue.enumerated() {
                // Asked for each: one that could not begin may have been the last that was to.
                guard mayBegin else { return pause }
                do {
                    let admission = try place.begin(ready, others: queue.count - position - 1) { [mailbox, bell] in
                        mailbox.post(stage, $0)
                        bell.ring()
                    }
                    if admission == .begun { nodes[stage]!.state = .running(ready) }
                    if admission == .askAgain {
                        pause = min(pause, 0.02)
                        break
                    }
                } catch { giveUp(stage, error) }
            }
        }
        return pause
    }

    private func place(of stage: Int) -> Int { places.firstIndex { $0.takes(graph.stages[stage]) }! }

    /// Seconds for which room is kept at most.
    private static let moment = 2.0

    /// The longest work that a stage waits for, where that is short and all of it runs here or can begin.
    private func shortWait(of stage: Int, _ now: Double) -> Double? {
        guard case .waiting = nodes[stage]!.state else { return nil }
        let near = graph.upstream[stage].filter {
            switch nodes[$0]?.state {
            case .running: true
            // One that another process makes is looked for again later.
            case .ready(_, let from): from <= now
            default: false
            }
        }
        guard near.count == nodes[stage]!.missing, let longest = near.map({ nodes[$0]!.work }).max() else { return nil }
        return isShort(longest, beside: stage) ? longest : nil
    }

    /// Whether to wait for so much work is little beside a stage's own.
    private func isShort(_ wait: Double, beside stage: Int) -> Bool { wait * 10 < nodes[stage]!.work }
}
