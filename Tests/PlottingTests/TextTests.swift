import Plotting
import Testing

@Suite("Text")
struct TextTests {
    @Test("Marks make italics, subscripts and superscripts")
    func marks() {
        let text = RichText("‖*H*‖_{op} = 10^{−3}")
        #expect(text.runs.map(\.text) == ["‖", "H", "‖", "op", " = 10", "−3"])
        #expect(text.runs.map(\.isItalic) == [false, true, false, false, false, false])
        #expect(text.runs.map(\.level) == [.base, .base, .base, .below, .base, .above])
        #expect(text.plain == "‖H‖op = 10^−3")
    }

    @Test(
        "Marks without their partner, and marks behind a backslash, stand for themselves",
        arguments: [
            ("a * b", "a * b"), ("2 * 3 * 4", "2  3  4"), ("x_1", "x_1"), ("x_{1", "x_{1"), ("a}", "a}"),
            ("\\*a\\*", "*a*"), ("\\_{a}", "_{a}"),
            ("tail\\", "tail\\"), ("", ""), ("**", ""), ("^{}", ""), ("<&\"'> 😀", "<&\"'> 😀"),
        ])
    func literal(markup: String, plain: String) {
        #expect(RichText(markup).plain == plain)
    }

    @Test("Widths add up, and scripts take their own size")
    func widths() {
        let metrics = TextMetrics(scriptSize: 6.5)
        #expect(metrics.width(of: RichText("00"), size: 10) == 11.14)
        #expect(abs(metrics.width(of: RichText("0^{0}"), size: 10) - (5.57 + 0.557 * 6.5)) < 1e-12)
        #expect(metrics.width(of: RichText("😀"), size: 10) == 14)
        #expect(metrics.width(of: RichText("e\u{301}"), size: 10) == metrics.width(of: RichText("e"), size: 10))
    }

    @Test("In a font of wider letters texts get more room")
    func widerFont() {
        var metrics = TextMetrics(scriptSize: 6.5)
        metrics.letterWidth = 1.5
        #expect(metrics.width(of: RichText("00"), size: 10) == 16.71)
    }

    @Test(
        "Bold letters are wider; a text of several runs starts where its anchor puts it, so that all programs place its runs alike"
    )
    func anchors() {
        let metrics = TextMetrics(scriptSize: 6)
        #expect(metrics.width(of: RichText("SAM"), size: 8, isBold: true) >= metrics.width(of: RichText("SAM"), size: 8))
        let figure = Figure("runs", title: "", description: "", x: Axis("‖*H*‖_{op} = 1"), y: Axis("*η* = 0.1")) { _, _ in
            Line(x: [0, 1], y: [1e-7, 3e-7], as: .dense)
        }
        let all = Layout(figure).scene().nodes.flatMap { $0.texts() }.map(\.text)
        #expect(all.contains { $0.text.runs.count > 1 } && all.contains { $0.anchor != .start })
        #expect(all.allSatisfy { $0.anchor == .start || $0.text.runs.count == 1 })
    }
}
