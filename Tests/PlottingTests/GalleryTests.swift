import Plotting
import Testing

/// That the gallery has everything; its figures are among `DocumentTests.figures`, to which most tests of drawing apply.
@Suite("Gallery")
struct GalleryTests {
    @Test("Every kind of mark and of scale, every marker, and both kinds of legend are shown")
    func complete() {
        let marks = Gallery.figures.flatMap(\.panels).flatMap(\.marks)
        let kinds = Set(marks.map { "\(type(of: $0))" })
        #expect(kinds == ["Arrow", "Band", "Divergence", "Dots", "Line", "Rule", "Step", "Strip", "Text", "Tiles", "Zone"])
        #expect(Set(marks.compactMap(\.style.marker)) == Set(Marker.allCases))
        let scales = Set(
            Gallery.figures.map {
                switch $0.panels[0].y.scale {
                case .linear: "linear"
                case .log: "log"
                case .symlog: "symlog"
                }
            })
        #expect(scales.count == 3)
        #expect(
            Gallery.figures.contains { $0.legend == .none }
                && Gallery.figures.contains { $0.oneColumn?.rows[0].height == .square }
        )
        #expect(Gallery.figures.contains { !$0.theme.hasDarkRules } && Gallery.figures.contains { $0.warning != nil })
    }

    @Test("The page is well formed, its identifiers are unique, and it refers to nothing beyond itself")
    func page() throws {
        let page = try Gallery.html()
        let all = try Element(parsing: String(page.dropFirst("<!DOCTYPE html>\n".count))).all
        let ids = all.compactMap { $0["id"] }
        #expect(ids.count > 100 && Set(ids).count == ids.count)
        #expect(all.filter { $0.name == "svg" }.count == Gallery.figures.count)
        #expect(!all.contains { ["script", "link", "object", "iframe"].contains($0.name) || $0["href"] != nil })
        #expect(all.compactMap { $0["src"] }.allSatisfy { $0.hasPrefix("data:") })
        #expect(try Gallery.html() == page)
    }

    @Test("Every figure of the gallery is in the page as it is alone")
    func inlined() throws {
        let page = try Gallery.html()
        for figure in Gallery.figures { #expect(page.contains(figure.svg().drop { $0 != "\n" }.dropFirst()), "\(figure.name)") }
    }
}
