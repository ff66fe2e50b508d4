import Platform

/// How to run; nothing here changes a result.
package struct RunOptions: Hashable, Sendable {
    /// How many stages run at once.
    package var jobs: Int
    /// How many threads each uses; `nil` shares the processors out among the stages that can run.
    package var threads: Int?
    /// Where the stages' kernels run, in words that the stages understand; `nil` leaves it to them.
    package var device: String?
    /// The same device with what it was measured to reach, where that is known: by it times are estimated, and stages chosen that
    /// gain nothing by it and run on the processor.
    package var measuredDevice: MeasuredDevice?
    /// Bytes of memory that the stages running at once may take together; a stage that needs more runs alone.
    package var memory: Int
    /// Whether to go on after a failure with what does not depend on it.
    package var keepGoing: Bool
    /// Whether the targets run although their results are there; and what depends on them and was up to date, where other
    /// bytes come.
    package var force: Bool
    /// Whether the targets run too where their results are there but for files that an archive has left out.
    package var wantsFiles = false

    /// How to run.
    package init(
        jobs: Int = processorCount, threads: Int? = nil, device: String? = nil, memory: Int = physicalMemory / 5 * 4,
        keepGoing: Bool = false, force: Bool = false
    ) {
        self.device = device
        (self.jobs, self.threads, self.memory, self.keepGoing, self.force) = (max(1, jobs), threads, memory, keepGoing, force)
    }

    /// Whether these words ask for a device beside the processor: not where they leave the choice open.
    package static func isNamed(_ device: String?) -> Bool { device != nil && device != "cpu" && device != "auto" }
}

/// What became of a run; stages in the order in which they ended.
package struct RunSummary: Hashable, Sendable {
    /// A stage that failed.
    package struct Failure: Hashable, Sendable {
        /// The name of the stage.
        package var stage: String
        /// The error in words.
        package var message: String
        /// The last lines of its log.
        package var tail: [String]
        /// The facts, where the error is one of downloading.
        package var fetching: FetchError?
    }

    /// The stages that ran to their end.
    package var ran: [String] = []
    /// The stages whose results were there already.
    package var reused: [String] = []
    /// The stages that failed.
    package var failures: [Failure] = []
    /// The stages that could not begin.
    package var skipped: [String] = []
    /// The stages that stopped on request and can go on.
    package var stopped: [String] = []
    /// The files copied to the user, because they were new or differed.
    package var published: [String] = []
    /// Whether the user stopped the run.
    package var wasInterrupted = false
    /// How long it all took.
    package var seconds = 0.0

    /// The summary of a run in which nothing happened.
    package init() {}

    /// Whether everything asked for is there.
    package var isComplete: Bool { failures.isEmpty && skipped.isEmpty && stopped.isEmpty && !wasInterrupted }
}
