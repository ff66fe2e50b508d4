extension RichText {
    /// The text for LaTeX with amsmath: italic letters and signs of mathematics between dollars, what LaTeX would read as its own
    /// escaped.
    package var latex: String {
        var out = "", isMath = false, isWithinNorm = false
        // Neighbouring mathematics is one formula: two dollars in a row would begin another kind.
        func add(_ text: String, math: Bool) {
            if math != isMath { out += "$" }
            // A command's name ends where no letter follows.
            if math, isMath, endsWithCommand(out), text.first?.isLetter == true { out += " " }
            out += text
            isMath = math
        }
        for run in runs {
            let isWord = run.text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic } && run.text.unicodeScalars.count > 1
            switch run.level {
            case .base where run.isItalic && isWord: add("\\textit{\(run.text)}", math: false)
            case .base:
                for scalar in run.text.unicodeScalars {
                    if scalar == "‖" {
                        isWithinNorm.toggle()
                        add(isWithinNorm ? "\\lVert" : "\\rVert", math: true)
                    } else if let sign = Self.signs[scalar] {
                        add(sign, math: true)
                    } else {
                        let isLetter = run.isItalic && scalar.properties.isAlphabetic
                        add(isLetter ? String(scalar) : Self.escapes[scalar] ?? String(scalar), math: isLetter)
                    }
                }
            case .below, .above:
                let inner = run.text.unicodeScalars.map { Self.signs[$0].map { "\($0) " } ?? Self.escapes[$0] ?? String($0) }
                    .joined()
                add((run.level == .below ? "_{" : "^{") + (isWord ? "\\mathrm{\(inner)}" : inner) + "}", math: true)
            }
        }
        return isMath ? out + "$" : out
    }

    /// Whether a formula ends with the name of a command, such as `\eta`.
    private func endsWithCommand(_ text: String) -> Bool {
        let letters = text.reversed().prefix { $0.isLetter }.count
        return letters > 0 && text.dropLast(letters).last == "\\"
    }

    /// Characters that LaTeX reads as its own, or that its fonts lack outside of formulas.
    private static let escapes: [Unicode.Scalar: String] = [
        "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
        "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "–": "--", "—": "---", "’": "'", "“": "``", "”": "''",
        "…": "\\dots{}",
    ]

    /// Characters that stand in formulas.
    private static let signs: [Unicode.Scalar: String] = [
        "|": "|", "∇": "\\nabla", "ℓ": "\\ell", "−": "-", "±": "\\pm", "×": "\\times", "·": "\\cdot", "√": "\\surd",
        "∞": "\\infty", "≤": "\\le",
        "≥": "\\ge", "≈": "\\approx", "≠": "\\ne", "<": "<", ">": ">", "→": "\\to", "⟨": "\\langle", "⟩": "\\rangle",
        "∂": "\\partial",
        "∑": "\\sum", "∈": "\\in", "α": "\\alpha", "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "ε": "\\varepsilon",
        "ζ": "\\zeta",
        "η": "\\eta", "θ": "\\theta", "κ": "\\kappa", "λ": "\\lambda", "μ": "\\mu", "ν": "\\nu", "ξ": "\\xi", "π": "\\pi",
        "ρ": "\\rho", "σ": "\\sigma", "τ": "\\tau", "φ": "\\varphi", "χ": "\\chi", "ψ": "\\psi", "ω": "\\omega", "Δ": "\\Delta",
        "Σ": "\\Sigma", "Ω": "\\Omega",
    ]
}
