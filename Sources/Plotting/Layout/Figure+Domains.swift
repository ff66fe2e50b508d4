extension Figure {
    /// The domains of all panels, row by row, at no place yet; one domain along shared axes.
    func domains() -> [(x: Scale, y: Scale)] {
        let series = panels.map { $0.flatMap(\.series) }
        if shape == .square {
            // One domain for both axes, so that equal numbers lie on the diagonal.
            let values = series.map { $0.flatMap { $0.x + $0.y } }
            return shared(x, values: values, padding: 0.04, keepsSign: false).map { ($0, $0) }
        }
        let across = shared(x, values: series.map { $0.flatMap(\.x) }, padding: 0.02, keepsSign: false)
        let ordinates = zip(panels, series).map { marks, series in
            let values = series.flatMap(\.y)
            return y.cutsOutliers || marks.contains { $0 is Divergence } ? heldBack(values) : values
        }
        let up = shared(y, values: ordinates, padding: 0.05, keepsSign: true)
        return Array(zip(across, up))
    }

    /// The numbers of a panel, outliers among them held at the size from which they count as such: their line leaves the frame
    /// there; the table has all.
    private func heldBack(_ values: [Double]) -> [Double] {
        let sizes = values.filter(\.isFinite).map(abs).sorted()
        guard !sizes.isEmpty else { return [] }
        let limit = (y.scale == .linear ? 3 : 10) * sizes[(sizes.count - 1) / 2]
        return values.map { min(max($0, -limit), limit) }
    }

    private func shared(_ axis: Axis, values: [[Double]], padding: Double, keepsSign: Bool) -> [Scale] {
        if let domain = axis.domain {
            return values.map { _ in Scale(axis.scale, low: domain.lowerBound, high: domain.upperBound) }
        }
        let groups = values.indices.map { group(of: $0, along: axis.sharing) }
        return groups.map { group in
            let together = values.indices.lazy.filter { groups[$0] == group }.flatMap { values[$0] }
            return Scale.nice(axis.scale, showing: together, padding: padding, keepsSign: keepsSign)
        }
    }

    /// Panels of one number share an axis.
    private func group(of panel: Int, along sharing: Axis.Sharing) -> Int {
        switch sharing {
        case .all: 0
        case .rows: panel / facet.columns.count
        case .columns: panel % facet.columns.count
        case .none: panel
        }
    }
}

extension Axis.Sharing {
    /// Whether the panels of a row have one domain, so that the leftmost alone needs labels of its ordinates.
    var isAlongRows: Bool { self == .all || self == .rows }
    /// Likewise of a column, whose lowest panel has the labels of its abscissas.
    var isAlongColumns: Bool { self == .all || self == .columns }
}
