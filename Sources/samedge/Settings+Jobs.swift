import Cluster
import Pipeline

/// A scheduler as the command offers it.
struct SchedulerChoice: Sendable {
    /// The word after `--executor`.
    var word: String
    /// The options that only it has.
    var options: [Option]
    /// The scheduler, as some calls' options want it, the last having the last word.
    var make: @Sendable ([Arguments]) -> any Scheduler

    /// The variable of the environment that may hold options for all calls.
    var variable: String { "SAMEDGE_" + word.uppercased() }

    static let all = [slurm]

    private static let slurm = SchedulerChoice(
        word: "slurm",
        options: [
            Option("--partition", value: "NAME", "Slurm's partition"),
            Option("--account", value: "NAME", "Slurm's account"),
            Option("--qos", value: "NAME", "Slurm's quality of service"),
            Option("--sbatch", value: "WORD", repeats: true, "a further option of sbatch, such as --sbatch=--constraint=avx512"),
        ]
    ) { calls in
        let own = ["--partition", "--account", "--qos"].compactMap { name in
            calls.compactMap { $0.value(name) }.last.map { "\(name)=\($0)" }
        }
        return Slurm(options: own + calls.flatMap { $0.all("--sbatch") })
    }
}

extension Option {
    /// The options that send stages to a cluster. A scheduler's variable may hold them too, for all calls.
    static let cluster: [Option] =
        [
            Option(
                "--executor", value: "local|" + SchedulerChoice.all.map(\.word).joined(separator: "|"),
                "where training and measuring run (default: local)")
        ] + SchedulerChoice.all.flatMap(\.options) + [
            Option("--time", value: "[KIND=]TIME", repeats: true, "a job's time limit, as sbatch takes it: 90, 12:00:00, 1-12"),
            Option("--mem", value: "[KIND=]SIZE", repeats: true, "a job's memory: 4000 (megabytes), 16G"),
            Option("--cores", value: "[KIND=]N", repeats: true, "a job's processors"),
            Option(
                "--attempts", value: "N", in: 1...1000, "how many attempts at a stage in a row may bring nothing (default: 3)"),
            Option("--poll", value: "SECONDS", "how long to wait between two questions to the scheduler (default: 30)"),
        ]
}

extension JobOptions {
    /// What the call and the schedulers' variables make of a profile's defaults, the call having the last word; `nil` to run
    /// all here.
    ///
    /// - Throws: `UsageError` for a value that is none of those possible.
    init?(_ arguments: Arguments, environment: [String: String], kinds: [String: JobResources], root: String) throws {
        let calls =
            try SchedulerChoice.all.compactMap { choice in
                try environment[choice.variable].map {
                    try Arguments(try shellWords($0, of: choice.variable), options: Option.cluster, verb: "run")
                }
            } + [arguments]
        let words = ["local"] + SchedulerChoice.all.map(\.word)
        let word = try calls.compactMap { try $0.choice("--executor", among: words) }.last
        guard let choice = SchedulerChoice.all.first(where: { $0.word == word }) else { return nil }
        self.init(choice.make(calls), kinds: kinds, program: Command.programPath(), folder: root)
        unheeded = Settings.variables.map(\.0)
        for arguments in calls {
            try set("--time", arguments, Self.minutes, expected: "a time such as 90, 12:00:00 or 1-12") { $0.minutes = $1 }
            try set("--mem", arguments, Self.megabytes, expected: "a size such as 4000 or 16G") { $0.memory = $1 }
            try set(
                "--cores", arguments, { Int($0).flatMap { (1...65_536).contains($0) ? $0 : nil } },
                expected: "a whole number from 1 to 65536"
            ) {
                $0.cores = $1
            }
            attempts = arguments.count("--attempts") ?? attempts
            poll = try arguments.number("--poll", in: 0.001...86_400) ?? poll
        }
    }

    /// Sets a resource of one kind (`train=…`) or of all.
    private mutating func set(
        _ name: String, _ arguments: Arguments, _ read: (String) -> Int?, expected: String,
        to set: (inout JobResources, Int) -> Void
    ) throws {
        for text in arguments.all(name) {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let option = Option.cluster.first { $0.name == name }!
            guard let value = parts.last.flatMap(read) else {
                throw UsageError.badValue(text, option, expected: expected, near: [])
            }
            if parts.count > 1, kinds[parts[0]] == nil {
                throw UsageError.badValue(
                    parts[0], option, expected: "for one of " + kinds.keys.sorted().joined(separator: ", "),
                    near: nearest(to: parts[0], among: kinds.keys.sorted()))
            }
            for kind in parts.count > 1 ? [parts[0]] : kinds.keys.sorted() { set(&kinds[kind]!, value) }
        }
    }

    /// Minutes, begun ones counted whole, of a time as Slurm and others write it: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S.
    static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts.last!.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Int($0) }
        guard (1...3).contains(words.count), numbers.count == words.count, numbers.allSatisfy({ (0...1_000_000).contains($0) })
        else { return nil }
        var seconds = 0
        if parts.count > 1 {
            guard let days = Int(parts[0]), (0...10_000).contains(days) else { return nil }
            seconds = days * 86_400 + zip(numbers, [3600, 60, 1]).map(*).reduce(0, +)
        } else {
            seconds = zip(numbers, numbers.count == 3 ? [3600, 60, 1] : [60, 1]).map(*).reduce(0, +)
        }
        return seconds > 0 ? (seconds + 59) / 60 : nil
    }

    /// Megabytes of a size as Slurm and others write it.
    static func megabytes(_ text: String) -> Int? {
        let scale = ["M": 1, "G": 1024, "T": 1 << 20][text.last.map { String($0).uppercased() } ?? ""]
        guard let number = Int(scale == nil ? text : String(text.dropLast())), (1...1 << 30).contains(number) else { return nil }
        return number * (scale ?? 1)
    }
}

/// The words of a text as a shell reads it, quotes and backslashes taken away; nothing is put in the place of anything.
///
/// - Parameter variable: whose value it is, for the error about a quote that does not end.
func shellWords(_ text: String, of variable: String) throws -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
        switch (quote, character) {
        case ("'", "'"), ("\"", "\""): quote = nil
        case ("'", _): word?.append(character)
        case (nil, "'"), (nil, "\""): (quote, word) = (character, word ?? "")
        case (_, "\\"):
            guard let next = rest.popFirst() else { throw UsageError.openQuote(variable) }
            // Within quotes it stands for itself, but before these.
            let isPlain = quote != nil && !"\"\\$`\n".contains(next)
            if next != "\n" { word = (word ?? "") + (isPlain ? "\\" : "") + String(next) }
        case (nil, _) where character.isWhitespace:
            if let done = word { words.append(done) }
            word = nil
        default: word = (word ?? "") + String(character)
        }
    }
    if quote != nil { throw UsageError.openQuote(variable) }
    return words + [word].compactMap { $0 }
}
