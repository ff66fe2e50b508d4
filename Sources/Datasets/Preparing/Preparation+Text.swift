import Formats

extension Preparation {
    /// The first crops of each part of a text: `tokens` [crops, length + 1] I32, of which the first `length` are inputs and the
    /// last `length` the targets.
    ///
    /// Crops follow one another without overlap; what is left at the end is dropped.
    /// - Throws: `DatasetError` where more crops are asked for than there are, or none to train on.
    package static func text(_ text: PlayText, sequenceLength length: Int, counts: Counts) throws(DatasetError) -> Parts {
        precondition(length >= 1, "sequences of \(length) tokens")
        func crops(_ part: ArraySlice<UInt8>, _ count: Int, least: Int, _ place: String) throws(DatasetError) -> Safetensors {
            let there = part.count / (length + 1)
            guard count >= least, count <= there else {
                throw DatasetError(.examples(asked: count, among: there), in: place)
            }
            let tokens = part.prefix(count * (length + 1)).map { Int32($0) }
            return Safetensors([.init(name: "tokens", shape: [count, length + 1], values: tokens)])
        }
        return Parts(
            train: try crops(text.train, counts.train, least: 1, "the crops of the training text"),
            test: try crops(text.test, counts.test, least: 0, "the crops of the test text"))
    }
}
