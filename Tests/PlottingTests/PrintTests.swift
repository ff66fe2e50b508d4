import Plotting
import Testing

@Suite("Figures in print")
struct PrintTests {
    @Test(
        "Texts become LaTeX",
        arguments: [
            ("*η* = 0.1", "$\\eta$ = 0.1"), ("‖*H*‖_{op}", "$\\lVert H\\rVert_{\\mathrm{op}}$"), ("2/*η*", "2/$\\eta$"),
            ("*ηλ*", "\\textit{ηλ}"), ("‖∇*ℓ*‖", "$\\lVert\\nabla\\ell\\rVert$"), ("*η* *λ*_{1}", "$\\eta$ $\\lambda_{1}$"),
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
                \\textbf{A grid: $\\lVert H\\rVert_{\\mathrm{op}}$ and its edges.}
                Measured and predicted.
                Rows: $\\eta$ = 0.1, $\\eta$ = 0.2; columns: $\\rho$ = 0 (GD), $\\rho$ = 0.1.
                A cross marks the last step at which a run's loss was finite.
                10\\_000 steps.
                \\textbf{Warning: stand-in data.}

                """)
        #expect(everyMark().caption == "% Drawn for one column, 3.25 inches wide.\n\\textbf{Every mark.}\nAll.\n")
    }

    @Test("A figure is shown by its file, in one column or across two")
    func environment() {
        let narrow = everyMark()
        #expect(
            narrow.latex == """
                \\begin{figure}
                \\centering
                \\includegraphics{every-mark.pdf}
                \\caption{\(narrow.caption)}
                \\label{fig:every-mark}
                \\end{figure}

                """)
        let wide = narrow.drawn(for: .twoColumns).latex
        #expect(wide.hasPrefix("\\begin{figure*}\n") && wide.hasSuffix("\\end{figure*}\n") && wide.contains("two columns"))
        let document = [narrow, grid()].latexDocument
        #expect(document.contains("\\input{every-mark}\n\\input{grid}\n\\end{document}"))
        #expect(document.contains("\\setlength{\\textwidth}{6.75in}\n\\setlength{\\columnsep}{0.25in}\n"))
    }

    @Test("A figure that needs two columns stays as wide, whatever is asked for")
    func needsTwo() {
        var figure = grid()
        figure.oneColumn = nil
        #expect(figure.drawn(for: .oneColumn).width == .twoColumns && figure.svg(width: .oneColumn) == figure.svg())
        #expect(grid().drawn(for: .oneColumn).svg() == grid().svg(width: .oneColumn))
    }
}
