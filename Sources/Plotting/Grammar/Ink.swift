/// A colour by its meaning, on a white and on a dark ground.
package struct Ink: Sendable, Hashable {
    /// The name in the file: a class, so that dark rules can reach it.
    package var name: String
    /// `#rrggbb` on white.
    package var light: String
    /// `#rrggbb` on the dark ground.
    package var dark: String

    init(_ name: String, _ light: String, dark: String) { (self.name, self.light, self.dark) = (name, light, dark) }
}

// MARK: - The page

/// What every figure has.
extension Ink {
    /// The page.
    package static let ground = Ink("ground", "#ffffff", dark: "#14171c")
    /// Titles and labels.
    package static let text = Ink("text", "#1a1a1a", dark: "#e6e6e6")
    /// Remarks beside the data, and the lines below a title.
    package static let quiet = Ink("quiet", "#666666", dark: "#a6a6a6")
    /// Axes.
    package static let frame = Ink("frame", "#4d4d4d", dark: "#a6a6a6")
    /// Minor ticks.
    static let minor = Ink("minor", "#9a9a9a", dark: "#6f757d")
    /// Where a run has no numbers any more.
    package static let void = Ink("void", "#ececec", dark: "#262a31")
    /// What the reader must not overlook: text, and the ground below it.
    static let warning = Ink("warning", "#a33c00", dark: "#ffb07a")
    static let warningGround = Ink("warning-ground", "#ffe9d9", dark: "#4a2510")
}

// MARK: - Data

/// Okabe & Ito's palette, which remains distinct in the common kinds of colour blindness, without its yellow, which white swallows.
/// On the dark ground blue, purple and black are lightened.
extension Ink {
    /// For lines that data are held against.
    package static let black = Ink("black", "#000000", dark: "#f2f2f2")
    /// For predictions.
    package static let orange = Ink("orange", "#e69f00", dark: "#e69f00")
    /// For what is compared with.
    package static let sky = Ink("sky", "#56b4e9", dark: "#56b4e9")
    /// For a second measured quantity.
    package static let green = Ink("green", "#009e73", dark: "#1fc495")
    /// For what was measured.
    package static let blue = Ink("blue", "#0072b2", dark: "#4aa8e0")
    /// For what warns, and for a second optimiser.
    package static let vermilion = Ink("vermilion", "#d55e00", dark: "#f0803c")
    /// For further kinds.
    package static let purple = Ink("purple", "#cc79a7", dark: "#dd92bb")

    /// What theory predicts: pale and wide, so that what was measured is seen upon it.
    package static let track = Ink("track", "#f5d58f", dark: "#6b531b")
    /// The name of the track.
    package static let trackName = Ink("track-name", "#8a6200", dark: "#e0b85a")
    /// Single numbers of minibatches, below their median.
    package static let faintBlue = Ink("faint-blue", "#b7d5e9", dark: "#2c4f66")
    /// Single numbers of a second optimiser's minibatches.
    package static let faintVermilion = Ink("faint-vermilion", "#f3cdb0", dark: "#6b3f22")
    /// The letters that name what is drawn in vermilion, darker as letters are thinner than lines.
    package static let vermilionName = Ink("vermilion-name", "#b84f00", dark: "#f0803c")
    /// The letters that name what is drawn in blue.
    package static let blueName = Ink("blue-name", "#00639c", dark: "#4aa8e0")
    /// Tiles below their edge.
    package static let skyTile = Ink("sky-tile", "#bcd9ec", dark: "#29475c")
    /// What came before the state that is shown.
    package static let past = Ink("past", "#b0b0b0", dark: "#5d636b")

    /// The blue of radius `index` among `count`, darker for the larger one; of letters, which are thinner than lines, a darker one.
    package static func radius(_ index: Int, of count: Int, isText: Bool = false) -> Ink {
        precondition(index >= 0 && index < count, "radius \(index) among \(count)")
        let stops =
            isText
            ? [(0x22, 0x74, 0xae), (0x00, 0x5c, 0x92), (0x05, 0x2f, 0x4f)]
            : [(0x5a, 0xac, 0xde), (0x00, 0x72, 0xb2), (0x06, 0x3a, 0x60)]
        let darkStops = [(0xc9, 0xe6, 0xf7), (0x6b, 0xbd, 0xea), (0x3c, 0x86, 0xb8)]
        let place = count == 1 ? 500 : 1000 * index / (count - 1)
        return Ink("radius\(place)\(isText ? "-name" : "")", hex(place, between: stops), dark: hex(place, between: darkStops))
    }

    /// Colours for kinds without an order, the most distinct first.
    static let categories: [Ink] = [.blue, .vermilion, .green, .purple, .orange, .sky, .black]

    /// The colour of rank `index` among `count`: blue, of a lightness that rises with the rank, so that the order shows in grey.
    static func ordinal(_ index: Int, of count: Int) -> Ink {
        precondition(index >= 0 && index < count, "rank \(index) among \(count)")
        let stops = [(0x08, 0x2a, 0x4d), (0x00, 0x72, 0xb2), (0x6b, 0xbd, 0xea)]
        let darkStops = [(0x3c, 0x86, 0xb8), (0x6b, 0xbd, 0xea), (0xe6, 0xf4, 0xfc)]
        let place = count == 1 ? 500 : 1000 * index / (count - 1)
        return Ink("rank\(place)", hex(place, between: stops), dark: hex(place, between: darkStops))
    }

    /// The colour at `place`, in thousandths of the way through the stops.
    private static func hex(_ place: Int, between stops: [(Int, Int, Int)]) -> String {
        let (low, high) = place < 500 ? (stops[0], stops[1]) : (stops[1], stops[2])
        let part = place < 500 ? 2 * place : 2 * place - 1000
        let digits = Array("0123456789abcdef")
        return [(low.0, high.0), (low.1, high.1), (low.2, high.2)].reduce(into: "#") { text, ends in
            let value = ends.0 + (ends.1 - ends.0) * part / 1000
            text += [digits[value / 16], digits[value % 16]]
        }
    }
}
