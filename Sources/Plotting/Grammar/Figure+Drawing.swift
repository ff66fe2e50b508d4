extension Figure {
    /// The figure as an SVG document.
    ///
    /// The same figure gives the same bytes in every process, on every machine.
    package func svg() -> String { Layout(self).scene().svg }
}
