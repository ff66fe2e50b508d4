extension Figure {
    /// The domains of all panels, at no place yet; one domain in a group.
    func domains() -> [(x: Scale, y: Scale)] {
        let isSquare = ((oneColumn?.rows ?? []) + twoColumns.rows).contains { $0.height == .square }
        let series = panels.map { $0.marks.flatMap(\.series) }
        if isSquare {
            // One domain for both axes, so that equal numbers lie on the diagonal.
            let values = series.map { $0.flatMap { $0.x + $0.y } }
            return scales(panels.map { ($0.x, $0.xGroup) }, values: values, padding: 0.04, keepsSign: false).map { ($0, $0) }
        }
        let across = scales(
            panels.map { ($0.x, $0.xGroup) }, values: series.map { $0.flatMap(\.x) }, padding: 0.02, keepsSign: false)
        let ordinates = zip(panels, series).map { panel, series in
            let values = series.flatMap(\.y)
            return panel.y.cutsOutliers || panel.marks.contains { $0 is Divergence } ? heldBack(values, panel.y) : values
        }
        let up = scales(panels.map { ($0.y, $0.yGroup) }, values: ordinates, padding: 0.05, keepsSign: true)
        return Array(zip(across, up))
    }

    /// The numbers of a panel, outliers among them held at the size from which they count as such: their line leaves the frame
    /// there; the table has all.
    private func heldBack(_ values: [Double], _ axis: Axis) -> [Double] {
        let sizes = values.filter(\.isFinite).map(abs).sorted()
        guard !sizes.isEmpty else { return [] }
        let limit = (axis.scale == .linear ? 3 : 10) * sizes[(sizes.count - 1) / 2]
        return values.map { min(max($0, -limit), limit) }
    }

    private func scales(
        _ axes: [(axis: Axis, group: String?)], values: [[Double]], padding: Double, keepsSign: Bool
    ) -> [Scale] {
        var known: [String: Scale] = [:]
        return axes.indices.map { index in
            let (axis, group) = axes[index]
            if let domain = axis.domain { return Scale(axis.scale, low: domain.lowerBound, high: domain.upperBound) }
            if let group, let scale = known[group] { return scale }
            let together = axes.indices.lazy.filter { $0 == index || (group != nil && axes[$0].group == group) }
                .flatMap { values[$0] }
            let scale = Scale.nice(axis.scale, showing: together, padding: padding, keepsSign: keepsSign)
            if let group { known[group] = scale }
            return scale
        }
    }
}
