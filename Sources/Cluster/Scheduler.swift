import Pipeline

/// What hands a cluster's nodes out to jobs: it takes them, and says what became of them.
///
/// Everything that is its own, programs, words and answers, is behind this. Jobs are known by the token of their submission,
/// which is in their name, and by their index in its array.
package protocol Scheduler: Sendable {
    /// Its name, for people.
    var name: String { get }
    /// The most jobs that it takes at once as an array.
    var largestArray: Int { get }
    /// What stands for a job's index in its array, from 0: in its shell, and in the path of its output.
    var index: (shell: String, path: String) { get }
    /// What a job's shell makes into words about where it runs, for people.
    var place: String { get }

    /// The call that submits, in words, for people and for `submit`.
    func call(_ request: JobRequest) -> [String]

    /// Submits jobs, and gives their number.
    ///
    /// - Throws: `Trouble`.
    func submit(_ request: JobRequest) throws -> String

    /// What the jobs of some submissions are doing, as far as they are listed; other submissions' may be there, too.
    ///
    /// - Parameter goesOn: asked now and then; the question is given up where not.
    /// - Throws: `Trouble`.
    func states(of tokens: Set<String>, while goesOn: () -> Bool) throws -> [JobName: KnownJob]

    /// What is still known of jobs that are listed no more; nothing where nothing is.
    func lastWords(on tokens: Set<String>, while goesOn: () -> Bool) throws -> [JobName: KnownJob]

    /// Ends jobs, of these numbers.
    ///
    /// - Throws: `Trouble`.
    func cancel(_ jobs: [String]) throws
}

/// Jobs that are to be submitted: one, or an array.
package struct JobRequest: Hashable, Sendable {
    /// What has to have ended well before they begin.
    package enum Dependency: Hashable, Sendable {
        case nothing
        /// All of these jobs.
        case all([String])
        /// For each job of the array, the one of the same index in this array.
        case corresponding(String)
    }

    /// Which all of them bear.
    package var name: String
    /// How many they are; `nil` for one that is no array.
    package var count: Int?
    /// What each asks for.
    package var minutes, megabytes, cores: Int
    /// How many GPUs each asks for.
    package var gpus = 0
    /// Where they run, what they run, and where what they say goes, to which `.out` and `.err` are added: full paths.
    package var folder, script, output: String
    /// Nodes that they are not to run on.
    package var excluded: [String] = []
    /// What they wait for.
    package var dependency = Dependency.nothing
    /// Whether somebody looks after them: otherwise the scheduler begins again what a node or a preemption takes.
    package var isWatched = true
}

/// A job by its submission and its place in that.
package struct JobName: Hashable, Sendable {
    /// The token of the submission.
    package var token: String
    /// From 0.
    package var index: Int

    /// The job at an index of a submission.
    package init(token: String, index: Int) { (self.token, self.index) = (token, index) }

    /// What all jobs of a store are named with, before the token.
    package static let prefix = "samedge-"
}

/// A job as its scheduler knows it.
package struct KnownJob: Hashable, Sendable {
    /// Its number, or its array's.
    package var number: String
    /// What it is doing; `nil` for a state that is none of the scheduler's, from which nothing may be concluded.
    package var state: JobState?
}

/// What a scheduler says of a job.
package enum JobState: Hashable, Sendable {
    /// It waits, for a reason in the scheduler's words; `forEver` where that will not pass by itself.
    case waiting(String, forEver: Bool)
    case running
    /// It is over, for better or worse.
    case ended(Cause)

    /// Why a job ended; whether its stage has a result is another question.
    package enum Cause: Hashable, Sendable {
        case completed, failed, cancelled, timedOut, preempted, outOfMemory
        case nodeFailed(String)
        /// It is gone, and nothing says why.
        case unknown
    }
}

extension JobState.Cause: CustomStringConvertible {
    /// What became of the job, in words that follow its number.
    package var description: String {
        switch self {
        case .completed: "ended without a result"
        case .failed: "failed"
        case .cancelled: "was cancelled"
        case .timedOut: "reached its time limit"
        case .preempted: "was preempted"
        case .outOfMemory: "ran out of memory"
        case .nodeFailed(let node): "lost its node \(node)"
        case .unknown: "is gone, and nothing says why"
        }
    }
}

/// Thrown where a scheduler does not do what it was asked for, or says nothing that can be understood.
package struct Trouble: Error, Hashable, CustomStringConvertible {
    /// How long it is going to last.
    package enum Kind: Hashable, Sendable {
        /// The same question will always be answered so.
        case permanent
        /// It will pass.
        case passing
        /// Nobody knows: asked again, but not for ever.
        case unknown
    }

    /// How long it is going to last.
    package var kind: Kind
    /// The scheduler's own words.
    package var description: String

    /// How often an answer of the kind `unknown` is heard before it counts as the last one.
    static let patience = 10
}
