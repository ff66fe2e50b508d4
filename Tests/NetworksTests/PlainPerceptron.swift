import Kernels
import Networks

/// A multilayer perceptron with mean squared error by plain loops in double precision: the oracle of the tests.
///
/// Nothing is shared with the code under test: one example at a time, one number at a time.
struct PlainPerceptron {
    /// The widths of input, hidden layers and output.
    let sizes: [Int]
    let inputs: [[Double]]
    let labels: [Int]

    init(sizes: [Int], batch: Batch) {
        self.sizes = sizes
        inputs = (0..<batch.inputs.rows).map { row in (0..<batch.inputs.columns).map { Double(batch.inputs[row, $0]) } }
        labels = batch.labels.map(Int.init)
    }

    /// The inputs of each layer and the outputs, for one example.
    private func activations<Number: Scalar>(_ x: [Double], _ w: [Number]) -> [[Number]] {
        var all = [x.map { Number($0) }]
        var start = 0
        for layer in 1..<sizes.count {
            let (m, n) = (sizes[layer - 1], sizes[layer])
            var y = (0..<n).map { w[start + m * n + $0] }
            for j in 0..<n {
                for i in 0..<m { y[j] = y[j] + all[layer - 1][i] * w[start + i * n + j] }
                if layer < sizes.count - 1, y[j].value <= 0 { y[j] = Number(0) }
            }
            all.append(y)
            start += m * n + n
        }
        return all
    }

    func loss(_ w: [Double]) -> Double {
        var sum = 0.0
        for (x, label) in zip(inputs, labels) {
            for (j, y) in activations(x, w)[sizes.count - 1].enumerated() {
                let difference = y - (j == label ? 1 : 0)
                sum += difference * difference
            }
        }
        return sum / Double(inputs.count * sizes[sizes.count - 1])
    }

    func gradient<Number: Scalar>(_ w: [Number]) -> [Number] {
        var gradient = [Number](repeating: Number(0), count: w.count)
        let scale = Number(2 / Double(inputs.count * sizes[sizes.count - 1]))
        for (x, label) in zip(inputs, labels) {
            let all = activations(x, w)
            var above = all[sizes.count - 1].enumerated().map { scale * ($1 - Number($0 == label ? 1 : 0)) }
            var end = w.count
            for layer in (1..<sizes.count).reversed() {
                let (m, n) = (sizes[layer - 1], sizes[layer])
                let start = end - m * n - n
                var below = [Number](repeating: Number(0), count: m)
                for j in 0..<n {
                    gradient[start + m * n + j] = gradient[start + m * n + j] + above[j]
                    for i in 0..<m {
                        gradient[start + i * n + j] = gradient[start + i * n + j] + all[layer - 1][i] * above[j]
                        below[i] = below[i] + w[start + i * n + j] * above[j]
                    }
                }
                // The input of a hidden layer is 0 exactly where ReLU was not active.
                if layer > 1 { for i in 0..<m where all[layer - 1][i].value == 0 { below[i] = Number(0) } }
                (above, end) = (below, start)
            }
        }
        return gradient
    }

    /// The derivative of the gradient along `v`: the Hessian times `v`.
    func hessianProduct(_ w: [Double], along v: [Double]) -> [Double] {
        gradient(zip(w, v).map { Dual($0, derivative: $1) }).map(\.derivative)
    }
}
