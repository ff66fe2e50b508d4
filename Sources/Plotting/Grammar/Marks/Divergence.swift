/// The end of a run whose numbers stopped being finite: a cross at the last finite step, and a tint where nothing follows.
package struct Divergence: Mark {
    /// The last finite step; nothing where there was none, and the whole panel is tinted.
    package var last: Double?
    /// Whether other runs go on in the panel, which then is not tinted.
    package var isOneOfMany: Bool

    /// The end of a run.
    package init(after last: Double?, isOneOfMany: Bool = false) { (self.last, self.isOneOfMany) = (last, isOneOfMany) }

    /// Always `Style.divergence`, so that the legend names all divergences of a figure once.
    package var style: Style { .divergence }
    /// The last finite step as one point without an ordinate; none where there was no finite step.
    package var series: [Series] { last.map { [Series(RichText(style.label).plain, x: [$0], y: [.nan])] } ?? [] }

    /// The tint from the last finite step to the end of the axis, unless other runs go on; then a dashed line from bottom to top,
    /// and a cross near its foot, always within the frame. Without a finite step all begin where the axis does.
    package func nodes(in frame: Frame) -> [SceneNode] {
        let box = frame.box
        let x = last.flatMap(frame.x.map) ?? frame.x.start
        let left = min(x, frame.x.end), right = max(x, frame.x.end)
        let void = Outline(Rectangle(x: left, y: box.y, width: right - left, height: box.height))
        let line = ScenePath(Outline(from: Point(x, box.maxY), to: Point(x, box.y)), stroke: style.stroke)
        let name = RichText(style.label).plain
        return (isOneOfMany ? [] : [.path(ScenePath(void, fill: .void))]) + [
            last == nil ? .path(line) : line.showing(name),
            .path(cross(at: Point(min(max(x, box.x + 4), box.maxX - 4), box.maxY - 6))),
        ]
    }

    /// A line in the style with the cross in its middle; no tint.
    package func key(in box: Rectangle) -> [SceneNode] {
        let line = Outline(from: Point(box.x, box.midY), to: Point(box.maxX, box.midY))
        return [.path(ScenePath(line, stroke: style.stroke)), .path(cross(at: Point(box.midX, box.midY)))]
    }

    private func cross(at centre: Point) -> ScenePath {
        let arm = 2.6
        var outline = Outline()
        outline.add(from: Point(centre.x - arm, centre.y - arm), to: Point(centre.x + arm, centre.y + arm))
        outline.add(from: Point(centre.x - arm, centre.y + arm), to: Point(centre.x + arm, centre.y - arm))
        return ScenePath(outline, stroke: Stroke(ink: style.ink, width: 1.4))
    }
}
