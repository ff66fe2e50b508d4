import Platform

/// Slurm, by its programs `sbatch`, `squeue`, `sacct` and `scancel`.
package struct Slurm: Scheduler {
    /// The folder of its programs; `nil` to look along the search path.
    package var programs: String?
    /// Options of `sbatch` that hold for all jobs, such as `--partition=large`.
    package var options: [String]

    /// Slurm.
    package init(programs: String? = nil, options: [String] = []) { (self.programs, self.options) = (programs, options) }

    /// `Slurm`.
    package var name: String { "Slurm" }
    /// Below Slurm's own limit, which is 1001 unless it was changed.
    package var largestArray = 500
    /// As Slurm has them.
    package var index: (shell: String, path: String) { ("$SLURM_ARRAY_TASK_ID", "%a") }
    /// The job and its node.
    package var place: String { "job $SLURM_JOB_ID on $SLURMD_NODENAME" }

    /// The call of `sbatch`.
    package func call(_ request: JobRequest) -> [String] {
        var words = ["sbatch", "--parsable", "--job-name=\(request.name)", "--comment=\(request.name)"]
        if let count = request.count { words.append("--array=0-\(count - 1)") }
        // Before the limit a worker is asked to stop: a tenth of the time, five minutes at most.
        let warning = min(300, max(10, request.minutes * 6))
        words += [
            "--nodes=1", "--ntasks=1", "--cpus-per-task=\(request.cores)", "--mem=\(request.megabytes)M",
            "--time=\(request.minutes)", "--signal=B:TERM@\(warning)", "--chdir=\(request.folder)",
            "--output=\(request.output).out", "--error=\(request.output).err",
            "--open-mode=append", request.isWatched ? "--no-requeue" : "--requeue",
        ]
        if request.gpus > 0 { words.append("--gres=gpu:\(request.gpus)") }
        switch request.dependency {
        case .nothing: break
        case .all(let jobs): words += ["--dependency=afterok:" + jobs.joined(separator: ":"), "--kill-on-invalid-dep=yes"]
        case .corresponding(let job): words += ["--dependency=aftercorr:" + job, "--kill-on-invalid-dep=yes"]
        }
        if !request.excluded.isEmpty { words.append("--exclude=" + request.excluded.joined(separator: ",")) }
        return words + options + [request.script]
    }

    /// Calls `sbatch`, whose answer may stand below words of the site's own.
    package func submit(_ request: JobRequest) throws -> String {
        let words = call(request)
        let answer = try run(words[0], Array(words.dropFirst()), patience: 600)
        guard answer.code == 0 else { throw answer.trouble }
        for line in answer.out.split(whereSeparator: \.isNewline).reversed() {
            // `101`, `101;cluster`; or, where a site's own sbatch takes `--parsable` away, `Submitted batch job 101`.
            let text =
                line.hasPrefix("Submitted batch job ") ? line.dropFirst(20).prefix { $0 != " " } : line.prefix { $0 != ";" }
            if !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) { return String(text) }
        }
        throw Trouble(kind: .unknown, description: "sbatch names no job, but says: \(answer.out) \(answer.errors)")
    }

    /// Asks `squeue` for all jobs of the user's.
    package func states(of tokens: Set<String>, while goesOn: () -> Bool) throws -> [JobName: KnownJob] {
        // `--me` is unknown to Slurms before 20.02; a user's number is known to all.
        let answer = try run(
            "squeue", ["--noheader", "--array", "--states=all", "--user=\(userID)", "--format=%i|%T|%N|%r|%k|%j"], patience: 120,
            while: goesOn)
        guard answer.code == 0 else { throw answer.trouble }
        return Self.read(answer.out)
    }

    /// Asks the accounting, where there is one.
    package func lastWords(on tokens: Set<String>, while goesOn: () -> Bool) throws -> [JobName: KnownJob] {
        if tokens.isEmpty { return [:] }
        let words = [
            "--noheader", "--parsable2", "--allocations", "--starttime=now-60days",
            "--name=" + tokens.sorted().map { JobName.prefix + $0 }.joined(separator: ","),
            "--format=JobID,State,NodeList,Reason,JobName",
        ]
        do {
            let answer = try run("sacct", words, patience: 120, while: goesOn)
            return answer.code == 0 ? Self.read(answer.out) : [:]
        } catch ClusterError.notInstalled { return [:] }
    }

    /// Calls `scancel`.
    package func cancel(_ jobs: [String]) throws {
        if jobs.isEmpty { return }
        let answer = try run("scancel", jobs, patience: 120)
        guard answer.code == 0 else { throw answer.trouble }
    }

    // MARK: - Calling

    /// What a program of Slurm's has said.
    private struct Answer {
        var program: String
        /// `nil` where it was ended, since it took too long.
        var code: Int32?
        var out: String
        var errors: String

        var trouble: Trouble {
            let said = errors.isEmpty ? out : errors
            if code == nil { return Trouble(kind: .passing, description: "\(program) does not answer \(said)") }
            return Trouble(slurm: said.isEmpty ? "\(program) fails without a word" : said)
        }
    }

    private func run(
        _ program: String, _ words: [String], patience: Double, while goesOn: () -> Bool = { true }
    ) throws -> Answer {
        let folder = try TemporaryFolder()
        let (out, errors) = (folder.path + "/out", folder.path + "/errors")
        let process: ChildProcess
        do {
            process = try ChildProcess(programs.map { "\($0)/\(program)" } ?? program, words, output: out, errors: errors)
        } catch let error as SystemError where error.code == 2 { throw ClusterError.notInstalled(program) }
        let end = Clock.seconds + patience
        let code = try process.wait { Clock.seconds < end && goesOn() }
        func text(_ path: String) throws -> String {
            let bytes = try FileSystem().read(path) ?? []
            return String(decoding: bytes.reversed().drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }, as: UTF8.self)
        }
        return Answer(program: program, code: code, out: try text(out), errors: try text(errors))
    }
}
