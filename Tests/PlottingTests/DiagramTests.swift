import Plotting
import Testing

@Suite("Diagrams")
struct DiagramTests {
    /// Three columns; an arrow past the middle one, and one that others stand for.
    private let diagram = Diagram(
        "stages", title: "Stages", description: "Boxes.",
        boxes: [
            .init("fetch", lines: ["a", "b"], column: 0), .init("theory", lines: [], column: 0),
            .init("train", lines: (1...9).map { "run \($0)" }, column: 1), .init("figure", lines: ["<&>"], column: 2),
            .init("report", lines: [], column: 3),
        ],
        arrows: [
            .init(from: 0, to: 2), .init(from: 2, to: 3), .init(from: 0, to: 3), .init(from: 3, to: 4), .init(from: 1, to: 4),
        ])

    @Test("An arrow that others in a row stand for is left out")
    func reduced() {
        #expect(diagram.arrows == [.init(from: 0, to: 2), .init(from: 2, to: 3), .init(from: 3, to: 4), .init(from: 1, to: 4)])
    }

    @Test("All texts stand in the picture, inside its page; nothing but allowed elements is drawn")
    func texts() throws {
        let root = try Element(parsing: diagram.svg())
        let texts = root.all.filter { $0.name == "text" }
        #expect(Set(texts.map(\.text)).isSuperset(of: diagram.boxes.flatMap { [$0.title] + $0.lines } + ["Stages"]))
        let size = try #require(root["viewBox"]).split(separator: " ").compactMap { Double($0) }
        for text in texts {
            let box = try #require(text["data-box"]).split(separator: " ").compactMap { Double($0) }
            #expect(box[0] >= 0 && box[1] >= 0 && box[0] + box[2] <= size[2] && box[1] + box[3] <= size[3], "\(text.text)")
        }
        let drawing: Set = ["svg", "title", "desc", "style", "rect", "g", "path", "text"]
        #expect(Set(root.children.filter { $0.name != "metadata" }.flatMap(\.all).map(\.name)).isSubset(of: drawing))
    }

    @Test("No box overlaps another, and no arrow runs behind a box")
    func boxes() throws {
        let root = try Element(parsing: diagram.svg())
        func outlines(_ role: String, closed: Bool) throws -> [[LatticePoint]] {
            try root.children.filter { $0["class"]?.hasPrefix(role) == true }.flatMap(\.all).compactMap { $0["d"] }
                .map { try Outline(parsing: $0).pieces[0] }.filter { $0.isClosed == closed }.map(\.points)
        }
        let boxes = try outlines("boxes", closed: true).map { corners in
            (left: corners[0].x, top: corners[0].y, right: corners[2].x, bottom: corners[2].y)
        }
        #expect(boxes.count == diagram.boxes.count)
        for (index, a) in boxes.enumerated() {
            for b in boxes[(index + 1)...] {
                #expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top)
            }
        }
        let arrows = try outlines("arrows", closed: false)
        #expect(arrows.count == diagram.arrows.count)
        for arrow in arrows {
            for (start, end) in zip(arrow, arrow.dropFirst()) {
                for part in 1..<200 {
                    let x = start.x + (end.x - start.x) * part / 200, y = start.y + (end.y - start.y) * part / 200
                    #expect(!boxes.contains { x > $0.left && x < $0.right && y > $0.top && y < $0.bottom })
                }
            }
        }
    }

    @Test("No boxes make an empty picture")
    func empty() throws {
        let nothing = Diagram("stages", title: "None", description: "", boxes: [], arrows: [])
        #expect(try Element(parsing: nothing.svg()).all.contains { $0.text == "None" })
    }
}
