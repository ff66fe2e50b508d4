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
