import Platform

/// Slurm's programs, as far as they are called: `sbatch`, `squeue`, `sacct`, `scancel`.
struct SlurmCommands: Sendable {
    let store: Store
    /// Their folder; `nil` to look along the search path.
    let folder: String?
    /// Whether what is under way may go on; a question is given up where not, a submission never is.
    var goesOn: @Sendable () -> Bool = { true }

    /// What became of a submission.
    enum Reply: Hashable, Sendable {
        case accepted(job: String)
        /// Slurm will never take it, in its own words.
        case refused(String)
        /// No clear answer: it may have been taken or not.
        case unclear(String)
    }

    func sbatch(_ words: [String]) throws -> Reply {
        let (code, out, errors) = try call("sbatch", words, patience: 600) { true }
        let job = out.split(whereSeparator: { $0 == ";" || $0.isNewline }).first.map(String.init) ?? ""
        if code == 0, !job.isEmpty, job.allSatisfy(\.isNumber) { return .accepted(job: job) }
        let said = errors.isEmpty ? out : errors
        // Only what is certain to come from a working controller, about this very submission, is a refusal.
        let isTemporary = [
            "emporar", "imed out", "contact", "onnection", "Limit", "limit", "try again", "unavailable", "standby",
        ]
        guard code != nil, code != 0,
            said.contains("submission failed") || said.contains("invalid") || said.contains("unrecognized"),
            !isTemporary.contains(where: said.contains)
        else { return .unclear(said) }
        return .refused(said)
    }

    /// What the user's jobs of this kind are doing, by token and index; `nil` where Slurm does not answer.
    ///
    /// Tokens of jobs that were just submitted are there with at least one index.
    func squeue() throws -> [JobName: (job: String, state: JobState?)]? {
        let (code, out, _) = try call(
            "squeue", ["--noheader", "--array", "--states=all", "--me", "--format=%i|%T|%N|%r|%k|%j"], patience: 120, goesOn)
        return code == 0 ? Self.read(out) : nil
    }

    /// What the accounting knows of submissions; empty where there is no accounting.
    func sacct(_ tokens: [String]) throws -> [JobName: (job: String, state: JobState?)] {
        if tokens.isEmpty { return [:] }
        let (code, out, _) = try call(
            "sacct",
            [
                "--noheader", "--parsable2", "--allocations", "--starttime=now-60days",
                "--name=" + tokens.map { Submission.prefix + $0 }.joined(separator: ","),
                "--format=JobID,State,NodeList,Reason,JobName",
            ], patience: 120, goesOn)
        return code == 0 ? Self.read(out) : [:]
    }

    func scancel(_ jobs: [String]) throws -> Bool { try jobs.isEmpty || call("scancel", jobs, patience: 120) { true }.code == 0 }

    // MARK: - Reading

    /// A task of a submission.
    struct JobName: Hashable {
        var token: String
        var index: Int
    }

    /// Reads lines of a job's number, state, node and reason, then its comment and its name.
    private static func read(_ text: String) -> [JobName: (job: String, state: JobState?)] {
        var found: [JobName: (String, JobState?)] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count > 4, let token = token(in: fields[4...]) else { continue }
            let parts = fields[0].split(separator: "_")
            guard let job = parts.first, job.allSatisfy(\.isNumber) else { continue }
            let state = JobState(fields[1], node: fields[2], reason: fields[3])
            found[JobName(token: token, index: parts.count > 1 ? Int(parts[1]) ?? 0 : 0)] = (String(job), state)
        }
        return found
    }

    /// The token in a job's comment or name, either of which a site may change.
    private static func token(in fields: ArraySlice<Substring>) -> String? {
        for field in fields where field.hasPrefix(Submission.prefix) { return String(field.dropFirst(Submission.prefix.count)) }
        return nil
    }

    // MARK: - Calling

    private func call(
        _ program: String, _ words: [String], patience: Double, _ goesOn: () -> Bool
    ) throws -> (code: Int32?, out: String, errors: String) {
        let path = try store.temporaryPath()
        defer {
            // Left over, they go with the next `gc`.
            do { for end in [".out", ".err"] { try store.files.remove(path + end) } } catch {}
        }
        let process: ChildProcess
        do {
            process = try ChildProcess(
                folder.map { "\($0)/\(program)" } ?? program, words, output: path + ".out", errors: path + ".err")
        } catch let error as SystemError where error.code == 2 { throw SlurmError.notInstalled(program) }
        let end = Clock.seconds + patience
        let code = try process.wait { Clock.seconds < end && goesOn() }
        func text(_ end: String) throws -> String {
            String(decoding: try store.files.read(path + end) ?? [], as: UTF8.self).trimmingWhitespace()
        }
        return (code, try text(".out"), try text(".err"))
    }
}

extension String {
    fileprivate func trimmingWhitespace() -> String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
