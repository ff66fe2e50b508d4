import Platform

/// Decides a stage's fate from the outputs of its upstream; `plan` and `run` both ask it.
package struct Planner: Sendable {
    /// The stages.
    package let graph: Graph
    let store: Store
    let scope: String
    /// The folder from which the user's files are named.
    let root: String
    /// Digests of code by kind: module → digest.
    package let code: [String: [String: String]]
    /// The stages that run whether or not their results are there.
    let forced: Set<Int>
    /// The device that stages may run on; `nil` for the processor alone.
    let device: MeasuredDevice?
    private let rates: [Store.RateName: Double]

    init(
        graph: Graph, store: Store, scope: String, root: String, code: [String: [String: String]], forced: Set<Int>,
        device: MeasuredDevice? = nil
    ) {
        (self.graph, self.store, self.scope, self.root, self.code, self.forced) = (graph, store, scope, root, code, forced)
        self.device = device
        rates = store.secondsPerCost()
    }

    /// What a stage comes to, given what its upstream wrote.
    package enum Verdict {
        case run(KeyRecord, Digest, because: Plan.Reason)
        case reuse(KeyRecord, Digest, [StoredFile])
        case impossible(PipelineError)
    }

    /// Decides a stage whose upstream has written `outputs`.
    ///
    /// - Parameter wanted: why the stage runs even where all that its result lacks are files that an archive has left out.
    package func verdict(on stage: Int, outputs: [Int: [StoredFile]], wanted: Plan.Reason? = nil) throws -> Verdict {
        let record: KeyRecord
        do { record = try self.record(of: stage, outputs: outputs) } catch let error as PipelineError {
            return .impossible(error)
        }
        let key = record.key
        if forced.contains(stage) { return .run(record, key, because: .forced) }
        switch try store.lookup(key) {
        case .found(let files):
            if let wanted, try !store.holds(files) { return .run(record, key, because: wanted) }
            return .reuse(record, key, files)
        case .damaged(let path, let damage): return .run(record, key, because: .damaged(path: path, damage))
        case .absent: return .run(record, key, because: try reason(for: record, of: stage))
        }
    }

    /// The stages among those with `outputs` that have to run before a stage that runs, for files that it reads and that an archive
    /// has left out.
    package func lacking(for stage: Int, outputs: [Int: [StoredFile]]) throws -> [Int] {
        var found: [Int] = []
        for input in graph.stages[stage].inputs {
            guard case .stage(let name, let selection) = input.source, let source = graph.index(of: name),
                let files = outputs[source], !found.contains(source)
            else { continue }
            if try !store.holds(files.selected(selection, of: name)) { found.append(source) }
        }
        return found
    }

    private func reason(for record: KeyRecord, of stage: Int) throws -> Plan.Reason {
        guard let last = try store.lastRecord(scope: scope, stage: graph.stages[stage].name) else { return .firstTime }
        let differences = last.record.differences(to: record)
        return differences.isEmpty ? .resultGone : .changed(differences)
    }

    // MARK: - Keys

    /// All that decides a stage's result.
    func record(of stage: Int, outputs: [Int: [StoredFile]]) throws -> KeyRecord {
        let stage = graph.stages[stage]
        var inputs = [String: [String: Digest]](minimumCapacity: stage.inputs.count)
        for input in stage.inputs {
            let files = try resolve(input, outputs: outputs)
            var digests = [String: Digest](minimumCapacity: files.count)
            for file in files where digests.updateValue(file.digest, forKey: file.name) != nil {
                throw PipelineError.likeNames(file.name, of: input.originText)
            }
            inputs[input.label] = digests
        }
        return KeyRecord(kind: stage.kind, parameters: stage.parameters, inputs: inputs, code: code[stage.kind] ?? [:])
    }

    /// A file that a stage reads: its name under the input's label, its digest, and where it is.
    package struct ResolvedFile: Sendable {
        /// A file of the store, or one of the user's by its full path and as it looked when it was read.
        package enum Place: Sendable {
            case store(StoredFile)
            case user(path: String, FileStamp)
        }

        /// Its name under the input's label.
        package var name: String
        var digest: Digest
        /// Where it is.
        package var place: Place

        init(name: String, digest: Digest, place: Place) { (self.name, self.digest, self.place) = (name, digest, place) }

        /// A file that a stage has written.
        package init(_ stored: StoredFile) { self.init(name: stored.path, digest: stored.digest, place: .store(stored)) }

        /// The full path; made only where a stage runs, since a plan resolves thousands of files.
        func path(in store: Store) -> String {
            switch place {
            case .store(let stored): store.path(of: stored)
            case .user(let path, _): path
            }
        }
    }

    /// The files of one input.
    func resolve(_ input: Stage.Input, outputs: [Int: [StoredFile]]) throws -> [ResolvedFile] {
        switch input.source {
        case .file(let path):
            let full = path.hasPrefix("/") ? path : root + "/" + path
            guard let found = try store.digest(ofUserFile: full) else { throw PipelineError.missingFile(path) }
            let name = path.split(separator: "/").last.map(String.init) ?? path
            return [ResolvedFile(name: name, digest: found.digest, place: .user(path: full, found.stamp))]
        case .stage(let name, let selection):
            let all = outputs[graph.index(of: name)!] ?? []
            let files = try all.selected(selection, of: name)
            return files.map { ResolvedFile($0) }
        }
    }

    // MARK: - Durations

    /// Seconds that a stage may take, and whether it is to run on the device.
    ///
    /// By what it or its like took there, else by what the device was measured to reach; `nil` where nothing is known.
    func estimate(of stage: Int) throws -> (seconds: Double?, isOnDevice: Bool) {
        let stage = graph.stages[stage], cost = stage.resources.cost
        let last = try store.rememberedRun(scope: scope, stage: stage.name)
        func seconds(on device: String?) -> Double? {
            if let last, last.kind == stage.kind, last.device == device, last.cost > 0, last.cost == cost { return last.seconds }
            return rates[Store.RateName(scope + "/" + stage.name, kind: stage.kind, device: device)].map { $0 * cost }
        }
        let here = seconds(on: nil)
        guard let device, let work = stage.resources.kernels else { return (here, false) }
        let there = seconds(on: device.name) ?? device.seconds(of: work, processor: here)
        let gains = device.processorSeconds(of: work, known: here) >= MeasuredDevice.gain * there
        return gains || !device.takesOnlyWhatGains ? (there, true) : (here, false)
    }
}

// MARK: - Plan

extension Planner {
    /// The plan for some stages and all that they depend on.
    func plan(_ targets: [Int]) throws -> Plan {
        var outputs = [Int: [StoredFile]](minimumCapacity: graph.stages.count)
        var steps: [Plan.Step] = []
        for stage in graph.closure(of: targets) {
            let unknown = graph.upstream[stage].filter { outputs[$0] == nil }
            var action: Plan.Action
            var key: Digest?
            if !unknown.isEmpty {
                action = .wait(on: unknown.map { graph.stages[$0].name })
            } else {
                switch try verdict(on: stage, outputs: outputs) {
                case .run(_, let found, let reason): (action, key) = (.run(because: reason), found)
                case .impossible(let error): action = .impossible(error)
                case .reuse(_, let found, let files):
                    (action, key) = (.reuse(found), found)
                    outputs[stage] = files
                }
            }
            var step = Plan.Step(stage: graph.stages[stage], action: action, key: key)
            if !action.isReuse { try estimate(&step, of: stage) }
            steps.append(step)
        }
        try wantFiles(of: &steps, outputs)
        return Plan(steps: steps)
    }

    private func estimate(_ step: inout Plan.Step, of stage: Int) throws {
        let estimate = try estimate(of: stage)
        (step.seconds, step.device) = (estimate.seconds, estimate.isOnDevice ? device?.name : nil)
    }

    /// Lets those stages run, or wait for the others' fate, that have left files out which others read; the last readers first.
    private func wantFiles(of steps: inout [Plan.Step], _ outputs: [Int: [StoredFile]]) throws {
        let places = Dictionary(uniqueKeysWithValues: steps.enumerated().map { (graph.index(of: $1.stage.name)!, $0) })
        for reader in steps.reversed() {
            let action: Plan.Action
            switch steps[places[graph.index(of: reader.stage.name)!]!].action {
            case .run: action = .run(because: .filesWanted(by: reader.stage.name))
            case .wait(let names): action = .wait(on: names)
            case .reuse, .impossible: continue
            }
            for source in try lacking(for: graph.index(of: reader.stage.name)!, outputs: outputs) {
                let place = places[source]!
                if steps[place].action.isRun { continue }
                steps[place].action = action
                try estimate(&steps[place], of: source)
            }
        }
    }
}

extension [StoredFile] {
    /// The files that a selection names, `nil` for all; `name` is the stage that wrote them.
    ///
    /// - Throws: `PipelineError.missingOutput`.
    package func selected(_ selection: [String]?, of name: String) throws -> [StoredFile] {
        guard let selection else { return self }
        var chosen: [StoredFile] = []
        for wanted in selection {
            let found = filter { wanted.hasSuffix("/") ? $0.path.hasPrefix(wanted) : $0.path == wanted }
            if found.isEmpty { throw PipelineError.missingOutput(wanted, of: name, among: map(\.path)) }
            for file in found where !chosen.contains(file) { chosen.append(file) }
        }
        return chosen
    }
}
