import CodeDigests
import Formats
import Pipeline
import Plotting

/// Things and what each of them reads, to be drawn: the stages, their kinds, or the modules of the code.
struct GraphPicture {
    let title: String
    /// The things in an order in which each comes after what it reads.
    private let names: [String]
    /// What each of them reads, by its place among the names.
    private let sources: [[Int]]

    /// Some stages and all that they depend on.
    static func stages(_ targets: [Int], of graph: Graph, profile: String) -> GraphPicture {
        GraphPicture(
            "Stages of the profile \(profile)",
            // As declared, so that what belongs together stands in one order in all columns.
            graph.closure(of: targets).sorted().map { stage in
                (graph.stages[stage].name, graph.upstream[stage].map { graph.stages[$0].name })
            })
    }

    /// The kinds of these stages, each reading what its stages read: the way of the data.
    static func kinds(_ targets: [Int], of graph: Graph) -> GraphPicture {
        GraphPicture(
            "The way of the data: kinds of stages",
            graph.closure(of: targets).sorted().map { stage in
                (graph.stages[stage].kind, graph.upstream[stage].map { graph.stages[$0].kind })
            })
    }

    /// The modules of the code, each reading those that it imports.
    static var modules: GraphPicture {
        GraphPicture(
            "Modules, each importing what its arrows come from", CodeDigests.imports.sorted { $0.key < $1.key }.map { ($0, $1) })
    }

    /// Things in any order, some of them several times.
    private init(_ title: String, _ things: [(name: String, sources: [String])]) {
        self.title = title
        var read: [String: [String]] = [:], declared: [String] = []
        for (name, sources) in things {
            if read[name] == nil { declared.append(name) }
            var known = read[name, default: []]
            for source in sources where source != name && !known.contains(source) { known.append(source) }
            read[name] = known
        }
        var names: [String] = [], places: [String: Int] = [:]
        func place(_ name: String) {
            guard places[name] == nil, let sources = read[name] else { return }
            for source in sources { place(source) }
            places[name] = names.count
            names.append(name)
        }
        for name in declared { place(name) }
        self.names = names
        sources = names.map { read[$0, default: []].compactMap { places[$0] } }
    }

    private var arrows: [(from: Int, to: Int)] {
        sources.enumerated().flatMap { to, sources in sources.map { (from: $0, to: to) } }
    }

    /// The picture in the language of Graphviz.
    var dot: String {
        let quoted = names.map { JSON.string($0).text }
        return
            (["digraph samedge {", "  rankdir=LR;", "  node [shape=box, fontname=\"sans-serif\"];"]
            + quoted.map { "  \($0);" } + arrows.map { "  \(quoted[$0.from]) -> \(quoted[$0.to]);" } + ["}\n"])
            .joined(separator: "\n")
    }

    /// The picture in the language of Mermaid.
    var mermaid: String {
        (["flowchart LR"] + names.enumerated().map { "  s\($0)[\(JSON.string($1).text)]" }
            + arrows.map { "  s\($0.from) --> s\($0.to)" } + [""]).joined(separator: "\n")
    }

    /// The picture itself: a box for each folder of names, in columns by how many lie before it.
    var svg: String {
        var columns: [Int] = []
        for sources in sources { columns.append(sources.map { columns[$0] + 1 }.max() ?? 0) }
        var boxes: [Diagram.Box] = [], places: [Diagram.Box: Int] = [:], boxOf: [Int] = []
        for (name, column) in zip(names, columns) {
            let parts = name.split(separator: "/"), folder = parts.dropLast().joined(separator: "/")
            let empty = Diagram.Box(parts.count > 1 ? folder : name, lines: [], column: column)
            let place = places[empty] ?? boxes.count
            if place == boxes.count {
                places[empty] = place
                boxes.append(empty)
            }
            if parts.count > 1 { boxes[place].lines.append(String(parts[parts.count - 1])) }
            boxOf.append(place)
        }
        var drawn: [Diagram.Arrow] = [], seen: Set<Diagram.Arrow> = []
        for arrow in arrows.map({ Diagram.Arrow(from: boxOf[$0.from], to: boxOf[$0.to]) }) where seen.insert(arrow).inserted {
            drawn.append(arrow)
        }
        return Diagram(
            "graph", title: title,
            description:
                "Boxes, with arrows from what is read to what reads it; an arrow that others in a row stand for is left out.",
            boxes: boxes, arrows: drawn
        ).svg()
    }
}
