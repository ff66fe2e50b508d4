import Foundation
import Pipeline
import Testing

@testable import samedge

/// What differs where a person looks at a terminal.
@Suite struct TerminalTests {
    @Test func theFirstWordOfALineHasItsColourAndNothingElse() {
        #expect(Colouring.text("FAILED a: b\n") == "\u{1b}[1;31mFAILED\u{1b}[0m a: b\n")
        #expect(Colouring.text("done in 3 s\nthere  a\n") == "\u{1b}[32mdone\u{1b}[0m in 3 s\n\u{1b}[2mthere\u{1b}[0m  a\n")
        for text in ["", "\n", "done", "donec 1", "  run  x", "{\"event\":\"done\"}", "a FAILED b", "figures/x\t12\trun"] {
            #expect(Colouring.text(text) == text)
        }
    }

    @Test(.enabled(if: Program.isInstalled("script"), "SKIPPED: script is not installed"))
    func colourIsForTerminalsWhoseUserHasNotSaidOtherwise() throws {
        let program = try Program()
        func plan(_ variables: String, _ call: String = "samedge plan --profile smoke stand-in/mnist") throws -> String {
            try program.shell("\(variables) script -qec '\(call)' /dev/null </dev/null").out
        }
        #expect(try plan("NO_COLOR= TERM=xterm").contains("\u{1b}[33mrun\u{1b}[0m    stand-in/mnist"))
        #expect(try plan("NO_COLOR= TERM=xterm", "samedge plen").contains("\u{1b}[1;31msamedge:\u{1b}[0m there is no verb plen"))
        for variables in ["NO_COLOR=1 TERM=xterm", "NO_COLOR= TERM=dumb"] {
            let out = try plan(variables)
            #expect(out.contains("run    stand-in/mnist") && !out.contains("\u{1b}["), "\(variables)")
        }
        let piped = try program.shell("TERM=xterm samedge plan --profile smoke stand-in/mnist | cat")
        #expect(piped.out.contains("run    stand-in/mnist") && !piped.out.contains("\u{1b}["))
    }
}
