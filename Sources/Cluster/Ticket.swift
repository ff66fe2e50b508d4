import Formats
import Pipeline

/// A stage as a job's worker is given it: all that the planner decided, so that the worker needs no graph.
struct Ticket: Hashable, Sendable {
    struct Input: Hashable, Sendable {
        enum Source: Hashable, Sendable {
            /// Files that are in the store.
            case files([StoredFile])
            /// What the stage of another ticket, which has not run yet, is going to write; all, or a selection.
            case ticket(Digest, files: [String]?)
        }

        var label: String
        /// The stage that wrote it.
        var origin: String
        var source: Source
    }

    /// The stage's name.
    var stage: String
    var kind: String
    var parameters: JSON
    var cost: Double
    /// Digests of the code to run: module → digest.
    var code: [String: String]
    var inputs: [Input]

    /// What the worker is called with: the stage's key; or, where that is not known before others have run, the digest of
    /// the ticket.
    var id: Digest { record?.key ?? Digest.of(json.text.utf8) }

    /// All that decides the result, or `nil` while an input is not there.
    var record: KeyRecord? {
        var digests: [String: [String: Digest]] = [:]
        for input in inputs {
            guard case .files(let files) = input.source else { return nil }
            digests[input.label] = Dictionary(files.map { ($0.path, $0.digest) }) { first, _ in first }
        }
        return KeyRecord(kind: kind, parameters: parameters, inputs: digests, code: code)
    }
}

// MARK: - Text

extension Ticket {
    var json: JSON {
        [
            "stage": .string(stage), "kind": .string(kind), "parameters": parameters, "cost": .number(cost),
            "code": .object(code.mapValues { .string($0) }), "inputs": .array(inputs.map(\.json)),
        ]
    }

    init?(json: JSON) {
        guard let stage = json["stage"]?.stringValue, let kind = json["kind"]?.stringValue, let parameters = json["parameters"],
            let cost = json["cost"]?.numberValue, let code = json["code"]?.objectValue, let inputs = json["inputs"]?.arrayValue
        else { return nil }
        (self.stage, self.kind, self.parameters, self.cost) = (stage, kind, parameters, cost)
        self.code = code.compactMapValues(\.stringValue)
        self.inputs = inputs.compactMap(Input.init)
        if self.code.count < code.count || self.inputs.count < inputs.count { return nil }
    }
}

extension Ticket.Input {
    var json: JSON {
        var members: [String: JSON] = ["label": .string(label), "origin": .string(origin)]
        switch source {
        case .files(let files): members["files"] = .array(files.map(\.json))
        case .ticket(let id, let files):
            members["ticket"] = .string(id.hex)
            if let files { members["selection"] = .array(files.map { .string($0) }) }
        }
        return .object(members)
    }

    init?(json: JSON) {
        guard let label = json["label"]?.stringValue, let origin = json["origin"]?.stringValue else { return nil }
        (self.label, self.origin) = (label, origin)
        if let id = json["ticket"]?.stringValue.flatMap({ Digest(hex: $0) }) {
            source = .ticket(id, files: json["selection"]?.arrayValue?.compactMap(\.stringValue))
        } else if let files = json["files"]?.arrayValue {
            let read = files.compactMap { StoredFile(json: $0) }
            guard read.count == files.count else { return nil }
            source = .files(read)
        } else {
            return nil
        }
    }
}

// MARK: - Writing one

extension Ticket {
    /// The ticket of a stage whose inputs are there.
    init(_ ready: ReadyStage) {
        let stage = ready.stage
        (self.stage, kind, parameters, cost) = (stage.name, stage.kind, stage.parameters, stage.resources.cost)
        code = ready.record.code
        inputs = ready.inputs.map { input in
            let files = input.files.map { file in
                guard case .store(let stored) = file.place else {
                    preconditionFailure("\(stage.name) reads a file of the user's, and may be no job")
                }
                return stored
            }
            return Input(label: input.label, origin: input.origin, source: .files(files))
        }
    }
}

extension Planner {
    /// The ticket of a stage ahead of its running.
    ///
    /// - Parameter tickets: those of the stages upstream that have no outputs yet.
    func ticket(for stage: Int, outputs: [Int: [StoredFile]], tickets: [Int: Digest]) throws -> Ticket {
        let value = graph.stages[stage]
        let inputs = try value.inputs.map { input in
            guard case .stage(let name, let selection) = input.source, let upstream = graph.index(of: name) else {
                preconditionFailure("\(value.name) reads a file of the user's, and may be no job")
            }
            if let id = tickets[upstream], outputs[upstream] == nil {
                return Ticket.Input(label: input.label, origin: name, source: .ticket(id, files: selection))
            }
            guard let files = outputs[upstream] else { throw ClusterError.cannotDetach(value.name, on: name) }
            return Ticket.Input(label: input.label, origin: name, source: .files(try files.selected(selection, of: name)))
        }
        return Ticket(
            stage: value.name, kind: value.kind, parameters: value.parameters, cost: value.resources.cost,
            code: code[value.kind] ?? [:], inputs: inputs)
    }
}
