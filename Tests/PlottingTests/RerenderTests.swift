import Plotting
import Testing

/// That figures which say the same are never called changed.
@Suite("Rerenders")
struct RerenderTests {
    /// A small figure as an experiment has it, with data of its own.
    private func figure(_ seed: UInt64, relativeError: Double = 0) -> Figure {
        var random = SplitMix(seed), error = SplitMix(seed ^ 0xe44)
        let scale: Axis.Kind = [.linear, .log, .symlog(threshold: 0.1)][Int(seed % 3)]
        let count = 20 + Int(random.next() % 80), size = 1 + 99 * random.unit()
        let steps = (0..<count).map { Double($0 * 10) }
        func wrong(_ value: Double) -> Double { value * (1 + relativeError * (2 * error.unit() - 1)) }
        return Figure(
            "rerender", title: "A", description: "B", x: Axis("step"), y: Axis("*y*", scale: scale),
            facet: Facet(columns: ["a", "b"])
        ) {
            _, column in
            let edge = steps.map { size * 100 / (100 + $0) }
            Rule(y: size, as: .reference("2/*η*"))
            Line(x: steps, y: edge.map(wrong), as: .predicted)
            Line(x: steps, y: edge.map { wrong($0 * (1 + 0.3 * (random.unit() - 0.5))) }, as: .measured)
            if column == 1 {
                Dots(x: steps, y: edge.map { wrong($0 * (0.5 + random.unit())) }, as: .category(2, label: "others"))
            }
        }
    }

    private func compare(_ old: Figure, _ new: Figure) -> FigureComparison {
        FigureComparison(old: old.svg(), new: new.svg(), oldTable: old.table(), newTable: new.table())
    }

    @Test("A thousand figures drawn again are identical")
    func identical() {
        let others = (0..<1000).filter { compare(figure(UInt64($0)), figure(UInt64($0))).verdict != .identical }
        #expect(others.isEmpty, "\(others)")
    }

    @Test("A thousand figures drawn of numbers with other rounding errors are equivalent, none changed")
    func equivalent() {
        let alarms = (0..<1000).compactMap { seed in
            // Each size of error with each scale.
            let error = [1e-15, 1e-12, 1e-8][seed / 3 % 3]
            let comparison = compare(figure(UInt64(seed)), figure(UInt64(seed), relativeError: error))
            return comparison.verdict == .equivalent ? nil : "\(seed): \(comparison.verdict) \(comparison.differences.prefix(2))"
        }
        #expect(alarms.isEmpty, "\(alarms.count), such as \(alarms.prefix(3))")
    }

    @Test("Of three hundred figures with one number that is two thousandths of the axis off, every one is changed")
    func changed() {
        let missed = (0..<300).filter { seed in
            let old = figure(UInt64(seed))
            var new = old
            guard let index = new.panels[0].marks.indices.last, var line = new.panels[0].marks[index] as? Line else {
                return true
            }
            let values = line.points.y, at = seed % values.count
            // Towards the middle, so that the axis stays as it is.
            let middle = values.sorted()[values.count / 2]
            line.points.y[at] += (values[at] > middle ? -0.002 : 0.002) * (values.max()! - values.min()!)
            new.panels[0].marks[index] = line
            guard case .changed(let aspects) = compare(old, new).verdict else { return true }
            return aspects.first != .data
        }
        #expect(missed.isEmpty, "\(missed)")
    }
}
