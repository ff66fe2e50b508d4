/// What a run would do: one step a stage, in order, decided before anything runs.
package struct Plan: Sendable {
    /// Why a stage has to run.
    package enum Reason: Hashable, Sendable {
        /// It never ran here.
        case firstTime
        /// What decides its result differs from the last time.
        case changed([Difference])
        /// Nothing changed, but its result is no longer in the store.
        case resultGone
        /// Its result in the store is damaged.
        case damaged(path: String, Damage)
        /// Its result came with an archive that left files out which a stage that runs reads, or which the call asks for (`nil`).
        case filesWanted(by: String?)
        /// The user asked for it.
        case forced
    }

    /// What happens to a stage.
    package enum Action: Hashable, Sendable {
        case run(because: Reason)
        /// The result under this key is taken.
        case reuse(Digest)
        /// It depends on what these stages, which run, bring: an equal result ends the wave.
        case wait(on: [String])
        /// It cannot run as things stand.
        case impossible(PipelineError)
    }

    /// A stage and what happens to it.
    package struct Step: Sendable {
        /// The stage.
        package var stage: Stage
        /// What happens to it.
        package var action: Action
        /// The key of its result, where its inputs are known.
        package var key: Digest?
        /// Seconds that it may take: as long as last time, or by its cost at the rate of its kind; on a device else by what that was
        /// measured to reach; `nil` where nothing is known.
        package var seconds: Double?
        /// The device that its kernels are to run on; `nil` for the processor, and where nobody knows yet.
        package var device: String?
    }

    /// The steps, each after those that it depends on.
    package var steps: [Step]

    /// The names of the stages that certainly run.
    package var running: [String] { steps.filter(\.action.isRun).map(\.stage.name) }
    /// The names of the stages whose results are taken as they are.
    package var reused: [String] { steps.filter(\.action.isReuse).map(\.stage.name) }
    /// The names of the stages that depend on what others bring.
    package var waiting: [String] { steps.filter(\.action.isWait).map(\.stage.name) }

    /// Seconds of work, one stage after another, that running and waiting stages may take; `nil` where none can be said.
    package var seconds: Double? {
        let known = steps.filter { !$0.action.isReuse }.compactMap(\.seconds)
        return known.isEmpty ? nil : known.reduce(0, +)
    }

    /// Bytes, roughly, that the results of running and waiting stages take in the store.
    package var disk: Int { steps.filter { !$0.action.isReuse }.reduce(0) { $0 + $1.stage.resources.disk } }

    /// How many running and waiting stages `seconds` leaves out.
    package var untimed: Int { steps.count { !$0.action.isReuse && $0.seconds == nil } }
}

extension Plan.Action {
    /// Whether it runs for certain.
    package var isRun: Bool { if case .run = self { true } else { false } }
    /// Whether its result is there.
    package var isReuse: Bool { if case .reuse = self { true } else { false } }
    /// Whether others decide if it runs.
    package var isWait: Bool { if case .wait = self { true } else { false } }
}

extension Plan.Reason: CustomStringConvertible {
    /// The reason in words.
    package var description: String {
        switch self {
        case .firstTime: "it has not run yet"
        case .changed(let differences):
            differences.count == 1
                ? "changed: \(differences[0])"
                : "\(differences.count) changes: \(differences.map(\.field).joined(separator: ", "))"
        case .resultGone: "its result is no longer in the store"
        case .damaged(let path, let damage): "damaged in the store: \(path) (\(damage))"
        case .filesWanted(let reader):
            "an archive left out files of it that \(reader.map { "\($0) reads" } ?? "are asked for")"
        case .forced: "forced"
        }
    }
}
