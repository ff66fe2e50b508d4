/// The negative log-likelihood of labels under the softmax of scores: −log p[label] with p = e^z / Σ e^z, in nats.
package enum CrossEntropy {
    typealias Lanes = SIMD16<Float>

    /// Returns the sum over the rows of −log p[label], and writes the probabilities and the gradient `scale`·(p − one-hot).
    ///
    /// Each row's logarithm and the sum over rows, in order, are in double precision.
    /// - Parameters:
    ///   - scores: z, [rows, classes].
    ///   - labels: one class a row.
    ///   - probabilities, gradient: [rows, classes].
    ///   - pieces: each piece's rows are summed up before the next one's, then the pieces of each lane, then the lanes.
    package static func compute(
        _ scores: Matrix, labels: ArraySlice<Int32>, scale: Float, probabilities: Matrix, gradient: Matrix,
        pieces: Pieces = .whole, device: Device
    ) -> Double {
        let rows = scores.rows, classes = scores.columns
        require(
            classes > 0 && labels.count == rows && labels.allSatisfy { $0 >= 0 && $0 < classes }
                && [probabilities, gradient].allSatisfy { $0.rows == rows && $0.columns == classes },
            "cross-entropy of \(scores.shape), \(labels.count) labels, \(probabilities.shape), \(gradient.shape)")
        if let queue = device.queue {
            return enqueue(
                scores, labels: labels, scale: scale, probabilities: probabilities, gradient: gradient, pieces: pieces,
                device: device, on: queue)
        }
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, rows)) { losses in
            let shared = Shared(losses.baseAddress!)
            device.split(rows, grain: max(1, 4096 / classes)) { _, range in
                for row in range {
                    let label = Int(labels[labels.startIndex + row])
                    let z = scores.start + row * scores.stride, p = probabilities.start + row * probabilities.stride
                    let g = gradient.start + row * gradient.stride
                    let (top, sum) = powers(z, into: p, classes: classes)
                    shared.pointer[row] = Functions.log(Double(sum)) + Double(top) - Double(z[label])
                    let inverse = 1 / sum
                    Lanes16.forEachGroup(classes) { column, count in
                        let value = Lanes16.load(p + column, count: count) * inverse
                        Lanes16.store(value, to: p + column, count: count)
                        Lanes16.store(value * scale, to: g + column, count: count)
                    }
                    g[label] = (p[label] - 1) * scale
                }
            }
            return pieces.total(ofRows: rows) { losses[$0] }
        }
    }

    /// Writes the derivative of the gradient along ż to `result`: `scale`·p·(ż − Σ p·ż).
    package static func gradientTangent(
        _ probabilities: Matrix, tangent: Matrix, scale: Float, into result: Matrix, device: Device
    ) {
        let classes = probabilities.columns
        require(
            [tangent, result].allSatisfy { $0.rows == probabilities.rows && $0.columns == classes },
            "the tangent \(tangent.shape) of \(probabilities.shape) into \(result.shape)")
        if let queue = device.queue {
            queue.forEachRow(
                probabilities.rows, "cross_entropy_gradient_tangent",
                [
                    .matrix(probabilities), .matrix(tangent), .float(scale), .matrix(result), .int(probabilities.rows),
                    .int(classes),
                ])
            return
        }
        device.split(probabilities.rows, grain: max(1, 4096 / max(1, classes))) { _, range in
            for row in range {
                let p = probabilities.start + row * probabilities.stride
                let z = tangent.start + row * tangent.stride, target = result.start + row * result.stride
                var sum = Lanes.zero
                Lanes16.forEachGroup(classes) { column, count in
                    sum.addProduct(Lanes16.load(p + column, count: count), Lanes16.load(z + column, count: count))
                }
                let mean = Lanes16.sum(sum)
                Lanes16.forEachGroup(classes) { column, count in
                    let value = (Lanes16.load(z + column, count: count) - mean) * Lanes16.load(p + column, count: count)
                    Lanes16.store(value * scale, to: target + column, count: count)
                }
            }
        }
    }

    /// Writes e^(z − max z) to `target` and returns the maximum and the sum.
    @inline(__always)
    private static func powers(
        _ z: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, classes: Int
    ) -> (top: Float, sum: Float) {
        var largest = Lanes(repeating: -.infinity)
        Lanes16.forEachGroup(classes) { column, count in
            let score = Lanes16.keep(count, of: Lanes16.load(z + column, count: count), filler: -.infinity)
            largest = largest.replacing(with: score, where: score .> largest)
        }
        let top = Lanes16.largest(largest)
        var sum = Lanes.zero
        Lanes16.forEachGroup(classes) { column, count in
            let power = Lanes16.keep(count, of: Functions.exp(Lanes16.load(z + column, count: count) - top))
            sum += power
            Lanes16.store(power, to: target + column, count: count)
        }
        return (top, Lanes16.sum(sum))
    }
}
