/// Sizes and distances of all figures, in points.
package struct Theme: Sendable, Hashable {
    /// The fonts asked for, in order; all layouts hold for any of them.
    package var fonts = "'Liberation Sans',Arial,Helvetica,'DejaVu Sans',sans-serif"
    /// Of the title of a figure or diagram.
    package var titleSize = 9.5
    /// Of all other text.
    package var textSize = 8.0
    /// Of subscripts and superscripts: the smallest that remains legible in print.
    package var scriptSize = 6.5
    /// Around the figure.
    package var margin = 4.0
    /// Between panels without labels between them.
    package var gap = 14.0
    /// Of lines around panels and warnings, of ticks, of leaders to the names of curves, and of a diagram's boxes and arrows.
    package var frameWidth = 0.6
    /// Of ticks with a label, outwards from the frame; the distance of the labels follows from it.
    package var tickLength = 3.0
    /// Of ticks without a label, outwards from the frame.
    package var minorTickLength = 1.8
    /// Between a tick and its label, an axis and its name, and the like.
    package var pad = 2.5
    /// The length of a line in the legend.
    package var keyLength = 20.0
    /// From one base line to the next, relative to the size.
    package var lineHeight = 1.35
    /// Whether the file carries colours for readers who prefer a dark ground.
    package var hasDarkRules = true

    /// The theme of print, which figures have unless they set another.
    package init() {}
}
