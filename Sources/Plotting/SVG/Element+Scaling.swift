extension Element {
    /// The same drawing in another size; what is within keeps its coordinates.
    ///
    /// - Parameter width: in points.
    /// - Throws: `FigureReadingError` where the element is no drawing of ours.
    package func scaled(toWidth width: Double) throws(FigureReadingError) -> Element {
        let (old, height) = try size()
        var scaled = self
        for index in attributes.indices {
            switch attributes[index].name {
            case "width": scaled.attributes[index].value = "\(decimalText(width))pt"
            case "height": scaled.attributes[index].value = "\(decimalText(height * width / old))pt"
            default: break
            }
        }
        return scaled
    }

    /// The size of the smallest text when the drawing is `width` wide, both in points; `nil` where there is no text.
    package func smallestText(atWidth width: Double) throws(FigureReadingError) -> Double? {
        let factor = width / (try size().width)
        func sizes(_ element: Element) -> [Double] {
            [element["font-size"].flatMap { Double($0) }].compactMap { $0 } + element.children.flatMap(sizes)
        }
        return sizes(self).min().map { $0 * factor }
    }

    /// What the coordinates span.
    private func size() throws(FigureReadingError) -> (width: Double, height: Double) {
        let box = (self["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
        guard name == "svg", box.count == 4, box[2] > 0, box[3] > 0 else {
            throw FigureReadingError(fault: "the root is no SVG element with a viewBox")
        }
        return (box[2], box[3])
    }
}
