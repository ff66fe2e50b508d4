import Foundation
import Testing

/// Training and measuring that are ended anywhere, with the program as its users run it.
@Suite struct KillTests {
    /// Many quick steps: the events of the last 700 fill the pipe, so that the program cannot end before a signal that is
    /// sent at an earlier one, however late this process gets to run.
    private static let settings = [
        "train", "--data", "standin", "--examples", "128", "--test-examples", "16", "--width", "24", "--learning-rate", "0.5",
        "--rho", "0.1", "--steps", "1600", "--interval", "100", "--output", "result",
    ]

    /// The results of a run that nothing disturbed.
    private func undisturbed() throws -> [String: Data] {
        let program = try Program()
        #expect(try program.run(Self.settings).code == 0)
        let files = try program.files(below: "result")
        return files
    }

    /// Whether an event is the progress of a stage of this kind at or after a step.
    private func progress(_ kind: String, from step: Int) -> ([String: Any]) -> Bool {
        { event in
            event["event"] as? String == "progress" && (event["stage"] as? String)?.hasPrefix(kind + "/") == true
                && event["step"] as? Int ?? 0 >= step
        }
    }

    @Test func aProgramKilledAnywhereEndsWithTheSameBytes() throws {
        let expected = try undisturbed()
        #expect(expected.keys.contains("training.tsv") && expected.keys.contains("snapshots/001600.safetensors"))
        let program = try Program()
        for step in [1, 370, 640, 800] {
            let end = try program.run(Self.settings, signal: SIGKILL, at: progress("train", from: step))
            #expect(end?.bySignal == true && end?.code == SIGKILL, "kill at step \(step)")
        }
        // Of measurements there are few; where the machine is slow, one may be killed too late to matter.
        for check in [1, 4, 9] { _ = try program.run(Self.settings, signal: SIGKILL, at: progress("measure", from: check)) }
        #expect(try program.run(Self.settings).code == 0)
        #expect(try program.files(below: "result") == expected)
    }

    @Test(arguments: [(SIGHUP, "the terminal is gone"), (SIGXCPU, "the processor time that `ulimit -t` allows is used up")])
    func theEndOfATerminalOrOfTheTimeAllowedEndsARunCleanlyAndIsSaid(_ signal: Int32, _ said: String) throws {
        let program = try Program(), errors = program.root + "/errors"
        let end = try program.run(Self.settings, signal: signal, errors: errors, at: progress("train", from: 450))
        #expect(end?.bySignal == false && end?.code == 130)
        #expect(try String(contentsOfFile: errors, encoding: .utf8).contains("samedge: \(said)"))
        #expect(try program.run(["fsck"]).code == 0)
        #expect(try program.run(Self.settings).code == 0)
        #expect(try program.files(below: "result") == undisturbed())
    }

    @Test func whatWasStartedToOutliveItsTerminalDoes() throws {
        let program = try Program()
        let call = "samedge train --data standin --examples 8 --test-examples 1 --width 1 --depth 1 --steps 4000 --output o"
        let end = try program.shell("(trap '' HUP; exec \(call)) & p=$!; sleep 0.3; kill -HUP $p; wait $p")
        #expect(end.code == 0, "\(end.err)")
    }

    @Test func theTimeAllowedIsSaidAndLeavesWhatANextRunGoesOnFrom() throws {
        let program = try Program()
        let call = Self.settings.map { ["1600": "100000", "100": "1000"][$0] ?? $0 }
        let end = try program.shell("ulimit -t 2; samedge " + call.joined(separator: " "))
        #expect(end.code == 130 && end.err.contains("the processor time that `ulimit -t` allows is used up; raise it"), "\(end)")
        #expect(try program.run(["fsck"]).code == 0)
        var first: Int?
        _ = try program.run(call, signal: SIGKILL) { event in
            guard event["event"] as? String == "progress" else { return false }
            first = event["step"] as? Int
            return true
        }
        #expect(try #require(first) > 1000)
    }

    @Test(arguments: [0, 8, 512])
    func aFileThatMayNotGrowSoLargeIsAnErrorThatSaysSo(_ blocks: Int) throws {
        let program = try Program(), call = "samedge run --profile smoke --quiet prepare/mnist"
        let end = try program.shell("{ (ulimit -f \(blocks); \(call) 2>&1); echo $?; } | cat")
        #expect(end.out.hasSuffix("\n1\n"), "\(end.out)")
        #expect(end.out.contains("File too large (raise the limit of the size of files with `ulimit -f`"), "\(end.out)")
        let again = try program.shell(call)
        #expect(again.code == 0, "\(again.err)")
        #expect(try program.run(["fsck"]).code == 0)
    }

    @Test func anInterruptEndsAThousandReruns() throws {
        let program = try Program(), stage = ["--profile", "smoke", "stand-in/mnist"]
        #expect(try program.run(["run"] + stage).code == 0)
        var begun = 0
        let end = try program.run(["verify", "--rerun", "1000"] + stage, signal: SIGINT) { event in
            begun += event["event"] as? String == "started" ? 1 : 0
            return begun == 2
        }
        #expect(end?.bySignal == false && end?.code == 130)
    }

    /// In processor time, which others on the machine do not lengthen.
    @Test func anInterruptWhileALargeCheckGoesOnEndsWithinTwoSeconds() throws {
        let program = try Program()
        let call = [
            "train", "--data", "standin", "--dataset", "cifar10", "--architecture", "cnn", "--examples", "3000",
            "--test-examples", "1", "--steps", "1", "--threads", "1", "--jobs", "1", "--output", "o",
        ]
        let end = try program.run(call, signal: SIGINT) { event in
            guard event["event"] as? String == "started", (event["stage"] as? String)?.hasPrefix("measure/") == true else {
                return false
            }
            // So that it is in the midst of the first check.
            Thread.sleep(forTimeInterval: 1)
            return true
        }
        #expect(end?.bySignal == false && end?.code == 130)
        #expect(try #require(end).seconds < 2)
    }

    @Test func anInterruptEndsCleanlyAndTheNextRunGoesOn() throws {
        let program = try Program()
        let end = try program.run(Self.settings, signal: SIGINT, at: progress("train", from: 450))
        #expect(end?.bySignal == false && end?.code == 130)
        // The next run goes on from the last snapshot: its first step is not the first of the training.
        var first: Int?
        _ = try program.run(Self.settings, signal: 0) { event in
            if first == nil, event["event"] as? String == "progress", (event["stage"] as? String)?.hasPrefix("train/") == true {
                first = event["step"] as? Int
            }
            return false
        }
        #expect(try #require(first) > 400)
        #expect(try program.files(below: "result") == undisturbed())
    }
}
