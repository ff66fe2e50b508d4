import Curvature
import Formats
import Foundation
import Plotting
import Testing

@testable import Paper

/// A run with noisy numbers at every step and check; one that diverges ends early, with numbers beyond all others.
private func run(_ run: Run, divergesAt: Int? = nil) -> RunResult {
    // An additive recurrence: without a pattern that decimation could use, and the same each time.
    func noise(_ index: Int) -> Double { (Double(index + 1) * 0.618_033_988_749_894_8).truncatingRemainder(dividingBy: 1) }
    let rate = run.learningRate
    let steps = Array(0..<(divergesAt ?? run.experiment.steps + 1))
    func loss(_ step: Int) -> Double {
        let calm = 3 / (1 + Double(step) / 40) * (0.7 + 0.6 * noise(step))
        return divergesAt.map { step > $0 / 2 ? calm * Double(1 << min(60, 8 * (step - $0 / 2))) : calm } ?? calm
    }
    let training = Table(columns: ["step", "loss", "gradient_norm"], rows: steps.map { [Double($0), loss($0), loss($0)] })
    let checks = steps.filter { $0 % run.experiment.interval == 0 }
    let measurements = Table(
        columns: ["step", "loss", "hessian_norm", "sam_edge", "stability_index", "alignment_span", "sam_alignment_span"],
        rows: checks.map { step in
            let edge = run.optimiser.value.edge(learningRate: rate, gradientNorm: loss(step))
            let norm = edge * (0.8 + 0.4 * noise(7 * step)) * loss(step) / loss(0)
            return [Double(step), loss(step), norm, edge, norm / edge, noise(3 * step), noise(5 * step)]
        })
    return RunResult(
        label: run.label, optimiser: run.optimiser, learningRate: rate, seed: run.seed, training: training,
        measurements: measurements,
        divergedAt: divergesAt,
        files: ["training.tsv", "measurements.tsv"].map {
            ("\(run.experiment.name)/\(run.label)/\($0)", String(repeating: "0f", count: 32))
        })
}

/// All figures of a profile, drawn from made-up runs of which those of the largest step size on images diverge.
private func figures(_ profile: Profile) throws -> [Figure] {
    let experiments = profile.experiments
    let results = experiments.map { experiment in
        ExperimentResult(
            name: experiment.name, title: experiment.title, source: .real, isFullBatch: experiment.isFullBatch,
            steps: experiment.steps, interval: experiment.interval, learningRates: experiment.learningRates,
            optimisers: experiment.optimisers,
            runs: experiment.runs.map {
                let diverges = experiment.name == "cifar10-cnn" && $0.learningRate == experiment.learningRates.last
                return run($0, divergesAt: diverges ? 2 * experiment.interval + 3 : nil)
            })
    }
    return try PaperFigure.all.flatMap { declaration -> [Figure] in
        let groups: [(String, [Int])] =
            switch declaration.scope {
            case .each: experiments.indices.map { ("\(experiments[$0].name)-\(declaration.name)", [$0]) }
            case .of(let name): [(declaration.name, experiments.indices.filter { experiments[$0].name == name })]
            case .across: [(declaration.name, Array(experiments.indices))]
            case .theory: [(declaration.name, [])]
            }
        return try groups.map { name, shown in
            var figure = try declaration.draw(name, shown.map { results[$0] })
            figure.inputs = shown.flatMap { results[$0].runs }.flatMap(\.files).map { Figure.Input($0.name, sha256: $0.sha256) }
            figure.settings = shown.map { experiments[$0].settings }
            return figure
        }
    }
}

extension SceneNode {
    /// All texts within that belong to no series.
    fileprivate var texts: [SceneText] {
        switch self {
        case .group(let group): group.role == .series ? [] : group.nodes.flatMap(\.texts)
        case .text(let text): [text]
        case .path: []
        }
    }
}

/// What every figure of the paper keeps to, whatever the numbers.
@Suite struct FigureTests {
    /// The profiles that differ in their figures: `full-length` has the panels of `paper`.
    private static let drawn = [Profile.smoke, .laptop, .paper]

    @Test(arguments: [Profile.smoke, .laptop]) func figuresKeepToTheirSizeHoweverNoisyTheirNumbers(_ profile: Profile) throws {
        for figure in try figures(profile) {
            let size = figure.svg().utf8.count
            #expect(size <= 40_000, "\(figure.name): \(size) bytes")
        }
    }

    @Test func figuresOfManyPanelsKeepToTheirSizeHoweverNoisyTheirNumbers() throws {
        let many = try figures(.paper).filter { $0.panels.count >= 12 }
        #expect(many.count == 12)
        for figure in many {
            let size = figure.svg().utf8.count
            #expect(size <= 80_000, "\(figure.name): \(size) bytes")
        }
    }

    @Test(arguments: drawn) func noTextLeavesThePageOrOverlapsAnotherOrIsSmall(_ profile: Profile) throws {
        for figure in try figures(profile) {
            let scene = Layout(figure).scene(), texts = scene.nodes.flatMap(\.texts)
            for (number, text) in texts.enumerated() {
                let box = text.pageBox
                #expect(
                    box.x >= 0 && box.y >= 0 && box.maxX <= scene.width && box.maxY <= scene.height,
                    "\(figure.name): \(text.text.plain) at \(box)")
                for other in texts[(number + 1)...] {
                    #expect(!box.overlaps(other.pageBox), "\(figure.name): \(text.text.plain) over \(other.text.plain)")
                }
                #expect(text.size >= 6 && text.scriptSize >= 6)
            }
        }
    }

    @Test(arguments: drawn) func everyPictureShowsItsTable(_ profile: Profile) throws {
        for figure in try figures(profile) {
            let faults = RoundTrip.faults(
                in: try FigureReading(parsing: figure.svg()), showing: try FigureTable(parsing: figure.table()))
            #expect(faults.isEmpty, "\(figure.name): \(faults.prefix(3))")
        }
    }

    @Test func everyAxisHasThreeToSevenLabels() throws {
        for figure in try figures(.laptop) {
            let root = try Element(parsing: figure.svg())
            // Of a panel's two groups of labels each is one axis.
            func labels(_ element: Element) -> [Int] {
                let here = element["class"]?.hasPrefix("labels") == true ? [element.children.count] : []
                return here + element.children.flatMap(labels)
            }
            let panels = root.children.filter { $0["data-panel"] != nil }
            for panel in panels {
                for count in labels(panel) { #expect((3...7).contains(count), "\(figure.name): \(count) labels") }
            }
        }
    }

    @Test func radiiStandInTheLegendByTheirSize() throws {
        let figure = try #require(try figures(.laptop).first { $0.name == "sharpness-vs-loss" })
        let root = try Element(parsing: figure.svg())
        let legend = try #require(root.children.first { $0["class"]?.hasPrefix("legend") == true })
        let names = legend.children.filter { $0.name == "text" }.map(\.text)
        #expect(names == ["ρ = 0 (GD)", "ρ = 0.03", "ρ = 0.1", "ρ = 0.3"])
    }

    @Test func captionsSayWhatWasTrainedAndHow() throws {
        let captions = try figures(.laptop).map { ($0.name, $0.caption) }
        func caption(_ name: String) throws -> String { try #require(captions.first { $0.0 == name }).1 }
        let perceptron = try caption("mnist-mlp-edges")
        for words in [
            "% Drawn for two columns (figure*), 7 inches wide.", "MLP on MNIST: 4 linear layers of width 200",
            "mean squared error",
            "all of the first 1,000 images", "1,000 steps", "every multiple of 25", "$\\eta$ = 0.3", "$\\rho$ = 0 (GD)",
        ] { #expect(perceptron.contains(words), "\(words) in \(perceptron)") }
        #expect(!perceptron.contains("cross"))
        let all = try caption("edge-scatter")
        for words in [
            "one column", "MLP on MNIST", "CNN on CIFAR-10", "tiny\\_shakespeare", "32 of 13,153 sequences of 64 characters",
            "cross-entropy",
        ] {
            #expect(all.contains(words), "\(words) in \(all)")
        }
        #expect(try caption("high-step-size").contains("A cross marks the last step"))
    }
}

/// The committed golden figures, as files.
@Suite struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("figures/golden")

    private func text(_ profile: Profile, _ file: String) throws -> String {
        try String(contentsOf: Self.folder.appendingPathComponent("\(profile.rawValue)/\(file)"), encoding: .utf8)
    }

    @Test(arguments: [Profile.smoke, .laptop]) func goldensKeepToTheirSizeAndShowTheirTables(_ profile: Profile) throws {
        let names = try figures(profile).map { ($0.name, $0.panels.count) }
        #expect(names.count == 17)
        for (name, panels) in names {
            let svg = try text(profile, name + ".svg"), table = try text(profile, name + ".tsv")
            #expect(svg.utf8.count <= (panels < 12 ? 40_000 : 80_000), "\(name): \(svg.utf8.count) bytes")
            let faults = RoundTrip.faults(in: try FigureReading(parsing: svg), showing: try FigureTable(parsing: table))
            #expect(faults.isEmpty, "\(name): \(faults.prefix(3))")
        }
    }
}
