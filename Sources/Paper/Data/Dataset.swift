/// The paper's data sets.
package enum Dataset: String, CaseIterable, Codable, Sendable {
    case mnist, cifar10
    case tinyShakespeare = "tiny_shakespeare"

    /// The files of the canonical distribution that are read, by their path in a mirror.
    package var files: [String] {
        switch self {
        case .mnist:
            [
                "mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz",
                "mnist/t10k-images-idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte.gz",
            ]
        // The first examples in the standard order, which is more than any experiment uses.
        case .cifar10: ["cifar10/cifar10-train-5000.bin.gz", "cifar10/cifar10-test-2000.bin.gz"]
        case .tinyShakespeare: ["tinyshakespeare/input.txt"]
        }
    }

    /// The name that people know.
    package var title: String {
        switch self {
        case .mnist: "MNIST"
        case .cifar10: "CIFAR-10"
        case .tinyShakespeare: "tiny_shakespeare"
        }
    }
}

extension Dataset {
    /// The shape of one example: height, width, channels; of a text, none but what the selection says.
    package var shape: [Int] {
        switch self {
        case .mnist: [28, 28, 1]
        case .cifar10: [32, 32, 3]
        case .tinyShakespeare: []
        }
    }
}
