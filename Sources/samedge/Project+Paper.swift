import CodeDigests
import Paper
import Pipeline
import Platform

extension Project {
    /// The reproduction of the paper.
    static let paper = paper { settings, files in
        guard let profile = Profile(rawValue: settings.profile) else {
            preconditionFailure("the command offers the profile \(settings.profile), which Paper does not have")
        }
        return Reproduction(profile, files: files)
    }

    /// The project of some experiments.
    static func paper(_ declare: @escaping @Sendable (Settings, Sources) throws -> Reproduction) -> Project {
        Project(
            name: name,
            profiles: Profile.allCases.map { ($0.rawValue, $0.summary) },
            stages: { settings, store, errand in
                var reproduction = try declare(settings, try files(settings))
                reproduction.program = program(named: name)
                try reproduction.files.require(
                    reproduction.datasets.flatMap(\.routes).flatMap(\.paths), in: sourcesPath(settings))
                let supply = DataSupply(reproduction: reproduction, settings: settings, store: store)
                let data = try supply.resolution(for: errand)
                return reproduction.stages(sources: data.sources, archives: data.archives)
            },
            kinds: { settings in Reproduction.kinds + [fetchKind(try files(settings), settings)] },
            codeDigest: { CodeDigests.digest(of: $0) },
            jobs: { (Profile(rawValue: $0) ?? .laptop).jobs },
            verbs: [.check, .accept, .export, .gallery, .claims, .report, .train, .measure, .bench, .devices])
    }

    private static let name = "samedge"

    private static func sourcesPath(_ settings: Settings) -> String { settings.root + "/data/sources.json" }

    private static func files(_ settings: Settings) throws -> Sources {
        let path = sourcesPath(settings)
        if try FileSystem().status(path) == nil { throw UsageError.noProject(settings.root) }
        return try Sources(reading: path)
    }

    static func fetchKind(_ files: Sources, _ settings: Settings) -> FetchKind {
        FetchKind(
            sources: files, mirrors: settings.mirrors, isOffline: settings.isOffline,
            advice: "name the folder with --mirror, or run with --data standin")
    }
}
