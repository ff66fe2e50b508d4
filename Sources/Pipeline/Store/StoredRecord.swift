import Formats

/// A file in the store: the path that its stage gave it, its digest and its size in bytes.
package struct StoredFile: Hashable, Sendable {
    /// The path that its stage gave it.
    package var path: String
    /// The SHA-256 of its bytes.
    package var digest: Digest
    /// In bytes.
    package var size: Int
    /// Whether the archive that its result came with left it out: the store may lack it, and nothing is damaged then.
    package var isLeftOut = false

    /// The file as it stands in records.
    package var json: JSON {
        var members: [String: JSON] = ["path": .string(path), "sha256": .string(digest.hex), "size": JSON(size)]
        if isLeftOut { members["left_out"] = true }
        return .object(members)
    }
}

extension StoredFile {
    /// The file that `json` describes, or `nil` where it describes none.
    package init?(json: JSON) {
        guard let path = json["path"]?.stringValue, isPlainPath(path), let size = json["size"]?.integerValue,
            let digest = json["sha256"]?.stringValue.flatMap({ Digest(hex: $0) })
        else { return nil }
        (self.path, self.digest, self.size, isLeftOut) = (path, digest, size, json["left_out"]?.boolValue ?? false)
    }
}

/// A finished stage as the store keeps it: what decided it, what it made, and how long that took.
package struct StoredRecord: Hashable, Sendable {
    /// What decided the result.
    package var record: KeyRecord
    /// What the stage made.
    package var outputs: [StoredFile]
    /// How long it ran; 0 of a result that came with an archive.
    package var seconds: Double
    /// The estimate of its work when it ran, in the unit of its kind; 0 of a result that came with an archive.
    package var cost: Double
    /// The device on which its kernels ran; `nil` for the processor. Nothing but estimates goes by it.
    package var device: String?

    /// The text of its file: one line of canonical JSON, one line with the digest of the first.
    var fileBytes: [UInt8] {
        var members: [String: JSON] = [
            "cost": .number(cost), "record": record.json, "seconds": .number(seconds),
            "outputs": .array(outputs.map(\.json)),
        ]
        if let device { members["device"] = .string(device) }
        return JSON.object(members).sealed
    }

    init(record: KeyRecord, outputs: [StoredFile], seconds: Double, cost: Double, device: String? = nil) {
        (self.record, self.outputs, self.seconds, self.cost, self.device) = (record, outputs, seconds, cost, device)
    }

    /// The record that a file holds, or `nil` where the file is damaged.
    init?(fileBytes bytes: [UInt8]) {
        guard let json = JSON(sealed: bytes),
            let record = json["record"].flatMap({ KeyRecord(json: $0) }), let list = json["outputs"]?.arrayValue,
            let seconds = json["seconds"]?.numberValue, let cost = json["cost"]?.numberValue
        else { return nil }
        (self.record, self.seconds, self.cost, outputs) = (record, seconds, cost, [])
        device = json["device"]?.stringValue
        for item in list {
            guard let file = StoredFile(json: item) else { return nil }
            outputs.append(file)
        }
    }
}

extension JSON {
    /// The canonical text in a line, and a line with the digest of the first.
    package var sealed: [UInt8] {
        let line = Array(text.utf8) + [0x0a]
        return line + Array(Digest.of(line).hex.utf8) + [0x0a]
    }

    /// What `sealed` gave the bytes of; `nil` where they are damaged.
    package init?(sealed bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: 0x0a), bytes.count == end + 66, bytes.last == 0x0a,
            let digest = Digest(hex: String(decoding: bytes[(end + 1)...].dropLast(), as: UTF8.self)),
            Digest.of(bytes[...end]) == digest
        else { return nil }
        do { self = try JSON(parsing: bytes[..<end]) } catch { return nil }
    }
}
