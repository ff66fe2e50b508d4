import Formats
import Pipeline

/// What an archive says of itself to programs: RO-Crate 1.1 metadata, in JSON-LD. Author and publisher, which the standard recommends,
/// are for whoever publishes it to add.
struct ResearchCrate {
    /// Where the standard wants it.
    static let path = "ro-crate-metadata.json"

    let archive: ResultArchive
    let day: CalendarDay

    private static let licence = "https://spdx.org/licenses/Apache-2.0", article = "https://arxiv.org/abs/2309.12488"

    /// The metadata of an archive with such other members.
    func json(of members: [String: ArraySlice<UInt8>]) -> JSON {
        let files = members.sorted { $0.key.precedesByBytes($1.key) }.map { file($0, $1) }
        let names = files.map { reference($0["@id"]?.stringValue ?? "") } + [reference("SHA256SUMS")]
        var root: [String: JSON] = [
            "@id": "./", "@type": "Dataset", "name": .string("samedge, profile \(archive.profile)"),
            "description": .string(description), "datePublished": .string(day.text), "license": reference(Self.licence),
            "hasPart": .array(names), "citation": reference(Self.article), "mentions": reference("#run"),
        ]
        if members["results/report/report.html"] != nil { root["mainEntity"] = reference("results/report/report.html") }
        let graph: [JSON] =
            [
                [
                    "@id": .string(Self.path), "@type": "CreativeWork", "about": reference("./"),
                    "conformsTo": reference("https://w3id.org/ro/crate/1.1"),
                ], .object(root),
            ] + files + [
                // It has the digest of this file, so this file cannot have its.
                [
                    "@id": "SHA256SUMS", "@type": "File", "name": "SHA256SUMS", "encodingFormat": "text/plain",
                    "description": "the SHA-256 of every other file",
                ],
                [
                    "@id": "#run", "@type": "CreateAction", "name": .string("samedge run --profile \(archive.profile)"),
                    "instrument": reference("#samedge"), "result": reference("./"),
                ],
                [
                    "@id": "#samedge", "@type": "SoftwareApplication", "name": "samedge",
                    "softwareVersion": .string(archive.program), "license": reference(Self.licence),
                    "description": "reproduces the figures of the cited article; the version is a digest of its sources",
                ],
                [
                    "@id": .string(Self.article), "@type": "ScholarlyArticle",
                    "name": "Sharpness-Aware Minimization and the Edge of Stability",
                    "creditText": "Philip M. Long and Peter L. Bartlett", "datePublished": "2024",
                    "isPartOf": "Journal of Machine Learning Research 25(179)",
                ],
                [
                    "@id": .string(Self.licence), "@type": "CreativeWork", "name": "Apache-2.0",
                    "description":
                        "Apache License 2.0, of the program, its figures and tables; the terms of the data are in licences/",
                ],
            ]
        return ["@context": "https://w3id.org/ro/crate/1.1/context", "@graph": .array(graph)]
    }

    private var description: String {
        let standIns = archive.results.filter { $0.record.kind == StandInStage.kind }.map(\.stage)
        let kinds = Set(archive.results.map(\.record.kind))
        return "Figures, tables, verdicts and the records of all \(archive.results.count) stages of samedge's profile "
            + "\(archive.profile); data and snapshots are left out, and their digests are in the records. "
            + (standIns.isEmpty
                ? kinds.contains(FetchKind.kindName) ? "Drawn from the published data." : ""
                : "Drawn from generated stand-ins in the place of data: \(standIns.joined(separator: ", ")).")
    }

    private func reference(_ id: String) -> JSON { ["@id": .string(id)] }

    private func file(_ name: String, _ bytes: ArraySlice<UInt8>) -> JSON {
        [
            "@id": .string(Self.address(name)), "@type": "File", "name": .string(name), "contentSize": .string("\(bytes.count)"),
            "encodingFormat": .string(Self.format(name)), "identifier": .string("sha256:\(Digest.of(bytes).hex)"),
        ]
    }

    /// A path as a relative address.
    private static func address(_ path: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/=,".utf8)
        return path.utf8.map { byte in
            plain.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private static func format(_ name: String) -> String {
        switch name.split(separator: ".").last {
        case "svg": "image/svg+xml"
        case "tsv": "text/tab-separated-values"
        case "json": "application/json"
        case "html": "text/html"
        case "md": "text/markdown"
        case "txt": "text/plain"
        default: "application/octet-stream"
        }
    }
}
