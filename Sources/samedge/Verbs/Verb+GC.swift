import Cluster
import Pipeline
import Platform

extension Verb {
    /// Removes results that nothing needs any more.
    static let gc = Verb(
        name: "gc", words: "", help: "remove results that are no stage's last one, by age or to keep the store small",
        details: """
            Every stage's last result stays, and so does all that a run of any profile, or of any sweep that has a name,
            would use as things stand; `samedge forget NAME` lets a sweep's go. Other results go: all of them; or, with --days, those that were not used for so long; or, with --max-size, as many as
            it takes to come below that size, the least recently used first. Where these are not enough, --max-size removes
            last results too, but of stages alone that no profile declares, such as those of `samedge train`. With --stages,
            stages that the profile no longer declares are forgotten, and their results go like others. What other checkouts
            that share the store have last used stays too, and so does each run of `samedge train`, until --days finds that
            nobody used it for so long: with --checkouts, checkouts whose folders are gone are forgotten; with --runs, all
            runs of `samedge train` in this one.

            Names each result that goes, how much goes with it, and when it was last used. While a run uses the store, it
            says so and ends with exit code 1.
            """,
        options: Option.common + [
            Option("--dry-run", short: "n", "say what would go, and leave it"),
            Option("--max-size", value: "SIZE", "how large the store may be, such as 10GB"),
            Option(
                "--days", value: "N", in: 0...36_500,
                "remove only what nobody used in the last N days, but then also runs of `samedge train` and what other checkouts"
                    + " used (default: 14 for what can be gone on from)"),
            Option("--checkouts", "forget what checkouts have used whose folders are gone"),
            Option("--runs", "forget the runs of `samedge train` that were made in this folder"),
            Option("--stages", "forget the stages that the profile no longer declares"),
        ]
    ) { call in
        try call.noWords()
        let isDry = call.arguments.has("--dry-run")
        let (declared, needed, unread) = try call.wants()
        let (profile, forgets) = (call.settings.profile, call.arguments.has("--stages"))
        let (root, forgetsRuns, forgetsGone) = (
            call.settings.root, call.arguments.has("--runs"), call.arguments.has("--checkouts")
        )
        func standing(_ scope: String, _ stage: String) -> CollectionRules.Standing {
            if unread.contains(scope) { return .wanted }
            guard let stages = declared[scope] else { return forgetsRuns ? .forgotten : .spare }
            return stages.contains(stage) ? .wanted : forgets && scope == profile ? .forgotten : .spare
        }
        let rules = CollectionRules(
            maxBytes: try call.arguments.size("--max-size"), days: call.arguments.count("--days").map(Double.init),
            needed: needed, leftovers: [Store.jobLeftovers], standing: standing,
            checkoutStanding: { other, scope, stage in
                if other == root { return standing(scope, stage) }
                if forgetsGone, !FileSystem().seemsThere(other) { return .forgotten }
                return declared[scope] == nil && !unread.contains(scope) ? .spare : .wanted
            })
        let store = try Store(call.settings.store)
        guard let found = try store.collect(rules, isDry: isDry, isAwaited: store.hasOpenJobs) else {
            call.streams.err(
                "samedge: a run or a job uses the store \(call.settings.store); collect when it has ended, see `samedge status`\n"
            )
            return .failed
        }
        store.saveIndex()
        let word = isDry ? "would remove" : "removed"
        if !call.settings.isQuiet { for removal in found.removed { call.streams.out("\(word) \(removal.text)\n") } }
        call.streams.out(
            """
            \(word) \(found.objects) files, \(found.records) records and \(found.leftovers) leftovers \
            (\(sizeText(found.bytes))); \(found.kept) files stay (\(sizeText(found.keptBytes)))

            """)
        if let limit = rules.maxBytes, found.keptBytes > limit {
            call.streams.out("that is more than \(sizeText(limit)), but the profiles need it\n")
        }
        return .done
    }
}

extension Call {
    /// The stages that each profile and each sweep declares, and the keys that runs of them would use or make as things stand; and the
    /// sweeps of which that cannot be said, as where their data is gone.
    fileprivate func wants() throws -> (declared: [String: Set<String>], needed: Set<Digest>, unread: Set<String>) {
        var (declared, needed, unread): ([String: Set<String>], Set<Digest>, Set<String>) = ([:], [], [])
        let sweeps = try project.sweeps(settings.store)
        for profile in project.profiles.map(\.name) + sweeps {
            var call = self
            call.settings.profile = profile
            do {
                let steps = try call.pipeline().plan().steps
                declared[profile] = Set(steps.map(\.stage.name))
                needed.formUnion(steps.compactMap(\.key))
            } catch let error as UsageError {
                guard sweeps.contains(profile) else { throw error }
                unread.insert(profile)
            }
        }
        return (declared, needed, unread)
    }
}

extension Collected.Removal {
    /// What it is, how much, how old.
    fileprivate var text: String {
        let age = days < 1 ? "within a day" : days == 1 ? "a day ago" : "\(days) days ago"
        return "\(title) (\(key.short)): \(sizeText(bytes)), last used \(age)"
    }
}
