import Curvature
import Pipeline
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Paper

/// A small run of each kind of stage that computes, with minibatches.
private let experiment: Experiment = {
    var experiment = Experiment(
        "small", "small", on: DataSelection(.mnist, examples: 40, testExamples: 16),
        network: .multilayerPerceptron(width: 7, depth: 3), batchSize: 24, learningRates: [0.5], optimisers: [.sam(0.1)],
        steps: 8, interval: 4, seeds: [3], estimator: .exact(Lanczos(shown: 2)))
    experiment.extras.test = true
    experiment.window = Window(learningRate: 0.5, optimiser: .sam(0.1), steps: 5...7)
    experiment.comparison = Comparison(estimator: .official(OfficialPowerIteration()), every: 1)
    return experiment
}()

/// Stages on an OpenCL device: the same keys and the same bytes as on the processor, and nothing runs again for the device's sake.
@Suite(
    .enabled(
        if: DeviceReport.fault(ofDevice: "gpu") == nil,
        "SKIPPED: no OpenCL is installed (on Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1)"))
struct DeviceStageTests {
    private func pipeline(_ folder: TemporaryFolder) throws -> Pipeline {
        try Pipeline(
            stages: Reproduction([experiment], files: Sources(files: [:])).stages(sources: [.mnist: .standIn]),
            kinds: Reproduction.kinds, codeDigest: { $0 }, store: Store(folder.path), root: folder.path)
    }

    private let stages = ["train", "measure", "measure-again", "window"].map { "\($0)/small/eta=0.5,rho=0.1" }

    @Test func stagesHaveTheProcessorsKeysAndBytes() throws {
        let here = try TemporaryFolder.inMemory(), there = try TemporaryFolder.inMemory()
        let processor = try pipeline(here), device = try pipeline(there), said = Mutex<[String: [String]]>([:])
        #expect(try processor.run(stages, options: RunOptions(device: "cpu")).isComplete)
        let recorder = FunctionRecorder { event in
            if case .log(let stage, let line) = event { said.withLock { $0[stage, default: []].append(line) } }
        }
        let summary = try device.run(stages, options: RunOptions(device: "gpu"), recorder: recorder)
        #expect(summary.isComplete && Set(summary.ran).isSuperset(of: stages))
        for stage in stages {
            let expected = try #require(try processor.outputs(of: stage))
            #expect(try device.outputs(of: stage) == expected && !expected.isEmpty, "\(stage)")
            // Where it ran is said, and only there.
            #expect(said.withLock { $0[stage]?.contains { $0.hasPrefix("on ") } } == true, "\(stage)")
        }
        // What the one has made, the other finds: the device is in no key.
        #expect(try device.run(stages, options: RunOptions(device: "cpu")).ran.isEmpty)
        let index = try #require(processor.graph.stages.firstIndex { $0.name == stages[1] })
        #expect(try processor.verify(index, device: "gpu") == .same)
    }

    @Test func aDeviceThatIsNotThereFailsTheStageByName() throws {
        let summary = try pipeline(TemporaryFolder.inMemory()).run(stages, options: RunOptions(device: "Voodoo 2"))
        #expect(summary.failures.map(\.stage) == [stages[0]])
        #expect(summary.failures.first?.message.contains("no device is Voodoo 2") == true)
    }
}
