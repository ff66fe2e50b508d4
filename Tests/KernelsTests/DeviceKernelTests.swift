import Testing

@testable import Kernels

/// Every kernel on an OpenCL device gives the processor's bytes: over random shapes, with ±0, denormal numbers, infinities and what is
/// no number, which is made one before bytes are compared.
@Suite(.needsOpenCL) struct DeviceKernelTests {
    @Test func productsOfAllFormsWithAllEpilogues() throws {
        let twins = try Twins()
        var draws = Draws(stream: 1)
        for _ in cases(2400) {
            let m = draws.integer(in: 1...70), n = draws.integer(in: 1...70)
            let k = draws.pick([draws.integer(in: 0...40), draws.integer(in: 250...270), draws.integer(in: 1...700)])
            let kind = draws.kind(), isLeftTransposed = draws.flip(), isRightTransposed = draws.flip()
            let a =
                isLeftTransposed
                ? draws.matrix(k, m, kind, isGapless: false) : draws.matrix(m, k, kind, isGapless: false)
            let b =
                isRightTransposed
                ? draws.matrix(n, k, kind, isGapless: false) : draws.matrix(k, n, kind, isGapless: false)
            let result = draws.matrix(m, n, .odd, isGapless: false)
            let bias = draws.matrix(1, n, .odd), active = draws.matrix(m, n, draws.pick([.odd, .broken]))
            let accumulate = draws.flip(), epilogue = draws.integer(in: 0...4), size = draws.pick([2, 4, 8])
            twins.compare(
                "\(m) × \(n) × \(k), \(isLeftTransposed), \(isRightTransposed), \(kind), epilogue \(epilogue), size \(size)",
                [a, b, result, bias, active]
            ) { x, device in
                let a = isLeftTransposed ? x[0].transposed : x[0].plain, b = isRightTransposed ? x[1].transposed : x[1].plain
                let epilogue = Epilogue(number: epilogue, bias: x[3], active: x[4])
                if let queue = device.queue {
                    MatrixProduct.enqueue(
                        a, b, into: x[2], accumulate: accumulate, epilogue: epilogue, size: size, on: queue)
                } else {
                    MatrixProduct.compute(a, b, into: x[2], accumulate: accumulate, epilogue: epilogue, device: device)
                }
            }
        }
    }

    /// One kernel for what the processor does one after the other: blocks of terms begin anew with each piece of each product, and each
    /// lane has a result of its own.
    @Test func sumsOfProductsInPieces() throws {
        let twins = try Twins()
        var draws = Draws(stream: 21)
        for _ in cases(1200) {
            let m = draws.integer(in: 1...40), n = draws.integer(in: 1...40)
            let k = draws.pick([draws.integer(in: 0...40), draws.integer(in: 250...270), draws.integer(in: 1...900)])
            let kind = draws.kind(), isInPieces = draws.flip(), accumulate = draws.flip(), count = draws.integer(in: 1...3)
            let piece = draws.pick([draws.integer(in: 1...900), 256, 8, max(1, k)]), isAlike = draws.flip()
            let lanes = isInPieces ? draws.integer(in: 1...min(8, max(1, (k + piece - 1) / piece))) : 1
            let factors = (0..<count).flatMap { _ in
                [draws.matrix(k, m, kind, isGapless: isAlike), draws.matrix(k, n, kind, isGapless: isAlike)]
            }
            let result = draws.matrix(m * lanes, n, .odd), active = draws.matrix(m, n, .odd)
            twins.compare(
                "\(count) of \(m) × \(n) × \(k), pieces of \(piece) in \(lanes) lanes: \(isInPieces), \(kind)",
                factors + [result, active]
            ) { x, device in
                let pairs = (0..<count).map { (x: x[2 * $0], y: x[2 * $0 + 1]) }
                if isInPieces {
                    MatrixProduct.add(
                        pairs, to: x[2 * count].rows(0..<m), pieces: Pieces(of: piece, lanes: lanes, distance: m * n),
                        device: device)
                } else {
                    MatrixProduct.compute(
                        pairs.map { ($0.x.transposed, $0.y.plain) }, into: x[2 * count], accumulate: accumulate,
                        epilogue: .whereActive(x[2 * count + 1]), device: device)
                }
            }
        }
    }

    @Test func largeProducts() throws {
        let twins = try Twins()
        var draws = Draws(stream: 2)
        for (m, n, k) in [(300, 260, 600), (1030, 10, 784), (784, 129, 1024)] {
            twins.compare(
                "\(m) × \(n) × \(k)", [draws.matrix(m, k, .plain), draws.matrix(k, n, .plain), Matrix(rows: m, columns: n)]
            ) { x, device in MatrixProduct.compute(x[0].plain, x[1].plain, into: x[2], device: device) }
        }
    }

    @Test func elementwiseMapsAndReductions() throws {
        let twins = try Twins()
        var draws = Draws(stream: 3)
        for _ in cases(1000) {
            let rows = draws.integer(in: 1...40), columns = draws.pick([1, 3, 10, 16, 33, 200]), kind = draws.kind()
            let a = draws.number(.plain), pieces = draws.pieces(of: rows, distance: columns)
            let x = draws.matrix(rows, columns, kind), y = draws.matrix(rows, columns, kind)
            let matrices = [x, y, draws.matrix(rows, columns, .plain)]
            let what = "\(rows) × \(columns), \(kind)"
            twins.compare("sum of \(what)", matrices) { x, device in
                Elementwise.sum(x[0].storage, plus: a, x[1].storage, into: x[2].storage, device: device)
            }
            twins.compare("add to \(what)", matrices) { x, device in
                Elementwise.add(a, x[0].storage, to: x[1].storage, device: device)
            }
            twins.compare("scale \(what)", matrices) { x, device in Elementwise.scale(x[0], by: a, into: x[2], device: device) }
            twins.compare("difference of \(what)", matrices) { x, device in
                Elementwise.scaledDifference(x[0], x[1], by: a, into: x[2], device: device)
            }
            twins.compare("addition of \(what)", matrices) { x, device in
                Addition.compute(x[0], x[1], into: x[2], device: device)
            }
            twins.compare("sums of \(what)", matrices) { x, device in
                Sums.add([x[0].storage, x[1].storage], to: x[2].storage, device: device)
            }
            twins.compareNumber("distance of \(what)", matrices) { x, device in
                Sums.squaredDistance(x[0], x[1], pieces: pieces, device: device)
            }
            let gap = draws.matrix(rows, columns, kind, isGapless: false), sums = draws.matrix(pieces.lanes, columns, .odd)
            twins.compare("column sums of \(what), \(pieces)", [gap, sums]) { x, device in
                ColumnSums.add(x[0], to: x[1].rows(0..<1), pieces: pieces, device: device)
            }
        }
        for count in [1, 15, 4095, 4096, 4097, 100_003] {
            let matrices = [draws.matrix(1, count, .wide), draws.matrix(1, count, .wide)]
            twins.compareNumber("dot of \(count)", matrices) { x, device in
                Sums.dot(x[0].storage, x[1].storage, device: device)
            }
            let rows = count / 10 + 1
            twins.compare("column sums of \(rows)", [draws.matrix(rows, 7, .plain), draws.matrix(1, 7, .plain)]) { x, device in
                ColumnSums.add(x[0], to: x[1], device: device)
            }
            twins.compare("column sums of \(rows) in pieces", [draws.matrix(rows, 7, .plain), draws.matrix(3, 7, .plain)]) {
                x, device in
                let pieces = Pieces(of: max(1, rows / 5), lanes: min(3, rows), distance: 7)
                ColumnSums.add(x[0], to: x[1].rows(0..<1), pieces: pieces, device: device)
            }
            twins.compareNumber("distance of \(rows)", [draws.matrix(rows, 10, .plain), draws.matrix(rows, 10, .odd)]) {
                x, device in
                Sums.squaredDistance(x[0], x[1], pieces: Pieces(of: 512), device: device)
            }
        }
    }

    @Test func functionsOnAllKindsOfNumbers() throws {
        let twins = try Twins()
        // Every 4,099th of all numbers of single precision: a million, of each sign, size and kind.
        let numbers = Vector(stride(from: UInt64(0), through: UInt64(UInt32.max), by: 4099).map { Float(bitPattern: UInt32($0)) })
        let x = numbers.row, device = twins.device
        let onDevice = Matrix(device.copy(of: numbers), rows: 1, columns: numbers.count)
        let result = device.matrix(rows: 1, columns: numbers.count)
        for (name, function) in [("exponential", { Functions.exp($0) }), ("hyperbolic_tangent", { Functions.tanh($0) })]
            as [(String, (SIMD16<Float>) -> SIMD16<Float>)]
        {
            try #require(device.queue).forEach(numbers.count, name, [.matrix(onDevice), .matrix(result)])
            let found = result.elements
            var different = 0
            for i in stride(from: 0, to: numbers.count, by: 16) {
                let expected = function(Lanes16.load(x.start + i, count: min(16, numbers.count - i)))
                for j in i..<min(i + 16, numbers.count) {
                    let y = expected[j - i]
                    if !isSame(Double(found[j]), Double(y)) { different += 1 }
                }
            }
            #expect(different == 0, "\(name)")
        }
        #expect(device.failure == nil)
    }

    @Test func activations() throws {
        let twins = try Twins()
        var draws = Draws(stream: 4)
        for _ in cases(700) {
            let rows = draws.integer(in: 1...30), columns = draws.integer(in: 1...50), kind = draws.kind()
            let function = draws.pick(SmoothActivation.allCases)
            let matrices = (0..<6).map { _ in draws.matrix(rows, columns, kind) }
            twins.compare("\(function) of \(rows) × \(columns), \(kind)", matrices) { x, device in
                function.compute(x[0], into: x[1], derivative: x[2], device: device)
                SmoothActivation.multiply(x[3], derivative: x[2], into: x[4], device: device)
                function.backwardTangent(
                    x[0], derivative: x[2], tangent: x[1], outputGradient: x[3], outputGradientTangent: x[4], into: x[5],
                    device: device)
            }
        }
    }

    @Test func softmaxAndCrossEntropy() throws {
        let twins = try Twins()
        var draws = Draws(stream: 5)
        for _ in cases(1000) {
            let rows = draws.integer(in: 1...40), classes = draws.integer(in: 1...80), kind = draws.kind()
            let labels = (0..<rows).map { _ in Int32(draws.integer(in: 0...classes - 1)) }
            let pieces = draws.pieces(of: rows)
            let matrices =
                [draws.matrix(rows, classes, kind, isGapless: false)] + (0..<4).map { _ in draws.matrix(rows, classes, .plain) }
            twins.compareNumber("\(rows) × \(classes), \(kind)", matrices) { x, device in
                OneHot.compute(labels[...], into: x[4], device: device)
                let loss = CrossEntropy.compute(
                    x[0], labels: labels[...], scale: 0.37, probabilities: x[1], gradient: x[2], pieces: pieces, device: device)
                CrossEntropy.gradientTangent(x[1], tangent: x[3], scale: 0.37, into: x[2], device: device)
                return loss
            }
        }
    }

    @Test func embeddings() throws {
        let twins = try Twins()
        var draws = Draws(stream: 6)
        for _ in cases(500) {
            let length = draws.integer(in: 1...9), rows = length * draws.integer(in: 1...6)
            let vocabulary = draws.integer(in: 1...20), features = draws.integer(in: 1...40)
            let tokens = Matrix(
                Vector((0..<rows).map { _ in Float(draws.integer(in: 0...vocabulary - 1)) }), rows: rows, columns: 1)
            let kind = draws.kind(), sequences = rows / length, lanes = draws.integer(in: 1...min(3, sequences))
            // Both tables of a lane one after the other, as the tensors of a network are.
            let pieces = Pieces(of: length, lanes: lanes, distance: (vocabulary + length) * features)
            let matrices = [
                tokens, draws.matrix(vocabulary, features, kind), draws.matrix(length, features, kind),
                draws.matrix(rows, features, kind), draws.matrix((vocabulary + length) * lanes, features, .odd),
            ]
            twins.compare("\(rows) rows, \(vocabulary) tokens, \(features) features, \(kind)", matrices) { x, device in
                TokenTable.lookUp(x[0], table: x[1], positions: x[2], into: x[3], device: device)
                TokenTable.add(
                    x[3], of: x[0], toTable: x[4].rows(0..<vocabulary), positions: x[4].rows(vocabulary..<vocabulary + length),
                    pieces: pieces, device: device)
            }
        }
    }

    @Test func normalisations() throws {
        let twins = try Twins()
        var draws = Draws(stream: 7)
        for index in cases(700) {
            let rows = index % 50 == 0 ? draws.integer(in: 250...600) : draws.integer(in: 1...40)
            let columns = draws.integer(in: 1...50), kind = draws.kind(), isMasked = draws.flip()
            func new(_ rows: Int, _ kind: Draws.Kind) -> Matrix { draws.matrix(rows, columns, kind) }
            let statistics = [Matrix(rows: 4, columns: rows), Matrix(rows: 4, columns: rows)]
            let vectors = (0..<4).map { _ in new(1, .plain) }, sums = (0..<4).map { _ in new(1, .odd) }
            let wide = (0..<4).map { _ in new(rows, kind) }, results = (0..<4).map { _ in new(rows, .odd) },
                mask = new(rows, .odd)
            twins.compare(
                "\(rows) × \(columns), \(kind), \(isMasked)", statistics + vectors + sums + wide + results + [mask]
            ) { m, device in
                let (s, t, v, g) = (m[0], m[1], m[2..<6], m[6..<10])
                let (x, xTangent, above, aboveTangent) = (m[10], m[11], m[12], m[13]), y = Array(m[14..<18])
                let mask = isMasked ? m[18] : nil
                Normalisation.compute(x, scale: v[2], bias: v[3], epsilon: 1e-5, into: y[0], statistics: s, device: device)
                Normalisation.backward(
                    x, statistics: s, scale: v[2], outputGradient: above, mask: mask, into: y[1], scaleGradient: g[6],
                    biasGradient: g[7], device: device)
                Normalisation.tangent(
                    x, statistics: s, scale: v[2], tangent: xTangent, scaleDirection: v[4], biasDirection: v[5], into: y[2],
                    tangentStatistics: t, device: device)
                Normalisation.backwardTangent(
                    x, statistics: s, scale: v[2], tangent: xTangent, tangentStatistics: t, scaleDirection: v[4],
                    outputGradient: above, outputGradientTangent: aboveTangent, mask: mask, into: y[3], scaleProduct: g[8],
                    biasProduct: g[9], device: device)
            }
        }
    }

    @Test func attention() throws {
        let twins = try Twins()
        var draws = Draws(stream: 8)
        for _ in cases(400) {
            let shape = AttentionShape(
                length: draws.integer(in: 1...40), heads: draws.integer(in: 1...4), keySize: draws.integer(in: 1...34))
            let rows = shape.length * draws.integer(in: 1...3), kind = draws.kind()
            let wide = (0..<15).map { _ in draws.matrix(rows, shape.width, kind) }
            let squares = (0..<2).map { _ in draws.matrix(rows * shape.heads, shape.length, .plain) }
            twins.compare("\(shape), \(rows) rows, \(kind)", wide + squares) { m, device in
                func three(_ first: Int) -> AttentionInputs {
                    AttentionInputs(queries: m[first], keys: m[first + 1], values: m[first + 2])
                }
                let (p, pTangent) = (m[15], m[16])
                Attention.compute(three(0), shape: shape, weights: p, into: m[12], device: device)
                Attention.backward(
                    three(0), shape: shape, weights: p, outputGradient: m[13], into: three(6), device: device)
                Attention.tangent(
                    three(0), shape: shape, weights: p, tangent: three(3), weightsTangent: pTangent, into: m[14], device: device)
                Attention.backwardTangent(
                    three(0), shape: shape, weights: p, tangent: three(3), weightsTangent: pTangent, outputGradient: m[13],
                    outputGradientTangent: m[14], into: three(9), device: device)
            }
        }
    }

    @Test func convolutions() throws {
        let twins = try Twins()
        var draws = Draws(stream: 9)
        for _ in cases(500) {
            let shape = ImageShape(height: draws.integer(in: 1...9), width: draws.integer(in: 1...9))
            let channels = [1, 3, 7, 8, 9, 16, 17, 35]
            let inputs = draws.pick(channels), outputs = draws.pick(channels)
            let images = draws.integer(in: 1...draws.pick([11, 40])), rows = shape.pixels * images
            let kind = draws.kind(), epilogue = draws.integer(in: 0...4)
            // Kernel and bias of a lane one after the other, as the tensors of a network are.
            let pieces = draws.pieces(of: images, unit: 8, distance: (9 * inputs + 1) * outputs)
            let matrices = [
                draws.matrix(rows, inputs, kind), draws.matrix(rows, inputs, kind), draws.matrix(9 * inputs, outputs, kind),
                draws.matrix(9 * inputs, outputs, .plain), draws.matrix(rows, outputs, .odd), draws.matrix(1, outputs, .odd),
                draws.matrix(rows, outputs, .odd), draws.matrix((9 * inputs + 1) * pieces.lanes, outputs, .odd),
                draws.matrix(9 * outputs, inputs, .odd),
            ]
            twins.compare("\(shape), \(images) images, \(inputs) to \(outputs), \(kind), \(epilogue), \(pieces)", matrices) {
                x, device in
                let epilogue = Epilogue(number: epilogue, bias: x[5], active: x[6])
                Convolution.compute([(x[0], x[2]), (x[1], x[3])], shape: shape, into: x[4], epilogue: epilogue, device: device)
                let kernel = x[7].rows(0..<9 * inputs), bias = x[7].rows(9 * inputs..<9 * inputs + 1)
                Convolution.addKernelGradient(
                    x[0], x[4], shape: shape, to: kernel, bias: bias, pieces: pieces, device: device)
                Convolution.addKernelGradients(
                    ((x[1], x[6]), (x[0], x[4])), shape: shape, pieces: pieces, to: kernel, bias: bias,
                    ignored: device.matrix(rows: 1, columns: outputs), device: device)
                Convolution.compute(x[1], x[2], shape: shape, into: x[4], epilogue: epilogue, device: device)
                Convolution.transpose(x[3], into: x[8], device: device)
            }
        }
    }

    @Test func pooling() throws {
        let twins = try Twins()
        var draws = Draws(stream: 10)
        for _ in cases(700) {
            let shape = ImageShape(height: draws.integer(in: 2...9), width: draws.integer(in: 2...9))
            let images = draws.integer(in: 1...4), channels = draws.integer(in: 1...20), kind = draws.kind()
            let matrices =
                [draws.matrix(images * shape.pixels, channels, kind), draws.matrix(images * shape.pixels, channels, .odd)]
                + (0..<3).map { _ in draws.matrix(images * shape.halved.pixels, channels, kind) }
            twins.compare("\(images) of \(shape), \(channels) channels, \(kind)", matrices) { x, device in
                MaxPooling.compute(x[0], shape: shape, into: x[2], choice: x[3], device: device)
                MaxPooling.gather(x[1], choice: x[3], shape: shape, into: x[4], device: device)
                MaxPooling.scatter(x[2], choice: x[3], shape: shape, into: x[0], device: device)
            }
        }
    }

    @Test func randomNumbers() throws {
        let twins = try Twins()
        twins.compare("normal numbers", [Matrix(rows: 1, columns: 1000)]) { x, device in
            RandomStream(.search, index: 1, seed: 3).fillNormal(x[0].storage)
        }
    }
}
