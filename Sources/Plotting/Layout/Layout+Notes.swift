extension Layout {
    private func size(_ text: Text) -> Double { text.isLarge ? theme.titleSize : theme.textSize }

    private func width(_ text: Text) -> Double {
        text.lines.map { metrics.width(of: RichText($0), size: size(text), isBold: text.isBold) }.max() ?? 0
    }

    /// From one base line of a remark to the next.
    private func step(_ text: Text) -> Double { size(text) * (metrics.ascent + metrics.descent + 0.01) }

    /// The room that remarks at the ends of a panel's lines need beside the frame.
    func endWidth(of panel: Panel) -> Double {
        panel.marks.compactMap { $0 as? Text }.map { text in
            if case .end = text.place { width(text) + 3 + theme.pad } else { 0 }
        }.max() ?? 0
    }

    func hasTextAbove(_ panel: Panel) -> Bool {
        panel.marks.contains { mark in
            if let text = mark as? Text, case .above = text.place { true } else { false }
        }
    }

    /// The remarks of a panel: those whose place is given, those beside lines, those that take the room that is left.
    func notes(of marks: [any Mark], in frame: Frame, among data: [SceneNode]) -> [SceneNode] {
        let texts = marks.compactMap { $0 as? Text }
        guard !texts.isEmpty else { return [] }
        var room = Occupancy(frame.box)
        for node in data { room.add(node) }
        var nodes: [SceneNode] = [], written: [Rectangle] = []
        // What lies over another text can be read neither: only where nothing else is left.
        func crowding(_ place: Rectangle) -> Double {
            Double(room.count(in: place)) * 50 + (written.contains { $0.overlaps(place) } ? 1e6 : 0)
        }
        func write(_ text: Text, left: Double, top: Double, aligned: SceneText.Anchor = .start) {
            let wide = width(text)
            for (index, line) in text.lines.enumerated() {
                let x = aligned == .start ? left : aligned == .end ? left + wide : left + wide / 2
                let base = Point(x, top + metrics.capHeight * size(text) + Double(index) * step(text))
                nodes.append(
                    .text(
                        metrics.place(
                            RichText(line), at: base, size: size(text), anchor: aligned, ink: text.ink, isBold: text.isBold)))
            }
            room.add(box(left, top, text).widened(by: 1))
            // The room of a text is higher than its letters.
            written.append(box(left, top, text).widened(by: 0.9))
        }
        func box(_ left: Double, _ top: Double, _ text: Text) -> Rectangle {
            let height = metrics.capHeight * size(text) + Double(text.lines.count - 1) * step(text) + 0.25 * size(text)
            return Rectangle(x: left, y: top, width: width(text), height: height)
        }
        // The best place for a remark that takes the room that is left; none where the frame is lower than the remark.
        func free(for text: Text) -> FreePlace? {
            let wide = width(text), height = box(0, 0, text).height, excess = max(0, wide + 3 - frame.box.width)
            var wanted = Point(frame.box.x, frame.box.y), across = 0.5
            if case .near(let share, let down) = text.place {
                across = share
                wanted.x += 3 + share * max(0, frame.box.width - wide - 6)
                wanted.y += 2 + down * max(0, frame.box.height - height - 4)
            } else if case .around(let x, let y) = text.place {
                guard let point = frame.point(x, y) else { return nil }
                wanted = Point(point.x - wide / 2, point.y - height / 2)
            }
            let anchor: SceneText.Anchor = across > 0.6 ? .end : across < 0.4 ? .start : .middle
            let lefts =
                excess > 0
                ? [frame.box.x + 2] : Array(stride(from: frame.box.x + 2, through: frame.box.maxX - wide - 1, by: 2))
            var best: (cost: Double, place: FreePlace)?
            for left in lefts {
                for top in stride(from: frame.box.y + 1, through: frame.box.maxY - height - 1, by: 2) {
                    let place = Rectangle(x: left, y: top, width: wide, height: height).widened(by: 1.2)
                    let crowding = crowding(place) + 1e5 * excess
                    let cost = crowding + abs(left - wanted.x) * 0.5 + abs(top - wanted.y)
                    if cost < best?.cost ?? .infinity {
                        best = (cost, FreePlace(left: left, top: top, anchor: anchor, crowding: crowding))
                    }
                }
            }
            return best?.place
        }
        var ends: [(text: Text, y: Double)] = []
        for text in texts {
            switch text.place {
            case .at(let x, let y, let anchor):
                guard let point = frame.point(x, y) else { continue }
                let wide = width(text)
                let left = anchor == .start ? point.x : anchor == .end ? point.x - wide : point.x - wide / 2
                write(text, left: left, top: point.y - metrics.capHeight * size(text), aligned: anchor)
            case .above(let x):
                guard let middle = frame.x.map(x) else { continue }
                let wide = width(text)
                let left = max(frame.box.x, min(middle - wide / 2, frame.box.maxX - wide))
                write(text, left: left, top: frame.box.y - step(text))
            case .end(let series):
                let last = frame.stretches(of: series).joined().max { $0.x < $1.x }
                guard let last else { continue }
                ends.append((text, min(max(last.y, frame.box.y), frame.box.maxY)))
            case .beside, .near, .around: continue
            }
        }
        ends.sort { $0.y < $1.y }
        let heights = ends.map { Double($0.text.lines.count) * step($0.text) }
        let middles = Self.apart(ends.map(\.y), heights: heights, within: (frame.box.y - 2)...(frame.box.maxY + 2))
        for ((text, _), middle) in zip(ends, middles) {
            let top = middle - (metrics.capHeight * size(text) + Double(text.lines.count - 1) * step(text)) / 2
            write(text, left: frame.box.maxX + 3 + theme.pad / 2, top: top)
        }
        for text in texts {
            switch text.place {
            case .beside(let series, let share):
                let wide = width(text), height = box(0, 0, text).height
                let wanted = frame.box.x + share * frame.box.width
                let stretches = frame.stretches(of: series)
                var best: (cost: Double, left: Double, top: Double)?
                for left in stride(from: frame.box.x + 2, through: frame.box.maxX - wide - 1, by: 2) {
                    guard let (low, high) = Self.span(stretches, from: left, to: left + wide) else { continue }
                    for lift in [2.5, 4, 6, 9, 13] {
                        for (top, extra) in [(low - lift - height, 0.0), (high + lift, 1.0)] {
                            let place = Rectangle(x: left, y: top, width: wide, height: height)
                            guard top >= frame.box.y, place.maxY <= frame.box.maxY - 1, room.count(in: place) == 0 else {
                                continue
                            }
                            let cost =
                                crowding(place.widened(by: 0.8)) + abs(left + wide / 2 - wanted) * 0.4
                                + lift * 3 + extra * 4
                            if cost < best?.cost ?? .infinity { best = (cost, left, top) }
                        }
                    }
                }
                // A name that would lie over what is drawn is left out; the line below the title says what the line is.
                if let best { write(text, left: best.left, top: best.top) }
            case .near, .around:
                // The first wording that finds a place where nothing else is; where none does, the one that crowds the least.
                var best: (text: Text, place: FreePlace)?
                for lines in [text.lines] + text.shorter where best.map({ $0.place.crowding > 0 }) ?? true {
                    var worded = text
                    worded.lines = lines
                    if let place = free(for: worded), place.crowding < best?.place.crowding ?? .infinity {
                        best = (worded, place)
                    }
                }
                if let (text, place) = best { write(text, left: place.left, top: place.top, aligned: place.anchor) }
            case .at, .above, .end: continue
            }
        }
        return nodes
    }

    /// The highest and the lowest position of lines within a range across the page; nothing where they do not reach it.
    private static func span(_ stretches: [[Point]], from left: Double, to right: Double) -> (Double, Double)? {
        var low = Double.infinity, high = -Double.infinity
        for stretch in stretches {
            for (a, b) in zip(stretch, stretch.dropFirst()) where max(a.x, b.x) >= left && min(a.x, b.x) <= right {
                for x in [max(left, min(a.x, b.x)), min(right, max(a.x, b.x))] {
                    let part = a.x == b.x ? 0 : (x - a.x) / (b.x - a.x)
                    low = min(low, a.y + part * (b.y - a.y))
                    high = max(high, a.y + part * (b.y - a.y))
                }
            }
        }
        return low <= high ? (low, high) : nil
    }

    /// The middles in ascending order, moved as little as keeps neighbours apart.
    private static func apart(_ places: [Double], heights: [Double], within limits: ClosedRange<Double>) -> [Double] {
        var moved = places
        guard let last = moved.indices.last else { return [] }
        func distance(_ index: Int) -> Double { (heights[index] + heights[index - 1]) / 2 }
        // Half of what is lacking goes to either side, so that a pair stays about where it belongs.
        for _ in 0..<60 {
            for index in moved.indices.dropFirst() where moved[index] - moved[index - 1] < distance(index) {
                let lack = distance(index) - (moved[index] - moved[index - 1])
                moved[index] += lack / 2
                moved[index - 1] -= lack / 2
            }
        }
        for index in moved.indices.dropFirst() { moved[index] = max(moved[index], moved[index - 1] + distance(index)) }
        moved[last] = min(moved[last], limits.upperBound - heights[last] / 2)
        for index in moved.indices.dropLast().reversed() {
            moved[index] = min(moved[index], moved[index + 1] - distance(index + 1))
        }
        return moved
    }
}

/// Where a remark finds room, and how much of what is drawn it would lie over there.
private struct FreePlace {
    var left: Double
    var top: Double
    var anchor: SceneText.Anchor
    var crowding: Double
}

extension Rectangle {
    /// The rectangle with so much more on each side.
    fileprivate func widened(by margin: Double) -> Rectangle {
        Rectangle(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
    }
}

/// Which parts of a frame are drawn upon, in cells of a point. A cell that a hairline takes counts twice: letters that one runs
/// through are as hard to read as those over a broad mark, which takes more cells.
struct Occupancy {
    private let box: Rectangle
    private let columns: Int
    private let rows: Int
    private var cells: [Int]

    init(_ box: Rectangle) {
        self.box = box
        (columns, rows) = (max(1, Int(box.width.rounded(.up))), max(1, Int(box.height.rounded(.up))))
        cells = [Int](repeating: 0, count: columns * rows)
    }

    /// The cells of a rectangle, as far as they lie in the frame.
    private func range(_ area: Rectangle) -> (columns: Range<Int>, rows: Range<Int>) {
        func span(_ low: Double, _ high: Double, _ count: Int) -> Range<Int> {
            let first = min(max(Int(low.rounded(.down)), 0), count), last = min(max(Int(high.rounded(.up)), first), count)
            return first..<last
        }
        return (span(area.x - box.x, area.maxX - box.x, columns), span(area.y - box.y, area.maxY - box.y, rows))
    }

    /// Takes an area.
    mutating func add(_ area: Rectangle, weight: Int = 1) {
        let (across, down) = range(area)
        for row in down { for column in across { cells[row * columns + column] = max(cells[row * columns + column], weight) } }
    }

    /// Takes what a node draws; tints are ground, on which text may stand.
    mutating func add(_ node: SceneNode) {
        switch node {
        case .group(let group): for node in group.nodes { add(node) }
        case .text(let text): add(text.box)
        case .path(let path):
            let isArea = path.stroke == nil && path.marker == nil
            guard !isArea else { return }
            let reach = max((path.stroke?.width ?? 0) / 2, 0.4), isHairline = path.stroke.map { $0.width < 1 } ?? false
            for piece in path.outline.pieces {
                let points = piece.points.map { Point(Double($0.x) / 100, Double($0.y) / 100) }
                for (a, b) in zip(points, points.dropFirst() + [points[0]]) {
                    if b == points[0], points.count > 1, !piece.isClosed { continue }
                    let steps = min(2000, max(1, Int((max(abs(b.x - a.x), abs(b.y - a.y)) / 0.8).rounded(.up))))
                    for step in 0...steps {
                        let part = Double(step) / Double(steps)
                        let x = a.x + part * (b.x - a.x), y = a.y + part * (b.y - a.y)
                        guard box.contains(Point(x, y)) else { continue }
                        add(
                            Rectangle(x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach), weight: isHairline ? 2 : 1
                        )
                    }
                }
            }
        }
    }

    /// How many cells of an area are taken, those of hairlines counted twice.
    func count(in area: Rectangle) -> Int {
        let (across, down) = range(area)
        var count = 0
        for row in down { for column in across { count += cells[row * columns + column] } }
        return count
    }
}
