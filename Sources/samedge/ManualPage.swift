/// The manual page, made from the same table of verbs and options as the help, in the language of `man`.
struct ManualPage {
    let project: Project

    /// The page's text.
    var text: String {
        var lines = [
            ".\\\" Made by `samedge man`, from the table of `samedge help`.", ".TH SAMEDGE 1 \(Project.day) samedge",
            ".SH NAME",
            escaped("samedge") + " \\- " + escaped("reproduces the figures of a paper, and says which of its claims hold"),
            ".SH SYNOPSIS", ".B samedge", ".I VERB", escaped("[OPTIONS] [WORDS]"),
            ".SH DESCRIPTION",
        ]
        lines += paragraphs(
            """
            Trains networks by gradient descent and by sharpness-aware minimisation, measures the operator norm of the loss Hessian \
            along training, and draws the figures of “Sharpness-Aware Minimization and the Edge of Stability” (Long & Bartlett, JMLR \
            25(179), 2024). Everything is a stage of a graph whose results are kept by content: what is there already is not made again.

            A target is a stage's name, a folder of names, a glob, or a figure's name or path. It works on the project in the current \
            folder or above it.
            """)
        lines.append(".SH PROFILES")
        for profile in project.profiles { lines += item(profile.name, profile.help) }
        lines.append(".SH VERBS")
        for verb in project.allVerbs {
            lines += [".SS " + quoted(verb.words.isEmpty ? verb.name : "\(verb.name) \(verb.words)")]
            lines += paragraphs(verb.help.prefix(1).uppercased() + verb.help.dropFirst() + ".")
            if !verb.details.isEmpty { lines += [".PP"] + paragraphs(verb.details) }
            for option in verb.options { lines += item(String(option.forms.drop { $0 == " " }), option.help) }
        }
        lines += [".SS " + quoted("help [VERB]")] + paragraphs("The same as here, about all verbs or one.")
        lines += [".SS " + quoted("--version")] + paragraphs("Which sources the program was made of.")
        lines.append(".SH " + quoted("EXIT STATUS"))
        for (code, meaning) in [
            ("0", "done"), ("1", "a stage failed, or something that is not the call's fault"), ("2", "the call was wrong"),
            ("3", "a figure or a verdict differs from its golden one"), ("130", "interrupted"),
        ] { lines += item(code, meaning) }
        lines.append(".SH ENVIRONMENT")
        for (name, meaning) in Settings.variables + [("NO_COLOR", "where it holds anything, nothing is coloured")] {
            lines += item(name, meaning)
        }
        lines.append(".SH FILES")
        for (name, meaning) in [
            (".samedge", "the store, in the project's folder"), ("figures/PROFILE", "figures, tables and report of a profile"),
            ("data/sources.json", "the files that are fetched, by digest"),
        ] { lines += item(name, meaning) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func item(_ term: String, _ text: String) -> [String] { [".TP", ".B " + quoted(term), escaped(text)] }

    /// Paragraphs, whose lines the page fills anew.
    private func paragraphs(_ text: String) -> [String] {
        let parts = text.split(separator: "\n\n").map { $0.split(whereSeparator: \.isNewline).map(String.init).map(escaped) }
        return Array(parts.joined(separator: [".PP"]))
    }

    /// A text as one argument of a macro.
    private func quoted(_ text: String) -> String { "\"" + escaped(text).replacing("\"", with: "\\(dq") + "\"" }

    /// A text as it stands in the page: no letter that troff, or a printer of ASCII alone, takes for something else.
    private func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\e"
            case "-": out += "\\-"
            case "'": out += "\\(aq"
            case "`": out += "\\(ga"
            case "^": out += "\\(ha"
            case "~": out += "\\(ti"
            case _ where scalar.value < 0x80: out.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                out += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
            }
        }
        // A line that begins so would be a request.
        return out.hasPrefix(".") ? "\\&" + out : out
    }
}
