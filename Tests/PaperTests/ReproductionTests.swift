import Curvature
import Formats
import Foundation
import Pipeline
import Platform
import TestSupport
import Testing

@testable import Paper

/// The files that a reproduction may fetch, as the project names them.
private func files() throws -> Sources {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try Sources(reading: root.path + "/data/sources.json")
}

private func stages(_ profile: Profile, source: DataSource = .real) throws -> [Stage] {
    let reproduction = Reproduction(profile, files: try files())
    return reproduction.stages(sources: Dictionary(uniqueKeysWithValues: reproduction.datasets.map { ($0, source) }))
}

@Suite struct ReproductionTests {
    @Test(arguments: Profile.allCases, [DataSource.real, .standIn])
    func theStagesOfEveryProfileMakeAGraph(_ profile: Profile, _ source: DataSource) throws {
        let graph = try Graph(
            stages(profile, source: source), kinds: Set(Reproduction.kinds.map(\.name) + [FetchKind.kindName]))
        #expect(graph.order.count == graph.stages.count)
    }

    @Test func stagesHaveTheNamesThatPeopleType() throws {
        let names = Set(try stages(.laptop).map(\.name))
        for name in [
            "fetch/mnist", "prepare/mnist", "train/mnist-mlp/eta=0.3,rho=0.1", "measure/mnist-mlp/eta=0.3,rho=0.1",
            "figure/mnist-mlp-edges", "figure/mnist-mlp-official-1", "figure/mnist-mlp-official-2", "figure/edge-ratio", "claims",
        ] { #expect(names.contains(name), "\(name)") }
    }

    @Test func imagesFromTheArchiveComeThroughAStageThatExtractsThem() throws {
        let reproduction = Reproduction(.laptop, files: try files())
        let sources = Dictionary(uniqueKeysWithValues: reproduction.datasets.map { ($0, DataSource.real) })
        let plain = try stages(.laptop), stages = reproduction.stages(sources: sources, archives: [.cifar10])
        let changed = stages.filter { !plain.contains($0) }.map(\.name)
        #expect(changed == ["fetch/cifar10-archive", "extract/cifar10", "prepare/cifar10", "report"])
        let graph = try Graph(stages, kinds: Set(Reproduction.kinds.map(\.name) + [FetchKind.kindName]))
        #expect(graph.order.count == stages.count)
    }

    @Test(arguments: [DataSource.real, .standIn])
    func experimentsThatTakeSeveralSelectionsOfADataSetHaveStagesOfTheirOwnAndShareWhatIsFetched(_ source: DataSource) throws {
        func experiment(_ name: String, _ data: DataSelection) -> Experiment {
            let network: Architecture =
                data.sequenceLength == nil
                ? .multilayerPerceptron(width: 4, depth: 2) : .transformer(modelSize: 4, layers: 1, heads: 1, keySize: 2)
            return Experiment(
                name, name, on: data, network: network, learningRates: [0.1], optimisers: [.gradientDescent], steps: 4, checks: 2)
        }
        var reproduction = Reproduction(.smoke, files: try files())
        reproduction.experiments = [
            experiment("few", DataSelection(.mnist, examples: 10, testExamples: 5)),
            experiment("same", DataSelection(.mnist, examples: 10, testExamples: 5)),
            experiment("many", DataSelection(.mnist, examples: 20, testExamples: 5)),
            experiment("short", DataSelection(.tinyShakespeare, examples: 6, testExamples: 5, sequenceLength: 8)),
            experiment("long", DataSelection(.tinyShakespeare, examples: 6, testExamples: 5, sequenceLength: 16)),
            experiment("only", DataSelection(.cifar10, examples: 10, testExamples: 5)),
        ]
        let stages = reproduction.stages(
            sources: Dictionary(uniqueKeysWithValues: reproduction.datasets.map { ($0, source) }))
        let graph = try Graph(stages, kinds: Set(Reproduction.kinds.map(\.name) + [FetchKind.kindName]))
        let names = stages.map(\.name)
        #expect(
            names.filter { $0.hasPrefix("prepare/") } == [
                "prepare/mnist/examples=10,test=5", "prepare/mnist/examples=20,test=5",
                "prepare/tiny_shakespeare/examples=6,test=5,length=8", "prepare/tiny_shakespeare/examples=6,test=5,length=16",
                "prepare/cifar10",
            ])
        #expect(
            names.filter { $0.hasPrefix("fetch/") || $0.hasPrefix("stand-in/") }
                == (source == .real
                    ? ["fetch/mnist", "fetch/tiny_shakespeare", "fetch/cifar10"]
                    : [
                        "stand-in/mnist/examples=10,test=5", "stand-in/mnist/examples=20,test=5",
                        "stand-in/tiny_shakespeare/examples=6,test=5", "stand-in/cifar10",
                    ]))
        for (run, data) in [("few", "mnist/examples=10"), ("same", "mnist/examples=10"), ("many", "mnist/examples=20")] {
            let train = try #require(graph.stages.first { $0.name.hasPrefix("train/\(run)/") })
            #expect(train.inputs.contains { $0.source == .stage("prepare/\(data),test=5", files: ["train.safetensors"]) })
        }
    }

    @Test func aSingleRunHasNoTableOfMeasurementsBesideItsOwn() throws {
        var reproduction = Reproduction(.smoke, files: try files())
        func published() throws -> [String] {
            try #require(reproduction.stages(sources: [:]).first { $0.name == "claims" }).publishes.keys.sorted()
        }
        #expect(try published() == ["claims.json", "claims.tsv", "claims.txt", "measurements.tsv", "runs.tsv"])
        reproduction.experiments = [
            Experiment(
                "one", "one", on: DataSelection(.mnist, examples: 10, testExamples: 5),
                network: .multilayerPerceptron(width: 4, depth: 2), learningRates: [0.1], optimisers: [.gradientDescent],
                steps: 4,
                checks: 2)
        ]
        #expect(try published() == ["claims.json", "claims.tsv", "claims.txt", "runs.tsv"])
    }

    @Test func furtherSeedsAddRunsToThoseOfTheLaptop() throws {
        func runs(_ profile: Profile) throws -> [Stage] {
            try stages(profile).filter { $0.name.hasPrefix("train/") || $0.name.hasPrefix("measure/") }
        }
        let plain = try runs(.laptop), all = try runs(.laptopSeeds), names = Set(plain.map(\.name))
        #expect(all.filter { names.contains($0.name) } == plain && all.count == 3 * plain.count)
        let run = try #require(all.first { $0.name == "train/mnist-mlp/eta=0.3,rho=0.1,seed=2" })
        #expect(run.parameters["seed"] == 2)
        let claims = try #require(try stages(.laptopSeeds).first { $0.name == "claims" })
        #expect(claims.publishes["claims.tsv"] == "figures/laptop-seeds/claims.tsv")
        // The second estimator is compared with at the first seed's runs alone.
        let again = try stages(.laptopSeeds).filter { $0.name.hasPrefix("measure-again/") }
        #expect(again.count == plain.count / 2 && again.allSatisfy { $0.parameters["seed"] == 0 })
        #expect(again.allSatisfy { $0.parameters["estimator"]?["method"]?.stringValue == "official" })
    }

    @Test func whatIsDrawnIsDecidedByTheProfile() throws {
        func figures(_ profile: Profile) throws -> Set<String> {
            Set(try stages(profile).filter { $0.kind == "figure" }.map { String($0.name.dropFirst("figure/".count)) })
        }
        let all = Set(PaperFigure.all.map(\.name))
        #expect(Profile.smoke.draws("phase-map") && Profile.smoke.draws("robustness") && all.allSatisfy(Profile.smoke.draws))
        #expect(try figures(.map).isSubset(of: ["phase-map"]) && Profile.map.draws("phase-map"))
        for profile in Profile.allCases where profile != .map && profile != .smoke { #expect(!profile.draws("phase-map")) }
        #expect(Profile.allCases.filter { $0.draws("robustness") } == [.laptopSeeds, .smoke])
        #expect(try !figures(.long).contains { $0.hasPrefix("mnist") })
    }

    @Test func theMapMeasuresTheLateChecksAloneAndHasGradientDescentBesideEveryRadius() throws {
        let measure = try #require(try stages(.map).first { $0.name == "measure/mnist-mlp/eta=0.125,rho=0.03" })
        #expect(measure.parameters["chosen"]?.arrayValue?.compactMap(\.integerValue) == [200, 250, 300, 350, 400])
        for experiment in Profile.map.experiments {
            #expect((200...400).contains(experiment.steps) && experiment.optimisers.contains(.gradientDescent))
        }
    }

    @Test func oneRunOfThePerceptronHasAWindowThatHoldsTheCrossing() throws {
        let windows = try stages(.laptop).filter { $0.kind == "window" }
        #expect(windows.map(\.name) == ["window/mnist-mlp/eta=0.1,rho=0.1"])
        #expect(windows[0].parameters["first"] == 246 && windows[0].parameters["last"] == 325)
        let figure = try #require(try stages(.laptop).first { $0.name == "figure/mnist-mlp-edges" })
        #expect(figure.inputs.contains { $0.label == "mnist-mlp/eta=0.1,rho=0.1/window" })
    }

    @Test func fullSizeIsNotFullLengthAndSaysSo() throws {
        #expect(Profile.paper.summary == "full size, 2,000 to 4,000 steps; the paper's runs are about 25 to 50 times longer")
        #expect(Profile.fullLength.summary.hasPrefix("full size, 100,000 steps, of the order of the paper's runs"))
        let short = Profile.paper.experiments, long = Profile.fullLength.experiments
        for (short, long) in zip(short, long) {
            #expect(short.network == long.network && short.data == long.data && short.runs.map(\.label) == long.runs.map(\.label))
            #expect(long.steps == 100_000 && long.steps / long.interval == 200)
        }
        #expect(long[2].name == "shakespeare-transformer" && long[2].runs.contains { $0.label == "eta=0.1,rho=0.1" })
        let report = try #require(try stages(.paper).first { $0.name == "report" })
        #expect(report.parameters["summary"]?.stringValue == Profile.paper.summary)
    }

    @Test func everyWordThatMeansStagesOfAProfileIsKnownAsOne() throws {
        for profile in [Profile.smoke, .laptopSeeds, .map] {
            for stage in try stages(profile) + stages(profile, source: .standIn) {
                #expect(Reproduction.targets.contains(String(stage.name.prefix { $0 != "/" })), "\(stage.name)")
                for path in stage.publishes.values {
                    let name = path.split(separator: "/").last?.prefix { $0 != "." }
                    #expect(name.map { Reproduction.targets.contains(String($0)) } == true, "\(path)")
                }
            }
        }
        #expect(!Reproduction.targets.contains("mine"))
    }

    @Test func aRunOfTheUsersOwnSeedIsNamedWithoutIt() {
        let experiment = Experiment(
            "run", "run", on: DataSelection(.mnist, examples: 10), network: .multilayerPerceptron(width: 4, depth: 2),
            learningRates: [0.3], optimisers: [.sam(0.1)], steps: 1, interval: 1, seeds: [7], estimator: .exact(Lanczos()))
        #expect(experiment.runs.map(\.label) == ["eta=0.3,rho=0.1"])
        #expect(experiment.repeated(seeds: 2).runs.map(\.label) == ["eta=0.3,rho=0.1", "eta=0.3,rho=0.1,seed=8"])
    }

    @Test func theLaptopProfileHasTheSettingsOfTheReference() throws {
        let experiment = try #require(Profile.laptop.experiments.first { $0.name == "mnist-mlp" })
        #expect(experiment.network == .multilayerPerceptron(width: 200, depth: 4))
        #expect(experiment.data.examples == 1000)
        #expect(experiment.learningRates == [0.1, 0.3, 1] && experiment.optimisers == [.gradientDescent, .sam(0.1), .sam(0.3)])
        #expect(experiment.steps == 1000 && experiment.interval == 50)
    }
}

/// The key of a stage holds the digests of the code that it runs; what is missing there would leave stale results.
@Suite struct CodeKeyTests {
    /// The names of the stages that run after the code of one module changed, when all results were there.
    private func rerun(after changed: String) throws -> Set<String> {
        let folder = try TemporaryFolder(), store = try Store(folder.path)
        let stages = try stages(.smoke, source: .standIn)
        // Stages that only write their name: the keys are what is looked at.
        func pipeline(_ digest: @escaping (String) -> String) throws -> Pipeline {
            try Pipeline(
                stages: stages.map { stage in
                    var stage = stage
                    stage.publishes = [:]
                    stage.inputs = stage.inputs.map { input in
                        guard case .stage(let name, _) = input.source else { return input }
                        return Stage.Input(input.label, from: name)
                    }
                    return stage
                },
                kinds: Reproduction.kinds.map { NameKind(name: $0.name, modules: $0.modules) }, codeDigest: digest, store: store,
                root: folder.path)
        }
        let summary = try pipeline { _ in "old" }.run()
        #expect(summary.isComplete)
        // Outputs stay as they were, so exactly the stages whose own keys changed run.
        let second = try pipeline { $0 == changed || changed.hasPrefix($0 + "/") ? "new" : "old" }.run()
        return Set(second.ran.map { String($0.prefix { $0 != "/" }) })
    }

    private struct NameKind: StageKind {
        let name: String
        let modules: [String]
        func run(_ run: StageRun) throws { try run.write(run.name.utf8, to: "name.txt") }
    }

    @Test func aChangeInPlottingRedrawsAndRetrainsNothing() throws { #expect(try rerun(after: "Plotting/Layout") == ["figure"]) }

    @Test func aChangeInClaimsReevaluatesThemAndWritesTitlesAnew() throws {
        #expect(try rerun(after: "Paper/Claims") == ["figure", "claims"])
    }

    @Test func aChangeInTheLoopRetrainsAndMeasuresNothingAgain() throws {
        #expect(try rerun(after: "Training/Loop") == ["train", "window"])
    }

    @Test func aChangeInSnapshotsMeasuresAgain() throws {
        #expect(try rerun(after: "Training/Snapshots") == ["train", "measure", "measure-again", "window"])
    }

    @Test func aChangeOfAnOptimiserRetrainsMeasuresAndDrawsAgain() throws {
        #expect(
            try rerun(after: "Training/Optimisers") == ["train", "measure", "measure-again", "window", "figure", "claims"])
    }

    @Test func aChangeInTheTrainingStageRetrainsAlone() throws { #expect(try rerun(after: "Paper/Training") == ["train"]) }

    @Test func aChangeInMeasuringRetrainsNothing() throws {
        #expect(try rerun(after: "Paper/Measuring") == ["measure", "measure-again", "window"])
    }

    @Test func aChangeInNetworksLeavesTheDataAlone() throws {
        #expect(try rerun(after: "Networks") == ["train", "measure", "measure-again", "window"])
    }
}
