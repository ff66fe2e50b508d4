import Cluster
import Formats
import Pipeline
import Platform

extension Verb {
    /// Says what a run would do.
    static let plan = Verb(
        name: "plan", words: "[TARGET…]", help: "say what a run would do, why, how long it may take, and how much disk",
        options: Option.common + Option.taking + Option.between + Option.cluster + [
            Option("--force", short: "f", "as if the targets were to run although their results are there"),
            Option("--took", "instead, what the results that are there took, the longest first, beside what a processor can do"),
        ]
    ) { call in
        let options = try call.runOptions(), pipeline = try call.pipeline()
        let plan = try pipeline.plan(
            call.arguments.words, from: call.arguments.all("--from"), until: call.arguments.all("--until"),
            force: options.force, device: options.measuredDevice)
        if call.arguments.has("--took") {
            let times = try StageTimes(plan, in: pipeline.store)
            let lines = call.settings.isJSON ? times.json.map(\.text) : times.lines
            call.streams.out(lines.map { $0 + "\n" }.joined())
            return .done
        }
        let jobs = call.settings.jobs.map(plan.jobs) ?? []
        if call.settings.isJSON {
            for step in plan.steps { call.streams.out(step.json.text + "\n") }
            for array in jobs { call.streams.out(array.json.text + "\n") }
            return .done
        }
        var lines: [String] = []
        if !call.settings.isQuiet {
            // What has settings of its own is none, and a sweep is known by its name alone.
            let profile = call.isOwn ? nil : call.project.profiles.first { $0.name == call.settings.profile }
            lines = plan.steps.map(\.line) + (profile.map { ["\($0.name): \($0.help)"] } ?? [])
        }
        let unknown = plan.untimed == 0 ? "" : " besides \(plan.untimed) of which nothing is known yet"
        let time =
            plan.seconds.map { "; about \(durationText($0)) of work\(unknown)" }
            ?? (plan.untimed == 0 ? "" : "; how long is known when some stages of each kind have run here")
        let disk = plan.disk == 0 ? "" : "; about \(sizeText(plan.disk)) of disk"
        lines.append(
            "\(plan.running.count) to run, \(plan.waiting.count) that may follow, \(plan.reused.count) there already\(time)\(disk)"
        )
        if call.settings.jobs != nil {
            lines += jobs.flatMap(\.lines) + [jobs.summary]
        } else if !plan.running.isEmpty {
            lines.append(options.limits)
        }
        call.streams.out(lines.joined(separator: "\n") + "\n")
        return plan.steps.contains { if case .impossible = $0.action { true } else { false } } ? .failed : .done
    }
}

extension RunOptions {
    /// What this process may take, as its affinity, its control groups and the call leave it.
    fileprivate var limits: String {
        func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)" + (number == 1 ? "" : "s") }
        return "here: \(count(jobs, "stage")) at once, on \(count(processorCount, "processor")) and \(sizeText(memory)) of memory"
            + (measuredDevice.map { "; kernels on \($0.name)\($0.takesOnlyWhatGains ? " where that gains" : "")" } ?? "")
    }
}

extension Plan.Step {
    /// The step in one line.
    var line: String {
        let time = (seconds.map { "; about \(durationText($0))" } ?? "") + (device.map { " on \($0)" } ?? "")
        return switch action {
        case .run(let reason): "run    \(stage.name) (\(reason)\(time))"
        case .wait(let names): "wait   \(stage.name) (on \(shortened(names))\(time))"
        case .reuse: "there  \(stage.name)"
        case .impossible(let error): "FAULT  \(stage.name): \(error)"
        }
    }

    var json: JSON {
        var members: [String: JSON] = ["stage": .string(stage.name)]
        switch action {
        case .run(let reason): (members["action"], members["because"]) = ("run", .string("\(reason)"))
        case .wait(let names): (members["action"], members["on"]) = ("wait", .array(names.map { .string($0) }))
        case .reuse(let key): (members["action"], members["key"]) = ("reuse", .string(key.hex))
        case .impossible(let error): (members["action"], members["because"]) = ("impossible", .string("\(error)"))
        }
        if let seconds { members["seconds"] = .number(seconds) }
        if let device { members["device"] = .string(device) }
        return .object(members)
    }
}

extension PlannedJobs {
    /// What is submitted, and with which words.
    fileprivate var lines: [String] {
        [
            "array  \(group): \(stages.count) \(stages.count == 1 ? "job" : "jobs"), at most \(shortestText((coreHours * 10).rounded() / 10)) core-hours",
            "       \(words.joined(separator: " "))",
        ]
    }

    fileprivate var json: JSON {
        [
            "array": .string(group), "jobs": JSON(stages.count), "core_hours": .number(coreHours),
            "call": .array(words.map { .string($0) }),
        ]
    }
}

extension [PlannedJobs] {
    fileprivate var summary: String {
        let hours = reduce(0) { $0 + $1.coreHours }
        return
            "\(reduce(0) { $0 + $1.stages.count }) jobs in \(count) arrays, at most \(shortestText((hours * 10).rounded() / 10)) core-hours by "
            + "their time limits; nothing is submitted"
    }
}

/// A list of names as people read it: the first two, and how many more there are.
private func shortened(_ names: [String]) -> String {
    names.count <= 3 ? names.joined(separator: ", ") : "\(names[0]), \(names[1]) and \(names.count - 2) more"
}
