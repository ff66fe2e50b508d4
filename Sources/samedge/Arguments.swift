import Formats
import Paper
import Pipeline

/// The words and options of a call, sorted out but not yet understood.
struct Arguments: Hashable, Sendable {
    /// What is no option, in order.
    private(set) var words: [String] = []
    private var values: [Option: [String]] = [:]

    /// Sorts out a call: `--name value`, `--name=value`, `-n value`, `-nvalue`, several switches as `-kf`; after `--` all are words.
    ///
    /// - Throws: `UsageError`.
    init(_ call: [String], options: [Option], verb: String) throws {
        var rest = call[...]
        while let word = rest.popFirst() {
            if word == "--" {
                words += rest
                return
            } else if word.hasPrefix("--") {
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard let option = options.first(where: { $0.name == parts[0] }) else {
                    throw UsageError.unknownOption(
                        parts[0], verb: verb, near: nearest(to: parts[0], among: options.map(\.name)))
                }
                if option.value == nil, parts.count > 1 { throw UsageError.unexpectedValue(option, verb: verb) }
                try take(option, parts.count > 1 ? parts[1] : nil, &rest, verb)
            } else if word.hasPrefix("-"), word.count > 1 {
                try takeLetters(word.dropFirst(), options, &rest, verb)
            } else {
                words.append(word)
            }
        }
    }

    private mutating func takeLetters(
        _ letters: Substring, _ options: [Option], _ rest: inout ArraySlice<String>, _ verb: String
    ) throws {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let option = options.first(where: { $0.letter == letter }) else {
                throw UsageError.unknownOption("-\(letter)", verb: verb, near: [])
            }
            let attached = option.value != nil && !letters.isEmpty ? String(letters) : nil
            try take(option, attached, &rest, verb)
            if option.value != nil { return }
        }
    }

    private mutating func take(_ option: Option, _ attached: String?, _ rest: inout ArraySlice<String>, _ verb: String) throws {
        guard option.value != nil else {
            values[option] = [""]
            return
        }
        guard var value = attached ?? rest.popFirst(), !value.isEmpty else { throw UsageError.missingValue(option, verb: verb) }
        if let range = option.range, option.takesList, ValueList.isNeeded(for: value) {
            value = try ValueList(value, of: option, in: range).values.map { "\(Int($0))" }.joined(separator: ",")
        } else if let range = option.range, !(Int(value).map(range.contains) ?? false) {
            let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw UsageError.badValue(value, option, expected: expected, near: [])
        }
        values[option] = option.repeats ? values[option, default: []] + [value] : [value]
    }

    /// The call's options as words that `init` reads again, of some options.
    ///
    /// - Parameter settled: what stands for an option's values, by its name, where that is not what the call says.
    func words(of options: [Option], settled: [String: [String]] = [:]) -> [String] {
        options.flatMap { option in
            (settled[option.name] ?? all(option.name)).map { option.value == nil ? option.name : "\(option.name)=\($0)" }
        }
    }

    /// Where data come from, where the call says so.
    var data: DataMode? {
        get throws { try choice("--data", among: DataMode.allCases.map(\.rawValue)).flatMap(DataMode.init) }
    }

    /// Takes the first word for the value of `--profile`, where it is one of some names and none is given.
    mutating func takeProfile(among names: [String], options: [Option]) {
        guard let option = options.first(where: { $0.name == "--profile" }), values[option] == nil, let word = words.first,
            names.contains(word)
        else { return }
        values[option] = [words.removeFirst()]
    }

    /// Reads paths as this machine means them: the values of options that take such, and words and values that name targets.
    ///
    /// - Parameter takesFiles: whether the words are paths themselves.
    mutating func read(paths: (String) throws -> String, targets: (String) -> String, takesFiles: Bool = false) rethrows {
        words = try words.map { takesFiles ? try paths($0) : targets($0) }
        for (option, texts) in values where option.value != nil {
            values[option] = try option.isPath ? texts.map(paths) : option.value == "STAGE" ? texts.map(targets) : texts
        }
    }

    // MARK: - Reading

    /// Whether a switch is set.
    func has(_ name: String) -> Bool { values.keys.contains { $0.name == name } }

    /// The last value of an option.
    func value(_ name: String) -> String? { given(name)?.text }

    /// All values of an option.
    func all(_ name: String) -> [String] { values.first { $0.key.name == name }?.value ?? [] }

    /// An option that was given, and its last value.
    private func given(_ name: String) -> (option: Option, text: String)? {
        guard let (option, texts) = values.first(where: { $0.key.name == name }), let text = texts.last else { return nil }
        return (option, text)
    }

    /// The last value of an option that has a range.
    func count(_ name: String) -> Int? { counts(name).last }

    /// All values of an option that has a range.
    func counts(_ name: String) -> [Int] { all(name).flatMap { $0.split(separator: ",") }.compactMap { Int($0) } }

    /// The values of an option that takes several, as numbers within bounds, in the order in which they are written; -0 is 0.
    func numbers(_ name: String, in range: ClosedRange<Double>) throws -> [Double]? {
        guard let (option, text) = given(name), option.takesList else { return try number(name, in: range).map { [$0] } }
        return try ValueList(text, of: option, in: range).values
    }

    /// The call for each combination of the values of some options that take several whole numbers, each with one value of each; and
    /// which value of which option it has, for those options that have more than one. The last option varies fastest.
    func combinations(of options: [Option]) -> [(arguments: Arguments, chosen: [(option: Option, value: String)])] {
        var all: [(arguments: Arguments, chosen: [(option: Option, value: String)])] = [(self, [])]
        for option in options {
            guard let texts = values[option]?.last?.split(separator: ",").map(String.init), texts.count > 1 else { continue }
            all = all.flatMap { arguments, chosen in
                texts.map { text in
                    var arguments = arguments
                    arguments.values[option] = [text]
                    return (arguments, chosen + [(option, text)])
                }
            }
        }
        return all
    }

    /// The value of an option as a number within bounds; -0 is 0.
    func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let (option, text) = given(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            let expected = "a number from \(shortestText(range.lowerBound)) to \(shortestText(range.upperBound))"
            throw UsageError.badValue(text, option, expected: expected, near: [])
        }
        return number + 0
    }

    /// The value of an option as a number of bytes: `500MB`, `1.5 GB`, `2T`, or without a unit.
    func size(_ name: String) throws -> Int? {
        guard let (option, text) = given(name) else { return nil }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).lowercased().filter { $0 != " " }
        let powers = ["": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12]
        guard let number = Double(digits), let power = powers[unit.hasSuffix("b") ? String(unit.dropLast()) : unit],
            number * power < 1e18
        else { throw UsageError.badValue(text, option, expected: "a size such as 500MB or 10GB", near: []) }
        return Int(number * power)
    }

    /// The value of an option that is one of several words.
    func choice(_ name: String, among words: [String]) throws -> String? {
        guard let (option, text) = given(name) else { return nil }
        guard words.contains(text) else {
            throw UsageError.badValue(
                text, option, expected: "one of " + words.joined(separator: ", "), near: nearest(to: text, among: words))
        }
        return text
    }
}
