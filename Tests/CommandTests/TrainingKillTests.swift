import Foundation
import TestSupport
import Testing

/// Trainings that are killed at random steps and go on, with the program as its users run it.
@Suite struct TrainingKillTests {
    @Test(arguments: SmallRun.all)
    func aTrainingKilledAtRandomStepsEndsWithTheSameParametersAndTables(_ run: SmallRun) throws {
        let expected = try run.undisturbed()
        #expect(expected.keys.contains("snapshots/0000\(SmallRun.steps).safetensors"))
        #expect(expected.keys.contains("training.tsv") && expected.keys.contains("measurements.tsv"))
        var random = SplitMix(UInt64(run.description.utf8.count))
        let wanted = Torture.count(2, full: 30)
        var (kills, ends) = (0, 0)
        while kills < wanted {
            let program = try Program()
            while true {
                // Counted from where the training goes on: sometimes that is before the next snapshot.
                var left = Int.random(in: 1...SmallRun.steps / 2, using: &random)
                let end = try program.run(run.call, signal: SIGKILL) { event in
                    guard event["event"] as? String == "progress", (event["stage"] as? String)?.hasPrefix("train/") == true else {
                        return false
                    }
                    left -= 1
                    return left == 0
                }
                guard let end, end.bySignal else { break }
                #expect(end.code == SIGKILL)
                kills += 1
            }
            #expect(try program.run(run.call).code == 0)
            #expect(try program.files(below: "result") == expected)
            ends += 1
        }
        try Torture.reached("SIGKILL during training, \(run)", kills, "\(ends) runs, all \(expected.count) files bit-identical")
    }
}
