/// What can go wrong between this program and a cluster, as facts; the wording is here.
package enum ClusterError: Error, Hashable, CustomStringConvertible {
    case notInstalled(String)
    /// A scheduler does not do what it is asked for, in its own words.
    case refused(by: String, String)
    /// A scheduler gives no answer now, in its own words.
    case unanswered(by: String, String)
    /// Too many attempts came to nothing; how the last one ended.
    case gaveUp(attempts: Int, job: String, cause: String)
    /// A stage failed in its job.
    case failed(String, job: String)
    /// A worker's program differs from the one that submitted it.
    case otherCode([String])
    /// A worker without its ticket.
    case noTicket(String)
    /// A worker without what its ticket names: the stage's input, or the kind that it is of.
    case noInput(String)
    case noKind(String, of: String)
    /// A stage that nothing is known of before it is to be submitted.
    case cannotDetach(String, on: String)

    /// What went wrong, and what to do next.
    package var description: String {
        switch self {
        case .notInstalled(let program):
            "there is no \(program) on the search path; call this on a machine of the cluster, or with --executor local"
        case .refused(let scheduler, let text):
            "\(scheduler) does not do what it is asked for: \(text)\nsee `samedge help run` for the options of jobs"
        case .unanswered(let scheduler, let text): "\(scheduler) gives no clear answer; call again: \(text)"
        case .gaveUp(let attempts, let job, let cause):
            "\(attempts) attempts in a row came to nothing; the last, job \(job), \(cause); see `samedge help run` for --time, --mem "
                + "and --attempts, and run again"
        case .failed(let text, let job): "\(text) (in job \(job))"
        case .otherCode(let modules):
            "the program was built anew since the job was submitted, and \(modules.joined(separator: ", ")) changed; run again"
        case .noTicket(let id): "there is no ticket \(id) in the store, or its job is wanted no more; nothing is done"
        case .noInput(let stage): "what \(stage) reads is not in the store; run it again"
        case .noKind(let kind, let stage): "\(stage) is of the kind \(kind), which this program does not have; run it again"
        case .cannotDetach(let stage, let other):
            "\(stage) cannot be submitted ahead, since it reads what \(other) writes, which is no job; run without --detach"
        }
    }
}
