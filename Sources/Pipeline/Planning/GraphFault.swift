import Formats

/// One reason why stages do not make a graph.
package enum GraphFault: Hashable, Sendable {
    case duplicateName(String)
    /// A name that cannot be a path: empty, with an empty part, `..`, or a control character.
    case badName(String)
    case unknownKind(String, stage: String, near: [String])
    case unknownInput(String, stage: String, near: [String])
    case duplicateLabel(String, stage: String)
    /// An input that names an empty list of files.
    case emptyInput(String, stage: String)
    /// The stages of a cycle, each reading the next.
    case cycle([String])
    /// A parameter that is not a finite number, by its path.
    case notFinite(String, stage: String)
    /// Two stages copy an output to one place, or a place outside the project's folder.
    case badPublication(String, stage: String)
}

extension GraphFault: CustomStringConvertible {
    /// The fault in words, with the stages.
    package var description: String {
        switch self {
        case .duplicateName(let name): "two stages are named \(name)"
        case .badName(let name): "a stage is named \"\(name)\"; a name is a path such as train/mnist-mlp/eta=0.3"
        case .unknownKind(let kind, let stage, let near): "\(stage) is of the unknown kind \(kind)" + didYouMean(near)
        case .unknownInput(let input, let stage, let near): "\(stage) reads the unknown stage \(input)" + didYouMean(near)
        case .duplicateLabel(let label, let stage): "\(stage) has two inputs labelled \(label)"
        case .emptyInput(let label, let stage): "the input \(label) of \(stage) names no file"
        case .cycle(let names): "the stages read each other in a ring: " + (names + names.prefix(1)).joined(separator: " → ")
        case .notFinite(let path, let stage): "the parameter \(path) of \(stage) is not a finite number"
        case .badPublication(let path, let stage):
            "\(stage) copies an output to \(path), which another stage uses or which is outside the project"
        }
    }
}

// MARK: - Finding them

extension GraphFault {
    /// All faults of some stages; one rule after the other.
    static func all(
        in stages: [Stage], kinds: Set<String>, indices: [String: Int], upstream: [[Int]], order: [Int]
    ) -> [GraphFault] {
        var faults: [GraphFault] = []
        var places: Set<String> = []
        for (i, stage) in stages.enumerated() {
            if !isPlainPath(stage.name) { faults.append(.badName(stage.name)) }
            if indices[stage.name] != i { faults.append(.duplicateName(stage.name)) }
            if !kinds.contains(stage.kind) {
                faults.append(.unknownKind(stage.kind, stage: stage.name, near: nearest(to: stage.kind, among: kinds.sorted())))
            }
            checkInputs(of: stage, indices, &faults)
            if let path = notFinitePath(stage.parameters, "") { faults.append(.notFinite(path, stage: stage.name)) }
            for place in stage.publishes.values.sorted() where !isPlainPath(place) || !places.insert(place).inserted {
                faults.append(.badPublication(place, stage: stage.name))
            }
        }
        if order.count < stages.count { faults.append(.cycle(cycle(stages, upstream, order))) }
        return faults
    }

    private static func checkInputs(of stage: Stage, _ indices: [String: Int], _ faults: inout [GraphFault]) {
        for (position, input) in stage.inputs.enumerated() {
            if stage.inputs[..<position].contains(where: { $0.label == input.label }) {
                faults.append(.duplicateLabel(input.label, stage: stage.name))
            }
            guard case .stage(let name, let files) = input.source else { continue }
            if indices[name] == nil {
                faults.append(.unknownInput(name, stage: stage.name, near: nearest(to: name, among: indices.keys.sorted())))
            }
            if files?.isEmpty == true { faults.append(.emptyInput(input.label, stage: stage.name)) }
        }
    }

    private static func notFinitePath(_ value: JSON, _ path: String) -> String? {
        switch value {
        case .number(let number): return number.isFinite ? nil : path.isEmpty ? "(whole)" : path
        case .array(let items):
            for (i, item) in items.enumerated() { if let found = notFinitePath(item, path + "[\(i)]") { return found } }
        case .object(let members):
            for key in members.keys.sorted() {
                if let found = notFinitePath(members[key]!, path.isEmpty ? key : path + "." + key) { return found }
            }
        case .null, .bool, .string: break
        }
        return nil
    }

    /// One ring among the stages that have no place in the order.
    private static func cycle(_ stages: [Stage], _ upstream: [[Int]], _ order: [Int]) -> [String] {
        let ordered = Set(order)
        var path: [Int] = []
        var next = stages.indices.first { !ordered.contains($0) }!
        while !path.contains(next) {
            path.append(next)
            next = upstream[next].first { !ordered.contains($0) }!
        }
        return path[path.firstIndex(of: next)!...].map { stages[$0].name }
    }
}
