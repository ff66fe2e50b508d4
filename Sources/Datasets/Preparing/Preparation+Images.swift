import Formats

extension Preparation {
    /// The first images of each part in the order of `ExampleOrder`, centred: `images` [n, height, width, channels] F32 and
    /// `labels` [n] I32.
    ///
    /// With `areInOrder` they stand in that order already.
    /// A value is pixel/256 less the mean of pixel/256 over the training images in use, at the same place; test images are
    /// centred by the same mean. It is rounded once, from double precision.
    /// - Throws: `DatasetError` where more examples are asked for than there are, or none to train on.
    package static func images(
        train: LabelledImages, test: LabelledImages, counts: Counts, areInOrder: Bool = false
    ) throws(DatasetError) -> Parts {
        precondition(train.shape == test.shape, "training images of \(train.shape), test images of \(test.shape)")
        guard counts.train >= 1, counts.train <= train.count else {
            throw DatasetError(.examples(asked: counts.train, among: train.count), in: "the training images")
        }
        guard counts.test >= 0, counts.test <= test.count else {
            throw DatasetError(.examples(asked: counts.test, among: test.count), in: "the test images")
        }
        func order(_ split: String, _ count: Int) -> [Int] {
            areInOrder ? Array(0..<count) : ExampleOrder.indices(split: split, count: count)
        }
        let trainOrder = order("train", train.count).prefix(counts.train)
        let testOrder = order("test", test.count).prefix(counts.test)
        let mean = mean(of: train, in: trainOrder)
        return Parts(
            train: centred(train, in: trainOrder, mean: mean), test: centred(test, in: testOrder, mean: mean))
    }

    /// The mean of pixel/256 at each place over some of the images.
    ///
    /// The sums are whole numbers, so no order of summing shows; the division rounds once.
    static func mean(of images: LabelledImages, in order: some Collection<Int>) -> [Double] {
        var sums = [Int](repeating: 0, count: images.size)
        images.pixels.withUnsafeBufferPointer { pixels in
            sums.withUnsafeMutableBufferPointer { sums in
                for index in order {
                    for place in 0..<sums.count { sums[place] += Int(pixels[index * sums.count + place]) }
                }
            }
        }
        return sums.map { Double($0) / (256 * Double(order.count)) }
    }

    private static func centred(_ images: LabelledImages, in order: some Collection<Int>, mean: [Double]) -> Safetensors {
        let values = Safetensors.Tensor(name: "images", shape: [order.count] + images.shape, of: Float.self) { values in
            images.pixels.withUnsafeBufferPointer { pixels in
                mean.withUnsafeBufferPointer { mean in
                    for (row, index) in order.enumerated() {
                        for place in 0..<mean.count {
                            let pixel = Double(pixels[index * mean.count + place])
                            values[row * mean.count + place] = Float(pixel / 256 - mean[place])
                        }
                    }
                }
            }
        }
        let labels = order.map { Int32(images.labels[images.labels.startIndex + $0]) }
        return Safetensors([values, Safetensors.Tensor(name: "labels", shape: [labels.count], values: labels)])
    }
}
