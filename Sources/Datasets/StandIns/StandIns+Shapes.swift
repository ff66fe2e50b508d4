import Kernels

extension StandIns {
    /// Coloured figures before a cloudy ground in the place of CIFAR-10's subset: its two files, with so many examples.
    ///
    /// A class is one of five figures, plain or striped, with a leaning to some colours; place, size, turn and colours vary.
    /// Cost: about 100 µs for an example.
    package static func cifar10(train: Int, test: Int) -> [DataFile] {
        let generator = Philox(seed: 0x6369_6661_7231_3001)
        let (trainFile, testFile) = CIFARBinary.subsetFiles
        return [(Part.train, trainFile, train), (.test, testFile, test)].map { part, path, count in
            var records: [UInt8] = []
            records.reserveCapacity(count * CIFARBinary.record)
            for (index, label) in labels(count, part: part, generator: generator).enumerated() {
                var draws = Draws(generator, stream: part.stream(index))
                records += CIFARBinary.encode(label: label, pixels: picture(Int(label), draws: &draws))
            }
            return DataFile(path: path, bytes: Gzip.stored(records))
        }
    }

    /// The 32 × 32 pixels of one picture, its channels side by side.
    private static func picture(_ label: Int, draws: inout Draws) -> [UInt8] {
        let shape = Shape.allCases[label % 5], isStriped = label >= 5
        let light = draws.uniform(0.2...0.8)
        let ground = (0..<2).map { _ in colour(light: light, tint: tints[(3 * label + 4) % 10], &draws) }
        let clouds = Clouds(draws: &draws)
        let figure = colour(light: draws.uniform(0.1...0.9), tint: tints[label], &draws)
        // The other colour of the stripes is the figure's, darkened or lightened.
        let target = figure[1] > 0.5 ? 0.0 : 1.0
        let stripe = figure.map { $0 + draws.uniform(0.4...0.8) * (target - $0) }
        let centre = Point(x: draws.uniform(11...21), y: draws.uniform(11...21)), size = draws.uniform(7...13)
        let (sine, cosine) = Functions.sineAndCosine(turns: draws.uniform(0...1))
        let width = draws.uniform(0.25...0.45), grain = draws.uniform(0.01...0.05)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3072)
        for row in 0..<32 {
            for column in 0..<32 {
                let place = Point(x: Double(column) + 0.5, y: Double(row) + 0.5)
                let away = (1 / size) * (place - centre)
                let p = Point(x: cosine * away.x + sine * away.y, y: cosine * away.y - sine * away.x)
                let cover = min(max(0.5 - size * shape.distance(p), 0), 1)
                let cloud = clouds.value(at: (1 / 32) * place)
                let blend = isStriped ? stripes(p.x / width, sharpness: size * width) : 0
                // Lit from above, whatever the turn.
                let shade = 1 - 0.25 * away.y
                let rough = draws.uniform(-grain...grain)
                for channel in 0..<3 {
                    let behind = ground[0][channel] + cloud * (ground[1][channel] - ground[0][channel])
                    let before = (figure[channel] + blend * (stripe[channel] - figure[channel])) * shade
                    let value = 255 * (behind + cover * (before - behind) + rough)
                    pixels.append(UInt8(min(max(value, 0), 255)))
                }
            }
        }
        return pixels
    }

    /// Red, green and blue about a lightness, drawn towards a tint.
    private static func colour(light: Double, tint: [Double], _ draws: inout Draws) -> [Double] {
        tint.map { min(max(0.75 * (light + draws.uniform(-0.4...0.4)) + 0.25 * $0, 0), 1) }
    }

    /// What the figures of a class tend to, and the ground of another class: some of the classes' difference is in their colours,
    /// as skies and meadows are among photographs.
    private static let tints: [[Double]] = [
        [0.9, 0.2, 0.2], [0.2, 0.7, 0.2], [0.2, 0.3, 0.9], [0.9, 0.8, 0.2], [0.7, 0.2, 0.8], [0.2, 0.8, 0.8], [0.95, 0.55, 0.15],
        [0.5, 0.35, 0.2], [0.9, 0.6, 0.7], [0.4, 0.4, 0.45],
    ]

    /// Bands of equal width, 0 and 1 by turns, with edges soft over one pixel; `sharpness` is a band's width in pixels.
    private static func stripes(_ x: Double, sharpness: Double) -> Double {
        let phase = x - 2 * (x / 2).rounded(.down)
        return min(max(0.5 + sharpness * (0.5 - (phase - 1).magnitude), 0), 1)
    }
}
