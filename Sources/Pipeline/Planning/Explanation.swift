/// Why a stage runs or not, root cause first.
package struct Explanation: Sendable {
    /// A stage that sets a wave off.
    package struct Cause: Sendable {
        /// The name of the stage.
        package var stage: String
        /// Why it runs.
        package var action: Plan.Action
        /// How long it took last time; `nil` where that is not known.
        package var lastSeconds: Double?
    }

    /// The stage asked about.
    package var stage: String
    /// What happens to the stage.
    package var action: Plan.Action
    /// The stages that have to run for reasons of their own, upstream first; the stage itself among them if it is one.
    package var causes: [Cause]
    /// The other stages of the project that run or may run for the same causes, and how long each took last time.
    package var alsoAffected: [Cause]
}

extension Planner {
    /// Explains a stage's fate, and what else the same causes make run.
    func explanation(of stage: Int) throws -> Explanation {
        let plan = try plan(Array(graph.stages.indices))
        var actions: [Int: Plan.Action] = [:]
        for step in plan.steps { actions[graph.index(of: step.stage.name)!] = step.action }
        func cause(_ i: Int) throws -> Explanation.Cause {
            let name = graph.stages[i].name
            let last = try store.lastRun(scope: scope, stage: name)
            return Explanation.Cause(
                stage: name, action: actions[i]!, lastSeconds: last.flatMap { $0.cost > 0 ? $0.seconds : nil })
        }
        let roots = graph.closure(of: [stage]).filter {
            switch actions[$0]! {
            case .run, .impossible: true
            case .reuse, .wait: false
            }
        }
        let others = graph.dependents(of: roots).filter { $0 != stage && !roots.contains($0) && !actions[$0]!.isReuse }
        return Explanation(
            stage: graph.stages[stage].name, action: actions[stage]!, causes: try roots.map(cause),
            alsoAffected: try others.map(cause))
    }
}
