extension Convolution {
    /// x ∗ kernel by plain loops in double precision: the oracle of the tests.
    package static func reference(_ x: Matrix, _ kernel: Matrix, shape: ImageShape) -> [Double] {
        let inputs = x.columns
        var result: [Double] = []
        forEachPixel(x, shape) { image, py, px in
            for output in 0..<kernel.columns {
                var sum = 0.0
                for dy in 0..<3 {
                    for dx in 0..<3 where isInside(py + dy - 1, px + dx - 1, shape) {
                        let source = (image * shape.height + py + dy - 1) * shape.width + px + dx - 1
                        for input in 0..<inputs {
                            sum += Double(x[source, input]) * Double(kernel[(dy * 3 + dx) * inputs + input, output])
                        }
                    }
                }
                result.append(sum)
            }
        }
        return result
    }

    /// The derivative of ⟨ȳ, x ∗ kernel⟩ by the kernel, by plain loops in double precision.
    package static func referenceKernelGradient(_ x: Matrix, _ outputGradient: Matrix, shape: ImageShape) -> [Double] {
        let inputs = x.columns, outputs = outputGradient.columns
        var result = [Double](repeating: 0, count: 9 * inputs * outputs)
        forEachPixel(x, shape) { image, py, px in
            let target = (image * shape.height + py) * shape.width + px
            for dy in 0..<3 {
                for dx in 0..<3 where isInside(py + dy - 1, px + dx - 1, shape) {
                    let source = (image * shape.height + py + dy - 1) * shape.width + px + dx - 1
                    for input in 0..<inputs {
                        for output in 0..<outputs {
                            result[((dy * 3 + dx) * inputs + input) * outputs + output] +=
                                Double(x[source, input]) * Double(outputGradient[target, output])
                        }
                    }
                }
            }
        }
        return result
    }

    private static func forEachPixel(_ x: Matrix, _ shape: ImageShape, _ body: (_ image: Int, _ y: Int, _ x: Int) -> Void) {
        for image in 0..<x.rows / shape.pixels {
            for py in 0..<shape.height {
                for px in 0..<shape.width { body(image, py, px) }
            }
        }
    }

    private static func isInside(_ y: Int, _ x: Int, _ shape: ImageShape) -> Bool {
        y >= 0 && y < shape.height && x >= 0 && x < shape.width
    }
}
