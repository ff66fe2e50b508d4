import Plotting
import Testing

@Suite("Captions and sizes for print")
struct CaptionTests {
    @Test(
        "Texts become LaTeX",
        arguments: [
            ("*η* = 0.1", "$\\eta$ = 0.1"), ("‖*H*‖_{op}", "$\\|H\\|_{\\mathrm{op}}$"), ("2/*η*", "2/$\\eta$"),
            ("*ηλ*", "\\textit{ηλ}"), ("‖∇*ℓ*‖", "$\\|\\nabla\\ell\\|$"), ("*η* *λ*_{1}", "$\\eta$ $\\lambda_{1}$"),
            ("10^{−3}", "10$^{- 3}$"),
            ("*λ**w*", "$\\lambda w$"),
            (
                "50 % & more_or_less #1 {a} $2 a~b c\\\\d",
                "50 \\% \\& more\\_or\\_less \\#1 \\{a\\} \\$2 a\\textasciitilde{}b c\\textbackslash{}d"
            ),
            ("a < b", "a $<$ b"), ("|cos|", "$|$cos$|$"), ("*word* plain", "\\textit{word} plain"), ("", ""),
        ])
    func latex(markup: String, latex: String) {
        #expect(RichText(markup).latex == latex)
    }

    @Test("A caption says how wide the figure is, what it shows, its panels, how its numbers came about and its warning")
    func caption() {
        var figure = grid(rows: 2, columns: 2)
        figure.settings = ["10_000 steps"]
        #expect(
            figure.caption == """
                % Drawn for two columns (figure*), 6.75 inches wide.
                A grid: $\\|H\\|_{\\mathrm{op}}$ and its edges.
                Measured and predicted.
                Rows: $\\eta$ = 0.1, $\\eta$ = 0.2; columns: $\\rho$ = 0 (GD), $\\rho$ = 0.1.
                A cross marks the last step at which a run's loss was finite.
                10\\_000 steps.
                \\textbf{Warning: stand-in data.}

                """)
        #expect(everyMark().caption == "% Drawn for one column, 3.25 inches wide.\nEvery mark.\nAll.\n")
    }

    @Test("Another size keeps the shape and what is drawn")
    func scaled() throws {
        let element = try Element(parsing: grid().svg())
        let half = try element.scaled(toWidth: 243)
        #expect(half["width"] == "243pt" && half["viewBox"] == element["viewBox"] && half.content == element.content)
        let heights = try [element, half].map { try #require($0["height"].flatMap { Double($0.dropLast(2)) }) }
        #expect(abs(heights[0] - 2 * heights[1]) < 0.02)
        #expect(try element.smallestText(atWidth: 486) == 6 && element.smallestText(atWidth: 243) == 3)
        #expect(throws: FigureReadingError.self) { try Element("svg").scaled(toWidth: 100) }
    }
}
