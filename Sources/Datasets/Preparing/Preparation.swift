import Formats

/// Turns decoded data sets into the arrays that training reads.
package enum Preparation {
    /// How many examples of each part are used.
    package struct Counts: Hashable, Sendable {
        package var train: Int
        package var test: Int

        package init(train: Int, test: Int) { (self.train, self.test) = (train, test) }
    }

    /// The arrays of the two parts of a data set.
    package struct Parts: Hashable, Sendable {
        package var train: Safetensors
        package var test: Safetensors
    }
}
