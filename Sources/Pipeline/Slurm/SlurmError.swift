/// What can go wrong between this program and Slurm, as facts; the wording is here.
package enum SlurmError: Error, Hashable, CustomStringConvertible {
    case notInstalled(String)
    /// Slurm does not take a job, in its own words.
    case refused(String)
    /// Slurm gives no clear answer, in its own words.
    case unclear(String)
    /// Too many attempts came to nothing; how the last one ended.
    case gaveUp(attempts: Int, job: String, cause: String)
    /// A stage failed in its job.
    case failed(String, job: String)
    /// A worker's program differs from the one that submitted it.
    case otherCode([String])
    /// A worker without its ticket, or without what that names.
    case noTicket(String)
    case noInput(String)
    /// A stage that nothing is known of before it is to be submitted.
    case cannotDetach(String, on: String)

    /// What went wrong, and what to do next.
    package var description: String {
        switch self {
        case .notInstalled(let program):
            "there is no \(program) on the search path; call this on a machine of the cluster, or leave --executor slurm away"
        case .refused(let text):
            "Slurm does not take the job: \(text)\nsee `samedge help run` for --partition, --account, --time, --mem and --cores"
        case .unclear(let text): "Slurm gives no clear answer; call again, and what was submitted is found: \(text)"
        case .gaveUp(let attempts, let job, let cause):
            "\(attempts) attempts in a row came to nothing; the last, job \(job), \(cause); ask for more with --time, --mem or --attempts, and run again"
        case .failed(let text, let job): "\(text) (in job \(job))"
        case .otherCode(let modules):
            "the program was built anew since the job was submitted, and \(modules.joined(separator: ", ")) changed; run again"
        case .noTicket(let id): "there is no ticket \(id) in the store, or its job is wanted no more; nothing is done"
        case .noInput(let stage): "what \(stage) reads is not in the store; run it again"
        case .cannotDetach(let stage, let other):
            "\(stage) cannot be submitted ahead, since it reads what \(other) writes, which is no job; run without --detach"
        }
    }
}
