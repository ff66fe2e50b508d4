import Formats

/// The first place where a second run's file differs from the one that is kept.
package struct FileDifference: Hashable, Sendable, CustomStringConvertible {
    /// Where two files part.
    package enum Place: Hashable, Sendable {
        /// The second run did not write the file.
        case missing
        /// The first run did not write the file.
        case new
        /// A table's cell: the row's first cell with its column, such as `step 300`; the column; both values.
        case cell(row: String, column: String, from: String, to: String)
        /// An element of a tensor, counted from 0, with both values.
        case element(Int, tensor: String, from: String, to: String)
        /// The first byte that differs, counted from 0, or the end of the shorter file.
        case byte(Int)
        /// Somewhere: of the first file nothing is here but its digest.
        case unknown
    }

    /// The output's path.
    package var path: String
    /// The first difference.
    package var place: Place

    /// The difference in a line.
    package var description: String {
        switch place {
        case .missing: "\(path) was not written"
        case .new: "\(path) is new"
        case .cell(let row, let column, let from, let to): "\(path): \(row), \(column): \(from) → \(to)"
        case .element(let index, let tensor, let from, let to): "\(path): tensor \(tensor), element \(index): \(from) → \(to)"
        case .byte(let offset): "\(path): byte \(offset)"
        case .unknown: "\(path) has another digest than the one that came with an archive"
        }
    }
}

extension FileDifference {
    /// Compares two files of the same path byte by byte; where they differ and are tables or tensors, says it in their terms.
    ///
    /// - Parameters: the bytes kept, and those of the second run.
    /// - Returns: `nil` where the bytes are equal.
    init?(_ path: String, from old: [UInt8], to new: [UInt8]) {
        if old == new { return nil }
        self.path = path
        place =
            Self.placeInTable(old, new) ?? Self.placeInTensors(old, new)
            ?? .byte(zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset ?? min(old.count, new.count))
    }

    /// `nil` where one is no table, or what differs is more than a cell.
    private static func placeInTable(_ old: [UInt8], _ new: [UInt8]) -> Place? {
        let (a, b): (Table, Table)
        do { (a, b) = (try Table(parsing: old), try Table(parsing: new)) } catch { return nil }
        guard a.columns == b.columns else { return nil }
        for (x, y) in zip(a.rows, b.rows) {
            for (column, (p, q)) in zip(a.columns, zip(x, y)) where p.description != q.description {
                return .cell(row: a.columns[0] + " " + x[0].description, column: column, from: p.description, to: q.description)
            }
        }
        return nil
    }

    /// `nil` where one does not hold tensors, or what differs is more than an element.
    private static func placeInTensors(_ old: [UInt8], _ new: [UInt8]) -> Place? {
        let (a, b): (Safetensors, Safetensors)
        do { (a, b) = (try Safetensors(reading: old), try Safetensors(reading: new)) } catch { return nil }
        for (x, y) in zip(a.tensors, b.tensors) where x != y {
            guard x.name == y.name, x.shape == y.shape, x.elementType == y.elementType,
                let byte = zip(x.bytes, y.bytes).enumerated().first(where: { $1.0 != $1.1 })?.offset
            else { return nil }
            let index = byte / x.elementType.size
            return .element(index, tensor: x.name, from: text(of: x, index), to: text(of: y, index))
        }
        return nil
    }

    private static func text(of tensor: Safetensors.Tensor, _ index: Int) -> String {
        do {
            return switch tensor.elementType {
            case .f32: shortestText(Double(try tensor.withValues(as: Float.self) { $0[index] }))
            case .f64: shortestText(try tensor.withValues(as: Double.self) { $0[index] })
            default:
                "bytes " + hexadecimal(tensor.bytes.dropFirst(index * tensor.elementType.size).prefix(tensor.elementType.size))
            }
        } catch { return "unreadable" }
    }
}
