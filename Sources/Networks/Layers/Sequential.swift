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

    private func part(_ index: Int, of weights: Weights) -> Weights {
        weights.part(starts[index], layers[index].tensors.count)
    }

    /// The last layer's output, which the next forward with the same record overwrites.
    package func forward(_ x: Matrix, _ w: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        var x = x
        for (index, layer) in layers.enumerated() {
            // Kept here as well, because it masks what comes back.
            record.part(index).x = x
            x = layer.forward(x, part(index, of: w), record.part(index), workers)
        }
        return x
    }

    /// From the last layer to the first; a layer above a rectified one is handed its own input as the mask.
    ///
    /// All layers but the first are asked for x̄; the first one as `needsInput` and `mask` say.
    package func backward(
        _ outputGradient: Matrix, _ w: Weights, gradient: Weights, mask: Matrix?, needsInput: Bool, _ record: Record,
        _ workers: Workers
    ) -> Matrix? {
        var current: Matrix? = outputGradient
        for index in layers.indices.reversed() {
            guard let outputGradient = current else { preconditionFailure("a layer returned no gradient") }
            current = layers[index].backward(
                outputGradient, part(index, of: w), gradient: part(index, of: gradient),
                mask: inputMask(index, mask, record), needsInput: index > 0 || needsInput, record.part(index), workers)
        }
        return current
    }

    /// From the first layer to the last, with each layer's own part of the direction.
    package func tangent(_ xTangent: Matrix?, _ w: Weights, _ v: Weights, _ record: Record, _ workers: Workers) -> Matrix {
        var current = xTangent
        for (index, layer) in layers.enumerated() {
            current = layer.tangent(current, part(index, of: w), part(index, of: v), record.part(index), workers)
        }
        guard let current else { preconditionFailure("a sequence of no layers") }
        return current
    }

    /// From the last layer to the first, with the masks of `backward`.
    package func backwardTangent(
        _ outputGradientTangent: Matrix, _ w: Weights, _ v: Weights, product: Weights, mask: Matrix?, needsInput: Bool,
        _ record: Record, _ workers: Workers
    ) -> Matrix? {
        var current: Matrix? = outputGradientTangent
        for index in layers.indices.reversed() {
            guard let outputGradientTangent = current else { preconditionFailure("a layer returned no gradient") }
            current = layers[index].backwardTangent(
                outputGradientTangent, part(index, of: w), part(index, of: v), product: part(index, of: product),
                mask: inputMask(index, mask, record), needsInput: index > 0 || needsInput, record.part(index), workers)
        }
        return current
    }

    /// The input of layer `index` where the layer below is rectified; the sequence's own mask for the first.
    private func inputMask(_ index: Int, _ mask: Matrix?, _ record: Record) -> Matrix? {
        if index == 0 { return mask }
        return layers[index - 1].isRectified ? record.part(index).x : nil
    }
}
