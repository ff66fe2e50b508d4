import Formats

/// Stages with their order: every stage after those that it reads.
package struct Graph: Sendable {
    /// The stages as declared.
    package let stages: [Stage]
    /// For every stage the stages that it reads, without repetition.
    package let upstream: [[Int]]
    /// For every stage the stages that read it.
    package let downstream: [[Int]]
    /// All stages, each after its upstream; declared order where that leaves a choice.
    package let order: [Int]
    private let indices: [String: Int]

    /// The graph of some stages.
    ///
    /// - Parameter kinds: the names of the known kinds.
    /// - Throws: `PipelineError.invalidGraph` with all faults together.
    package init(_ stages: [Stage], kinds: Set<String>) throws {
        var indices = [String: Int](minimumCapacity: stages.count)
        for (i, stage) in stages.enumerated() where indices[stage.name] == nil { indices[stage.name] = i }
        var upstream = [[Int]](repeating: [], count: stages.count)
        var downstream = upstream
        for (i, stage) in stages.enumerated() {
            for input in stage.inputs {
                guard case .stage(let name, _) = input.source, let j = indices[name], !upstream[i].contains(j) else { continue }
                upstream[i].append(j)
                downstream[j].append(i)
            }
        }
        let order = Self.order(upstream, downstream)
        let faults = GraphFault.all(in: stages, kinds: kinds, indices: indices, upstream: upstream, order: order)
        guard faults.isEmpty else { throw PipelineError.invalidGraph(faults) }
        (self.stages, self.indices, self.upstream, self.downstream, self.order) = (stages, indices, upstream, downstream, order)
    }

    /// The position of a stage among `stages`, by its exact name.
    package func index(of name: String) -> Int? { indices[name] }

    /// The stages on which `roots` depend and `roots` themselves, in order.
    package func closure(of roots: some Sequence<Int>) -> [Int] {
        reach(from: roots, along: upstream)
    }

    /// The stages that depend on `roots` and `roots` themselves, in order.
    package func dependents(of roots: some Sequence<Int>) -> [Int] {
        reach(from: roots, along: downstream)
    }

    private func reach(from roots: some Sequence<Int>, along edges: [[Int]]) -> [Int] {
        var isReached = [Bool](repeating: false, count: stages.count)
        var stack = Array(roots)
        while let next = stack.popLast() {
            if isReached[next] { continue }
            isReached[next] = true
            stack += edges[next]
        }
        return order.filter { isReached[$0] }
    }

    /// Kahn's order by levels; stages on a cycle are left out.
    private static func order(_ upstream: [[Int]], _ downstream: [[Int]]) -> [Int] {
        var missing = upstream.map(\.count)
        var order = missing.indices.filter { missing[$0] == 0 }
        var next = 0
        while next < order.count {
            for dependent in downstream[order[next]] {
                missing[dependent] -= 1
                if missing[dependent] == 0 { order.append(dependent) }
            }
            next += 1
        }
        return order
    }
}
