import Formats
import Networks
import Testing

@testable import Paper

/// Convolutional networks and transformers as PyTorch and others lay them out.
@Suite struct ForeignCheckpointTests {
    /// A number for each element of each tensor, different from all others.
    private func values(_ layout: ParameterLayout) -> [Float] { (0..<layout.count).map { Float($0) } }

    private func tensor(_ name: String, _ shape: [Int], _ value: (Int) -> Int) -> Safetensors.Tensor {
        Safetensors.Tensor(name: name, shape: shape, values: (0..<shape.reduce(1, *)).map { Float(value($0)) })
    }

    private func expect(_ tensors: [Safetensors.Tensor], for layout: ParameterLayout, pixels: Int = 1) throws {
        let found = try ForeignCheckpoint.parameters(in: Safetensors(tensors), layout: layout, pixels: pixels, path: "file")
        #expect(found.elements == values(layout))
    }

    @Test func aConvolutionalNetworkOfPyTorchHasItsChannelsOutside() throws {
        let layout = Network.convolutional(
            height: 4, width: 4, channels: 2, blocks: 1, layersPerBlock: 1, featureMultiplier: 3, classes: 5
        ).layout
        let start = Dictionary(uniqueKeysWithValues: layout.entries.map { ($0.tensor.name, $0.offset) })
        func at(_ name: String) -> Int { start[name] ?? 0 }
        try expect(
            [
                tensor("0.weight", [3, 2, 3, 3]) { place in
                    let (out, input, tap) = (place / 18, place / 9 % 2, place % 9)
                    return at("conv0.kernel") + (tap * 2 + input) * 3 + out
                },
                tensor("0.bias", [3]) { at("conv0.bias") + $0 },
                tensor("2.norm.weight", [3]) { at("norm0.scale") + $0 },
                tensor("2.norm.bias", [3]) { at("norm0.bias") + $0 },
                tensor("10.weight", [5, 12]) { place in
                    let (out, channel, pixel) = (place / 12, place % 12 / 4, place % 4)
                    return at("head.kernel") + (pixel * 3 + channel) * 5 + out
                },
                tensor("10.bias", [5]) { at("head.bias") + $0 },
            ], for: layout, pixels: 4)
    }

    @Test func aTransformersPartsGoByTheirWords() throws {
        let layout = Network.transformer(
            vocabulary: 7, length: 3, modelSize: 4, layers: 2, heads: 2, keySize: 3, widening: 2
        ).layout
        let words = [
            "attention_norm": "ln_1", "query": "attn.q_proj", "key": "attn.k_proj", "value": "attn.v_proj",
            "output": "attn.out_proj",
            "mlp_norm": "ln_2", "mlp_up": "mlp.fc1", "mlp_down": "mlp.fc2", "final_norm": "ln_f", "head": "lm_head",
            "token": "wte", "position": "wpe",
        ]
        let tensors = layout.entries.map { entry in
            var parts = entry.tensor.name.split(separator: ".").map(String.init)
            if parts[0] == "embedding" {
                parts = ["transformer", words[parts[1]] ?? "", "weight"]
            } else {
                let last = parts.removeLast()
                parts = parts.map { $0.hasPrefix("block") ? "transformer.h.\($0.dropFirst(5))" : words[$0] ?? $0 }
                parts.append(last == "bias" ? "bias" : "weight")
            }
            let name = parts.joined(separator: "."), shape = entry.tensor.shape
            guard shape.count == 2, parts[1] != "wte", parts[1] != "wpe" else {
                return tensor(name, shape) { entry.offset + $0 }
            }
            return tensor(name, [shape[1], shape[0]]) { entry.offset + $0 % shape[0] * shape[1] + $0 / shape[0] }
        }
        try expect(tensors.reversed(), for: layout)
    }

    @Test func headsThatAreKeptApartAreJoined() throws {
        let layout = Network.transformer(vocabulary: 7, length: 3, modelSize: 4, layers: 1, heads: 2, keySize: 3).layout
        let tensors = layout.entries.map { entry -> Safetensors.Tensor in
            let shape = entry.tensor.shape, part = entry.tensor.name.split(separator: ".")
            let isApart = part.count == 3 && ["query", "key", "value"].contains(String(part[1]))
            let isOutput = entry.tensor.name == "block0.output.kernel"
            let split = isApart ? shape.dropLast() + [2, 3] : isOutput ? [2, 3] + shape.dropFirst() : shape
            return tensor(entry.tensor.name.replacing(".", with: "/"), split) { entry.offset + $0 }
        }
        try expect(tensors, for: layout)
    }
}
