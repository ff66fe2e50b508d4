import CodeDigests
import Pipeline

extension Project {
    /// The reproduction of the paper.
    static let paper = Project(
        name: "samedge",
        profiles: [
            ("laptop", "the figures in minutes on two cores"),
            ("smoke", "every stage and figure in seconds, on stand-in data, for tests"),
            ("paper", "the official full-scale settings; see how long with `samedge plan --profile paper`"),
        ],
        stages: { _ in [] },
        kinds: { _ in [] },
        codeDigest: { CodeDigests.digest(of: $0) })
}
