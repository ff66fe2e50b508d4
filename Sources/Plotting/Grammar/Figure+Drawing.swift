extension Figure {
    /// The figure as an SVG document, laid out for a width of the page; its own unless another is asked for.
    ///
    /// - Parameter showsTitle: whether title and subtitle stand above the panels; in print the caption has them.
    package func svg(width: Width? = nil, showsTitle: Bool = true) -> String {
        Layout(self, width: width, showsTitle: showsTitle).scene().svg
    }
}
