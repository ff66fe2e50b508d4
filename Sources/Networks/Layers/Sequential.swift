import Kernels

/// Layers one after the other.
package struct Sequential: Layer {
    let layers: [any Layer]
    /// The index of each layer's first tensor among `tensors`.
    private let starts: [Int]
    /// Those of the layers, one layer after the other.
    package let tensors: [TensorDeclaration]

    /// Layers of which each takes what the one before it gives.
    ///
    /// - Precondition: there is at least one.
    package init(_ layers: [any Layer]) {
        precondition(!layers.isEmpty, "a sequence of no layers")
        self.layers = layers
        var starts: [Int] = [], tensors: [TensorDeclaration] = []
        for layer in layers {
            starts.append(tensors.count)
            tensors += layer.tensors
        }
        self.starts = starts
        self.tensors = tensors
    }

    /// Whether the last layer is rectified.
    package var isRectified: Bool { layers.last?.isRectified ?? false }

    /// What layer `index` is handed. Below the first one is what is below the sequence; every other is asked for x̄, masked by its
    /// own input where the layer below is rectified.
    private func part(_ index: Int, of pass: Pass) -> Pass {
        let first = pass.tensors.startIndex + starts[index]
        var part = pass.part(index, tensors: first..<first + layers[index].tensors.count)
        if index > 0 {
            part.needsInput = true
            part.mask = layers[index - 1].isRectified ? part.record.x : nil
        }
        return part
    }

    /// The last layer's output, which the next forward with the same record overwrites.
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        var x = x
        for (index, layer) in layers.enumerated() {
            let part = part(index, of: pass)
            // Kept here as well, because it masks what comes back.
            part.record.x = x
            x = layer.forward(x, part)
        }
        return x
    }

    /// From the last layer to the first.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        var current: Matrix? = outputGradient
        for index in layers.indices.reversed() {
            guard let outputGradient = current else { preconditionFailure("a layer returned no gradient") }
            current = layers[index].backward(outputGradient, part(index, of: pass))
        }
        return current
    }

    /// From the first layer to the last, with each layer's own part of the direction.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        var current = xTangent
        for (index, layer) in layers.enumerated() {
            current = layer.tangent(current, part(index, of: pass))
        }
        guard let current else { preconditionFailure("a sequence of no layers") }
        return current
    }

    /// From the last layer to the first, with the masks of `backward`.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        var current: Matrix? = outputGradientTangent
        for index in layers.indices.reversed() {
            guard let outputGradientTangent = current else { preconditionFailure("a layer returned no gradient") }
            current = layers[index].backwardTangent(outputGradientTangent, part(index, of: pass))
        }
        return current
    }
}
