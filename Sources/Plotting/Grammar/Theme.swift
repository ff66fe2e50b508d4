/// Sizes and distances of all figures, in points.
package struct Theme: Sendable, Hashable {
    /// The fonts asked for, in order; layouts hold for the first three, whose letters are equally wide.
    package var fonts = "'Liberation Sans',Arial,Helvetica,'DejaVu Sans',sans-serif"
    /// How much wider than in Liberation Sans, whose widths are known, a text can be in the fonts asked for: 1.2 for DejaVu Sans.
    package var letterWidth = 1.0
    /// Of the title of a figure or diagram.
    package var titleSize = 8.5
    /// Of all other text but ticks.
    package var textSize = 7.0
    /// Of the labels of ticks.
    package var tickSize = 6.5
    /// Of subscripts and superscripts: the smallest that remains legible in print.
    package var scriptSize = 6.0
    /// Around the figure.
    package var margin = 3.0
    /// Between panels without labels between them.
    package var gap = 14.0
    /// Of the axes of panels, of lines around warnings, of ticks, and of a diagram's boxes and arrows.
    package var frameWidth = 0.6
    /// Of ticks with a label, outwards from the frame; the distance of the labels follows from it.
    package var tickLength = 2.5
    /// Of ticks without a label, outwards from the frame.
    package var minorTickLength = 1.5
    /// Between a tick and its label, an axis and its name, and the like.
    package var pad = 2.0
    /// The length of a line in the legend.
    package var keyLength = 20.0
    /// From one base line to the next, relative to the size.
    package var lineHeight = 1.35
    /// Whether the file carries colours for readers who prefer a dark ground.
    package var hasDarkRules = true

    /// The theme of print, which figures have unless they set another.
    package init() {}
}
