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
            // Where it ran is said, and remembered with its seconds; and only there.
            #expect(said.withLock { $0[stage]?.contains { $0.hasPrefix("on ") } } == true, "\(stage)")
            #expect(try device.store.lastRun(scope: "default", stage: stage)?.device != nil, "\(stage)")
            #expect(try processor.store.lastRun(scope: "default", stage: stage)?.device == nil, "\(stage)")
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

/// What is known of devices is kept, so that the next call has it at once.
@Suite(
    .enabled(
        if: DeviceReport.fault(ofDevice: "gpu") == nil,
        "SKIPPED: no OpenCL is installed (on Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1)"))
struct DeviceRecordTests {
    @Test func aDeviceIsProvedAndMeasuredOnceForItsCode() throws {
        let folder = try TemporaryFolder(), files = FileSystem()
        func measured(_ code: String = "1") throws -> MeasuredDevice {
            try #require(try DeviceRecords(store: folder.path, code: code).device(named: "gpu", threads: 1))
        }
        let first = try measured()
        #expect(first.operations > 0 && first.processorOperations > 0 && first.launches > 0 && !first.takesOnlyWhatGains)
        // Measured anew, it would have other numbers.
        #expect(try measured() == first)
        #expect(try measured("2") != first)
        let names = try files.list(folder.path + "/devices")
        #expect(names.count == 2)
        // Damaged anywhere, or gone, a record says nothing.
        for name in names {
            let path = folder.path + "/devices/" + name
            guard var bytes = try files.read(path), String(decoding: bytes, as: UTF8.self).contains("\"code\":\"1\"") else {
                continue
            }
            bytes[bytes.count / 2] ^= 1
            try files.replace(path, with: bytes)
        }
        let second = try measured()
        #expect(second != first)
        #expect(try measured() == second)
        #expect(try DeviceRecords(store: folder.path, code: "1").device(named: "cpu", threads: 1) == nil)
        // A folder that cannot be written to is no fault.
        try files.replace(folder.path + "/file", with: "")
        #expect(try DeviceRecords(store: folder.path + "/file", code: "1").device(named: "gpu", threads: 1) != nil)
    }
}

/// What a run takes on a card is told before anything ran there.
@Suite struct DevicePlanTests {
    /// The run that leaves its edge while it memorises, and returns.
    @Test func theLongTransformerRunIsPlannedOnADevice() throws {
        let folder = try TemporaryFolder.inMemory(), name = "shakespeare-transformer/eta=0.1,rho=0.1"
        let reproduction = Reproduction(.fullLength, files: Sources(files: [:]))
        let sources = Dictionary(uniqueKeysWithValues: reproduction.datasets.map { ($0, DataSource.standIn) })
        let pipeline = try Pipeline(
            stages: reproduction.stages(sources: sources), kinds: Reproduction.kinds, codeDigest: { $0 },
            store: Store(folder.path),
            root: folder.path)
        let card = MeasuredDevice(
            name: "Card", takesOnlyWhatGains: true, operations: 4e13, processorOperations: 2e11, launches: 2e5)
        let steps = try pipeline.plan(device: card).steps
        let training = try #require(steps.first { $0.stage.name == "train/" + name })
        #expect(training.stage.parameters["steps"] == 100_000)
        // Five minutes' arithmetic and as much for launches, to an hour with what surrounds them, where the processor takes days.
        #expect((600...3600).contains(training.seconds ?? 0) && training.device == "Card", "\(training.seconds ?? 0)")
        #expect(steps.contains { $0.stage.name == "measure/" + name && $0.device == "Card" })
        #expect(steps.allSatisfy { ($0.device == nil) == ($0.stage.resources.kernels == nil) })
    }
}
