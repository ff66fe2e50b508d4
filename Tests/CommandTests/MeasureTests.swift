import Foundation
import Formats
import Testing

@testable import samedge

/// Checkpoints that something else has written.
@Suite struct MeasureTests {
    private static let size = ["--data", "standin", "--examples", "12", "--test-examples", "1", "--widths", "5x4"]

    /// A training whose snapshots lie in `o`, and its measurements.
    private func trained(_ program: Program) throws -> Table {
        let end = try program.run(
            ["train"] + Self.size + ["--learning-rate", "0.3", "--rho", "0.1", "--steps", "2", "--output", "o"])
        #expect(end.code == 0, "\(end.err)")
        return try Table(contentsOf: program.root + "/o/measurements.tsv")
    }

    private func measure(_ program: Program, _ words: [String]) throws -> (code: Int32, out: String, err: String) {
        try program.run(["measure"] + words + Self.size + ["--learning-rate", "0.3", "--rho", "0.1", "--output", "m"])
    }

    /// A snapshot as another program would have written it.
    private func write(
        _ program: Program, _ snapshot: String, to name: String, _ change: (Safetensors.Tensor) throws -> Safetensors.Tensor?
    ) throws {
        let file = try Safetensors(contentsOf: program.root + "/o/snapshots/\(snapshot).safetensors")
        try Data(Safetensors(try file.tensors.compactMap(change)).bytes())
            .write(to: URL(fileURLWithPath: program.root + "/" + name))
    }

    /// `2.weight`, laid out [out, in], for `dense1.kernel`.
    private func torch(_ tensor: Safetensors.Tensor) throws -> Safetensors.Tensor {
        let layer = 2 * (Int(tensor.name.dropFirst(5).prefix(1)) ?? 0), values = try tensor.floats()
        guard tensor.shape.count == 2 else {
            return Safetensors.Tensor(name: "\(layer).bias", shape: tensor.shape, values: values)
        }
        let (m, n) = (tensor.shape[0], tensor.shape[1])
        return Safetensors.Tensor(
            name: "\(layer).weight", shape: [n, m], values: (0..<m * n).map { values[$0 % m * n + $0 / m] })
    }

    /// `params/Dense_1/kernel` in double precision.
    private func flax(_ tensor: Safetensors.Tensor) throws -> Safetensors.Tensor {
        let name = tensor.name.replacingOccurrences(of: "dense", with: "params/Dense_").replacingOccurrences(of: ".", with: "/")
        return Safetensors.Tensor(name: name, shape: tensor.shape, values: try tensor.floats().map { Double($0) })
    }

    @Test func aCheckpointUnderAnyNamesIsMeasuredAsATrainingsOwn() throws {
        let program = try Program(), expected = try trained(program)
        for (index, snapshot) in ["000000", "000001", "000002"].enumerated() {
            try write(program, snapshot, to: "torch-\(index).safetensors", torch)
            try write(program, snapshot, to: "flax-\(index).safetensors", flax)
        }
        for words in [
            (0...2).map { "torch-\($0).safetensors" }, (0...2).map { "flax-\($0).safetensors" },
            (0...2).map { "o/snapshots/00000\($0).safetensors" },
        ] {
            let end = try measure(program, words)
            #expect(end.code == 0, "\(end.err)")
            #expect(try Table(contentsOf: program.root + "/m/measurements.tsv").text == expected.text)
            for word in words { #expect(end.out.contains(word + "\n")) }
            // What a training's own figure shows, but for the loss between the checks.
            func drawn(_ folder: String) throws -> [Substring] {
                try String(contentsOfFile: program.root + "/\(folder)/run.tsv", encoding: .utf8).split(separator: "\n")
            }
            #expect(try drawn("m") == drawn("o"))
        }
        // Known by what is in it, whatever it is called.
        try FileManager.default.copyItem(
            atPath: program.root + "/torch-1.safetensors", toPath: program.root + "/best.safetensors")
        #expect(try measure(program, ["torch-1.safetensors"]).code == 0)
        let again = try measure(program, ["torch-1.safetensors", "--json"])
        #expect(again.code == 0 && !again.out.contains("\"started\""), "\(again.out)")
        #expect(try measure(program, ["best.safetensors"]).out.contains("hessian_norm"))
        #expect(!FileManager.default.fileExists(atPath: program.root + "/m/run.svg"), "one checkpoint is no trajectory")
    }

    @Test func aFileThatIsNoCheckpointOfTheNetworkIsRefusedInALineTensorByTensor() throws {
        let program = try Program()
        _ = try trained(program)
        func refused(_ name: String, _ message: String) throws {
            let end = try measure(program, [name])
            #expect(end.code == 2, "\(name): \(end.code)")
            #expect(end.err.contains(message) && end.err.split(separator: "\n").count == 1, "\(end.err)")
        }
        try refused("nothing.safetensors", "nothing.safetensors")
        try Data("no tensors at all".utf8).write(to: URL(fileURLWithPath: program.root + "/text.safetensors"))
        try refused("text.safetensors", "text.safetensors: the header claims")
        try write(program, "000002", to: "less.safetensors") { $0.name == "dense1.bias" ? nil : try torch($0) }
        try refused("less.safetensors", "less.safetensors is no checkpoint of this network: dense1.bias [4] is missing")
        try write(program, "000002", to: "turned.safetensors") { tensor in
            tensor.name == "dense0.kernel"
                ? Safetensors.Tensor(name: "0.weight", shape: tensor.shape, values: try tensor.floats()) : try torch(tensor)
        }
        try refused("turned.safetensors", "dense0.kernel: 0.weight has the shape [784, 5], expected [5, 784], outputs first")
        try write(program, "000002", to: "more.safetensors") { tensor in
            tensor.name == "dense0.bias"
                ? Safetensors.Tensor(name: "0.bias", shape: tensor.shape, values: try tensor.floats().map { Int32($0) })
                : try torch(tensor)
        }
        try refused("more.safetensors", "0.bias holds I32, expected F32, F64 or BF16")
        #expect(try program.run(["measure"]).err.contains("`samedge measure` needs a file"))
    }
}
