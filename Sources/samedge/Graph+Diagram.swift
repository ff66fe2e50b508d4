import Pipeline
import Plotting

extension Graph {
    /// A picture of some stages and all that they depend on: a box for each folder of stages, in columns by how many stages lie
    /// before them.
    func diagram(_ targets: [Int], title: String) -> Diagram {
        let members = closure(of: targets)
        var levels = [Int](repeating: 0, count: stages.count)
        // In order, so that what a stage reads has its level already.
        for stage in members { levels[stage] = upstream[stage].map { levels[$0] + 1 }.max() ?? 0 }
        var boxes: [Diagram.Box] = [], places: [Diagram.Box: Int] = [:], boxOf: [Int: Int] = [:]
        // As declared, so that what belongs together stands in one order in all columns.
        for stage in members.sorted() {
            let name = stages[stage].name, parts = name.split(separator: "/")
            let folder = parts.dropLast().joined(separator: "/")
            let empty = Diagram.Box(parts.count > 1 ? folder : name, lines: [], column: levels[stage])
            let place = places[empty] ?? boxes.count
            if place == boxes.count {
                places[empty] = place
                boxes.append(empty)
            }
            if parts.count > 1 { boxes[place].lines.append(String(parts[parts.count - 1])) }
            boxOf[stage] = place
        }
        var arrows: [Diagram.Arrow] = [], seen: Set<Diagram.Arrow> = []
        for stage in members {
            for source in upstream[stage] {
                guard let from = boxOf[source], let to = boxOf[stage] else { continue }
                let arrow = Diagram.Arrow(from: from, to: to)
                if seen.insert(arrow).inserted { arrows.append(arrow) }
            }
        }
        return Diagram(
            "stages", title: title,
            description:
                "A box for each folder of stages, with arrows from what is read to what reads it; an arrow that others in a row stand for is left out.",
            boxes: boxes, arrows: arrows)
    }
}
