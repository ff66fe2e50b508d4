/// An option of the command line: its name, what it takes, and what it does.
struct Option: Hashable, Sendable {
    /// Such as `--jobs`.
    var name: String
    /// A letter such as `j`, if it has one.
    var letter: Character?
    /// What stands for its value in the help; `nil` for a switch.
    var value: String?
    /// The whole numbers that it takes, where it takes such; every call with another is refused before anything is done.
    var range: ClosedRange<Int>?
    /// Whether it may be given several times.
    var repeats = false
    /// Whether it takes several values, as `ValueList` reads them.
    var takesList = false
    /// Whether it takes a path.
    var isPath: Bool { ["FOLDER", "FILE", "PLACE", "NAME|FILE"].contains(value) }
    var help: String

    init(
        _ name: String, short letter: Character? = nil, value: String? = nil, in range: ClosedRange<Int>? = nil,
        repeats: Bool = false, takesList: Bool = false, _ help: String
    ) {
        (self.name, self.letter, self.value, self.range) = (name, letter, value, range)
        (self.repeats, self.takesList, self.help) = (repeats, takesList, help)
    }

    /// The option where it takes one value alone.
    var single: Option {
        var option = self
        option.takesList = false
        return option
    }

    /// Its forms in the help: `-j, --jobs N`.
    var forms: String { (letter.map { "-\($0), " } ?? "    ") + name + (value.map { " " + $0 } ?? "") }
}

extension Option {
    /// The options of every verb that plans or runs stages.
    static let common: [Option] = [
        Option("--profile", short: "p", value: "NAME", "the settings of the experiments, or a sweep's name: see `samedge help`"),
        Option("--store", value: "FOLDER", "where results are kept (default: .samedge, or SAMEDGE_STORE)"),
        Option(
            "--data", value: "auto|real|standin", "real data, generated stand-ins, or the one that can be had (default: auto)"),
        Option("--mirror", value: "PLACE", repeats: true, "a folder or address that holds the data files (also SAMEDGE_MIRROR)"),
        Option("--offline", "do not try the addresses at which the data are published"),
        Option("--json", "tell everything as lines of JSON"),
        Option("--quiet", short: "q", "tell failures only"),
    ]

    /// How many threads may be asked for.
    static let threadCounts = 1...1024

    /// Where kernels run.
    static let device = Option(
        "--device", value: "cpu|auto|gpu|N|NAME",
        "where kernels run: `samedge devices` lists what there is (default: cpu, or SAMEDGE_DEVICE)")

    /// The options of what a run may take of this machine.
    static let taking: [Option] = [
        Option(
            "--jobs", short: "j", value: "N", in: 1...4096,
            "how many stages run at once (default: the number of processors; 2 on a device)"),
        Option(
            "--threads", short: "t", value: "N", in: threadCounts,
            "how many threads each uses (default: the processors shared out)"),
        device,
        Option(
            "--memory", value: "MEGABYTES", in: 1...1_000_000_000, "how much memory the running stages may take together"),
    ]

    /// The options of the verbs that run stages.
    static let running: [Option] =
        taking + [
            Option("--keep-going", short: "k", "after a failure, go on with what does not depend on it"),
            Option(
                "--force", short: "f",
                "run the targets although their results are there (and, if other bytes come, what rests on them)"),
        ]
}
