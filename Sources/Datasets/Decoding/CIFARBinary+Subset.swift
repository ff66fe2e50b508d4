extension CIFARBinary {
    /// The files that the project reads: a small part of the data set, so that the whole archive need not be kept.
    package static let subsetFiles = (train: "cifar10/cifar10-train-5000.bin.gz", test: "cifar10/cifar10-test-2000.bin.gz")

    /// How many examples the two files hold.
    package static let subsetCounts = Preparation.Counts(train: 5000, test: 2000)

    /// The two files, made from the archive's batches: the content of the published ones, gzipped without compression.
    ///
    /// - Parameters:
    ///   - train: the five training batches in their order.
    ///   - test: the test batch.
    /// - Throws: `DatasetError` for bytes that are no whole records, or too few of them.
    package static func subsets(train: [DataFile], test: DataFile) throws(DatasetError) -> [DataFile] {
        [
            DataFile(
                path: subsetFiles.train,
                bytes: Gzip.stored(try subset(of: train, split: "train", count: subsetCounts.train))),
            DataFile(
                path: subsetFiles.test,
                bytes: Gzip.stored(try subset(of: [test], split: "test", count: subsetCounts.test))),
        ]
    }
}
