import Cluster

/// What a shell needs to complete calls: made from the same table of verbs and options as the help.
struct Completion {
    /// The shells, by the words that ask for them.
    enum Shell: String, CaseIterable { case bash, zsh, fish }

    let project: Project

    /// The script for a shell.
    func script(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    /// What may stand after an option.
    private enum Values {
        case words([String])
        case folders, files, anything
    }

    private func values(of option: Option) -> Values? {
        guard let value = option.value else { return nil }
        if option.name == "--profile" { return .words(project.profiles.map(\.name)) }
        // Words that stand for themselves are in lower case.
        if value.contains("|"), value == value.lowercased() { return .words(value.split(separator: "|").map(String.init)) }
        return value == "FOLDER" ? .folders : option.isPath ? .files : .anything
    }

    /// What follows `help`, and what the word after the verb may be where it is one of a few.
    private func words(of verb: Verb) -> [String] {
        verb.words.split(separator: "|").map(String.init).filter { $0 == $0.lowercased() && !$0.isEmpty }
    }

    /// An option as it is typed: its name, and its letter where it has one.
    private func forms(of option: Option) -> [String] { [option.name] + (option.letter.map { ["-\($0)"] } ?? []) }

    private var globals: [String] { ["help", "--help", "--version"] }
    private var verbs: [Verb] { project.allVerbs }
    private var origin: String { "# Made by `samedge completion`, from the table of `samedge help`." }

    // MARK: - bash

    private var bash: String {
        var options: [String] = [], values: [String] = [], words: [String] = []
        for verb in verbs {
            let all = verb.options.flatMap(forms) + ["--help"]
            options.append("        \(verb.name)) options=\(quoted(all.joined(separator: " "))) ;;")
            if !self.words(of: verb).isEmpty {
                words.append("        \(verb.name)) words=\(quoted(self.words(of: verb).joined(separator: " "))) ;;")
            }
            for option in verb.options {
                guard let found = self.values(of: option) else { continue }
                let forms = forms(of: option).map { "\(verb.name):\($0)" }
                let reply =
                    switch found {
                    case .words(let words): "COMPREPLY=($(compgen -W \(quoted(words.joined(separator: " "))) -- \"$word\"))"
                    case .folders: "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$word\"))"
                    case .files: "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$word\"))"
                    case .anything: ":"
                    }
                values.append("        \(forms.joined(separator: "|"))) \(reply); return ;;")
            }
        }
        let names = verbs.map(\.name)
        return """
            \(origin)
            _samedge() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} options= words=
                COMPREPLY=()
                # An option and its value with = between are three words.
                if [ "$word" = = ]; then word=; elif [ "$before" = = ]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
                if [ "$COMP_CWORD" -eq 1 ]; then
                    COMPREPLY=($(compgen -W \(quoted((names + globals).joined(separator: " "))) -- "$word"))
                    return
                fi
                case $verb:$before in
            \(values.joined(separator: "\n"))
                esac
                case $verb in
            \(options.joined(separator: "\n"))
                esac
                case $verb in
                    help) words=\(quoted(names.joined(separator: " "))) ;;
            \(words.joined(separator: "\n"))
                esac
                case $word in
                    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
                    *)
                        if [ -n "$words" ]; then
                            COMPREPLY=($(compgen -W "$words" -- "$word"))
                        else
                            compopt -o filenames 2>/dev/null
                            COMPREPLY=($(compgen -f -- "$word"))
                        fi ;;
                esac
            }
            complete -F _samedge samedge

            """
    }

    // MARK: - zsh

    private var zsh: String {
        func specification(_ text: String) -> String {
            text.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        }
        func action(_ values: Values) -> String {
            switch values {
            case .words(let words): "(\(words.joined(separator: " ")))"
            case .folders: "_files -/"
            case .files: "_files"
            case .anything: " "
            }
        }
        let cases = verbs.map { verb in
            var lines = verb.options.map { option in
                let value = values(of: option).map { ":\(specification(option.value ?? "")):\(action($0))" } ?? ""
                let repeats = option.repeats ? "*" : ""
                let name = option.name + (value.isEmpty ? "" : "=")
                let help = "[\(specification(option.help))]\(value)"
                guard let letter = option.letter else { return quoted(repeats + name + help) }
                let both = option.repeats ? "*" : "(-\(letter) \(option.name))"
                return "\(quoted(both)){-\(letter)\(value.isEmpty ? "" : "+"),\(name)}\(quoted(help))"
            }
            lines.append(quoted("--help[say more about the verb]"))
            let words = words(of: verb)
            lines.append(quoted(words.isEmpty ? "*:word:_files" : "1:word:(\(words.joined(separator: " ")))"))
            return "        \(verb.name))\n            _arguments -S \\\n"
                + lines.map { "                \($0)" }.joined(separator: " \\\n") + " ;;"
        }
        let names =
            verbs.map { "        " + quoted("\($0.name):\($0.help)") } + [
                "        'help:this, or more about a verb'", "        '--version:which sources the program was made of'",
            ]
        return """
            #compdef samedge
            \(origin)
            _samedge() {
                local -a verbs
                verbs=(
            \(names.joined(separator: "\n"))
                )
                if (( CURRENT == 2 )); then
                    _describe -t verbs verb verbs
                    return
                fi
                local verb=$words[2]
                shift words
                (( CURRENT-- ))
                case $verb in
                    help) _describe -t verbs verb verbs ;;
            \(cases.joined(separator: "\n"))
                esac
            }
            if [ "$funcstack[1]" = _samedge ]; then _samedge "$@"; else compdef _samedge samedge; fi

            """
    }

    // MARK: - fish

    private var fish: String {
        // Of fish's quotes, a backslash keeps both.
        func quoted(_ text: String) -> String { "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'" }
        var lines = [origin, "complete -c samedge -f", "complete -c samedge -n __fish_use_subcommand -l version"]
        lines[2] += " -d " + quoted("which sources the program was made of")
        lines.append("complete -c samedge -n __fish_use_subcommand -a help -d " + quoted("this, or more about a verb"))
        lines.append(
            "complete -c samedge -n '__fish_seen_subcommand_from help' -a " + quoted(verbs.map(\.name).joined(separator: " ")))
        for verb in verbs {
            lines.append("complete -c samedge -n __fish_use_subcommand -a \(verb.name) -d \(quoted(verb.help))")
            let start = "complete -c samedge -n '__fish_seen_subcommand_from \(verb.name)'"
            let words = words(of: verb)
            if !words.isEmpty { lines.append("\(start) -a \(quoted(words.joined(separator: " ")))") }
            if words.isEmpty, !verb.words.isEmpty { lines.append("\(start) -F") }
            for option in verb.options {
                var line = "\(start) -l \(option.name.dropFirst(2))" + (option.letter.map { " -s \($0)" } ?? "")
                switch values(of: option) {
                case .words(let words): line += " -x -a " + quoted(words.joined(separator: " "))
                case .folders: line += " -x -a '(__fish_complete_directories)'"
                case .files: line += " -r -F"
                case .anything: line += " -x"
                case nil: break
                }
                lines.append(line + " -d " + quoted(option.help))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
