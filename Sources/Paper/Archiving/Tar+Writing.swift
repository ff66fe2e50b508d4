/// A day of the Gregorian calendar.
package struct CalendarDay: Hashable, Sendable {
    /// The day as RO-Crate wants it: `2026-11-29`.
    package let text: String
    /// Days since 1970-01-01.
    let number: Int

    /// The day written as year, month and day of four, two and two digits with dashes between, from 1970 on; `nil` for any other text.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), year >= 1970, let month = Int(parts[1]), (1...12).contains(month), let day = Int(parts[2])
        else { return nil }
        func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
        let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day) else { return nil }
        let years = (1970..<year).reduce(0) { $0 + (isLeap($1) ? 366 : 365) }
        (self.text, number) = (text, years + lengths[..<(month - 1)].reduce(0, +) + day - 1)
    }
}

extension Tar {
    /// The archive of some files, in their order: the same bytes whoever writes them, wherever, whenever.
    ///
    /// - Parameter day: the files' time of modification.
    /// - Throws: `TarNameTooLong`.
    static func bytes(of files: [(name: String, bytes: ArraySlice<UInt8>)], day: CalendarDay) throws(TarNameTooLong) -> [[UInt8]]
    {
        var parts: [[UInt8]] = []
        for file in files {
            parts.append(try header(file.name, size: file.bytes.count, time: day.number * 86_400))
            parts.append(file.bytes + [UInt8](repeating: 0, count: (block - file.bytes.count % block) % block))
        }
        // Two blocks end it, and the whole is a multiple of twenty, as `tar` writes it.
        let length = parts.reduce(2 * block) { $0 + $1.count }
        return parts + [[UInt8](repeating: 0, count: 2 * block + (20 * block - length % (20 * block)) % (20 * block))]
    }

    /// The header of a plain file that all may read, of nobody in particular.
    private static func header(_ name: String, size: Int, time: Int) throws(TarNameTooLong) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at offset: Int) { header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8) }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        guard let (prefix, rest) = split(name), size < 1 << 33 else { throw TarNameTooLong(name: name) }
        put(rest, at: 0)
        put(prefix, at: 345)
        for (number, digits, offset) in [
            (0o644, 7, 100), (0, 7, 108), (0, 7, 116), (size, 11, 124), (time, 11, 136), (0, 7, 329), (0, 7, 337),
        ] {
            put(octal(number, digits), at: offset)
        }
        put("0", at: 156)
        put("ustar\u{0}00", at: 257)
        put(octal(checksum(header[...]), 6) + "\u{0} ", at: 148)
        return header
    }

    /// A name's two fields: 100 bytes, and what is before a slash, 155 bytes.
    private static func split(_ name: String) -> (prefix: String, rest: String)? {
        if name.utf8.count <= 100 { return ("", name) }
        for slash in name.indices.reversed() where name[slash] == "/" {
            let (prefix, rest) = (name[..<slash], name[name.index(after: slash)...])
            if prefix.utf8.count <= 155, rest.utf8.count <= 100 { return (String(prefix), String(rest)) }
        }
        return nil
    }
}

/// A file that no header of the format has room for.
struct TarNameTooLong: Error, Hashable, CustomStringConvertible {
    var name: String
    var description: String { "\(name) has too long a name, or is too large, for an archive" }
}
