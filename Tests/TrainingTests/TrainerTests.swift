import Testing

import Formats
import Kernels
import Networks
@testable import Training

/// Checkpoints in memory that can end a training at a given write, as a kill would.
final class MemoryStore: CheckpointStore {
    struct Killed: Error {}
    var files: [String: [UInt8]] = [:]
    var writesLeft = Int.max

    func read(_ name: String) -> [UInt8]? { files[name] }
    func write(_ bytes: [UInt8], to name: String) throws {
        if writesLeft == 0 { throw Killed() }
        writesLeft -= 1
        files[name] = bytes
    }
}

@Suite struct TrainerTests {
    let network = Network.multilayerPerceptron(inputs: 12, width: 9, depth: 3, classes: 4)

    private func trainer(_ settings: TrainingSettings, threads: Int = 1, batches: Int = 1) -> Trainer {
        let count = 20
        let all = (0..<batches).map { index in
            let inputs = Matrix(rows: count, columns: 12)
            Normal.fill(inputs.storage, generator: Philox(seed: 3), stream: UInt64(index))
            return Batch(inputs: inputs, labels: (0..<count).map { Int32(($0 * 7 + index) % 4) })
        }
        return Trainer(network, settings: settings, device: Device(threads: threads)) { all[$0 % batches] }
    }

    private let settings = TrainingSettings(SAM(radius: 0.1), learningRate: 0.4, steps: 23, interval: 5)

    private func results(_ store: MemoryStore) -> [String: [UInt8]] { store.files }

    @Test func takesASnapshotAtEveryIntervalAndAtTheEnd() throws {
        let store = MemoryStore()
        let outcome = try trainer(settings).train(from: network.layout.initialParameters(seed: 0), checkpoints: store)
        #expect(outcome == TrainingOutcome(divergedAt: nil, snapshots: [0, 5, 10, 15, 20, 23]))
        let log = try Table(parsing: try #require(store.files["training.tsv"]))
        #expect(try log.column(named: "step") == (0...23).map(Double.init))
        let losses = try log.column(named: "loss")
        #expect(losses[23] < 0.5 * losses[0])
    }

    @Test func earlySnapshotsAreAtThePowersOfTwoBeforeTheFirstRegularOne() throws {
        func steps(_ steps: Int, every interval: Int) -> [Int] {
            TrainingSettings(SAM(radius: 0.1), learningRate: 0.4, steps: steps, interval: interval, early: true).snapshotSteps
        }
        #expect(steps(45, every: 20) == [0, 1, 2, 4, 8, 16, 20, 40, 45])
        #expect(steps(16, every: 8) == [0, 1, 2, 4, 8, 16])
        #expect(steps(3, every: 1) == [0, 1, 2, 3])
        #expect(steps(3, every: 100) == [0, 1, 2, 3])
        let store = MemoryStore(), plain = MemoryStore(), initial = network.layout.initialParameters(seed: 0)
        var early = settings
        early.early = true
        let outcome = try trainer(early).train(from: initial, checkpoints: store)
        _ = try trainer(settings).train(from: initial, checkpoints: plain)
        #expect(outcome.snapshots == [0, 1, 2, 4, 5, 10, 15, 20, 23])
        // They change nothing else.
        for name in ["training.tsv", Snapshot.path(step: 23)] { #expect(store.files[name] == plain.files[name]) }
    }

    /// One step written out in double precision from the definition.
    @Test func aStepIsTheDefinitionOfSAM() throws {
        let one = TrainingSettings(SAM(radius: 0.1), learningRate: 0.4, steps: 1, interval: 1)
        let store = MemoryStore()
        let initial = network.layout.initialParameters(seed: 0)
        let trainer = trainer(one)
        _ = try trainer.train(from: initial, checkpoints: store)
        let device = Device()
        let objective = Objective(network, on: trainer.batch(0), device: device)
        let g = Vector(count: initial.count), perturbed = initial.copy(), h = Vector(count: initial.count)
        _ = objective.gradient(at: initial, into: g)
        let norm = g.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        for i in 0..<g.count { perturbed[i] = Float(Double(initial[i]) + 0.1 * Double(g[i]) / (norm + 1e-5)) }
        _ = objective.gradient(at: perturbed, into: h)
        let file = try Safetensors(reading: try #require(store.files[Snapshot.path(step: 1)]))
        let after = try Snapshot.parameters(in: file, layout: network.layout)
        for i in 0..<g.count { #expect(abs(Double(after[i]) - (Double(initial[i]) - 0.4 * Double(h[i]))) < 2e-7) }
    }

    /// Killed before each of its writes in turn, then run again: the same bytes in every file.
    @Test(arguments: [1, 3]) func endsWithTheSameBytesWhereverItIsKilled(batches: Int) throws {
        let initial = network.layout.initialParameters(seed: 1)
        let whole = MemoryStore()
        _ = try trainer(settings, batches: batches).train(from: initial, checkpoints: whole)
        var kills = 0
        for writes in 0..<100 {
            let store = MemoryStore()
            store.writesLeft = writes
            do {
                _ = try trainer(settings, batches: batches).train(from: initial, checkpoints: store)
                break
            } catch is MemoryStore.Killed { kills += 1 }
            store.writesLeft = .max
            _ = try trainer(settings, threads: 2, batches: batches).train(from: initial, checkpoints: store)
            #expect(results(store) == results(whole), "killed before write \(writes)")
        }
        #expect(kills == 6 * 3 + 2)
    }

    @Test func aDamagedCheckpointIsNotGoneOnFrom() throws {
        let initial = network.layout.initialParameters(seed: 1)
        let whole = MemoryStore()
        _ = try trainer(settings).train(from: initial, checkpoints: whole)
        for name in whole.files.keys.sorted() {
            let store = MemoryStore()
            store.files = whole.files
            store.files[name]?[whole.files[name]!.count / 2] ^= 1
            _ = try trainer(settings).train(from: initial, checkpoints: store)
            #expect(results(store) == results(whole), "with \(name) damaged")
        }
    }

    @Test func divergenceIsAResultThatNamesItsStep() throws {
        let wild = TrainingSettings(SAM(radius: 0.1), learningRate: 1e4, steps: 200, interval: 5)
        let store = MemoryStore()
        let outcome = try trainer(wild).train(from: network.layout.initialParameters(seed: 0), checkpoints: store)
        let step = try #require(outcome.divergedAt)
        #expect(step < 200)
        let log = try Table(parsing: try #require(store.files["training.tsv"]))
        #expect(try log.column(named: "step").last == Double(step - 1))
        #expect(try log.column(named: "loss").allSatisfy(\.isFinite))
        #expect(outcome.snapshots.allSatisfy { $0 < step })
        let recorded = try JSON(parsing: try #require(store.files["outcome.json"]))
        #expect(recorded["diverged_at"]?.integerValue == step)
    }

    @Test func aSnapshotOfAnotherNetworkIsRefused() throws {
        let other = Network.multilayerPerceptron(inputs: 12, width: 8, depth: 3, classes: 4).layout
        let bytes = Snapshot.bytes(of: other.initialParameters(seed: 0), layout: other)
        #expect(throws: SnapshotError.self) {
            try Snapshot.parameters(in: Safetensors(reading: bytes), layout: network.layout)
        }
    }

    @Test func aSnapshotReadsBackToTheSameParameters() throws {
        let vector = network.layout.initialParameters(seed: 5)
        let file = try Safetensors(reading: Snapshot.bytes(of: vector, layout: network.layout))
        #expect(try Snapshot.parameters(in: file, layout: network.layout).elements == vector.elements)
        #expect(
            file.tensors.map(\.name) == [
                "dense0.kernel", "dense0.bias", "dense1.kernel", "dense1.bias", "dense2.kernel", "dense2.bias",
            ])
    }
}
