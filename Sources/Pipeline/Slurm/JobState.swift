/// What Slurm says of a job.
enum JobState: Hashable, Sendable {
    /// It waits, for a reason in Slurm's words.
    case waiting(String)
    case running
    /// It is over, for better or worse.
    case ended(Cause)

    /// Why a job ended; whether its stage has a result is another question.
    enum Cause: Hashable, Sendable {
        case completed, failed, cancelled, timedOut, preempted, outOfMemory
        case nodeFailed(String)
        /// It is gone, and nothing says why.
        case unknown
    }

    /// Reads a state as `squeue` and `sacct` write it: `RUNNING`, `CANCELLED by 1000`, `OUT_OF_MEMORY`.
    ///
    /// - Returns: `nil` for a state that is none of Slurm's; nothing may be concluded from it.
    init?(_ text: some StringProtocol, node: some StringProtocol, reason: some StringProtocol) {
        switch String(text.prefix { $0 != " " && $0 != "+" }) {
        case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD":
            self = .waiting(String(reason))
        case "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING": self = .running
        case "COMPLETED": self = .ended(.completed)
        case "FAILED": self = .ended(.failed)
        case "CANCELLED", "REVOKED": self = .ended(.cancelled)
        case "TIMEOUT", "DEADLINE": self = .ended(.timedOut)
        case "PREEMPTED": self = .ended(.preempted)
        case "OUT_OF_MEMORY": self = .ended(.outOfMemory)
        case "NODE_FAIL", "BOOT_FAIL": self = .ended(.nodeFailed(String(node)))
        default: return nil
        }
    }
}

extension JobState.Cause: CustomStringConvertible {
    var description: String {
        switch self {
        case .completed: "ended without a result"
        case .failed: "was killed"
        case .cancelled: "was cancelled"
        case .timedOut: "reached its time limit"
        case .preempted: "was preempted"
        case .outOfMemory: "ran out of memory"
        case .nodeFailed(let node): "lost its node \(node)"
        case .unknown: "is gone, and Slurm does not say why"
        }
    }
}
