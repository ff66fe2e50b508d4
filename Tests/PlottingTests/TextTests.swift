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
        #expect(metrics.width(of: RichText("00"), size: 10) == 12.74)
        #expect(abs(metrics.width(of: RichText("0^{0}"), size: 10) - (6.37 + 0.637 * 6.5)) < 1e-12)
        #expect(metrics.width(of: RichText("😀"), size: 10) == 14)
        #expect(metrics.width(of: RichText("e\u{301}"), size: 10) == metrics.width(of: RichText("e"), size: 10))
    }
}
