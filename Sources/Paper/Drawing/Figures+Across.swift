import Formats
import Plotting
import Training

/// The figures that hold the experiments side by side.
extension PaperFigure {
    static let acrossExperiments = [stabilityIndex, edgeScatter, sharpnessVsLoss, highStepSize]

    static let stabilityIndex = PaperFigure(name: "stability-index", scope: .across) { name, results in
        try Figure(
            name, title: "Stability index of all runs",
            description:
                "The index ηλ(1 + ρλ/‖g‖)/2, with λ the operator norm and g the gradient, against the step for every run; it is 1 exactly at a run's own edge.",
            x: Axis("step", sharing: .columns), y: Axis("*ηλ*(1 + *ρλ*/‖*g*‖)/2", scale: .log),
            facet: Facet(columns: results.map(\.title))
        ) { _, column in
            Rule(y: 1, as: .reference("edge"))
            for run in results[column].runs {
                Line(
                    x: try run.measured("step"), y: try run.measured("stability_index"),
                    as: .run(of: run.optimiser.value), named: run.label)
                if run.divergedAt != nil { Divergence(after: run.lastFiniteStep, isOneOfMany: true) }
            }
        }
    }

    static let edgeScatter = PaperFigure(name: "edge-scatter", scope: .across) { name, results in
        try Figure(
            name, title: "Measured sharpness against the predicted edge",
            description:
                "The operator norm of the Hessian against the SAM-edge at every check of every SAM run that did not diverge, with the line y = x.",
            x: Axis("SAM-edge", scale: .log), y: Axis("‖*H*‖_{op}", scale: .log), width: .oneColumn, height: .square
        ) { _, _ in
            Rule.diagonal(as: .reference("*y* = *x*"))
            for (index, result) in results.enumerated() {
                // On its way to infinity a run would stretch the axes over many decades.
                let runs = result.runs.filter { $0.optimiser.value.ascends && $0.divergedAt == nil }
                Dots(
                    x: try runs.flatMap { try $0.measured("sam_edge") }, y: try runs.flatMap { try $0.measured("hessian_norm") },
                    as: .category(index, label: result.title))
            }
        }
    }

    static let sharpnessVsLoss = PaperFigure(name: "sharpness-vs-loss", scope: .across) { name, results in
        let optimisers = Set(results.flatMap(\.optimisers)).sorted { $0.order < $1.order }
        return try Figure(
            name, title: "Sharpness against training loss",
            description:
                "The operator norm of the Hessian against the training loss, which falls to the right, for GD and SAM at one step size.",
            x: Axis("training loss", scale: .log, sharing: .columns, isReversed: true),
            y: Axis("‖*H*‖_{op}", scale: .log, sharing: .columns),
            facet: Facet(columns: results.map { "\($0.title), *η* = \(shortestText($0.middleRate))" })
        ) { _, column in
            let result = results[column]
            for run in result.runs where run.learningRate == result.middleRate && run.seed == result.runs[0].seed {
                let index = optimisers.firstIndex(of: run.optimiser) ?? 0
                Line(
                    x: try run.measured("loss"), y: try run.measured("hessian_norm"),
                    as: .ordinal(index, of: optimisers.count, label: run.optimiser.value.title))
            }
        }
    }

    static let highStepSize = PaperFigure(name: "high-step-size", scope: .of("cifar10-cnn")) { name, results in
        let result = results[0]
        let rate = result.learningRates.last ?? 0
        return try Figure(
            name, title: "\(result.title): the largest step size, *η* = \(shortestText(rate))",
            description:
                "The training loss of GD and SAM at the largest step size, up to where it stops being finite.",
            x: Axis("step"), y: Axis("training loss", scale: .log),
            facet: Facet(columns: result.optimisers.map(\.value.title)), height: .aspect(0.8)
        ) { _, column in
            if let run = result.run(rate, result.optimisers[column]) {
                Line(x: try run.training.column(named: "step"), y: try run.training.column(named: "loss"), as: .loss)
                if run.divergedAt != nil { Divergence(after: run.lastFiniteStep) }
            }
        }
    }
}

extension ExperimentResult {
    /// The step size in the middle of the grid.
    fileprivate var middleRate: Double { learningRates[learningRates.count / 2] }
}
