extension Figure {
    /// What stands below the figure in print, for LaTeX's `\caption`: the title, what is to be seen, the panels, how the numbers
    /// came about, the inputs' warning. One paragraph, a sentence a line, after a comment that says how wide to print it.
    package var caption: String {
        var sentences = [sentence(RichText(title)), sentence(RichText(subtitle)), sentence(RichText(plain: description))]
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
