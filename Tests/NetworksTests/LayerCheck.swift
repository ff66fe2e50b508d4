import Kernels
import Testing

@testable import Networks

/// A layer held against its plain version: all four functions, and the identities between them.
struct LayerCheck {
    let layer: any Layer
    let plain: any PlainFunction
    /// The layer's input.
    let x: Matrix
    /// Whether the input is one to differentiate by; tokens are not.
    var hasInputGradient = true
    /// Whether the layer stands on a rectified one, so that its input gradient is kept only where its input is positive.
    var isMasked = false
    /// Of the norm of what is compared: single precision with some room for cancellation.
    var tolerance = 3e-6

    /// A direction in the space of inputs and parameters.
    private struct Direction {
        let x: Matrix
        let w: Vector
    }

    private struct Results {
        var output: [Float] = []
        var inputGradient: [Float] = []
        var gradient: [Float] = []
        var outputTangent: [Float] = []
        var inputGradientTangent: [Float] = []
        var product: [Float] = []

        /// The gradient, by inputs and then by parameters.
        var wholeGradient: [Float] { inputGradient + gradient }
        var wholeProduct: [Float] { inputGradientTangent + product }
    }

    private var layout: ParameterLayout { ParameterLayout(layer.tensors) }

    func run(at location: SourceLocation = #_sourceLocation) {
        let w = randomVector(layout.count, seed: 1)
        let one = direction(seed: 10), two = direction(seed: 20)
        let outputs = plainOutputs(w)
        var u = randomMatrix(1, outputs.count, seed: 30).elements, uTangent = randomMatrix(1, outputs.count, seed: 31).elements
        if layer.isRectified {
            for (i, value) in outputs.enumerated() where value <= 0 { (u[i], uTangent[i]) = (0, 0) }
        }
        let zero = [Float](repeating: 0, count: u.count)
        let moving = results(w, one, u, uTangent)
        expectClose(moving.output, outputs, within: tolerance, "output", at: location)
        expectClose(
            moving.wholeGradient, differences(w, u), within: tolerance, "gradient against central differences", at: location)
        let (tangent, product) = derivatives(w, one, u, uTangent)
        expectClose(moving.outputTangent, tangent, within: tolerance, "tangent", at: location)
        expectClose(moving.wholeProduct, product, within: tolerance, "backward tangent", at: location)

        let forward = inner(u, moving.outputTangent)
        let backward = inner(moving.wholeGradient, flat(one))
        #expect(
            abs(forward - backward) <= 3e-6 * norm(u) * norm(moving.outputTangent),
            "⟨u, Jv⟩ = \(forward), ⟨Jᵀu, v⟩ = \(backward)", sourceLocation: location)
        let alongOne = results(w, one, u, zero), alongTwo = results(w, two, u, zero)
        let oneTwo = inner(alongOne.wholeProduct, flat(two)), twoOne = inner(alongTwo.wholeProduct, flat(one))
        let size = norm(alongOne.wholeProduct) * norm(flat(two))
        #expect(
            abs(oneTwo - twoOne) <= 1e-5 * size, "⟨H·1, 2⟩ = \(oneTwo), ⟨H·2, 1⟩ = \(twoOne)",
            sourceLocation: location)
        for threads in [2, 4] {
            let again = results(w, one, u, uTangent, threads: threads)
            #expect(
                again.output == moving.output && again.wholeGradient == moving.wholeGradient
                    && again.outputTangent == moving.outputTangent && again.wholeProduct == moving.wholeProduct,
                "\(threads) threads", sourceLocation: location)
        }
    }

    private func direction(seed: UInt64) -> Direction {
        let x = randomMatrix(x.rows, x.columns, seed: seed)
        if isMasked { for (i, value) in self.x.storage.elements.enumerated() where value <= 0 { x.storage[i] = 0 } }
        return Direction(x: x, w: randomVector(layout.count, seed: seed + 1))
    }

    private func flat(_ direction: Direction) -> [Float] {
        (hasInputGradient ? direction.x.elements : []) + direction.w.elements
    }

    /// What the layer computes: forward, backward, tangent, backward tangent.
    private func results(_ w: Vector, _ direction: Direction, _ u: [Float], _ uTangent: [Float], threads: Int = 1) -> Results {
        let gradient = Vector(count: layout.count), product = Vector(count: layout.count)
        var pass = Pass(
            w, along: direction.w, addingTo: gradient, layout: layout, record: Record(on: Device()),
            device: Device(threads: threads))
        (pass.mask, pass.needsInput) = (isMasked ? x : nil, hasInputGradient)
        var results = Results()
        let y = layer.forward(x, pass)
        results.output = y.elements
        let inputGradient = layer.backward(
            Matrix(Vector(u), rows: y.rows, columns: y.columns), pass)
        results.inputGradient = inputGradient?.elements ?? []
        results.gradient = gradient.elements
        let tangent = layer.tangent(hasInputGradient ? direction.x : nil, pass)
        results.outputTangent = tangent.elements
        pass.sum = product
        let inputGradientTangent = layer.backwardTangent(
            Matrix(Vector(uTangent), rows: y.rows, columns: y.columns), pass)
        results.inputGradientTangent = inputGradientTangent?.elements ?? []
        results.product = product.elements
        return results
    }

    private func plainOutputs(_ w: Vector) -> [Double] { plain(x.elements.constants, tensors(w.elements.constants)).map(\.value) }

    private func tensors(_ w: [HyperDual]) -> [[HyperDual]] { layout.entries.map { Array(w[$0.range]) } }

    /// ⟨u, f⟩ at inputs and parameters laid end to end.
    private func scalar(_ point: [HyperDual], _ u: [HyperDual]) -> HyperDual {
        let count = hasInputGradient ? x.rows * x.columns : 0
        let inputs = hasInputGradient ? Array(point[..<count]) : x.elements.constants
        return zip(plain(inputs, tensors(Array(point[count...]))), u).reduce(HyperDual(0)) { $0 + $1.0 * $1.1 }
    }

    private func point(_ w: Vector) -> [Double] { (hasInputGradient ? x.elements.doubles : []) + w.elements.doubles }

    private func isKept(_ i: Int) -> Bool { !isMasked || i >= x.rows * x.columns || x.elements[i] > 0 }

    private func differences(_ w: Vector, _ u: [Float]) -> [Double] {
        let point = point(w), h = 1e-5
        return point.indices.map { i in
            var up = point, down = point
            up[i] += h
            down[i] -= h
            return isKept(i) ? (scalar(up.constants, u.constants).value - scalar(down.constants, u.constants).value) / (2 * h) : 0
        }
    }

    /// The derivative of f along the direction, and that of the gradient of ⟨u, f⟩ as u moves along `uTangent`.
    private func derivatives(
        _ w: Vector, _ direction: Direction, _ u: [Float], _ uTangent: [Float]
    ) -> (tangent: [Double], product: [Double]) {
        let point = point(w), along = flat(direction).doubles
        let dual = zip(point, along).map { HyperDual($0, 0, $1) }
        let moving = zip(u, uTangent).map { HyperDual(Double($0), 0, Double($1)) }
        let product = point.indices.map { i in
            var point = dual
            point[i].first = 1
            return isKept(i) ? scalar(point, moving).both : 0
        }
        let count = hasInputGradient ? x.rows * x.columns : 0
        let inputs = hasInputGradient ? Array(dual[..<count]) : x.elements.constants
        return (plain(inputs, tensors(Array(dual[count...]))).map(\.second), product)
    }
}

/// ⟨a, b⟩ in double precision.
func inner(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }

func norm(_ a: [Float]) -> Double { inner(a, a).squareRoot() }

/// A matrix of standard normal numbers.
func randomMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    Matrix(randomVector(rows * columns, seed: seed), rows: rows, columns: columns)
}

extension [Float] {
    var doubles: [Double] { map(Double.init) }
}
