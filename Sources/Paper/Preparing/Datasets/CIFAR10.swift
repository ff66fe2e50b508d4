import Datasets

extension Dataset {
    /// Small photographs of ten kinds of things, 32 × 32 in colour.
    package static let cifar10 = Dataset(
        name: "cifar10", title: "CIFAR-10",
        // The first examples in the standard order, which is more than any experiment uses.
        files: ["cifar10/cifar10-train-5000.bin.gz", "cifar10/cifar10-test-2000.bin.gz"],
        archive: Archive(
            path: "cifar10/cifar-10-binary.tar.gz",
            contentDigests: [
                "cifar10/cifar10-train-5000.bin.gz": "770699d89dfdd5a8d838eabaebf24a0d08bd6027070d83ab9e9362befd0c732d",
                "cifar10/cifar10-test-2000.bin.gz": "d0439d97b7269467389582edb8bc9fda06fde2bb4986661105e32a5873cc137e",
            ],
            // 60,000 images of 3,073 bytes and what stands beside them.
            limit: 200_000_000,
            files: { member in
                func batch(_ name: String) throws -> DataFile { try member("cifar-10-batches-bin/\(name)") }
                return try CIFARBinary.subsets(
                    train: (1...5).map { try batch("data_batch_\($0).bin") }, test: batch("test_batch.bin"))
            }),
        shape: [32, 32, 3], available: CIFARBinary.subsetCounts, usual: Usual(examples: 500, networks: ["cnn", "mlp"]),
        parts: { files, counts, _ in
            try Preparation.images(
                train: CIFARBinary.decode(files.decompressed(0, 15_365_000)),
                test: CIFARBinary.decode(files.decompressed(1, 6_146_000)), counts: counts, areInOrder: true)
        },
        standIns: { StandIns.cifar10(train: $0.train, test: $0.test) })
}
