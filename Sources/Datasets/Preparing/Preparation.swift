import Formats

/// Turns decoded data sets into the arrays that training reads.
package enum Preparation {
    /// How many examples of each part are used.
    package struct Counts: Hashable, Sendable {
        /// The number of training images, or of crops of the training text; at least 1 or the preparation throws.
        package var train: Int
        /// The number of test images or crops; may be 0.
        package var test: Int

        /// Counts that are compared with what is there only when the parts are prepared.
        package init(train: Int, test: Int) { (self.train, self.test) = (train, test) }
    }

    /// The arrays of the two parts of a data set.
    package struct Parts: Hashable, Sendable {
        /// The training part: `images` and `labels` of pictures, `tokens` of a text.
        package var train: Safetensors
        /// The test part, with tensors of the same names; images are centred by the mean of the training images.
        package var test: Safetensors
    }
}
