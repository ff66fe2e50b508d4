import Formats
import Platform

/// Examples of the user's own, read from a file: images with a class each, or a text.
package struct OwnData: Sendable {
    /// The full path.
    package let path: String
    /// Where the labels of images are, if in a file of their own.
    package let labelsPath: String?
    /// Height, width and channels of an image; empty for a text.
    package let shape: [Int]
    /// How many images, or characters.
    package let count: Int
    /// One more than the largest label, at least 2; of a text, nothing.
    package let classes: Int?
    private let content: Content

    private enum Content: Sendable {
        /// Bytes, or numbers that are used as they are.
        case images(Safetensors.Tensor, labels: [Int32])
        case text([UInt8])
    }

    /// The file's name, for titles.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Reads a file: safetensors or `.npz` with `images` and `labels`; `.npy` or IDX with the labels in a file of the same format;
    /// CIFAR-10's binary records; or a text.
    ///
    /// - Throws: `OwnDataError`, which says which array of which file is what, and what was expected; `FileSystemError`.
    package init(_ path: String, labels labelsPath: String? = nil) throws {
        (self.path, self.labelsPath) = (path, labelsPath)
        let bytes = try Self.bytes(path)
        func fail(_ problem: String) -> OwnDataError { OwnDataError(path: path, problem: problem) }
        if let labelsPath {
            content = try Self.checked(
                try Self.array(bytes, path, "images"), labels: try Self.array(try Self.bytes(labelsPath), labelsPath, "labels"),
                path, labelsPath)
        } else if path.hasSuffix(".safetensors") {
            let file: Safetensors
            do { file = try Safetensors(reading: bytes) } catch { throw fail(error.description) }
            content = try Self.checked(
                try Self.named("images", file.tensors, path), labels: try Self.named("labels", file.tensors, path), path, path)
        } else if bytes.starts(with: Array("PK".utf8)) {
            let archive = try Archive(bytes, path)
            content = try Self.checked(try archive.array("images"), labels: try archive.array("labels"), path, path)
        } else if bytes.starts(with: Self.numpyMagic) || bytes.starts(with: [0, 0, 8]) {
            throw fail("it holds one array; give the file of the labels with --labels")
        } else if path.hasSuffix(".bin") {
            content = try Self.checked(records: bytes, path)
        } else if path.hasSuffix(".txt") {
            if let place = bytes.firstIndex(where: { $0 >= 128 }) {
                let line = 1 + bytes[..<place].count { $0 == 10 }
                throw fail("line \(line) holds the byte \(bytes[place]), which is no ASCII character; write it in ASCII")
            }
            content = .text(bytes)
        } else {
            throw fail(
                "its format is not known; it should be a safetensors or npz file with the arrays images and labels, an npy or IDX file "
                    + "with the labels in another (--labels), CIFAR-10's records (.bin), or a text (.txt), none of them compressed"
            )
        }
        switch content {
        case .images(let images, let labels):
            let extents = Array(images.shape.dropFirst())
            shape = extents.count == 1 ? [1, extents[0], 1] : extents.count == 2 ? extents + [1] : extents
            (count, classes) = (labels.count, max(2, Int(labels.max() ?? 0) + 1))
        case .text(let text): (shape, count, classes) = ([], text.count, nil)
        }
    }

    /// The first `examples`, and the `testExamples` after them: `images` and `labels`, or `tokens`, as every prepared data set.
    ///
    /// Bytes become pixel/256 less the mean over the training images, as in the paper; other numbers stay as they are.
    func parts(examples: Int, testExamples: Int, sequenceLength: Int?) throws -> (train: Safetensors, test: Safetensors) {
        let width = (sequenceLength ?? 0) + 1, there = classes == nil ? count / width : count
        guard examples >= 1, testExamples >= 0, examples + testExamples <= there else {
            throw OwnDataError(
                path: path,
                problem: "\(examples) training and \(testExamples) test examples are asked for, and \(there) are there")
        }
        let ranges = (0..<examples, examples..<examples + testExamples)
        switch content {
        case .text(let text):
            func crops(_ range: Range<Int>) -> Safetensors {
                Safetensors([
                    .init(
                        name: "tokens", shape: [range.count, width],
                        values: text[range.lowerBound * width..<range.upperBound * width].map { Int32($0) })
                ])
            }
            return (crops(ranges.0), crops(ranges.1))
        case .images(let images, let labels):
            let size = shape.reduce(1, *), values = try Self.floats(images)
            var mean = [Double](repeating: 0, count: size)
            if images.elementType == .u8 {
                for index in 0..<examples * size { mean[index % size] += Double(values[index]) }
                for place in 0..<size { mean[place] /= 256 * Double(examples) }
            }
            func part(_ range: Range<Int>) -> Safetensors {
                var part = Array(values[range.lowerBound * size..<range.upperBound * size])
                if images.elementType == .u8 {
                    for index in part.indices { part[index] = Float(Double(part[index]) / 256 - mean[index % size]) }
                }
                return Safetensors([
                    .init(name: "images", shape: [range.count] + shape, values: part),
                    .init(name: "labels", shape: [range.count], values: Array(labels[range])),
                ])
            }
            return (part(ranges.0), part(ranges.1))
        }
    }

    // MARK: - Arrays

    private static func bytes(_ path: String) throws -> [UInt8] {
        guard let bytes = try FileSystem().read(path) else { throw OwnDataError(path: path, problem: "there is no such file") }
        return bytes
    }

    private static func named(_ name: String, _ tensors: [Safetensors.Tensor], _ path: String) throws -> Safetensors.Tensor {
        guard let tensor = tensors.first(where: { $0.name == name }) else {
            throw missing(name, among: tensors.map(\.name), path)
        }
        return tensor
    }

    fileprivate static func missing(_ name: String, among names: [String], _ path: String) -> OwnDataError {
        let there = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
        return OwnDataError(
            path: path,
            problem: "it has no array named \(name), expected images and labels; there are: \(names.isEmpty ? "none" : there)")
    }

    /// Images and labels that belong together.
    private static func checked(
        _ images: Safetensors.Tensor, labels: Safetensors.Tensor, _ path: String, _ labelsPath: String
    ) throws -> Content {
        guard (2...4).contains(images.shape.count), images.shape.allSatisfy({ $0 >= 1 }) else {
            throw OwnDataError(
                path: path,
                problem:
                    "images has the shape \(images.shape), expected [n, height, width, channels], [n, height, width] or [n, values]"
            )
        }
        guard labels.shape == [images.shape[0]] else {
            throw OwnDataError(
                path: labelsPath,
                problem: "labels has the shape \(labels.shape), expected [\(images.shape[0])], one for each image")
        }
        let numbers: [Int]? =
            switch labels.elementType {
            case .u8: labels.bytes.map { Int($0) }
            case .i32: try labels.int32s().map { Int($0) }
            case .i64: try labels.values(as: Int64.self).map { Int($0) }
            default: nil
            }
        guard let numbers else {
            throw OwnDataError(path: labelsPath, problem: "labels holds \(labels.elementType.rawValue), expected U8, I32 or I64")
        }
        if let wrong = numbers.firstIndex(where: { !(0..<1000).contains($0) }) {
            throw OwnDataError(path: labelsPath, problem: "label \(wrong) is \(numbers[wrong]), expected a class from 0 to 999")
        }
        guard [.u8, .f32, .f64].contains(images.elementType) else {
            throw OwnDataError(path: path, problem: "images holds \(images.elementType.rawValue), expected U8, F32 or F64")
        }
        if let wrong = try floats(images).firstIndex(where: { !$0.isFinite }) {
            let size = images.shape.dropFirst().reduce(1, *)
            throw OwnDataError(path: path, problem: "image \(wrong / size) holds a value that is not finite, expected numbers")
        }
        return .images(images, labels: numbers.map { Int32($0) })
    }

    /// Records of a label's byte and three planes of 32 × 32 pixels.
    private static func checked(records bytes: [UInt8], _ path: String) throws -> Content {
        let record = 3073, count = bytes.count / record
        guard count >= 1, bytes.count % record == 0 else {
            throw OwnDataError(path: path, problem: "it has \(bytes.count) bytes, expected whole records of \(record) (CIFAR-10)")
        }
        var pixels = [UInt8](repeating: 0, count: count * 3072)
        for image in 0..<count {
            for place in 0..<3072 { pixels[image * 3072 + place] = bytes[image * record + 1 + place % 3 * 1024 + place / 3] }
        }
        return try checked(
            .init(name: "images", shape: [count, 32, 32, 3], values: pixels),
            labels: .init(name: "labels", shape: [count], values: (0..<count).map { bytes[$0 * record] }), path, path)
    }

    private static func floats(_ tensor: Safetensors.Tensor) throws -> [Float] {
        switch tensor.elementType {
        case .u8: tensor.bytes.map { Float($0) }
        case .f64: try tensor.values(as: Double.self).map { Float($0) }
        default: try tensor.floats()
        }
    }

    // MARK: - Formats

    fileprivate static let numpyMagic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The one array of an npy or IDX file.
    fileprivate static func array(_ bytes: [UInt8], _ path: String, _ name: String) throws -> Safetensors.Tensor {
        func fail(_ problem: String) -> OwnDataError { OwnDataError(path: path, problem: "\(name): \(problem)") }
        if bytes.starts(with: [0, 0]), bytes.count >= 4 {
            guard bytes[2] == 8 else { throw fail("it is an IDX file of type \(bytes[2]), expected 8, bytes") }
            let rank = Int(bytes[3]), header = 4 + 4 * rank
            guard rank >= 1, bytes.count >= header else { throw fail("the IDX header is cut off") }
            let shape = (0..<rank).map { index in bytes[4 + 4 * index..<8 + 4 * index].reduce(0) { $0 << 8 | Int($1) } }
            guard product(shape) == bytes.count - header else {
                throw fail("the IDX header declares \(shape) bytes, and \(bytes.count - header) are there")
            }
            return .init(name: name, shape: shape, elementType: .u8, bytes: bytes[header...])
        }
        guard bytes.starts(with: numpyMagic), bytes.count >= 12 else {
            throw fail("it is no npy file and no IDX file, expected one of them")
        }
        let isLong = bytes[6] >= 2, start = isLong ? 12 : 10
        let length = (0..<(isLong ? 4 : 2)).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        guard start + length <= bytes.count else { throw fail("the npy header is cut off") }
        let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
        func value(_ key: String) -> Substring? {
            header.firstRange(of: "'\(key)': ").map { header[$0.upperBound...] }
        }
        let types: [String: Safetensors.ElementType] = [
            "|u1": .u8, "|b1": .bool, "|i1": .i8, "<f4": .f32, "<f8": .f64, "<i4": .i32, "<i8": .i64, "<f2": .f16, "<i2": .i16,
            "<u2": .u16,
        ]
        let description = value("descr").map { String($0.dropFirst().prefix { $0 != "'" }) } ?? "nothing"
        guard let type = types[description] else {
            throw fail("the npy file holds \(description), expected one of |u1, <f4, <f8, <i4, <i8")
        }
        guard value("fortran_order")?.hasPrefix("False") == true else {
            throw fail("the npy file is in Fortran's order, expected C's: save numpy.ascontiguousarray of it")
        }
        let extents = value("shape").map { $0.drop { $0 == "(" }.prefix { $0 != ")" }.split { $0 == "," || $0 == " " } } ?? []
        let shape = extents.compactMap { Int($0) }
        guard shape.count == extents.count, product(shape).map({ $0 * type.size }) == bytes.count - start - length else {
            throw fail("the npy header declares \(shape) of \(description), and \(bytes.count - start - length) bytes are there")
        }
        return .init(name: name, shape: shape, elementType: type, bytes: bytes[(start + length)...])
    }

    /// The product of extents; `nil` where it or one of them is none that a file can have.
    private static func product(_ shape: [Int]) -> Int? {
        shape.reduce(1) { sum, extent in
            guard let sum, (0..<1 << 40).contains(extent), sum < 1 << 20 || extent < 1 << 20, sum * extent < 1 << 50 else {
                return nil
            }
            return sum * extent
        }
    }

    /// A zip file of arrays, as `numpy.savez` writes them.
    private struct Archive {
        /// What the list at the end of the file says of a member.
        private struct Member {
            var name: String
            var method: Int, size: Int
            /// Where the member's own header begins.
            var start: Int
        }

        private let bytes: [UInt8], path: String
        private var members: [Member] = []

        init(_ bytes: [UInt8], _ path: String) throws {
            (self.bytes, self.path) = (bytes, path)
            // The end of the list of members is the last thing in the file, but for a comment.
            guard
                let end = stride(from: bytes.count - 22, through: max(0, bytes.count - 70_000), by: -1)
                    .first(where: { bytes[$0..<$0 + 4].elementsEqual([0x50, 0x4b, 5, 6]) })
            else { throw damaged("the list of its arrays, with which it should end, is not there") }
            var place = try number(end + 16, 4)
            for _ in 0..<(try number(end + 10, 2)) {
                guard try number(place, 4) == 0x0201_4b50 else { throw damaged("the list of its arrays is broken") }
                let lengths = try (0..<3).map { try number(place + 28 + 2 * $0, 2) }
                _ = try number(place + 46 + lengths[0], 0)
                let name = String(decoding: bytes[place + 46..<place + 46 + lengths[0]], as: UTF8.self)
                members.append(
                    Member(
                        name: name.hasSuffix(".npy") ? String(name.dropLast(4)) : name, method: try number(place + 10, 2),
                        size: try number(place + 20, 4), start: try number(place + 42, 4)))
                place += 46 + lengths.reduce(0, +)
            }
        }

        private func damaged(_ what: String) -> OwnDataError {
            OwnDataError(path: path, problem: "it is no whole npz file: \(what); write or copy it again")
        }

        private func number(_ place: Int, _ size: Int) throws -> Int {
            guard place >= 0, place + size <= bytes.count else { throw damaged("it ends after \(bytes.count) bytes, too early") }
            return (0..<size).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }

        /// One of the arrays, by its name.
        func array(_ name: String) throws -> Safetensors.Tensor {
            guard let member = members.first(where: { $0.name == name }) else {
                throw OwnData.missing(name, among: members.map(\.name), path)
            }
            guard member.method == 0 else {
                throw OwnDataError(path: path, problem: "\(name) is compressed; save the arrays with numpy.savez")
            }
            let start = member.start + 30 + (try number(member.start + 26, 2)) + (try number(member.start + 28, 2))
            _ = try number(start + member.size, 0)
            return try OwnData.array(Array(bytes[start..<start + member.size]), path, name)
        }
    }
}

/// What is wrong with a file of the user's examples.
package struct OwnDataError: Error, Hashable, CustomStringConvertible {
    /// The file.
    package let path: String
    /// The array, what it is, and what was expected.
    package let problem: String

    /// Both in one line.
    package var description: String { "\(path): \(problem)" }
}
