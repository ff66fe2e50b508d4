extension FigureComparison.Pair {
    /// The first point of each series that differs, and by how much.
    func series() -> [Difference] {
        let before = oldTable.entries, after = newTable.entries
        let names = before.map { "\($0.panel): \($0.series.name)" }, newNames = after.map { "\($0.panel): \($0.series.name)" }
        guard names == newNames else {
            let gone = names.filter { !newNames.contains($0) }, come = newNames.filter { !names.contains($0) }
            let text = gone.isEmpty && come.isEmpty ? "their order changed" : "gone: \(gone), come: \(come)"
            return [Difference(aspect: .data, place: "series", text: text)]
        }
        let order = old.drawn.map { [$0.panel, $0.series] }, newOrder = new.drawn.map { [$0.panel, $0.series] }
        let redrawn =
            order == newOrder
            ? [] : [Difference(aspect: .data, place: "series", text: "drawn in another order, or not all of them drawn")]
        return redrawn + zip(before, after).compactMap(difference)
    }

    private func difference(_ before: FigureTable.Entry, _ after: FigureTable.Entry) -> Difference? {
        let place = "series \(before.series.name) of panel \(before.panel)"
        let a = before.series, b = after.series
        let panel = old.panels.first { $0.label == before.panel }
        var count = 0, first: (x: Double, text: String)?
        for index in 0..<min(a.x.count, b.x.count) {
            let isSame = agree(a.x[index], b.x[index], on: panel?.x) && agree(a.y[index], b.y[index], on: panel?.y)
            if isSame { continue }
            count += 1
            if first == nil { first = (a.x[index], Self.change(from: (a.x[index], a.y[index]), to: (b.x[index], b.y[index]))) }
        }
        if let first {
            let more = count > 1 ? "; \(count) of \(a.x.count) points differ" : ""
            return Difference(aspect: .data, place: place, step: first.x, text: first.text + more)
        }
        guard a.x.count != b.x.count else { return nil }
        let step = a.x.count < b.x.count ? b.x[a.x.count] : a.x[b.x.count]
        return Difference(aspect: .data, place: place, step: step, text: "\(a.x.count) points became \(b.x.count)")
    }

    /// Whether two numbers agree: within the tolerance of what the axis shows; where the axis cannot show them, exactly.
    private func agree(_ a: Double, _ b: Double, on scale: Scale?) -> Bool {
        if a == b || (a.isNaN && b.isNaN) { return true }
        guard let scale, let before = scale.map(a), let after = scale.map(b) else { return false }
        return abs(before - after) <= old.tolerance * abs(scale.end - scale.start)
    }

    private static func change(from old: (x: Double, y: Double), to new: (x: Double, y: Double)) -> String {
        let isSameX = old.x == new.x || (old.x.isNaN && new.x.isNaN)
        let (before, after) = isSameX ? (old.y, new.y) : (old.x, new.x)
        let relative = before != 0 && before.isFinite && after.isFinite ? (after - before) / abs(before) * 100 : .nan
        let percent = relative.isFinite ? " (\(relative < 0 ? "" : "+")\(numberText((relative * 1000).rounded() / 1000)) %)" : ""
        return "\(isSameX ? "y" : "x") \(numberText(before)) became \(numberText(after))\(percent)"
    }
}
