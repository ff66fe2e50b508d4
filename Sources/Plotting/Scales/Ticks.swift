/// Where an axis is marked, and with what.
package struct Ticks: Sendable, Hashable {
    /// A labelled place.
    package struct Tick: Sendable, Hashable {
        /// The number that is marked, within the axis's domain.
        package var value: Double
        /// The number as written: plain, or with a power of ten as a superscript.
        package var label: RichText
    }

    /// The labelled places, in ascending order of their numbers.
    package var major: [Tick]
    /// Places without labels.
    package var minor: [Double]

    init(major: [Tick], minor: [Double] = []) { (self.major, self.minor) = (major, minor) }

    /// Whether labels at these places leave each other room.
    package typealias Fit = (_ ticks: [Tick]) -> Bool

    /// The ticks of an axis: 3 to 7 where they fit, all within the domain, their labels all different.
    ///
    /// - Parameters:
    ///   - target: how many labels would be best.
    ///   - fits: asked before a choice is made; where nothing fits, the fewest ticks are taken.
    package init(of scale: Scale, target: Int, fits: Fit = { _ in true }) {
        switch scale.kind {
        case .linear: self = .linear(scale, target: target, fits: fits)
        case .log: self = .logarithmic(scale, target: target, fits: fits)
        case .symlog(let threshold): self = .symlog(scale, threshold: threshold, target: target, fits: fits)
        }
    }
}
