import Formats
import Plotting
import Training

/// The figures of one experiment: a row of panels for each step size η, a column for each optimiser.
extension PaperFigure {
    static let ofExperiments = [edges, edgesZoom, alignment, loss]

    static let edges = PaperFigure(name: "edges", scope: .each) { name, results in
        try panels(
            name, results, title: "operator norm of the Hessian and its edges",
            description: "The measured operator norm of the training loss's Hessian against the step, with the SAM-edge and 2/η.",
            y: Axis("‖*H*‖_{op}", scale: .log, sharing: .rows)
        ) { run in
            let steps = try run.measured("step")
            Rule(y: GradientDescent.edge(learningRate: run.learningRate), as: .gdEdge)
            if run.optimiser.value.ascends { Line(x: steps, y: try run.measured("sam_edge"), as: .samEdge) }
            Line(x: steps, y: try run.measured("hessian_norm"), as: .sharpness)
        }
    }

    static let edgesZoom = PaperFigure(name: "edges-zoom", scope: .each) { name, results in
        try panels(
            name, results, title: "operator norm of the Hessian and the SAM-edge, closer",
            description:
                "The measured operator norm of the training loss's Hessian and the SAM-edge against the step; for GD 2/η, where the norm comes within half of it. What exceeds three times a panel's median leaves the frame.",
            y: Axis("‖*H*‖_{op}", sharing: .none, cutsOutliers: true)
        ) { run in
            let steps = try run.measured("step"), norms = try run.measured("hessian_norm"),
                edge = GradientDescent.edge(learningRate: run.learningRate)
            if run.optimiser.value.ascends {
                Line(x: steps, y: try run.measured("sam_edge"), as: .samEdge)
            } else if norms.contains(where: { $0 > edge / 2 }) {
                // An edge far above would flatten what there is to see.
                Rule(y: edge, as: .gdEdge)
            }
            Line(x: steps, y: norms, as: .sharpness)
        }
    }

    static let alignment = PaperFigure(name: "alignment", scope: .each) { name, results in
        try panels(
            name, results, title: "alignment with the principal directions of the Hessian",
            description:
                "The cosine between the space of all eigenvectors whose eigenvalues lie within 5 % of the principal one and the gradient, and the SAM gradient. Where several lie so near, the principal eigenvector alone is arbitrary.",
            y: Axis("cos", domain: -0.03...1.03)
        ) { run in
            let steps = try run.measured("step")
            Line(x: steps, y: try run.measured("alignment_span"), as: .gradient)
            if run.optimiser.value.ascends { Line(x: steps, y: try run.measured("sam_alignment_span"), as: .samGradient) }
        }
    }

    static let loss = PaperFigure(name: "loss", scope: .each) { name, results in
        try panels(
            name, results, title: "training loss", description: "The training loss at every step.",
            y: Axis("training loss", scale: .log, sharing: .rows)
        ) { run in
            Line(x: try run.training.column(named: "step"), y: try run.training.column(named: "loss"), as: .loss)
        }
    }

    /// Small multiples of one experiment's runs.
    private static func panels(
        _ name: String, _ results: [ExperimentResult], title: String, description: String, y: Axis,
        @PanelBuilder marks: (RunResult) throws -> [any Mark]
    ) throws -> Figure {
        let result = results[0]
        return try Figure(
            name, title: "\(result.title): \(title)", description: description, x: Axis("step"), y: y,
            facet: Facet(
                rows: result.learningRates.map { "*η* = \(shortestText($0))" },
                columns: result.optimisers.map(\.value.title))
        ) { row, column in
            if let run = result.run(result.learningRates[row], result.optimisers[column]) {
                try marks(run)
                if run.divergedAt != nil { Divergence(after: run.lastFiniteStep) }
            }
        }
    }
}
