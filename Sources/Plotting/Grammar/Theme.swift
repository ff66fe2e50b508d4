/// Sizes and distances of all figures, in points.
package struct Theme: Sendable, Hashable {
    /// The fonts asked for, in order; all layouts hold for any of them.
    package var fonts = "'Liberation Sans',Arial,Helvetica,'DejaVu Sans',sans-serif"
    package var titleSize = 9.5
    /// Of all other text.
    package var textSize = 8.0
    /// Of subscripts and superscripts: the smallest that remains legible in print.
    package var scriptSize = 6.5
    /// Around the figure.
    package var margin = 4.0
    /// Between panels without labels between them.
    package var gap = 14.0
    package var frameWidth = 0.6
    package var tickLength = 3.0
    package var minorTickLength = 1.8
    /// Between a tick and its label, an axis and its name, and the like.
    package var pad = 2.5
    /// The length of a line in the legend.
    package var keyLength = 20.0
    /// From one base line to the next, relative to the size.
    package var lineHeight = 1.35
    /// Whether the file carries colours for readers who prefer a dark ground.
    package var hasDarkRules = true

    package init() {}
}
