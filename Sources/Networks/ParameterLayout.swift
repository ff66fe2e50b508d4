import Kernels

/// The distribution from which a tensor's initial values are drawn.
package enum InitialDistribution: Sendable, Hashable {
    case zeros
    case ones
    /// A standard normal cut at ±2, times `scale`. A "corrected" distribution of deviation σ has scale σ / 0.8796….
    case truncatedNormal(scale: Double)

    /// A truncated normal whose standard deviation is `deviation`.
    package static func corrected(deviation: Double) -> InitialDistribution {
        .truncatedNormal(scale: deviation / Normal.truncatedDeviation)
    }

    /// Glorot's normal distribution: deviation √(2 / (inputs + outputs)), truncated and corrected.
    package static func glorot(inputs: Int, outputs: Int) -> InitialDistribution {
        .corrected(deviation: (2 / Double(inputs + outputs)).squareRoot())
    }
}

/// A named tensor of a network: its shape and its initial distribution.
package struct TensorDeclaration: Sendable, Hashable {
    /// The name in snapshots, such as `block0.query.kernel`; different for each tensor of a network.
    package var name: String
    /// The extents, row-major; the last is that of columns where the tensor is seen as a matrix.
    package var shape: [Int]
    /// What its elements are drawn from before the first step.
    package var initial: InitialDistribution

    /// A tensor's name, extents and initial distribution; nothing is allocated.
    package init(_ name: String, _ shape: [Int], _ initial: InitialDistribution) {
        self.name = name
        self.shape = shape
        self.initial = initial
    }

    /// The number of elements.
    package var count: Int { shape.reduce(1, *) }
}

/// Where each tensor of a network lies in its one flat vector of parameters: in order, without gaps.
package struct ParameterLayout: Sendable {
    /// A tensor and the index of its first element.
    package struct Entry: Sendable, Hashable {
        /// What lies there.
        package let tensor: TensorDeclaration
        /// The index of the tensor's first element in the flat vector.
        package let offset: Int

        /// The elements of the tensor in the flat vector.
        package var range: Range<Int> { offset..<offset + tensor.count }
    }

    /// The tensors in the order of the layers; a tensor's index here also chooses its random stream.
    package let entries: [Entry]
    /// The number of parameters.
    package let count: Int

    /// Places the tensors one after the other, in the order given.
    package init(_ tensors: [TensorDeclaration]) {
        var offset = 0
        entries = tensors.map { tensor in
            defer { offset += tensor.count }
            return Entry(tensor: tensor, offset: offset)
        }
        count = offset
    }

    /// Parameters drawn from the declared distributions, each tensor from a random stream of its own.
    package func initialParameters(seed: UInt64) -> Vector {
        let vector = Vector(count: count)
        for (index, entry) in entries.enumerated() {
            let values = Matrix(vector, offset: entry.offset, rows: 1, columns: entry.tensor.count)
            switch entry.tensor.initial {
            case .zeros: break
            case .ones: for column in 0..<values.columns { values[0, column] = 1 }
            case .truncatedNormal(let scale):
                RandomStream(.initialParameters, index: index, seed: seed).fillTruncatedNormal(values, scale: scale)
            }
        }
        return vector
    }
}
