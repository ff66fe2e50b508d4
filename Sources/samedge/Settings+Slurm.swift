import Pipeline

extension Option {
    /// The options that leave stages to Slurm. `SAMEDGE_SLURM` may hold them too, for all calls.
    static let slurm: [Option] = [
        Option("--executor", value: "local|slurm", "where training and measuring run (default: local)"),
        Option("--partition", value: "NAME", "Slurm's partition"),
        Option("--account", value: "NAME", "Slurm's account"),
        Option("--qos", value: "NAME", "Slurm's quality of service"),
        Option("--time", value: "[KIND=]TIME", repeats: true, "a job's time limit, as sbatch takes it: 90, 12:00:00, 1-12"),
        Option("--mem", value: "[KIND=]SIZE", repeats: true, "a job's memory: 4000 (megabytes), 16G"),
        Option("--cores", value: "[KIND=]N", repeats: true, "a job's processors"),
        Option("--sbatch", value: "WORD", repeats: true, "a further option of sbatch, such as --sbatch=--constraint=avx512"),
        Option("--attempts", value: "N", in: 1...1000, "how many attempts at a stage in a row may bring nothing (default: 3)"),
        Option("--poll", value: "SECONDS", "how long to wait between two questions to Slurm (default: 30)"),
    ]
}

extension SlurmOptions {
    /// What the call and `SAMEDGE_SLURM` make of a profile's defaults, the call having the last word; `nil` to run all here.
    ///
    /// - Throws: `UsageError` for a value that is none of those possible.
    init?(_ arguments: Arguments, environment: [String: String], kinds: [String: Resources], root: String) throws {
        let words = (environment["SAMEDGE_SLURM"] ?? "").split(separator: " ").map(String.init)
        let both = [try Arguments(words, options: Option.slurm, verb: "run"), arguments]
        guard try both.compactMap({ try $0.choice("--executor", among: ["local", "slurm"]) }).last == "slurm" else { return nil }
        self.init(kinds: kinds, program: Command.programPath(), folder: root)
        func last(_ name: String) -> String? { both.compactMap { $0.value(name) }.last }
        lines = ["--partition", "--account", "--qos"].compactMap { name in last(name).map { "\(name)=\($0)" } }
        lines += both.flatMap { $0.all("--sbatch") }
        for arguments in both {
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
        _ name: String, _ arguments: Arguments, _ read: (String) -> Int?, expected: String, to set: (inout Resources, Int) -> Void
    ) throws {
        for text in arguments.all(name) {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let option = Option.slurm.first { $0.name == name }!
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

    /// Minutes, begun ones counted whole, of a time as Slurm writes it: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S.
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

    /// Megabytes of a size as Slurm writes it.
    static func megabytes(_ text: String) -> Int? {
        let scale = ["M": 1, "G": 1024, "T": 1 << 20][text.last.map { String($0).uppercased() } ?? ""]
        guard let number = Int(scale == nil ? text : String(text.dropLast())), (1...1 << 30).contains(number) else { return nil }
        return number * (scale ?? 1)
    }
}
