import Formats
import Kernels
import Networks

/// A network's parameters as another program has written them: names and layouts of PyTorch, Flax and Haiku, or our own.
enum ForeignCheckpoint {
    /// The parameters that a file holds, in the order of `layout`.
    ///
    /// A tensor is taken by its own name; otherwise, in a network of blocks, by the words in its name (`synonyms`), and in others by
    /// its kind and place: the first convolution in the order of names is the network's first. What is named `weight` is laid out
    /// as PyTorch has it, [out, in], and turned; numbers in double precision and bfloat16 are converted.
    ///
    /// - Parameter pixels: the number of pixels that a convolutional network's last layer sees, each with all channels; PyTorch has
    ///   the channels outside, and its last layer is reordered. 1 for other networks.
    /// - Throws: `CheckpointError`, which names every tensor that does not fit.
    static func parameters(
        in file: Safetensors, layout: ParameterLayout, pixels: Int, path: String
    ) throws(CheckpointError) -> Vector {
        let found = matches(file, layout), vector = Vector(count: layout.count)
        var problems: [String] = [], used: Set<String> = []
        for entry in layout.entries {
            guard let tensor = found[entry.tensor.name] else {
                problems.append("\(entry.tensor.name) \(entry.tensor.shape) is missing")
                continue
            }
            used.insert(tensor.name)
            let expected = entry.tensor.shape, isTurned = isTorch(tensor.name) && !entry.tensor.name.hasPrefix("embedding.")
            let laidOut = isTurned ? torchShape(expected) : expected
            guard fits(tensor.shape, laidOut) else {
                problems.append(
                    "\(entry.tensor.name): \(tensor.name) has the shape \(tensor.shape), expected \(laidOut)"
                        + (isTurned && expected.count > 1 ? ", outputs first" : ""))
                continue
            }
            guard let values = numbers(tensor) else {
                problems.append("\(tensor.name) holds \(tensor.elementType.rawValue), expected F32, F64 or BF16")
                continue
            }
            let outsideChannels = isTurned && entry.tensor.name == "head.kernel" ? pixels : 1
            vector.replace(from: entry.offset, with: isTurned ? turned(values, expected, pixels: outsideChannels) : values)
        }
        let rest = file.tensors.map(\.name).filter { !used.contains($0) }
        if !rest.isEmpty {
            problems.append("nothing is known of \(rest.prefix(4).joined(separator: ", "))\(rest.count > 4 ? ", …" : "")")
        }
        guard problems.isEmpty else { throw CheckpointError(path: path, problems: problems) }
        return vector
    }

    // MARK: - Names

    /// What other programs call the parts of a transformer.
    private static let synonyms: [String: [String]] = [
        "attention_norm": ["ln1", "ln_1", "norm1", "layer_norm1"], "query": ["q", "q_proj", "wq"], "key": ["k", "k_proj", "wk"],
        "value": ["v", "v_proj", "wv"], "output": ["o", "o_proj", "out_proj", "wo"],
        "mlp_norm": ["ln2", "ln_2", "norm2", "layer_norm2"],
        "mlp_up": ["fc1", "up_proj", "c_fc", "linear1"], "mlp_down": ["fc2", "down_proj", "linear2"],
        "final_norm": ["ln_f", "norm", "norm_f"], "head": ["lm_head", "unembed"],
        "token": ["wte", "tok_emb", "token_embedding", "embed"], "position": ["wpe", "pos_emb", "position_embedding"],
    ]

    /// A name as the parts before the last, and what the last says.
    private struct Name {
        /// The module's parts, without what only wraps.
        var module: [String]
        var isBias: Bool

        init?(_ text: String) {
            var parts = text.split { $0 == "." || $0 == "/" }.map(String.init)
            parts.removeAll { ["params", "module", "model", "net", "network", "_orig_mod", "~"].contains($0) }
            guard let last = parts.last else { return nil }
            switch last {
            case "kernel", "weight", "w", "scale", "embedding", "embeddings": isBias = false
            case "bias", "b", "offset": isBias = true
            // An embedding may be a tensor without a module.
            default:
                (module, isBias) = (parts, false)
                return
            }
            parts.removeLast()
            module = parts
        }
    }

    /// The file's tensor for each name of the layout.
    private static func matches(_ file: Safetensors, _ layout: ParameterLayout) -> [String: Safetensors.Tensor] {
        let names = layout.entries.map(\.tensor.name)
        if names.allSatisfy({ file[$0] != nil }) {
            return Dictionary(uniqueKeysWithValues: names.compactMap { name in file[name].map { (name, $0) } })
        }
        return names.contains { $0.hasPrefix("embedding.") } ? byWords(file, names) : byPlace(file, layout)
    }

    /// In a transformer: the block's number, and the word that its part goes by.
    private static func byWords(_ file: Safetensors, _ names: [String]) -> [String: Safetensors.Tensor] {
        func word(_ part: String) -> String { synonyms.first { $0.value.contains(part) }?.key ?? part }
        var found: [String: Safetensors.Tensor] = [:]
        for tensor in file.tensors {
            guard let name = Name(tensor.name), let last = name.module.last.map(word) else { continue }
            let block = name.module.dropLast().compactMap { part in Int(part.drop { !$0.isNumber }) }.first
            let stem = block.map { "block\($0).\(last)" } ?? last
            let candidates = name.isBias ? ["\(stem).bias"] : ["\(stem).kernel", "\(stem).scale", "embedding.\(last)"]
            for candidate in candidates where names.contains(candidate) && found[candidate] == nil { found[candidate] = tensor }
        }
        return found
    }

    /// In other networks: the modules of each kind in the order of their names, numbers in them as numbers.
    private static func byPlace(_ file: Safetensors, _ layout: ParameterLayout) -> [String: Safetensors.Tensor] {
        var modules: [String: (weight: Safetensors.Tensor?, bias: Safetensors.Tensor?)] = [:]
        for tensor in file.tensors {
            guard let name = Name(tensor.name) else { continue }
            let module = name.module.joined(separator: ".")
            if name.isBias {
                modules[module, default: (nil, nil)].bias = tensor
            } else {
                modules[module, default: (nil, nil)].weight = tensor
            }
        }
        let order = modules.keys.sorted { sortKey($0).lexicographicallyPrecedes(sortKey($1)) }
        var found: [String: Safetensors.Tensor] = [:]
        // Convolutions have four dimensions, linear layers two, normalisations one.
        for rank in [1, 2, 4] {
            let theirs = order.filter { modules[$0]?.weight?.shape.count == rank }
            let ours = layout.entries.map(\.tensor).filter { !$0.name.hasSuffix(".bias") && $0.shape.count == rank }
            for (module, tensor) in zip(theirs, ours) {
                found[tensor.name] = modules[module]?.weight
                let bias = tensor.name.split(separator: ".").dropLast().joined(separator: ".") + ".bias"
                found[bias] = modules[module]?.bias
            }
        }
        return found
    }

    /// A text with its numbers padded, so that 10 comes after 9.
    private static func sortKey(_ text: String) -> [UInt8] {
        var key: [UInt8] = [], digits: [UInt8] = []
        for byte in Array(text.utf8) + [0] {
            if (48...57).contains(byte) {
                digits.append(byte)
            } else {
                if !digits.isEmpty { key += [UInt8](repeating: 48, count: max(0, 20 - digits.count)) + digits }
                digits = []
                key.append(byte)
            }
        }
        return key
    }

    // MARK: - Layouts

    private static func isTorch(_ name: String) -> Bool { name == "weight" || name.hasSuffix(".weight") }

    /// [in, out] as [out, in]; [3, 3, in, out] as [out, in, 3, 3].
    private static func torchShape(_ shape: [Int]) -> [Int] {
        switch shape.count {
        case 2: [shape[1], shape[0]]
        case 4: [shape[3], shape[2], shape[0], shape[1]]
        default: shape
        }
    }

    /// Whether the shapes are one, but for heads that one of them keeps apart.
    private static func fits(_ shape: [Int], _ expected: [Int]) -> Bool {
        if shape == expected { return true }
        guard shape.count == expected.count + 1, shape.reduce(1, *) == expected.reduce(1, *) else { return false }
        return expected.count == 1 || shape.first == expected.first || shape.last == expected.last
    }

    /// PyTorch's order of elements as ours.
    ///
    /// - Parameter pixels: that many inputs of each channel lie side by side there, and all channels of a pixel here.
    private static func turned(_ values: [Float], _ shape: [Int], pixels: Int) -> [Float] {
        switch shape.count {
        case 2:
            let (inputs, outputs) = (shape[0], shape[1]), channels = inputs / pixels
            return (0..<inputs * outputs).map { place in
                let (input, output) = (place / outputs, place % outputs)
                let theirs = input % channels * pixels + input / channels
                return values[output * inputs + theirs]
            }
        case 4:
            let (inputs, outputs) = (shape[2], shape[3]), taps = shape[0] * shape[1]
            return (0..<values.count).map { place in
                let (tap, input, output) = (place / (inputs * outputs), place / outputs % inputs, place % outputs)
                return values[(output * inputs + input) * taps + tap]
            }
        default: return values
        }
    }

    /// The elements in single precision; `nil` for another type than those that are read.
    private static func numbers(_ tensor: Safetensors.Tensor) -> [Float]? {
        do throws(SafetensorsError) {
            switch tensor.elementType {
            case .f32: return try tensor.floats()
            case .f64: return try tensor.values(as: Double.self).map { Float($0) }
            case .bf16:
                let bytes = Array(tensor.bytes)
                return (0..<tensor.count).map { Float(bitPattern: UInt32(bytes[2 * $0 + 1]) << 24 | UInt32(bytes[2 * $0]) << 16) }
            default: return nil
            }
        } catch { return nil }
    }
}

/// A file that is no checkpoint of the network at hand.
package struct CheckpointError: Error, Hashable, CustomStringConvertible {
    /// The file.
    package let path: String
    /// Each tensor that does not fit, and how.
    package let problems: [String]

    /// All of it in one line.
    package var description: String {
        "\(path) is no checkpoint of this network: \(problems.prefix(6).joined(separator: "; "))"
            + (problems.count > 6 ? "; and \(problems.count - 6) more" : "")
    }
}
