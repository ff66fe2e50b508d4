import Pipeline

extension Profile {
    /// What a job of each kind that is worth one takes on a cluster. A job that meets its time limit goes on in the next from
    /// its last snapshot or measurement, so the limit should leave time for some of them.
    package var jobs: [String: SlurmOptions.Resources] {
        switch self {
        case .smoke:
            [
                "train": SlurmOptions.Resources(minutes: 10, memory: 512, cores: 1),
                "measure": SlurmOptions.Resources(minutes: 10, memory: 512, cores: 1),
            ]
        case .laptop, .laptopSeeds:
            [
                "train": SlurmOptions.Resources(minutes: 60, memory: 2000, cores: 2),
                "measure": SlurmOptions.Resources(minutes: 60, memory: 4000, cores: 2),
            ]
        case .paper, .fullLength:
            [
                "train": SlurmOptions.Resources(minutes: 24 * 60, memory: 16_000, cores: 16),
                "measure": SlurmOptions.Resources(minutes: 24 * 60, memory: 32_000, cores: 16),
            ]
        }
    }
}
