import Curvature
import Formats
import Kernels
import Networks

/// Measures at a snapshot what goes beyond the paper's quantities.
struct ExtraMeasurement {
    let extras: MeasuringExtras
    let device: Device
    private let probe: Objective?
    private let test: Objective?

    /// - Parameter test: the test examples, where they are asked for.
    init(_ extras: MeasuringExtras, data: TrainingData, test: TrainingData?, device: Device) throws {
        (self.extras, self.device) = (extras, device)
        probe = extras.probe > 0 ? Objective(data.network, on: data.probe(extras.probe), device: device) : nil
        self.test = test.map { Objective($0.network, on: $0.batch(at: 0), device: device, memory: 0) }
    }

    /// The numbers under `extras.columns`.
    ///
    /// Costs a gradient and two products for the curvatures; two gradients and a search for the probe.
    func row(_ objective: Objective, at point: Vector, _ measured: Measurement, step: Int) -> [Double] {
        var row: [Double] = []
        if extras.curvatures {
            let product = device.vector(count: point.count)
            _ = objective.gradient(at: point, into: product)
            for direction in [measured.gradient, measured.samGradient] {
                objective.hessianProduct(along: direction, into: product)
                row.append(
                    Sums.dot(direction, product, device: device) / Sums.dot(direction, direction, device: device))
            }
        }
        if let probe {
            let found = Measurement.measure(
                probe, at: point, ascent: { _ in 0 }, estimator: .exact(Lanczos()), step: step, device: device)
            row += [found?.loss ?? .nan, found?.spectrum.norm ?? .nan]
        }
        if let test {
            let (loss, error) = test.evaluation(at: point)
            row += [loss, error]
        }
        return row
    }

    /// The principal eigenvector `v0`, those of the other eigenvalues of its span as `v1`, …, the gradient `gradient`, and the
    /// Hessian times `v0` as `hessian_v0`.
    func vectors(_ objective: Objective, at point: Vector, _ measured: Measurement) -> Safetensors {
        let product = device.vector(count: point.count), vector = measured.spectrum.principalVector
        _ = objective.gradient(at: point, into: product)
        objective.hessianProduct(along: vector, into: product)
        return Safetensors(
            (measured.spectrum.span.enumerated().map { ("v\($0)", $1) } + [
                ("gradient", measured.gradient), ("hessian_v0", product),
            ])
            .map { name, vector in Safetensors.Tensor(name: name, shape: [vector.count], values: vector.elements) })
    }
}
