extension OpenCLDevice {
    /// Computes known answers on the device and holds them against the processor's bytes: products at odd sizes, functions, sums,
    /// and each part of the networks, with numbers that cancel, ±0, denormal ones, infinities and what is no number.
    ///
    /// Takes a fraction of a second once the device's compiler has seen the kernels. It is no promise that a device which passes never
    /// errs later.
    /// - Throws: `OpenCLError.differs` with the name of the first test that fails, or what else went wrong.
    package func prove() throws(OpenCLError) { try Self.prove(Device(on: self), name: name) }

    /// Proves a device that is open.
    static func prove(_ device: Device, name: String) throws(OpenCLError) {
        let twins = Twins(device)
        for answer in KnownAnswer.all {
            for special in [false, true] {
                if let how = try twins.difference(answer.shapes.map { answer.matrix($0, special: special) }, answer.compute) {
                    throw .differs(device: name, test: answer.name + (special ? " of special numbers" : ""), how: how)
                }
            }
        }
    }
}

/// A test whose answer the processor knows.
private struct KnownAnswer: Sendable {
    let name: String
    /// The rows and columns of the matrices that it takes.
    let shapes: [(rows: Int, columns: Int)]
    /// Computes on them, and returns a sum where there is one.
    let compute: @Sendable ([Matrix], Device) -> Double

    init(_ name: String, _ shapes: [(rows: Int, columns: Int)], _ compute: @escaping @Sendable ([Matrix], Device) -> Double) {
        (self.name, self.shapes, self.compute) = (name, shapes, compute)
    }

    /// A matrix of numbers between −1 and 1, or of those with the others among them.
    func matrix(_ shape: (rows: Int, columns: Int), special: Bool) -> Matrix {
        let generator = Philox(seed: UInt64(shape.rows * 1000 + shape.columns))
        let others: [Float] = [0, -0.0, 0x1p-126, -0x1p-140, 0x1p-149, 0x1p100, -0x1p100, .infinity, .nan]
        let elements = (0..<UInt64(shape.rows * shape.columns)).map { index in
            let x = Float(2 * generator.uniform(index, stream: 0) - 1)
            let choice = special ? generator.integer(below: 60, index, stream: 1) : others.count
            // Those that spread over a whole row are rare, so that the other numbers show.
            return choice < others.count - 2 || choice < others.count && index % 7 == 0 ? others[choice] : x
        }
        return Matrix(Vector(elements), rows: shape.rows, columns: shape.columns)
    }

    static let all: [KnownAnswer] = products + sums + layers

    private static let products: [KnownAnswer] =
        [(false, false), (false, true), (true, false), (true, true)].map { left, right in
            KnownAnswer(
                "a product\(left ? " with a transposed first factor" : "")\(right ? " with a transposed second factor" : "")",
                [left ? (300, 37) : (37, 300), right ? (45, 300) : (300, 45), (37, 45), (1, 45), (37, 45)]
            ) { x, device in
                let a = left ? x[0].transposed : x[0].plain, b = right ? x[1].transposed : x[1].plain
                MatrixProduct.compute(a, b, into: x[2], epilogue: .biasThenReLU(x[3]), device: device)
                MatrixProduct.compute(a, b, into: x[2], accumulate: true, epilogue: .whereActive(x[4]), device: device)
                return 0
            }
        }
        + [
            KnownAnswer("two products in turn", [(620, 37), (620, 45), (620, 37), (620, 45), (74, 45)]) { x, device in
                MatrixProduct.add(
                    [(x[0], x[1]), (x[2], x[3])], to: x[4].rows(0..<37), pieces: Pieces(of: 300, lanes: 2, distance: 37 * 45),
                    device: device)
                return 0
            }
        ]
        + KernelSource.productSizes.map { size in
            // Which one a product takes depends on its shape; all of them are asked.
            KnownAnswer("a large product by tiles of \(size)", [(140, 520), (520, 150), (140, 150)]) { x, device in
                if let queue = device.queue {
                    MatrixProduct.enqueue(
                        x[0].plain, x[1].plain, into: x[2], accumulate: false, epilogue: .none, size: size, on: queue)
                } else {
                    MatrixProduct.compute(x[0].plain, x[1].plain, into: x[2], device: device)
                }
                return 0
            }
        }

    private static let sums: [KnownAnswer] = [
        KnownAnswer("maps and sums", [(1, 9001), (1, 9001), (1, 9001)]) { x, device in
            Elementwise.sum(x[0].storage, plus: 0.3, x[1].storage, into: x[2].storage, device: device)
            Addition.compute(x[2], x[0], into: x[1], device: device)
            Elementwise.scale(x[1], by: 1 / 3, into: x[0], device: device)
            return Sums.dot(x[0].storage, x[2].storage, device: device)
        },
        KnownAnswer("squared distances and sums of columns", [(700, 10), (700, 10), (2, 10)]) { x, device in
            ColumnSums.add(x[0], to: x[2].rows(0..<1), pieces: Pieces(of: 300, lanes: 2, distance: 10), device: device)
            Elementwise.scaledDifference(x[0], x[1], by: 0.7, into: x[0], device: device)
            return Sums.squaredDistance(x[0], x[1], pieces: Pieces(of: 256), device: device)
        },
    ]

    private static let layers: [KnownAnswer] = [
        activation("GELU", .gelu), activation("tanh", .tanh),
        KnownAnswer("rows of labels", [(37, 65)]) { x, device in
            OneHot.compute((0..<37).map { Int32($0 * 7 % 65) }[...], into: x[0], device: device)
            return 0
        },
        KnownAnswer("embeddings", [(13, 21), (6, 21), (24, 21), (13, 21), (6, 21)]) { x, device in
            // Tokens are whole numbers, whatever the other matrices hold.
            let tokens = device.reachable(Matrix(Vector((0..<24).map { Float($0 * $0 % 13) }), rows: 24, columns: 1))
            TokenTable.lookUp(tokens, table: x[0], positions: x[1], into: x[2], device: device)
            TokenTable.add(x[2], of: tokens, toTable: x[3], positions: x[4], device: device)
            return 0
        },
        KnownAnswer("cross-entropy", Array(repeating: (37, 65), count: 4)) { x, device in
            let labels = (0..<37).map { Int32($0) }
            let loss = CrossEntropy.compute(
                x[0], labels: labels[...], scale: 0.3, probabilities: x[1], gradient: x[2], device: device)
            CrossEntropy.gradientTangent(x[1], tangent: x[2], scale: 0.3, into: x[3], device: device)
            return loss
        },
        KnownAnswer(
            "normalisation",
            Array(repeating: (300, 35), count: 6) + Array(repeating: (1, 35), count: 6) + Array(repeating: (4, 300), count: 2)
        ) { x, device in
            Normalisation.compute(
                x[0], scale: x[6], bias: x[7], epsilon: 1e-5, into: x[1], statistics: x[12], device: device)
            Normalisation.backward(
                x[0], statistics: x[12], scale: x[6], outputGradient: x[2], mask: x[3], into: x[4], scaleGradient: x[8],
                biasGradient: x[9], device: device)
            Normalisation.tangent(
                x[0], statistics: x[12], scale: x[6], tangent: x[3], scaleDirection: x[10], biasDirection: x[11], into: x[5],
                tangentStatistics: x[13], device: device)
            Normalisation.backwardTangent(
                x[0], statistics: x[12], scale: x[6], tangent: x[3], tangentStatistics: x[13], scaleDirection: x[10],
                outputGradient: x[2], outputGradientTangent: x[5], mask: nil, into: x[4], scaleProduct: x[8],
                biasProduct: x[9], device: device)
            return 0
        },
        KnownAnswer("attention", Array(repeating: (38, 14), count: 11) + Array(repeating: (76, 19), count: 2)) { x, device in
            let shape = AttentionShape(length: 19, heads: 2, keySize: 7)
            func inputs(_ first: Int) -> AttentionInputs {
                AttentionInputs(queries: x[first], keys: x[first + 1], values: x[first + 2])
            }
            Attention.compute(inputs(0), shape: shape, weights: x[11], into: x[9], device: device)
            Attention.backward(
                inputs(0), shape: shape, weights: x[11], outputGradient: x[10], into: inputs(3), device: device)
            Attention.tangent(
                inputs(0), shape: shape, weights: x[11], tangent: inputs(3), weightsTangent: x[12], into: x[9],
                device: device)
            Attention.backwardTangent(
                inputs(0), shape: shape, weights: x[11], tangent: inputs(3), weightsTangent: x[12], outputGradient: x[10],
                outputGradientTangent: x[9], into: inputs(6), device: device)
            return 0
        },
        convolution("a convolution", inputs: 3), convolution("a convolution by tiles", inputs: 9),
        KnownAnswer("pooling", [(126, 5), (48, 5), (48, 5), (48, 5)]) { x, device in
            let shape = ImageShape(height: 7, width: 9)
            let (x, half) = (x[0], x[1...3].map { $0.rows(0..<24) })
            MaxPooling.compute(x, shape: shape, into: half[0], choice: half[1], device: device)
            MaxPooling.gather(x, choice: half[1], shape: shape, into: half[2], device: device)
            MaxPooling.scatter(half[0], choice: half[1], shape: shape, into: x, device: device)
            return 0
        },
    ]

    private static func activation(_ name: String, _ function: SmoothActivation) -> KnownAnswer {
        KnownAnswer(name, Array(repeating: (31, 33), count: 6)) { x, device in
            function.compute(x[0], into: x[1], derivative: x[2], device: device)
            SmoothActivation.multiply(x[3], derivative: x[2], into: x[4], device: device)
            function.backwardTangent(
                x[0], derivative: x[2], tangent: x[1], outputGradient: x[3], outputGradientTangent: x[4], into: x[5],
                device: device)
            return 0
        }
    }

    private static func convolution(_ name: String, inputs: Int) -> KnownAnswer {
        let outputs = 11
        return KnownAnswer(
            name, [(350, inputs), (9 * inputs, outputs), (350, outputs), (1, outputs), (9 * inputs, outputs), (1, outputs)]
        ) { x, device in
            let shape = ImageShape(height: 5, width: 7)
            Convolution.compute(x[0], x[1], shape: shape, into: x[2], epilogue: .biasThenReLU(x[3]), device: device)
            Convolution.addKernelGradient(x[0], x[2], shape: shape, to: x[4], bias: x[5], device: device)
            return 0
        }
    }
}
