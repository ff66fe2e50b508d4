import Formats
import Foundation
import Pipeline
import Platform
import Testing

@testable import samedge

/// The folder that `train` fills, and what the store keeps of its runs.
@Suite struct OutputFolderTests {
    private func train(_ program: Program, steps: Int, _ more: [String] = []) throws -> (code: Int32, out: String, err: String) {
        try program.run(
            [
                "train", "--data", "standin", "--examples", "8", "--test-examples", "1", "--width", "1", "--depth", "1",
                "--output", "o", "--steps", "\(steps)",
            ] + more)
    }

    @Test func theFolderHoldsTheFilesOfTheLastRunAloneAndThoseOfOthers() throws {
        let program = try Program()
        #expect(try train(program, steps: 4).code == 0)
        #expect(try program.files(below: "o")["snapshots/000004.safetensors"] != nil)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: program.root + "/o/snapshots/notes.txt"))
        #expect(try train(program, steps: 2).code == 0)
        let files = try program.files(below: "o")
        #expect(files["snapshots/000004.safetensors"] == nil && files["snapshots/000002.safetensors"] != nil)
        #expect(files["snapshots/notes.txt"] == Data("mine".utf8))
        #expect(files.keys.filter { $0.contains("partial") || $0.contains("lock") } == [])
    }

    @Test func theFolderSaysHowItsFilesWereMade() throws {
        let program = try Program(), other = try Program()
        for place in [program, other] { #expect(try train(place, steps: 2, ["--rho", "0.25", "--quiet"]).code == 0) }
        let bytes = try #require(try program.files(below: "o")["made.json"])
        #expect(try other.files(below: "o")["made.json"] == bytes)
        let made = try JSON(parsing: bytes), stages = made["stages"]?.arrayValue ?? []
        #expect(made["program"] == .string(Project.paper.program) && made["profile"] == nil)
        #expect(made["data"]?.objectValue?.keys.sorted() == ["stand-in/mnist"])
        let settings = try #require(stages.first { $0["kind"] == "train" }?["settings"])
        #expect(settings["radius"] == 0.25 && settings["steps"] == 2 && settings["optimiser"] == "SAM")
        let measured = try program.run(
            [
                "measure", "o/snapshots/000002.safetensors", "--data", "standin", "--examples", "8", "--test-examples", "1",
                "--width",
            ]
                + ["1", "--depth", "1", "--output", "m", "--quiet"])
        #expect(measured.code == 0, "\(measured.err)")
        let measure = try JSON(parsing: try #require(try program.files(below: "m")["made.json"]))
        let snapshot = try #require(try program.files(below: "o")["snapshots/000002.safetensors"])
        let checkpoint = measure["data"]?.objectValue?.first { $0.key.hasPrefix("checkpoint/") }?.value
        #expect(checkpoint == ["000002.safetensors": .string(Digest.of(snapshot).hex)])
    }

    @Test func aSecondRunIntoTheFolderIsRefusedWhileTheFirstGoesOn() throws {
        let program = try Program()
        let first = try OutputFolder(program.root + "/o", apartFrom: program.root + "/.samedge")
        let second = try train(program, steps: 1)
        #expect(second.code == 1 && second.err.contains("another samedge writes to o now"))
        first.leave()
        #expect(try train(program, steps: 1).code == 0)
    }

    @Test func aFolderInTheStoreOrAFileInItsPlaceIsRefusedBeforeAnythingRuns() throws {
        let program = try Program()
        let linked = try program.shell(
            "mkdir -p disk/store; ln -s disk/store .samedge; ln -s disk/store/objects here; echo mine >file")
        #expect(linked.code == 0)
        for place in [".samedge", ".samedge/objects/o", "disk/store/o", "here/o", "./disk/../.samedge/x"] {
            for call in [
                ["train", "--data", "standin", "--examples", "8", "--steps", "1"], ["export", "--profile", "smoke"], ["gallery"],
            ] {
                let end = try program.run(call + ["--output", place])
                #expect(end.code == 2 && end.err.contains("\(place) is in the store"), "\(call[0]) \(place): \(end.err)")
                #expect(end.err.contains("give another place with --output") && end.err.split(separator: "\n").count == 1)
            }
        }
        let file = try program.run(["train", "--data", "standin", "--examples", "8", "--steps", "1", "--output", "file"])
        #expect(
            file.code == 1 && file.err.contains("cannot make the folder file: what is there is no folder (choose another"),
            "\(file.err)")
        let below = try program.run(["gallery", "--output", "file/page.html"])
        #expect(below.code == 1 && below.err.contains("cannot make the folder file: what is there is no folder"), "\(below.err)")
        let export = try program.run(["export", "--profile", "smoke", "--output", "file"])
        #expect(
            export.code == 1 && export.err.contains("cannot make the folder file: what is there is no folder"), "\(export.err)")
        #expect(try program.files(below: "disk/store").isEmpty)
        #expect(try String(contentsOfFile: program.root + "/file", encoding: .utf8) == "mine\n")
    }

    @Test func everyRunStaysUntilItIsForgotten() throws {
        let program = try Program()
        for steps in [2, 1] { #expect(try train(program, steps: steps).code == 0) }
        #expect(try program.run(["gc"]).code == 0)
        for steps in [2, 1] { #expect(try train(program, steps: steps, ["--json"]).out.contains("\"started\"") == false) }
        #expect(try program.run(["gc", "--runs"]).out.contains("removed train ("))
        #expect(try train(program, steps: 2, ["--json"]).out.contains("\"started\""))
    }

    @Test func whatAnotherCheckoutUsesStaysAsLongAsItsFolderIsThere() throws {
        let programs = [try Program(), try Program()], store = programs[0].root + "/shared"
        // Of other sources, so that the same stage has another key.
        let path = programs[1].root + "/data/sources.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let file = Data((0..<1_115_394).map { _ in UInt8(ascii: "x") })
        for (program, letter) in zip(programs, ["x", "y"]) {
            let data = letter == "x" ? file : Data(file.map { $0 + 1 })
            try FileManager.default.createDirectory(
                atPath: program.root + "/mirror/tinyshakespeare", withIntermediateDirectories: true)
            try data.write(to: URL(fileURLWithPath: program.root + "/mirror/tinyshakespeare/input.txt"))
            let digest = try program.shell("sha256sum mirror/tinyshakespeare/input.txt").out.prefix(64)
            try text.replacingOccurrences(of: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed", with: digest)
                .write(toFile: program.root + "/data/sources.json", atomically: true, encoding: .utf8)
            let end = try program.run(["run", "fetch/tiny_shakespeare", "--mirror", "mirror", "--store", store])
            #expect(end.code == 0, "\(end.err)")
        }
        #expect(try programs[1].run(["gc", "--store", store]).code == 0)
        for program in programs {
            let end = try program.run(["plan", "fetch/tiny_shakespeare", "--store", store])
            #expect(end.out.contains("there  fetch/tiny_shakespeare"), "\(end.out)")
        }
        try FileManager.default.moveItem(atPath: store, toPath: programs[1].root + "/shared")
        try programs[0].clear()
        try FileManager.default.removeItem(atPath: programs[0].root)
        let end = try programs[1].run(["gc", "--checkouts", "--store", programs[1].root + "/shared"])
        #expect(end.out.contains("removed 1 files, 1 records"), "\(end.out)")
    }

    @Test func whatAnotherCheckoutUsesLapsesWhenNobodyUsedItForSoLong() throws {
        let program = try Program()
        #expect(try train(program, steps: 2).code == 0)
        #expect(try program.run(["gc", "--days", "30"]).out.contains("removed 0 files, 0 records"))
        let aged = try program.shell("find .samedge/records -type f -exec touch -d '40 days ago' {} +")
        #expect(aged.code == 0)
        #expect(try program.run(["gc", "--days", "50"]).out.contains("removed 0 files, 0 records"))
        let lapsed = try program.run(["gc", "--days", "30"])
        #expect(lapsed.out.contains("last used 40 days ago"), "\(lapsed.out)")
        #expect(try train(program, steps: 2, ["--json"]).out.contains("\"started\""))
    }

    /// Two users of one group, and a folder of that group in which new files get it.
    @Test(.enabled(if: getuid() == 0 && Program.isInstalled("setpriv"), "NOT POSSIBLE HERE: only root may be other users"))
    func twoUsersOfAGroupWorkInOneStore() throws {
        let program = try Program()
        let prepared = try program.shell(
            """
            chmod 755 . data && mkdir s a b && cp -r data a && cp -r data b && chown -R 4711:4700 a && chown -R 4712:4700 b
            chgrp 4700 s && chmod 2775 s
            """)
        #expect(prepared.code == 0, "\(prepared.err)")
        func run(_ user: Int, _ folder: String, _ call: String) throws -> (code: Int32, out: String, err: String) {
            try program.shell(
                "umask 002; p=$(readlink -f \"$(command -v samedge)\"); cd \(folder) && setpriv --reuid \(user) --regid \(user)"
                    + " --groups 4700 env HOME=/nowhere \"$p\" \(call) --store ../s/store")
        }
        let first = try run(4711, "a", "run --profile smoke prepare/mnist")
        #expect(first.code == 0, "\(first.err)")
        // What the one has made is there for the other, who makes more, repairs, and clears away.
        let second = try run(4712, "b", "run --profile smoke prepare/mnist --json")
        #expect(second.code == 0 && !second.out.contains("\"started\""), "\(second.err)\(second.out)")
        for call in ["run --profile smoke --force prepare/mnist", "run --profile smoke mnist-mlp-edges", "fsck", "gc --days 0"] {
            for (user, folder) in [(4712, "b"), (4711, "a")] {
                let end = try run(user, folder, call)
                #expect(end.code == 0, "\(call) of \(user): \(end.err)\(end.out)")
            }
        }
    }

    @Test(
        .enabled(if: Program.mayMount, "NOT POSSIBLE HERE: nothing may be mounted"),
        .enabled(if: Program.isInstalled("rsvg-convert"), "SKIPPED: rsvg-convert is not installed (`make tools`)"))
    func aProjectThatCannotBeWrittenKeepsItsResultsInTheStoreAndSaysWhereToSendFigures() throws {
        let program = try Program()
        let read = "unshare -m sh -c 'mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\" && \"$@\"' sh"
        let store = try TemporaryFolder()
        let end = try program.shell("\(read) samedge run --profile smoke mnist-mlp-edges --store \(store.path)/s")
        #expect(end.code == 0, "\(end.err)")
        #expect(end.err.contains("results stay in the store: `samedge export --output FOLDER`"))
        let export = try program.shell(
            "\(read) samedge export --profile smoke figures/smoke/mnist-mlp-edges.svg --store \(store.path)/s --output \(store.path)/o"
        )
        #expect(
            export.code == 0 && FileManager.default.fileExists(atPath: store.path + "/o/mnist-mlp-edges.svg"), "\(export.err)")
    }

    @Test(.enabled(if: Program.mayMount, "NOT POSSIBLE HERE: nothing may be mounted"))
    func aStoreThatCannotBeWrittenServesWhatIsThere() throws {
        let program = try Program()
        let call = "samedge run --profile smoke mnist-mlp-edges"
        #expect(try program.shell(call).code == 0)
        let read = "unshare -m sh -c 'mount --bind .samedge .samedge && mount -o remount,bind,ro .samedge && \"$@\"' sh"
        let end = try program.shell("\(read) \(call)")
        #expect(end.code == 0, "\(end.err)")
        try FileManager.default.removeItem(atPath: program.root + "/figures")
        let again = try program.shell("\(read) \(call)")
        #expect(again.code == 0 && FileManager.default.fileExists(atPath: program.root + "/figures/smoke/mnist-mlp-edges.svg"))
        let more = try program.shell("\(read) samedge run --profile smoke stand-in/cifar10")
        #expect(more.code == 1 && more.err.contains("Read-only file system"), "\(more.err)")
    }
}
