/// The paper's data sets.
package enum Dataset: String, CaseIterable, Sendable {
    case mnist

    /// The files of the canonical distribution that are read, by their path in a mirror.
    package var files: [String] {
        switch self {
        case .mnist:
            [
                "mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz",
                "mnist/t10k-images-idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte.gz",
            ]
        }
    }

    /// The name that people know.
    package var title: String {
        switch self {
        case .mnist: "MNIST"
        }
    }
}

extension Dataset {
    /// The shape of one example: height, width, channels.
    package var shape: [Int] {
        switch self {
        case .mnist: [28, 28, 1]
        }
    }
}
