/// What is wrong with a data set's file, or with what was asked of a data set.
package struct DatasetError: Error, Hashable, CustomStringConvertible {
    /// The fault.
    package enum Fault: Hashable, Sendable {
        /// The file ends inside its header.
        case tooShort(bytes: Int, header: Int)
        /// The first four bytes are not those of the format.
        case magic(UInt32, expected: UInt32)
        /// The images have another height and width.
        case shape([UInt32], expected: [Int])
        /// The header's counts and the file's length do not agree.
        case length(bytes: Int, declared: Int)
        /// A label is beyond the ten classes.
        case label(UInt8, example: Int)
        /// There are not as many labels as images.
        case labels(Int, images: Int)
        /// The file is not made of whole records.
        case records(bytes: Int, record: Int)
        /// A character of a text is not ASCII; lines count from 1.
        case character(UInt8, line: Int)
        /// A text has too few lines to be divided.
        case lines(Int, needed: Int)
        /// A batch is larger than the set that it is taken from, or empty.
        case batch(size: Int, among: Int)
        /// More examples are asked for than there are, or none to train on.
        case examples(asked: Int, among: Int)
    }

    /// What is wrong, with what was found and what was expected.
    package var fault: Fault
    /// The file, or the part of the data set, that the fault was found in.
    package var place: String

    /// An error about `place`: a file's path, or words for a part of the data set such as "the test images".
    package init(_ fault: Fault, in place: String) { (self.fault, self.place) = (fault, place) }

    /// One line for people: the place, what was found, what was expected, and what to do.
    package var description: String { "\(place): \(problem)" }

    private var problem: String {
        switch fault {
        case .tooShort(let bytes, let header):
            "the file has \(bytes) bytes and its header alone needs \(header); " + Self.damaged
        case .magic(let found, let expected):
            "the file begins with \(Self.hex(found)) where \(Self.hex(expected)) is expected; " + Self.damaged
        case .shape(let found, let expected):
            "the images are \(Self.product(found)) where \(Self.product(expected)) is expected; " + Self.damaged
        case .length(let bytes, let declared):
            "the file has \(bytes) bytes and its header declares \(declared); " + Self.damaged
        case .label(let label, let example):
            "the label of example \(example) is \(label) and should be one of 0 to 9; " + Self.damaged
        case .labels(let labels, let images):
            "there are \(labels) labels for \(images) images; the two files do not belong together, fetch both again"
        case .records(let bytes, let record):
            "the file has \(bytes) bytes, which are no whole records of \(record); " + Self.damaged
        case .character(let byte, let line):
            "line \(line) holds the byte \(byte), which is no ASCII character; " + Self.damaged
        case .lines(let lines, let needed):
            "the text has \(lines) lines and at least \(needed) are needed; " + Self.damaged
        case .batch(let size, let count):
            "batches of \(size) cannot be taken from \(count) examples; choose a batch size of 1 to \(count)"
        case .examples(let asked, let count):
            "\(asked) examples are asked for and \(count) are there; ask for 1 to \(count)"
        }
    }

    private static let damaged =
        "it is damaged or not this data set's, compare its SHA-256 with data/sources.json and fetch it again"

    private static func hex(_ word: UInt32) -> String {
        let digits = String(word, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func product(_ extents: [some BinaryInteger]) -> String {
        extents.map { String($0) }.joined(separator: " × ")
    }
}
