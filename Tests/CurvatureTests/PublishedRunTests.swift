import Curvature
import Formats
import Foundation
import Kernels
import Networks
import Training
import Testing

/// A table of `Outside`, where a README says whose numbers they are.
func outsideTable(_ name: String) throws -> Table {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Outside")
    return try Table(contentsOf: folder.appendingPathComponent(name).path)
}

/// A run of gradient descent as another program printed it, to be repeated here.
private struct PublishedRun {
    struct Row {
        var step: Int
        var loss: Double
        /// The largest first: three as printed, as many as asked for as found.
        var eigenvalues: [Double]
    }

    let learningRate: Double
    let rows: [Row]

    init(_ file: String, learningRate: Double) throws {
        let table = try outsideTable(file)
        let columns = try (["step", "loss"] + (1...3).map { "lambda_\($0)" }).map { try table.column(named: $0) }
        self.learningRate = learningRate
        rows = columns[0].indices.map { i in
            Row(step: Int(columns[0][i]), loss: columns[1][i], eigenvalues: columns[2...].map { $0[i] })
        }
    }

    /// The network at its published initial weights.
    static func start() throws -> TanhNetwork {
        let table = try outsideTable("weights.tsv")
        let columns = try ["layer", "out", "in", "value"].map { try table.column(named: $0) }
        var network = TanhNetwork()
        for i in columns[0].indices {
            network[kernel: Int(columns[0][i]), out: Int(columns[1][i]), in: Int(columns[2][i])] = columns[3][i]
        }
        return network
    }

    /// Repeats the run to the last of the printed steps that are `chosen`, with the `count` eigenvalues of largest magnitude at
    /// each of these.
    func repeated(eigenvalues count: Int, where chosen: (Int) -> Bool = { _ in true }) throws -> [(printed: Row, found: Row)] {
        var network = try Self.start(), step = 0
        return rows.filter { chosen($0.step) }.map { row in
            while step < row.step {
                network.descend(learningRate)
                step += 1
            }
            let values = leadingEigenvalues(of: network.hessian, count: count).sorted(by: >)
            return (row, Row(step: step, loss: network.gradient().loss, eigenvalues: values))
        }
    }

    /// λ₁η/2.
    func stabilityIndex(_ row: Row) -> Double {
        GradientDescent().stabilityIndex(sharpness: row.eigenvalues[0], learningRate: learningRate, gradientNorm: 0)
    }
}

@Suite struct PublishedRunTests {
    /// To the six digits that are printed, which may leave half a unit of the last: 5e-6.
    private func expectAsPrinted(_ found: PublishedRun.Row, _ printed: PublishedRun.Row) {
        #expect((found.loss / printed.loss - 1).magnitude < 1e-5, "\(found.loss) at step \(found.step), \(printed.loss) printed")
        for (value, expected) in zip(found.eigenvalues, printed.eigenvalues) {
            #expect(
                (value - expected).magnitude < 1e-5 * printed.eigenvalues[0],
                "\(found.eigenvalues) at step \(found.step), \(printed.eigenvalues) printed")
        }
    }

    /// At η = 0.2: until rounding parts the paths, which shows in the sixth digit from step 610 on.
    @Test func sixHundredStepsToTheEdgeAreAsPrinted() throws {
        let pairs = try PublishedRun("edge.tsv", learningRate: 0.2).repeated(eigenvalues: 4) { $0 < 600 }
        #expect(pairs.count == 91)
        for (printed, found) in pairs { expectAsPrinted(found, printed) }
    }

    /// At η = 0.2, to the end: λ₁ stays at 2/η = 10.
    ///
    /// After step 600 two runs agree in their statistics alone. In 16 runs of ours whose initial weights differ by 1e-13 of
    /// themselves, the mean of λ₁η/2 over an eighth of the run is at most 0.0082 from the printed run's; half as much again is
    /// allowed. The first eighth ends before the paths part.
    @Test func theMeanStaysAtTheEdgeAsPrinted() throws {
        let run = try PublishedRun("edge.tsv", learningRate: 0.2), steps = 4103
        let pairs = try run.repeated(eigenvalues: 1) { $0 % 16 == 0 }
        for eighth in 0..<8 {
            let part = pairs.filter { $0.found.step * 8 / steps == eighth }
            #expect(part.count >= 31)
            let found = part.reduce(0) { $0 + run.stabilityIndex($1.found) } / Double(part.count)
            let printed = part.reduce(0) { $0 + run.stabilityIndex($1.printed) } / Double(part.count)
            let tolerance = eighth == 0 ? 1e-5 : 0.012
            #expect((found - printed).magnitude < tolerance, "\(found) in eighth \(eighth), \(printed) printed")
            if eighth >= 2 { #expect((found - 1).magnitude < 0.04, "\(found) in eighth \(eighth) is not the edge") }
        }
    }

    /// At η = 0.04898 no rounding parts the paths in 13,283 steps, for λ₁ never comes near 2/η = 40.83.
    @Test func theRunBelowItsEdgeIsAsPrinted() throws {
        let run = try PublishedRun("below.tsv", learningRate: 0.04898)
        let pairs = try run.repeated(eigenvalues: 3)
        #expect(pairs.count == 128)
        for (printed, found) in pairs {
            expectAsPrinted(found, printed)
            #expect(run.stabilityIndex(found) < 0.72)
        }
    }
}

/// The same runs through the product's own network, trainer's step and measurement, in single precision.
@Suite struct PublishedRunInSinglePrecisionTests {
    private let network = Network.multilayerPerceptron(
        inputs: 1, widths: [30, 20], classes: 1, activation: .tanh, loss: .halfMeanSquaredError)
    private let device = Device()

    /// The points and values that the run was fitted to.
    private var batch: Batch {
        let places = (0..<20).map { -1 + 2 * Double($0) / 19 }
        // cos(6 arccos x) is the Chebyshev polynomial of degree 6.
        let values = places.map { x in 32 * x * x * x * x * x * x - 48 * x * x * x * x + 18 * x * x - 1 }
        return Batch(
            inputs: Matrix(Vector(places.map { Float($0) }), rows: 20, columns: 1),
            targets: Matrix(Vector(values.map { Float($0) }), rows: 20, columns: 1))
    }

    private func start() throws -> Vector {
        let table = try outsideTable("weights.tsv"), w = Vector(count: network.layout.count)
        let columns = try ["layer", "out", "in", "value"].map { try table.column(named: $0) }
        let first = Int(columns[0].min() ?? 0)
        for i in columns[0].indices {
            let entry = network.layout.entries[2 * (Int(columns[0][i]) - first)]
            w[entry.offset + Int(columns[2][i]) * entry.tensor.shape[1] + Int(columns[1][i])] = Float(columns[3][i])
        }
        return w
    }

    /// Repeats a run to the last of its printed steps that are `chosen`; what is found at each of these.
    private func repeated(
        _ run: PublishedRun, eigenvalues: Int, where chosen: (Int) -> Bool
    ) throws -> [(printed: PublishedRun.Row, loss: Double, spectrum: Spectrum)] {
        let objective = Objective(network, on: batch, device: device), w = try start(), gradient = Vector(count: w.count)
        var step = 0
        return run.rows.filter { chosen($0.step) }.compactMap { row in
            while step < row.step {
                _ = objective.gradient(at: w, into: gradient)
                Elementwise.add(Float(-run.learningRate), gradient, to: w, device: device)
                step += 1
            }
            let found = Measurement.measure(
                objective, at: w, ascent: { _ in 0 }, estimator: .exact(Lanczos(count: eigenvalues)), step: step, device: device)
            return found.map { (row, $0.loss, $0.spectrum) }
        }
    }

    private func expectAsPrinted(_ run: PublishedRun, upTo step: Int, rows: Int) throws {
        let pairs = try repeated(run, eigenvalues: 3) { $0 <= step }
        #expect(pairs.count == rows)
        for (printed, loss, spectrum) in pairs {
            #expect((loss / printed.loss - 1).magnitude < 1e-5, "\(loss) at step \(printed.step), \(printed.loss) printed")
            // The largest of all is among those largest in size; the negative end is smaller in size throughout.
            #expect(
                (spectrum.largest.value / printed.eigenvalues[0] - 1).magnitude < 1e-4,
                "\(spectrum.largest.value) at step \(printed.step), \(printed.eigenvalues) printed")
        }
    }

    /// To step 400; rounding to single precision parts the paths by 1e-5 from about step 450 on, and by 1e-3 at step 500.
    @Test func fourHundredStepsToTheEdgeAreAsPrinted() throws {
        try expectAsPrinted(PublishedRun("edge.tsv", learningRate: 0.2), upTo: 400, rows: 67)
    }

    /// Nothing parts the paths there.
    @Test func theRunBelowItsEdgeIsAsPrinted() throws {
        try expectAsPrinted(PublishedRun("below.tsv", learningRate: 0.04898), upTo: 2000, rows: 19)
    }

    /// At η = 0.2 to the end, as in double precision: λ₁ stays at 2/η, whatever the path.
    @Test func theMeanStaysAtTheEdge() throws {
        let run = try PublishedRun("edge.tsv", learningRate: 0.2)
        let found = try repeated(run, eigenvalues: 1) { $0 >= 2000 && $0 % 64 == 0 }
        let mean = found.reduce(0) { $0 + $1.spectrum.largest.value * run.learningRate / 2 } / Double(found.count)
        #expect(found.count >= 30 && (mean - 1).magnitude < 0.04, "\(mean) over \(found.count) checks")
    }
}
