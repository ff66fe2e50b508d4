import Foundation
import TestSupport
import Testing

@testable import samedge

/// What shells and `man` are given, made from the table of the help.
@Suite struct CompletionTests {
    private static let verbs = Project.paper.allVerbs

    private func text(_ call: String...) throws -> String {
        let end = try Program().run(call)
        #expect(end.code == 0 && end.err == "")
        return end.out
    }

    @Test(arguments: Completion.Shell.allCases)
    func everyVerbAndOptionIsInEachShellsScript(_ shell: Completion.Shell) throws {
        let script = try text("completion", shell.rawValue), lines = script.split(separator: "\n").map(String.init)
        for verb in Self.verbs {
            #expect(lines.contains { $0.contains(verb.name) }, "\(verb.name)")
            let own =
                switch shell {
                case .bash: lines.filter { $0.hasPrefix("        \(verb.name)) options=") }.joined()
                case .zsh:
                    lines.drop { $0 != "        \(verb.name))" }.dropFirst().prefix { $0.hasPrefix("            ") }
                        .joined(separator: "\n")
                case .fish:
                    lines.filter { $0.contains("__fish_seen_subcommand_from \(verb.name)'") }.joined(separator: "\n") + " "
                }
            for option in verb.options {
                let form = shell == .fish ? " -l \(option.name.dropFirst(2)) " : option.name
                #expect(own.contains(form), "\(verb.name) \(option.name)")
                if let letter = option.letter {
                    #expect(own.contains(shell == .fish ? " -s \(letter) " : "-\(letter)"), "\(verb.name) -\(letter)")
                }
            }
        }
    }

    @Test func everyVerbAndOptionIsOnTheManualPage() throws {
        let page = try text("man").replacing("\\-", with: "-")
        for verb in Self.verbs {
            let section = try #require(
                page.split(separator: ".SS \"").first { $0.hasPrefix("\(verb.name)\"") || $0.hasPrefix("\(verb.name) ") },
                "\(verb.name)")
            for option in verb.options { #expect(section.contains(option.name), "\(verb.name) \(option.name)") }
        }
        for profile in Project.paper.profiles { #expect(page.contains(".B \"\(profile.name)\"\n")) }
        #expect(page.utf8.allSatisfy { $0 < 0x80 })
    }

    /// What a shell answers to a script that has read the completion from `$FILE`.
    private func answer(_ shell: String, _ script: String) throws -> String {
        let program = try Program(), file = program.root + "/completion"
        try text("completion", shell).write(toFile: file, atomically: true, encoding: .utf8)
        try script.write(toFile: program.root + "/script", atomically: true, encoding: .utf8)
        let options = ["bash": "--norc --noprofile", "zsh": "-f", "fish": "--no-config"][shell] ?? ""
        let end = try program.shell(
            "mkdir -p figures; touch a.safetensors; \(shell) -n completion && FILE=\(file) \(shell) \(options) script </dev/null")
        #expect(end.code == 0 && end.err == "", "\(end)")
        return end.out
    }

    @Test(.enabled(if: Program.isInstalled("bash"), "SKIPPED: bash is not installed"))
    func bashCompletesVerbsOptionsAndValues() throws {
        let out = try answer(
            "bash",
            """
            . "$FILE"
            complete -p samedge
            try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _samedge; echo "${COMPREPLY[*]}"; }
            try samedge ex
            try samedge run --pro
            try samedge run --profile sm
            try samedge run --data = sta
            try samedge run -p lapt
            try samedge completion z
            try samedge help gal
            try samedge run --store fig
            try samedge measure a.sa
            try samedge run --jobs 4
            """)
        #expect(
            out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == [
                "complete -F _samedge samedge", "explain export", "--profile", "smoke", "standin", "laptop laptop-seeds", "zsh",
                "gallery",
                "figures", "a.safetensors", "", "",
            ])
    }

    @Test(.enabled(if: Program.isInstalled("zsh"), "SKIPPED: zsh is not installed (`make tools`)"))
    func zshTakesTheScript() throws {
        // Its completion works at a terminal alone: one is made for it, and every list that it would show is printed in it.
        let out = try answer(
            "zsh",
            """
            zmodload zsh/zpty
            zpty shell zsh -f
            zpty -w shell "PS1=; PS2=; autoload -Uz compinit && compinit -u -D; source $FILE; bindkey '^I' list-choices"
            # Keys that come before its editor is at work would be lost. What is typed does not look like what is printed.
            zpty -w shell 'zle-line-init() { print -rn -- at""work }; zle -N zle-line-init'
            zpty -r -m shell line '*atwork*'
            for call in "samedge ex" "samedge run --pro" "samedge run --data=sta" "samedge completion z" "samedge help gal"; do
                zpty -w -n shell "$call"$'\\t\\C-u'
            done
            zpty -w shell 'print -r -- fin""ished'
            zpty -r -m shell line '*finished*'
            print -r -- "$line"
            zpty -d shell
            """)
        for word in ["explain", "export", "--profile", "standin", "zsh", "gallery"] {
            #expect(out.contains(word), "\(word): \(out)")
        }
    }

    @Test(.enabled(if: Program.isInstalled("fish"), "SKIPPED: fish is not installed (`make tools`)"))
    func fishCompletesVerbsOptionsAndValues() throws {
        let out = try answer(
            "fish",
            """
            source $FILE
            for call in 'samedge ex' 'samedge run --pro' 'samedge run --profile sm' 'samedge run --data=sta' 'samedge completion z' 'samedge help gal' 'samedge measure a.sa'
                echo (complete -C $call | string replace -r '\\t.*' '')
            end
            """)
        #expect(
            out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == [
                "explain export", "--profile", "smoke", "--data=standin", "zsh", "gallery", "a.safetensors", "",
            ])
    }

    @Test(.enabled(if: Program.isInstalled("mandoc"), "SKIPPED: mandoc is not installed (`make tools`)"))
    func mandocFindsNothingToSayOfThePage() throws {
        let end = try Program().shell(
            "samedge man >samedge.1; mandoc -T lint -W warning samedge.1; mandoc -T utf8 samedge.1 | col -b")
        #expect(end.code == 0 && !end.out.contains("mandoc:"), "\(end.out.prefix(500))")
        #expect(end.out.contains("--learning-rate X") && end.out.contains("measure ‖H‖") && end.out.contains("EXIT STATUS"))
    }

    @Test(.enabled(if: Program.isInstalled("groff"), "SKIPPED: groff is not installed (`make tools`)"))
    func groffFindsNothingToSayOfThePage() throws {
        let end = try Program().shell(
            "samedge man >samedge.1; groff -man -ww -z -T utf8 samedge.1; groff -man -P -c -T utf8 samedge.1")
        #expect(end.code == 0 && end.err == "", "\(end.err.prefix(500))")
        #expect(end.out.contains("‖H‖"))
    }

    @Test func aShellThatIsNotKnownIsRefused() throws {
        let end = try Program().run(["completion", "csh"])
        #expect(end.code == 2 && end.err.contains("samedge completion bash or samedge completion zsh or samedge completion fish"))
        #expect(try Program().run(["man", "x"]).code == 2 && Program().run(["completion"]).code == 2)
    }
}
