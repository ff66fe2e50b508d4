import Kernels

extension StandIns {
    /// Written digits in the place of MNIST's: its four files, with so many examples.
    ///
    /// As there, a digit fits a box of 20 × 20 and its ink is centred in 28 × 28. Cost: about 30 µs for an example.
    package static func mnist(train: Int, test: Int) -> [DataFile] {
        let generator = Philox(seed: 0x6d6e_6973_7400_0001)
        return [(Part.train, "train", train), (.test, "t10k", test)].flatMap { part, name, count in
            let labels = labels(count, part: part, generator: generator)
            var pixels: [UInt8] = []
            pixels.reserveCapacity(count * 784)
            for (index, label) in labels.enumerated() {
                var draws = Draws(generator, stream: part.stream(index))
                pixels += digit(Int(label), draws: &draws)
            }
            return [
                DataFile(
                    path: "mnist/\(name)-images-idx3-ubyte.gz",
                    bytes: Gzip.stored(IDX.encode(pixels, count: count, shape: [28, 28]))),
                DataFile(
                    path: "mnist/\(name)-labels-idx1-ubyte.gz",
                    bytes: Gzip.stored(IDX.encode(labels, count: count, shape: []))),
            ]
        }
    }

    /// The 28 × 28 pixels of one digit, as one hand would write it.
    private static func digit(_ digit: Int, draws: inout Draws) -> [UInt8] {
        let slant = draws.uniform(-0.3...0.6), turn = draws.uniform(-0.06...0.06), width = draws.uniform(0.4...1)
        let (sine, cosine) = Functions.sineAndCosine(turns: turn < 0 ? turn + 1 : turn)
        let wobble = 0.14
        let strokes = draws.choice(Digit.ways[digit]).map { stroke in
            stroke.moved { point in
                let p = point + Point(x: draws.uniform(-wobble...wobble), y: draws.uniform(-wobble...wobble))
                let x = width * p.x - slant * p.y
                return Point(x: cosine * x - sine * p.y, y: sine * x + cosine * p.y)
            }.smoothed()
        }
        let radius = draws.uniform(0.7...1.7)
        var canvas = Canvas(side: 28)
        canvas.draw(placed(strokes, box: 20 - 2 * radius, centre: 14), radius: radius)
        let strength = draws.uniform(215...255)
        return canvas.ink.map { ink in
            ink == 0 ? 0 : UInt8(min(max(ink * strength + draws.uniform(-12...12), 0), 255))
        }
    }

    /// The strokes scaled to fit a square box, with the middle of their length at (`centre`, `centre`).
    private static func placed(_ strokes: [Stroke], box: Double, centre: Double) -> [Stroke] {
        let points = strokes.flatMap(\.points)
        let xs = points.map(\.x), ys = points.map(\.y)
        let extent = max(xs.max()! - xs.min()!, ys.max()! - ys.min()!)
        var (length, moment) = (0.0, Point(x: 0, y: 0))
        for stroke in strokes {
            for (a, b) in zip(stroke.points, stroke.points.dropFirst()) {
                length += (b - a).length
                moment = moment + (b - a).length * (0.5 * (a + b))
            }
        }
        let middle = (1 / length) * moment
        return strokes.map { $0.moved { Point(x: centre, y: centre) + (box / extent) * ($0 - middle) } }
    }
}
