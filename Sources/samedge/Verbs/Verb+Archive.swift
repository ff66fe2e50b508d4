import CodeDigests
import Formats
import Paper
import Pipeline
import Platform

extension Verb {
    /// Puts a profile's results into one file.
    static let archive = Verb(
        name: "archive", words: "OUT.tar.gz", help: "put a profile's results into one file, with all that decided them",
        details: """
            Runs what is missing first. The file holds figures, tables, report, claims and measurements; the record of each stage
            with its settings, inputs and code by digest; the licences; and RO-Crate metadata, which repositories of research data
            read. Data and snapshots are left out. `samedge import` takes it into another store. Equal results make the same bytes,
            on whatever machine they were made: the only date is that of --date.
            """,
        options: Option.common + Option.running + [
            Option("--date", value: "YYYY-MM-DD", "the date of publication (default: \(Project.day), that of the version)")
        ],
        takesFiles: true
    ) { call in
        let word = try call.onlyWord("the file to write"), path = try Command.fullPath(word)
        try UsageError.refuse(path, inside: call.settings.store)
        let date = call.arguments.value("--date") ?? Project.day
        guard let day = CalendarDay(date) else {
            throw UsageError.badValue(
                date, Option("--date", ""), expected: "a day from 1970-01-01 on, as \(Project.day)", near: [])
        }
        let (pipeline, summary) = try call.run([])
        guard summary.isComplete else { return summary.exitCode }
        guard let results = try pipeline.archivedResults(holding: call.project.archives) else {
            call.streams.err("samedge: a result was removed meanwhile; archive it again\n")
            return .failed
        }
        let archive = try ResultArchive(
            of: results, in: pipeline.store, profile: call.settings.profile, program: call.project.program,
            code: CodeDigests.all, licences: try call.licences())
        try archive.write(to: path, day: day, scratch: try pipeline.store.temporaryPath())
        if !call.settings.isQuiet, !call.settings.isJSON {
            let size = Int(try FileSystem().status(path)?.stamp.size ?? 0)
            let leftOut = results.reduce(0) { $0 + $1.outputs.count(where: \.isLeftOut) }
            call.streams.out(
                "\(word): \(results.count) results of the profile \(call.settings.profile), \(sizeText(size)); "
                    + "\(leftOut) files of data and snapshots are left out\n")
        }
        return .done
    }

    /// Takes an archive's results into the store.
    static let importing = Verb(
        name: "import", words: "FILE.tar.gz",
        help: "take the results of an archive into the store, so that nothing is trained again",
        details: """
            Checks every digest first; where one is wrong, nothing is imported, and the exit code is 2. Then `samedge run` of the
            archive's profile copies figures and report out and runs nothing, and after a change of a figure's code draws that figure
            alone. Data and snapshots are not in an archive: what reads them (a change of training or measuring, `--force`) first
            makes them again.
            """,
        options: Option.common.filter { ["--store", "--json", "--quiet"].contains($0.name) },
        takesFiles: true
    ) { call in
        let word = try call.onlyWord("an archive"), store = try Store(call.settings.store)
        let path = try Command.fullPath(word)
        guard try FileSystem().status(path) != nil else {
            throw UsageError.unusable("there is no file \(word); give one that `samedge archive` has written")
        }
        let cancellation = Cancellation()
        try Interrupts.cancel(cancellation)
        let archive: ResultArchive
        do {
            archive = try ResultArchive(
                reading: path, scratch: try store.temporaryPath(), isCancelled: { cancellation.isCancelled })
        } catch let fault as ArchiveFault { throw UsageError.unusable("\(fault)") }
        let imported = try store.takeIn(
            archive.results, scope: archive.profile, cancellation: cancellation, bytes: archive.bytes)
        if call.settings.isJSON {
            let json: JSON = [
                "profile": .string(archive.profile), "program": .string(archive.program), "results": JSON(imported.results),
                "known": JSON(imported.known), "left_out": JSON(imported.leftOut),
            ]
            call.streams.out(json.text + "\n")
        } else if !call.settings.isQuiet {
            call.streams.out(
                "\(imported.results) results of the profile \(archive.profile), \(imported.known) of them here before; "
                    + "\(imported.leftOut) files of data and snapshots are not in the archive\n")
            if archive.program != call.project.program {
                call.streams.out(
                    "made by \(archive.program), and this is \(call.project.program): what rests on code that differs runs again\n"
                )
            }
            call.streams.out("`samedge plan --profile \(archive.profile)` says what is left to run\n")
        }
        return .done
    }
}

extension Call {
    /// The terms of the program and of the data, by their paths in `data/licences`.
    fileprivate func licences() throws -> [String: [UInt8]] {
        let files = FileSystem(), folder = settings.root + "/data/licences"
        let names = try files.files(below: folder)
        if names.isEmpty { throw UsageError.unusable("there are no licences in \(folder), which an archive has to carry") }
        return Dictionary(uniqueKeysWithValues: try names.map { ($0, try files.contents(of: folder + "/" + $0)) })
    }
}
