import Platform

/// Stages with all that is needed to plan and to run them.
package struct Pipeline: Sendable {
    /// The stages and what they depend on.
    package private(set) var graph: Graph
    /// How each kind runs, by its name.
    package let kinds: [String: any StageKind]
    /// Where results are kept.
    package let store: Store
    /// Under which name last records are kept, such as the profile's.
    package let scope: String
    /// The project's folder, from which the user's files are named.
    package let root: String
    /// Whether its runs have settings of their own, and each is remembered beside the others.
    package var isOwn = false
    private let code: [String: [String: String]]

    /// A pipeline.
    ///
    /// - Parameter codeDigest: the digest of a module's code.
    /// - Throws: `PipelineError.invalidGraph` with all faults together.
    package init(
        stages: [Stage], kinds: [any StageKind], codeDigest: (String) -> String, store: Store, scope: String = "default",
        root: String = "."
    ) throws {
        var byName: [String: any StageKind] = [:]
        var code: [String: [String: String]] = [:]
        for kind in kinds {
            precondition(byName[kind.name] == nil, "two kinds of stages are named \(kind.name)")
            byName[kind.name] = kind
            code[kind.name] = Dictionary(uniqueKeysWithValues: Set(kind.modules).map { ($0, codeDigest($0)) })
        }
        graph = try Graph(stages, kinds: Set(byName.keys))
        (self.kinds, self.code, self.store, self.scope, self.root) = (byName, code, store, scope, root)
    }

    /// What decides the stages' fates, some of them being run in any case, and a device being there for them.
    package func planner(forced: Set<Int> = [], device: MeasuredDevice? = nil) -> Planner {
        Planner(graph: graph, store: store, scope: scope, root: root, code: code, forced: forced, device: device)
    }

    /// What a run would do.
    ///
    /// - Parameters:
    ///   - targets: words as `Graph.targets(_:from:until:)` reads them; none for all stages.
    ///   - device: what stages may run on besides the processor.
    package func plan(
        _ targets: [String] = [], from: [String] = [], until: [String] = [], force: Bool = false, device: MeasuredDevice? = nil
    ) throws -> Plan {
        let (wanted, forced) = try selection(targets, from, until, force)
        let plan = try planner(forced: forced, device: device).plan(wanted)
        store.saveIndex()
        return plan
    }

    /// The stages that some words mean, and those of them that run whether or not their results are there.
    ///
    /// What depends on a forced stage and is up to date is among the former: it stays so, and so runs where other bytes come.
    private func selection(
        _ targets: [String], _ from: [String], _ until: [String], _ force: Bool
    ) throws -> (wanted: [Int], forced: Set<Int>) {
        let named = try graph.targets(targets, from: from, until: until)
        guard force else { return (named, []) }
        let forced = Set(named)
        let current = Set(try planner().plan(graph.dependents(of: named)).steps.filter(\.action.isReuse).map(\.stage.name))
        return (
            named + graph.dependents(of: named).filter { !forced.contains($0) && current.contains(graph.stages[$0].name) }, forced
        )
    }

    /// Runs what is needed for some targets.
    ///
    /// - Parameters:
    ///   - jobServer: whose tokens to take for every processor after the first.
    ///   - place: where the stages run that it takes; the others run here.
    /// - Throws: what keeps a run from beginning; a stage's failure is in the summary.
    package func run(
        _ targets: [String] = [], from: [String] = [], until: [String] = [], options: RunOptions = RunOptions(),
        recorder: any Recorder = FunctionRecorder(), cancellation: Cancellation = Cancellation(), jobServer: JobServer? = nil,
        place: (any Place)? = nil
    ) throws -> RunSummary {
        let (wanted, forced) = try selection(targets, from, until, options.force)
        var executor = try Executor(
            pipeline: self, targets: wanted, forced: forced, options: options, recorder: recorder, cancellation: cancellation,
            places: [place, ThisMachine(options, store, cancellation, jobServer)].compactMap { $0 })
        defer { store.saveIndex() }
        let summary = try executor.run()
        // The results are there; what cannot be noted now, the next run notes.
        do { try store.noteUse(of: executor.keys, root: root, scope: scope, isOwn: isOwn) } catch is FileSystemError {}
        return summary
    }

    /// What keeps results from being copied to the user; `nil` where nothing does.
    package func publishingFault() throws -> FileSystemError? {
        let folders = Set(graph.stages.flatMap { $0.publishes.values.map { parent(of: root + "/" + $0) } })
        for folder in folders.sorted() {
            var place = folder
            while try store.files.status(place) == nil, place.contains("/"), place != root { place = parent(of: place) }
            if let fault = store.files.refusal(toWriteIn: place) { return fault }
        }
        return nil
    }

    /// The same pipeline, which copies no result to the user.
    package func withoutPublications() throws -> Pipeline {
        var copy = self
        let stages = graph.stages.map { stage in
            var stage = stage
            stage.publishes = [:]
            return stage
        }
        copy.graph = try Graph(stages, kinds: Set(kinds.keys))
        return copy
    }

    /// Why a stage runs or not.
    package func explain(_ stage: String) throws -> Explanation {
        let wanted = try graph.targets([stage])
        return try planner().explanation(of: wanted[0])
    }

    /// The files of a stage's present result, or `nil` where there is none.
    package func outputs(of stage: String) throws -> [StoredFile]? {
        let index = try index(of: stage)
        return try results(behind: index)?[index]
    }

    /// The files that a stage's present result was made from, by the labels of its inputs, or `nil` where there is no result.
    package func inputs(of stage: String) throws -> [String: InputFiles]? {
        let index = try index(of: stage)
        return try results(behind: index).map { try inputs(of: index, among: $0) }
    }

    private func index(of stage: String) throws -> Int {
        guard let index = graph.index(of: stage) else {
            throw PipelineError.unknownTarget(stage, near: nearest(to: stage, among: graph.stages.map(\.name)))
        }
        return index
    }

    /// The present results of a stage and of all that it depends on, or `nil` where one is missing.
    func results(behind index: Int) throws -> [Int: [StoredFile]]? {
        let planner = planner()
        var results: [Int: [StoredFile]] = [:]
        for stage in graph.closure(of: [index]) {
            guard case .reuse(_, _, let files) = try planner.verdict(on: stage, outputs: results) else { return nil }
            results[stage] = files
        }
        return results
    }

    /// The files that a stage reads, among the results of those that it depends on.
    func inputs(of index: Int, among results: [Int: [StoredFile]]) throws -> [String: InputFiles] {
        let planner = planner()
        var inputs: [String: InputFiles] = [:]
        for input in graph.stages[index].inputs {
            inputs[input.label] = InputFiles(
                origin: input.originText, files: try planner.resolve(input, outputs: results), store: store)
        }
        return inputs
    }
}
