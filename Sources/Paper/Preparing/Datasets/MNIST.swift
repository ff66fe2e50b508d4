import Datasets

extension Dataset {
    /// Handwritten digits, 28 × 28.
    package static let mnist = Dataset(
        name: "mnist", title: "MNIST",
        files: [
            "mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz",
            "mnist/t10k-images-idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte.gz",
        ],
        shape: [28, 28, 1], available: Preparation.Counts(train: 60_000, test: 10_000),
        usual: Usual(examples: 1000, networks: ["mlp", "cnn"]),
        parts: { files, counts, _ in
            // Limits are what the published files hold; stand-ins hold no more.
            let trainImages = try files.decompressed(0, 47_040_016), trainLabels = try files.decompressed(1, 60_008)
            let testImages = try files.decompressed(2, 7_840_016), testLabels = try files.decompressed(3, 10_008)
            return try Preparation.images(
                train: IDX.decode(images: trainImages, labels: trainLabels, height: 28, width: 28),
                test: IDX.decode(images: testImages, labels: testLabels, height: 28, width: 28), counts: counts)
        },
        standIns: { StandIns.mnist(train: $0.train, test: $0.test) })
}
