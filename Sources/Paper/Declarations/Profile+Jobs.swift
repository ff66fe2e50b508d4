import Pipeline

extension Profile {
    /// What a job of each kind that is worth one takes on a cluster. A job that meets its time limit goes on in the next from
    /// its last snapshot or measurement, so the limit should leave time for some of them.
    package var jobs: [String: JobResources] {
        switch self {
        case .smoke:
            [
                "train": JobResources(minutes: 10, memory: 512, cores: 1),
                "measure": JobResources(minutes: 10, memory: 512, cores: 1),
                "window": JobResources(minutes: 10, memory: 512, cores: 1),
            ]
        case .laptop, .laptopSeeds, .map, .long:
            [
                "train": JobResources(minutes: 60, memory: 2000, cores: 2),
                "measure": JobResources(minutes: 60, memory: 4000, cores: 2),
                "window": JobResources(minutes: 60, memory: 4000, cores: 2),
            ]
        case .paper, .fullLength:
            [
                "train": JobResources(minutes: 24 * 60, memory: 16_000, cores: 16),
                "measure": JobResources(minutes: 24 * 60, memory: 32_000, cores: 16),
                "window": JobResources(minutes: 24 * 60, memory: 32_000, cores: 16),
            ]
        }
    }
}
