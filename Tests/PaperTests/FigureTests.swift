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
        columns: [
            "step", "loss", "gradient_norm", "hessian_norm", "lambda_max", "sam_edge", "alignment", "sam_alignment",
            "alignment_span", "sam_alignment_span", "products", "residual_max", "residual_min",
        ],
        rows: checks.map { step in
            let edge = run.optimiser.value.edge(learningRate: rate, gradientNorm: loss(step))
            let norm = edge * (0.8 + 0.4 * noise(7 * step)) * loss(step) / loss(0)
            return [
                Double(step), loss(step), loss(step), norm, norm, edge, noise(3 * step), noise(5 * step), noise(3 * step),
                noise(5 * step), 20, 0, 0,
            ]
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
            }, guess: experiment.guess)
    }
    return try PaperFigure.all.flatMap { declaration -> [Figure] in
        try declaration.shown(of: experiments).map { name, shown, pages in
            let parts = zip(shown, pages).map { experiment, page in
                var result = results[experiments.firstIndex(of: experiment)!]
                if let page { result.runs = Array(result.runs[page]) }
                return result
            }
            var figure = try declaration.draw(name, parts)
            figure.inputs = parts.flatMap(\.runs).flatMap(\.files).map { Figure.Input($0.name, sha256: $0.sha256) }
            figure.settings = shown.map(\.settings)
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

    private static func limit(_ name: String) -> Int { name.contains("official") ? 200_000 : 80_000 }

    /// Of `paper`, whose `loss-and-test` has more runs than the laptop's, noise as independent as this takes 95 kB; losses are smoother.
    @Test(arguments: [Profile.smoke, .laptop]) func figuresKeepToTheirSizeHoweverNoisyTheirNumbers(_ profile: Profile) throws {
        for figure in try figures(profile) {
            let size = figure.svg().utf8.count
            #expect(size <= Self.limit(figure.name), "\(figure.name): \(size) bytes")
        }
    }

    @Test(arguments: drawn) func noTextLeavesThePageOrOverlapsAnotherOrIsSmall(_ profile: Profile) throws {
        for figure in try figures(profile) {
            for width in Figure.Width.allCases where width == .twoColumns || figure.oneColumn != nil {
                let scene = Layout(figure, width: width).scene(), texts = scene.nodes.flatMap(\.texts)
                for (number, text) in texts.enumerated() {
                    let box = text.pageBox
                    #expect(
                        box.x >= 0 && box.y >= 0 && box.maxX <= scene.width && box.maxY <= scene.height,
                        "\(figure.name): \(text.text.plain) at \(box)")
                    for other in texts[(number + 1)...] {
                        #expect(
                            !box.overlaps(other.pageBox),
                            "\(figure.name), \(width): \(text.text.plain) over \(other.text.plain)")
                    }
                    #expect(text.size >= 6 && text.scriptSize >= 6)
                }
            }
        }
    }

    @Test func allFiguresOfAProfileAreDrawnInSecondsByAnyBuild() throws {
        let all = try figures(.laptop), clock = ContinuousClock()
        let time = clock.measure { for figure in all { _ = figure.svg() } }
        // Optimised, on a machine of its own, a quarter of a second; debug builds and busy machines take longer.
        #expect(time < .seconds(10), "\(time)")
    }

    @Test(arguments: drawn) func everyPictureShowsItsTable(_ profile: Profile) throws {
        for figure in try figures(profile) {
            let faults = RoundTrip.faults(
                in: try FigureReading(parsing: figure.svg()), showing: try FigureTable(parsing: figure.table()))
            #expect(faults.isEmpty, "\(figure.name): \(faults.prefix(3))")
        }
    }

    @Test func everyAxisHasThreeToSevenLabelsOrOneForEachOfItsKinds() throws {
        for figure in try figures(.laptop) {
            let root = try Element(parsing: figure.svg())
            // Of a panel's two groups of labels each is one axis.
            func labels(_ element: Element) -> [Int] {
                let here = element["class"]?.hasPrefix("labels") == true ? [element.children.count] : []
                return here + element.children.flatMap(labels)
            }
            let panels = root.children.filter { $0["data-panel"] != nil }
            for panel in panels {
                let number = try #require(figure.panelLabels.firstIndex(of: panel["data-panel"] ?? ""))
                let kinds = [figure.panels[number].x, figure.panels[number].y].compactMap { $0.names?.count }
                for count in labels(panel) {
                    #expect((3...7).contains(count) || kinds.contains(count), "\(figure.name): \(count) labels")
                }
            }
        }
    }

    @Test func radiiStandInTheLegendByTheirSize() throws {
        let figure = try #require(try figures(.laptop).first { $0.name == "alignment-scatter" })
        let root = try Element(parsing: figure.svg())
        let legend = try #require(root.children.first { $0["class"]?.hasPrefix("legend") == true })
        let names = legend.children.filter { $0.name == "text" }.map(\.text)
        #expect(names == ["ρ = 0.03", "ρ = 0.1", "ρ = 0.3"])
    }

    @Test func captionsSayWhatWasTrainedAndHow() throws {
        let captions = try figures(.laptop).map { ($0.name, $0.caption) }
        func caption(_ name: String) throws -> String { try #require(captions.first { $0.0 == name }).1 }
        let perceptron = try caption("mnist-mlp-edges")
        for words in [
            "% Drawn for two columns (figure*), 6.75 inches wide.", "MLP on MNIST: 4 linear layers of width 200",
            "mean squared error", "all of the first 1,000 images", "1,000 steps", "every multiple of 50", "$\\eta$ = 0.3",
            "$\\rho$ = 0.1",
        ] { #expect(perceptron.contains(words), "\(words) in \(perceptron)") }
        #expect(!perceptron.contains("cross"))
        let all = try caption("edge-collapse")
        for words in [
            "one column", "MLP on MNIST", "CNN on CIFAR-10", "tiny\\_shakespeare", "32 of 13,153 sequences of 64 characters",
            "cross-entropy",
        ] {
            #expect(all.contains(words), "\(words) in \(all)")
        }
    }

    @Test func aRowWhoseRunsAllDivergeIsALineOfText() throws {
        let figure = try #require(try figures(.laptop).first { $0.name == "cifar10-cnn-edges" })
        let lines = figure.twoColumns.rows.filter(\.cells.isEmpty).map(\.note)
        #expect(lines == ["*η* = 0.005: all 3 runs diverge by step 83"])
    }

    @Test func aTaskWhoseRunsLearnLessThanAConstantGuessIsNamed() throws {
        let figure = try #require(try figures(.laptop).first { $0.name == "loss-and-test" })
        #expect(figure.subtitle.contains("Dotted: a constant guess, which the loss of no CNN run beats. "))
    }

    @Test func figuresOfNothingAreDrawn() throws {
        let experiments = Profile.laptop.experiments
        for kind in 0..<4 {
            let results = experiments.map { experiment in
                var runs = experiment.runs.map { Self.fakeRun($0, divergesAt: kind == 1 ? 3 : nil) }
                if kind == 0 { runs = [] }
                if kind == 2 { runs = runs.filter(\.optimiser.value.ascends) }
                if kind == 3 { runs = runs.filter { !$0.optimiser.value.ascends } }
                return ExperimentResult(
                    name: experiment.name, title: experiment.title, source: .real, isFullBatch: experiment.isFullBatch,
                    steps: experiment.steps, interval: experiment.interval, learningRates: experiment.learningRates,
                    optimisers: experiment.optimisers, runs: runs, guess: experiment.guess)
            }
            for declaration in PaperFigure.all {
                for (name, shown, _) in declaration.shown(of: experiments) where kind > 0 || name != "run" {
                    let parts = shown.map { results[experiments.firstIndex(of: $0)!] }
                    guard parts.allSatisfy({ !$0.runs.isEmpty }) || declaration.name != "official" else { continue }
                    let figure = try declaration.draw(name, parts)
                    for width in Figure.Width.allCases { #expect(figure.svg(width: width).hasSuffix("</svg>\n"), "\(name)") }
                    let faults = RoundTrip.faults(
                        in: try FigureReading(parsing: figure.svg()), showing: try FigureTable(parsing: figure.table()))
                    #expect(faults.isEmpty, "\(name), \(kind): \(faults.prefix(3))")
                }
            }
        }
    }

    private static func fakeRun(_ it: Run, divergesAt: Int?) -> RunResult { run(it, divergesAt: divergesAt) }
}

extension Rectangle {
    /// The part of a text's room that its letters fill.
    fileprivate var inset: Rectangle { Rectangle(x: x + 0.8, y: y + 1.4, width: width - 1.6, height: height - 2.8) }
}

/// What the titles of the figures say, whatever the numbers.
@Suite struct TitleTests {
    @Test(arguments: [
        (14, 14, "All 14 SAM runs settle"), (12, 14, "12 of 14 SAM runs settle"), (1, 14, "1 of 14 SAM runs settles"),
        (0, 14, "None of 14 SAM runs settles"), (1, 1, "The one SAM run settles"), (0, 1, "The one SAM run does not settle"),
        (0, 0, "No SAM run was tested"), (2, 2, "Both SAM runs settle"),
    ])
    func countsAreSaidAsTheyAre(holding: Int, tested: Int, words: String) {
        #expect(Tally(holding: holding, tested: tested).words("SAM run", "settle", "settles") == words)
    }

    @Test func noTitleSaysMoreThanItsNumbers() {
        for tested in 0...20 {
            for holding in 0...tested {
                let tally = Tally(holding: holding, tested: tested), other = Tally(holding: tested - holding, tested: tested)
                for title in [
                    Titles.edgeRatio(sam: tally, gdBelow: other), Titles.edgeCollapse(sam: tally, falling: other),
                    Titles.edges("MLP", sam: tally, gdRates: [0.1, 1], reaching: [1]), Titles.phaseMap(tally),
                    Titles.highStepSize(gd: [3], sam: [1.1], calm: tally),
                ] {
                    if tested > 0, holding < tested, holding > 0 {
                        #expect(
                            !title.hasPrefix("All ") && !title.hasPrefix("Both ")
                                && title != "The larger *ρ*, the smaller the *η* that reaches the edge",
                            "\(title)")
                    }
                }
                let ratio = Titles.edgeRatio(sam: tally, gdBelow: Tally(holding: 0, tested: 0))
                #expect(ratio.contains("All ") == (tested > 2 && holding == tested), "\(ratio)")
                #expect(ratio.contains("Both ") == (tested == 2 && holding == 2), "\(ratio)")
                #expect(Titles.edgeCollapse(sam: tally, falling: tally).contains("falls") == tally.isAll)
            }
        }
    }

    @Test(arguments: [
        (Titles.alignment(better: 98, checks: 100), "The SAM gradient is the better aligned one at 98 % of all checks"),
        (Titles.alignment(better: 40, checks: 100), "The SAM gradient is the better aligned one at only 40 % of all checks"),
        (Titles.alignment(better: 0, checks: 0), "No check compares the two gradients"),
        (
            Titles.flatEarly([2.04, 3.5], isLargest: false),
            "While the loss is still large, SAM is 2.0 to 3.5 times flatter than GD"
        ),
        (
            Titles.flatEarly([2.04, 3.5], isLargest: true),
            "While the loss is still large, SAM of the largest *ρ* is 2.0 to 3.5 times flatter than GD"
        ),
        (Titles.flatEarly([0.5, 2], isLargest: false), "While the loss is still large, SAM is flatter than GD in 1 of 2 tasks"),
        (Titles.flatEarly([0.5], isLargest: false), "While the loss is still large, SAM is no flatter than GD"),
        (Titles.flatEarly([], isLargest: true), "No SAM run comes down to half of its first loss beside one of GD"),
        (Titles.loss([0.25, 0.95]), "GD reaches SAM’s last training loss after 25 to 95 % of the steps"),
        (Titles.loss([0.5]), "GD reaches SAM’s last training loss after 50 % of the steps"),
        (Titles.loss([]), "No SAM run can be held against one of GD"),
        (
            Titles.highStepSize(gd: [3.2], sam: [1.01, 1.05], calm: Tally(holding: 2, tested: 2)),
            "Where GD’s loss rises 3.2-fold, SAM’s rises at most 1.05-fold"
        ),
        (
            Titles.highStepSize(gd: [.infinity], sam: [.infinity, 1.05], calm: Tally(holding: 1, tested: 2)),
            "Where GD’s loss diverges, 1 of 2 SAM runs stays calm"
        ),
        (
            Titles.highStepSize(gd: [], sam: [], calm: Tally(holding: 0, tested: 0)),
            "GD’s loss does not spike at these step sizes"
        ),
        (Titles.everyStep(crossing: 265, swings: true, count: 80), "At the edge a two-cycle sets in"),
        (Titles.everyStep(crossing: nil, swings: true, count: 12), "‖*H*‖ does not cross the SAM-edge within these 12 steps"),
        (
            Titles.edges("MLP", sam: Tally(holding: 6, tested: 6), gdRates: [0.1, 1], reaching: [1]),
            "MLP: ‖*H*‖ rides on the SAM-edge in all 6 SAM runs, with GD on 2/*η* at *η* = 1 alone"
        ),
        (
            Titles.edges("MLP", sam: Tally(holding: 1, tested: 1, untested: 1), gdRates: [0.1], reaching: []),
            "MLP: ‖*H*‖ rides on the SAM-edge in the one tested SAM run, with GD on 2/*η* at no *η*"
        ),
        (
            Titles.edges("MLP", sam: Tally(holding: 0, tested: 1, untested: 2), gdRates: [0.1], reaching: []),
            "MLP: ‖*H*‖ does not ride on the SAM-edge in the one tested SAM run, with GD on 2/*η* at no *η*"
        ),
        (
            Titles.edges("MLP", sam: Tally(holding: 0, tested: 0), gdRates: [1], reaching: [1]),
            "MLP: no SAM run was tested against its edge; GD is on 2/*η*"
        ),
        (
            Titles.edges("MLP", sam: Tally(holding: 0, tested: 0), gdRates: [], reaching: []),
            "MLP: no SAM run was tested against its edge"
        ),
        (
            Titles.robustness(seeds: Tally(holding: 3, tested: 3), differences: [-0.019, 0.005]),
            "All 3 runs end in the same place with every seed; the official estimator is off by −1.9 % to +0.5 % in the median"
        ),
        (Titles.run(state: "below edge", ratio: 0.46), "Below edge: late in training ‖*H*‖ is 0.46 times the run’s own edge"),
        (
            Titles.run(state: "below edge", ratio: -1.7),
            "Below edge: late in training the Hessian’s negative end is the larger one, 1.70 times the run’s own edge"
        ),
        (Titles.run(state: "diverged at step 7", ratio: .nan), "The run: diverged at step 7"),
        (Titles.atEdge(isFullBatch: [true, true]), "0.9 to 1.15"),
        (Titles.atEdge(isFullBatch: [false]), "of minibatches 0.8 to 1.3"),
        (Titles.atEdge(isFullBatch: [true, false]), "0.9 to 1.15, of minibatches 0.8 to 1.3"),
        (Titles.sign(of: [0.9, .nan]), ""),
        (Titles.sign(of: [0.9, -1.7]), "; negative where the spectrum’s negative end is the larger one"),
    ])
    func titlesFollowTheirNumbers(title: String, words: String) { #expect(title == words) }
}

/// The committed golden figures, as files.
@Suite struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("figures/golden")

    private func text(_ profile: Profile, _ file: String) throws -> String {
        try String(contentsOf: Self.folder.appendingPathComponent("\(profile.rawValue)/\(file)"), encoding: .utf8)
    }

    @Test(arguments: [Profile.smoke]) func goldensKeepToTheirSizeAndShowTheirTables(_ profile: Profile) throws {
        let names = try figures(profile).map(\.name)
        for name in names {
            let svg = try text(profile, name + ".svg"), table = try text(profile, name + ".tsv")
            #expect(svg.utf8.count <= (name.contains("official") ? 200_000 : 80_000), "\(name): \(svg.utf8.count) bytes")
            let faults = RoundTrip.faults(in: try FigureReading(parsing: svg), showing: try FigureTable(parsing: table))
            #expect(faults.isEmpty, "\(name): \(faults.prefix(3))")
        }
    }
}
