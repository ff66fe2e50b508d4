import Kernels
import Testing

@testable import Networks

@Suite struct ConvolutionTests {
    @Test(arguments: [false, true]) func convIsItsDefinition(isRectified: Bool) {
        let shape = ImageShape(height: 4, width: 5)
        LayerCheck(
            layer: Conv("conv", shape: shape, inputs: 3, outputs: 6, isRectified: isRectified),
            plain: PlainConv(shape: shape, inputs: 3, outputs: 6, isRectified: isRectified),
            x: randomMatrix(2 * 20, 3, seed: 3)
        ).run()
    }

    /// A single row or column has borders on both sides of every pixel.
    @Test(arguments: [ImageShape(height: 1, width: 6), ImageShape(height: 6, width: 1), ImageShape(height: 1, width: 1)])
    func convAtTheBorders(shape: ImageShape) {
        LayerCheck(
            layer: Conv("conv", shape: shape, inputs: 2, outputs: 3), plain: PlainConv(shape: shape, inputs: 2, outputs: 3),
            x: randomMatrix(2 * shape.pixels, 2, seed: 3)
        ).run()
    }

    @Test func convOnARectifiedLayer() {
        let shape = ImageShape(height: 3, width: 4)
        let x = randomMatrix(2 * 12, 4, seed: 5)
        for i in 0..<x.storage.count { x.storage[i] = max(x.storage[i], 0) }
        LayerCheck(
            layer: Conv("conv", shape: shape, inputs: 4, outputs: 5), plain: PlainConv(shape: shape, inputs: 4, outputs: 5),
            x: x, isMasked: true
        ).run()
    }

    /// Widths within, at and beyond 16 lanes.
    @Test(arguments: [5, 16, 37]) func layerNormIsItsDefinition(features: Int) {
        LayerCheck(
            layer: LayerNorm("norm", features: features, epsilon: 1e-5), plain: PlainLayerNorm(features: features, epsilon: 1e-5),
            x: randomMatrix(6, features, seed: 4)
        ).run()
    }

    @Test func layerNormOnARectifiedLayer() {
        let x = randomMatrix(9, 12, seed: 6)
        for i in 0..<x.storage.count { x.storage[i] = max(x.storage[i], 0) }
        LayerCheck(
            layer: LayerNorm("norm", features: 12, epsilon: 1e-6), plain: PlainLayerNorm(features: 12, epsilon: 1e-6), x: x,
            isMasked: true
        ).run()
    }

    /// Even sizes, and odd ones whose last row and column are left out.
    @Test(arguments: [ImageShape(height: 4, width: 6), ImageShape(height: 5, width: 3)]) func maxPoolIsItsDefinition(
        shape: ImageShape
    ) {
        LayerCheck(
            layer: MaxPool(shape: shape), plain: PlainMaxPool(shape: shape, channels: 18),
            x: randomMatrix(2 * shape.pixels, 18, seed: 7)
        ).run()
    }

    @Test func ofEqualNumbersMaxPoolChoosesTheFirst() {
        let x = Matrix(Vector([1, 5, 2, 5, 5, 3, 3, 3, 0, 0, 0, 0]), rows: 12, columns: 1)
        let pool = MaxPool(shape: ImageShape(height: 2, width: 2))
        var pass = Pass(Vector(count: 0), layout: ParameterLayout([]), record: Record(on: Device()), device: Device())
        pass.needsInput = true
        #expect(pool.forward(x, pass).elements == [5, 5, 0])
        let gradient = pool.backward(Matrix(Vector([7, 8, 9]), rows: 3, columns: 1), pass)
        #expect(gradient?.elements == [0, 7, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0])
    }

    @Test(arguments: 0..<4) func maxPoolDoesNotHideWhatIsNotANumber(place: Int) {
        let x = Matrix(Vector([1, 2, 3, 4]), rows: 4, columns: 1)
        x[place, 0] = .nan
        let pool = MaxPool(shape: ImageShape(height: 2, width: 2))
        let pass = Pass(Vector(count: 0), layout: ParameterLayout([]), record: Record(on: Device()), device: Device())
        #expect(pool.forward(x, pass)[0, 0].isNaN)
    }
}
