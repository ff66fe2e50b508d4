extension MaxPooling {
    /// The maxima and choices by plain loops: the oracle of the tests.
    package static func reference(_ x: Matrix, shape: ImageShape) -> (values: [Float], choices: [Int]) {
        var values: [Float] = [], choices: [Int] = []
        for image in 0..<x.rows / shape.pixels {
            for y in 0..<shape.height / 2 {
                for px in 0..<shape.width / 2 {
                    for channel in 0..<x.columns {
                        let window = [(0, 0), (0, 1), (1, 0), (1, 1)].map { dy, dx in
                            x[(image * shape.height + 2 * y + dy) * shape.width + 2 * px + dx, channel]
                        }
                        let choice = window.lastIndex(where: \.isNaN) ?? window.firstIndex(of: window.max()!)!
                        values.append(window[choice])
                        choices.append(choice)
                    }
                }
            }
        }
        return (values, choices)
    }
}
