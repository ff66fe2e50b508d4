import Foundation
import Testing

/// Training and measuring that are ended anywhere, with the program as its users run it.
@Suite struct KillTests {
    private static let settings = [
        "train", "--data", "standin", "--examples", "256", "--test-examples", "16", "--width", "48", "--learning-rate", "0.5",
        "--rho", "0.1", "--steps", "120", "--interval", "10", "--output", "result",
    ]

    /// The results of a run that nothing disturbed.
    private func undisturbed() throws -> [String: Data] {
        let program = try Program()
        #expect(try program.run(Self.settings).code == 0)
        let files = try program.files(below: "result")
        try program.remove()
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
        #expect(expected.keys.contains("training.tsv") && expected.keys.contains("snapshots/000120.safetensors"))
        let program = try Program()
        for (kind, step) in [("train", 1), ("train", 37), ("train", 64), ("train", 119), ("measure", 1), ("measure", 6)] {
            let end = try program.run(Self.settings, signal: SIGKILL, at: progress(kind, from: step))
            #expect(end?.bySignal == true && end?.code == SIGKILL, "kill at \(kind) \(step)")
        }
        #expect(try program.run(Self.settings).code == 0)
        #expect(try program.files(below: "result") == expected)
        try program.remove()
    }

    @Test func anInterruptEndsCleanlyAndTheNextRunGoesOn() throws {
        let program = try Program()
        let end = try program.run(Self.settings, signal: SIGINT, at: progress("train", from: 50))
        #expect(end?.bySignal == false && end?.code == 130)
        // The next run goes on from the last snapshot: its first step is not the first of the training.
        var first: Int?
        _ = try program.run(Self.settings, signal: 0) { event in
            if first == nil, event["event"] as? String == "progress", (event["stage"] as? String)?.hasPrefix("train/") == true {
                first = event["step"] as? Int
            }
            return false
        }
        #expect(try #require(first) > 40)
        #expect(try program.files(below: "result") == undisturbed())
        try program.remove()
    }
}
