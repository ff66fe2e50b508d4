extension Figure {
    /// The environment that shows the figure in a document: `NAME.pdf` as large as it is, with caption and label.
    ///
    /// The document needs the packages graphicx and amsmath; `figure*` spans its two columns.
    package var latex: String {
        let environment = width == .oneColumn ? "figure" : "figure*"
        return """
            \\begin{\(environment)}
            \\centering
            \\includegraphics{\(name).pdf}
            \\caption{\(caption)}
            \\label{fig:\(name)}
            \\end{\(environment)}

            """
    }

    /// What stands below the figure in print, for `\caption`: the title, what is to be seen, the panels, how the numbers came
    /// about, the inputs' warning. One paragraph, a sentence a line, after a comment that says how wide the figure is.
    package var caption: String {
        var sentences = [
            "\\textbf{\(sentence(RichText(title)))}", sentence(RichText(subtitle)), sentence(RichText(plain: description)),
        ]
        let headers = list(panels.map(\.header))
        let rows = list(twoColumns.rows.filter { !$0.cells.isEmpty }.map(\.note))
        switch (rows, headers) {
        case ("", ""): break
        case (let rows, ""): sentences.append("Panels: \(rows).")
        case ("", let headers): sentences.append("Panels: \(headers).")
        default: sentences.append("Rows: \(rows); columns: \(headers).")
        }
        if panels.contains(where: { $0.marks.contains { $0 is Divergence } }) {
            sentences.append("A cross marks the last step at which a run's loss was finite.")
        }
        sentences += settings.map { sentence(RichText(plain: $0)) }
        if let warning { sentences.append("\\textbf{Warning: \(RichText(plain: warning).latex).}") }
        return "% Drawn for \(width.text).\n" + sentences.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
    }

    /// Headers, in a row.
    private func list(_ headers: [String]) -> String {
        headers.map { RichText($0).latex }.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// A text with its full stop.
    private func sentence(_ text: RichText) -> String {
        let latex = text.latex
        return latex.isEmpty || ".!?".contains(latex.last!) ? latex : latex + "."
    }
}

extension [Figure] {
    /// A document that shows the figures, each from its own file `NAME.tex`, in columns as wide as those they are drawn for.
    package var latexDocument: String {
        let width = { (width: Figure.Width) in decimalText(width.points / 72) }
        return """
            % Shows the figures beside this file. In a paper of your own: \\input{NAME}, with the packages named here.
            \\documentclass[twocolumn]{article}
            \\usepackage{amsmath,graphicx}
            \\setlength{\\textwidth}{\(width(.twoColumns))in}
            \\setlength{\\columnsep}{\(decimalText((Figure.Width.twoColumns.points - 2 * Figure.Width.oneColumn.points) / 72))in}
            \\setlength{\\oddsidemargin}{-0.125in}
            \\setlength{\\textheight}{9in}
            \\setlength{\\topmargin}{-0.5in}
            % A page may hold several pictures, each with a group of its own for what is transparent.
            \\pdfsuppresswarningpagegroup=1
            \\begin{document}
            \(map { "\\input{\($0.name)}" }.joined(separator: "\n"))
            \\end{document}

            """
    }
}
