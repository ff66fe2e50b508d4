import Paper
import Pipeline

/// Real data or stand-ins: fetches what a run needs, and tells of stand-ins.
struct DataSupply {
    let reproduction: Reproduction
    let settings: Settings
    let store: Store

    /// Where each data set comes from.
    ///
    /// - Throws: `DataError` where real data were asked for and cannot be had; what came of a download that failed otherwise.
    func resolution(for errand: Errand) throws -> DataResolver.Resolution {
        let mode = settings.profile == Profile.smoke.rawValue ? DataMode.standIn : settings.data ?? reproduction.data ?? .auto
        let resolver = DataResolver(mode: mode, hasMirror: !settings.mirrors.isEmpty, store: settings.store)
        let fetches = try Pipeline(
            stages: reproduction.datasets.flatMap(\.routes).map(reproduction.fetchStage),
            kinds: [Project.fetchKind(reproduction.files, settings)], codeDigest: { _ in "" }, store: store,
            scope: settings.scope ?? settings.profile, root: settings.root)
        let resolution = try resolver.resolve(
            reproduction.datasets, needed: try datasets(neededFor: errand.targets),
            isHere: { try fetches.outputs(of: $0.stageName) != nil },
            fetch: errand.running.map { running in { try fetch($0, in: fetches, running) } })
        for notice in resolution.notices { errand.running?.recorder.record(.notice(notice)) }
        return resolution
    }

    /// The data sets that the targets rest on.
    private func datasets(neededFor targets: [String]) throws -> [Dataset] {
        if targets.isEmpty { return reproduction.datasets }
        var needed: Set<Dataset> = []
        for target in targets { needed.formUnion(try datasets(neededFor: target)) }
        return reproduction.datasets.filter(needed.contains)
    }

    /// The data sets that a target rests on: of those that there are from the files, from archives, or from stand-ins alone.
    private func datasets(neededFor target: String) throws -> [Dataset] {
        let datasets = reproduction.datasets, kinds = Set(Reproduction.kinds.map(\.name) + [FetchKind.kindName])
        func graph(_ source: DataSource, archives: [Dataset] = []) throws -> Graph {
            try Graph(
                reproduction.stages(
                    sources: Dictionary(uniqueKeysWithValues: datasets.map { ($0, source) }), archives: Set(archives)),
                kinds: kinds)
        }
        let files = try graph(.real)
        for graph in [files, try graph(.real, archives: datasets.filter { $0.routes.count > 1 })] where graph.knows(target) {
            let reached = Set(graph.closure(of: try graph.targets([target])).map { graph.stages[$0].name })
            return datasets.filter { dataset in dataset.routes.contains { reached.contains($0.stageName) } }
        }
        // Of stand-ins nothing is to be fetched; what is none of them either is told with the names nearest to it.
        _ = try graph(.standIn).knows(target) ? [] : files.targets([target])
        return []
    }

    private func fetch(_ route: DataRoute, in fetches: Pipeline, _ running: Errand.Running) throws -> DataResolver.Fetched {
        if let gone = settings.missingMirror { throw UsageError.noFolder(gone) }
        let hasAddress = route.paths.contains { reproduction.files.files[$0]?.urls.isEmpty == false }
        if !hasAddress, settings.mirrors.isEmpty { return .nowhere }
        let summary = try fetches.run(
            [route.stageName], recorder: StageEvents(running.recorder, hasNext: route.hasNext), cancellation: running.cancellation
        )
        if summary.wasInterrupted { throw Cancelled() }
        guard let failure = summary.failures.first else { return .here }
        if let error = failure.fetching, error.isUnreachable || route.hasNext && error.isAbsence {
            return .unreachable(failure.message)
        }
        throw FetchFailure(message: failure.message)
    }
}

extension FetchError {
    /// Whether no place has the file, so that nothing speaks against looking for it in another form.
    fileprivate var isAbsence: Bool {
        attempts.allSatisfy {
            switch $0.outcome {
            case .absent, .unreadable, .unreachable, .notTried, .refused: true
            case .broken, .wrongSize, .wrongDigest: false
            }
        }
    }
}

/// A download that failed for another reason than that nothing could be reached.
private struct FetchFailure: Error, CustomStringConvertible {
    var message: String
    var description: String { message }
}

/// Passes on what happens to stages while data are fetched, but neither the beginning nor the end nor the failure of that
/// run: the call's own run follows, and it is told what the failure comes to.
private struct StageEvents: Recorder {
    private let recorder: any Recorder
    private let hasNext: Bool
    init(_ recorder: any Recorder, hasNext: Bool) { (self.recorder, self.hasNext) = (recorder, hasNext) }

    func record(_ event: Event) {
        switch event {
        case .planned, .ended, .overall: break
        // The whole reason comes as a notice or as the call's error; none where the files come another way.
        case .failed where hasNext: break
        case .failed(let stage, _, _): recorder.record(.failed(stage: stage, error: "the files cannot be had", tail: []))
        default: recorder.record(event)
        }
    }

    func tick() { recorder.tick() }
}
