import Testing

import Kernels
@testable import Networks

/// What holds for any layer: backward is the transpose of tangent.
///
/// For the Jacobian J of y by (x, w): ⟨ȳ, J(ẋ, v)⟩ = ⟨Jᵀȳ, (ẋ, v)⟩.
func expectAdjoint(
    _ layer: some Layer, inputs: Matrix, within tolerance: Double, at location: SourceLocation = #_sourceLocation
) {
    let layout = ParameterLayout(layer.tensors), gradient = Vector(count: layout.count)
    let w = randomVector(layout.count, seed: 21, scale: 0.5), v = randomVector(layout.count, seed: 22)
    var pass = Pass(w, along: v, addingTo: gradient, layout: layout, record: Record(on: Device()), device: Device())
    pass.needsInput = true
    let y = layer.forward(inputs, pass)
    let yGradient = Matrix(randomVector(y.rows * y.columns, seed: 23), rows: y.rows, columns: y.columns)
    if layer.isRectified {
        for row in 0..<y.rows { for column in 0..<y.columns where y[row, column] == 0 { yGradient[row, column] = 0 } }
    }
    let xGradient = layer.backward(yGradient, pass)
    let xTangent = Matrix(
        randomVector(inputs.rows * inputs.columns, seed: 24), rows: inputs.rows, columns: inputs.columns)
    let yTangent = layer.tangent(xTangent, pass)
    func inner(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    func norm(_ a: [Float]) -> Double { inner(a, a).squareRoot() }
    guard let xGradient else {
        Issue.record("no gradient by the inputs", sourceLocation: location)
        return
    }
    let left = inner(yGradient.elements, yTangent.elements)
    let right = inner(xGradient.elements, xTangent.elements) + inner(gradient.elements, v.elements)
    expectClose(
        left, right, within: tolerance * norm(yGradient.elements) * norm(yTangent.elements), "⟨u, Jv⟩ and ⟨Jᵀu, v⟩", at: location)
}

@Suite struct LayerTests {
    @Test(arguments: [1, 5, 40], [false, true]) func denseIsAdjoint(rows: Int, isRectified: Bool) {
        let layer = Dense("dense", inputs: 17, outputs: 23, isRectified: isRectified, initialKernel: .zeros)
        expectAdjoint(layer, inputs: randomBatch(rows, features: 17, classes: 2).inputs, within: 5e-7)
    }

    @Test func sequenceIsAdjoint() {
        let layers = [
            Dense("a", inputs: 9, outputs: 14, isRectified: true, initialKernel: .zeros),
            Dense("b", inputs: 14, outputs: 12, isRectified: true, initialKernel: .zeros),
            Dense("c", inputs: 12, outputs: 5, initialKernel: .zeros),
        ]
        expectAdjoint(Sequential(layers), inputs: randomBatch(21, features: 9, classes: 2).inputs, within: 5e-7)
    }

    @Test func theDerivativeOfReLUIsZeroAtZero() {
        // All weights and biases 0: every pre-activation is 0 exactly.
        let layer = Dense("dense", inputs: 2, outputs: 3, isRectified: true, initialKernel: .zeros)
        let layout = ParameterLayout(layer.tensors)
        let pass = Pass(
            Vector(count: layout.count), along: randomVector(layout.count, seed: 1), layout: layout, record: Record(on: Device()),
            device: Device())
        _ = layer.forward(randomBatch(4, features: 2, classes: 2).inputs, pass)
        #expect(layer.tangent(nil, pass).elements.allSatisfy { $0 == 0 })
    }
}
