/// Something drawn in a panel: the vocabulary of figures.
package protocol Mark: Sendable {
    var style: Style { get }
    /// The numbers shown: they decide what the axes show, and stand in the figure's table.
    var series: [Series] { get }
    /// What is drawn in a frame whose axes are known.
    func nodes(in frame: Frame) -> [SceneNode]
    /// What the legend draws before the style's label.
    func key(in box: Rectangle) -> [SceneNode]
}

extension Mark {
    /// A line in the style, with its marker.
    package func key(in box: Rectangle) -> [SceneNode] {
        let line = Outline(from: Point(box.x, box.midY), to: Point(box.maxX, box.midY))
        let marker = style.marker.map { SceneNode.path($0.path(at: [Point(box.midX, box.midY)], ink: style.ink)) }
        return [.path(ScenePath(line, stroke: style.stroke))] + (marker.map { [$0] } ?? [])
    }
}

/// Builds the marks of a panel, in the order of their declaration.
@resultBuilder
package enum PanelBuilder {
    /// Takes a mark that stands as a statement of its own.
    package static func buildExpression(_ mark: some Mark) -> [any Mark] { [mark] }
    /// Takes several marks at once, such as what a function returns.
    package static func buildExpression(_ marks: [any Mark]) -> [any Mark] { marks }
    /// Joins the marks of successive statements, in their order.
    package static func buildBlock(_ parts: [any Mark]...) -> [any Mark] { parts.flatMap { $0 } }
    /// Takes the marks of an `if` without an `else`; none where its condition does not hold.
    package static func buildOptional(_ part: [any Mark]?) -> [any Mark] { part ?? [] }
    /// Takes the marks of the branch run of an `if` or `switch`, where it is among the first ones.
    package static func buildEither(first part: [any Mark]) -> [any Mark] { part }
    /// Takes the marks of the branch run of an `if` or `switch`, where it is among the last ones.
    package static func buildEither(second part: [any Mark]) -> [any Mark] { part }
    /// Joins the marks of all passes of a `for` loop, in their order.
    package static func buildArray(_ parts: [[any Mark]]) -> [any Mark] { parts.flatMap { $0 } }
}
