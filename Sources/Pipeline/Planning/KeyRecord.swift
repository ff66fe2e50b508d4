import Formats

/// All that decides a stage's result; the stage's key is the digest of its canonical text.
package struct KeyRecord: Hashable, Sendable {
    /// The kind of stage.
    package var kind: String
    /// All that decides the result besides the inputs and the code.
    package var parameters: JSON
    /// Digests of the bytes read: label → path → digest.
    package var inputs: [String: [String: Digest]]
    /// Digests of the code run: module → digest.
    package var code: [String: String]

    /// A record.
    package init(kind: String, parameters: JSON, inputs: [String: [String: Digest]], code: [String: String]) {
        (self.kind, self.parameters, self.inputs, self.code) = (kind, parameters, inputs, code)
    }

    /// The record as canonical JSON; `bytes` is its text.
    package var json: JSON {
        [
            "code": .object(code.mapValues { .string($0) }),
            "inputs": .object(inputs.mapValues { .object($0.mapValues { .string($0.hex) }) }),
            "kind": .string(kind),
            "parameters": parameters,
        ]
    }

    /// The canonical text's bytes: what `json.text` gives, made without the tree, since a plan makes thousands.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(512)
        out += "{\"code\":".utf8
        Self.append(code, to: &out) {
            $1 += "\"".utf8; $1 += $0.utf8; $1 += "\"".utf8
        }
        out += ",\"inputs\":".utf8
        Self.append(inputs, to: &out) { files, out in
            Self.append(files, to: &out) { digest, out in
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 66) { text in
                    digest.writeHex { text[$0 &+ 1] = $1 }
                    (text[0], text[65]) = (UInt8(ascii: "\""), UInt8(ascii: "\""))
                    out.append(contentsOf: text)
                }
            }
        }
        out += ",\"kind\":".utf8
        Self.append(kind, to: &out)
        out += ",\"parameters\":".utf8
        out += parameters.text.utf8
        out.append(UInt8(ascii: "}"))
        return out
    }

    /// The key: SHA-256 of the canonical text.
    package var key: Digest { Digest.of(bytes) }

    private static func append<V>(_ members: [String: V], to out: inout [UInt8], each: (V, inout [UInt8]) -> Void) {
        out.append(UInt8(ascii: "{"))
        var first = true
        for (name, value) in members.sorted(by: { $0.key.precedesByBytes($1.key) }) {
            if !first { out.append(UInt8(ascii: ",")) }
            first = false
            append(name, to: &out)
            out.append(UInt8(ascii: ":"))
            each(value, &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    private static func append(_ text: String, to out: inout [UInt8]) {
        var text = text
        let isPlain = text.withUTF8 { bytes in
            guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }) else { return false }
            out.append(UInt8(ascii: "\""))
            out.append(contentsOf: bytes)
            out.append(UInt8(ascii: "\""))
            return true
        }
        if !isPlain { out += JSON.string(text).text.utf8 }
    }
}

extension KeyRecord {
    /// The record that `json` holds, or `nil` where it holds none.
    package init?(json: JSON) {
        guard let kind = json["kind"]?.stringValue, let parameters = json["parameters"],
            let code = json["code"]?.objectValue, let inputs = json["inputs"]?.objectValue
        else { return nil }
        (self.kind, self.parameters, self.code, self.inputs) = (kind, parameters, [:], [:])
        for (module, digest) in code {
            guard let digest = digest.stringValue else { return nil }
            self.code[module] = digest
        }
        for (label, files) in inputs {
            guard let files = files.objectValue else { return nil }
            self.inputs[label] = [:]
            for (path, digest) in files {
                guard let digest = digest.stringValue.flatMap({ Digest(hex: $0) }) else { return nil }
                self.inputs[label]![path] = digest
            }
        }
    }
}
