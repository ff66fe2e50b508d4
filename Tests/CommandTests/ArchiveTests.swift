import Formats
import Foundation
import Pipeline
import Platform
import Synchronization
import TestSupport
import Testing

@testable import samedge

/// A checkout of the paper's project: its sources and licences, and a store of its own.
private final class Checkout: Sendable {
    private let folder: TemporaryFolder
    /// The digests of modules that differ from those of this program.
    private let changed = Mutex<[String: String]>([:])
    private let written = Mutex<(out: String, err: String)>(("", ""))
    var root: String { folder.path }

    init() throws {
        folder = try .inMemory()
        let package = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
        try FileManager.default.copyItem(atPath: package.path + "/data", toPath: root + "/data")
    }

    /// Acts as if the code of a module had changed.
    func change(_ module: String) { changed.withLock { $0[module] = "changed" } }

    func perform(_ call: String...) -> (code: ExitCode, out: String, err: String) {
        written.withLock { $0 = ("", "") }
        let changed = changed.withLock { $0 }
        var project = Project.paper
        let digest = project.codeDigest
        project.codeDigest = { changed[$0] ?? digest($0) }
        let streams = Streams(
            out: { text in self.written.withLock { $0.out += text } }, err: { text in self.written.withLock { $0.err += text } },
            isLive: false)
        let code = Command(project: project, streams: streams, root: root, folder: root).perform(call)
        return written.withLock { (code, $0.out, $0.err) }
    }

    /// The stages that a run of the smoke profile ran.
    func ran(_ words: String...) throws -> Set<String> {
        let done = perform("run", "--profile", "smoke", "--json")
        #expect(done.code == .done, "\(done.err)")
        let last = try #require(done.out.split(separator: "\n").last)
        return Set(try JSON(parsing: last.utf8)["ran"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    }

    /// All files of the store, by path, without what only tells when something was used.
    func stored() throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for path in try FileSystem().files(below: root + "/.samedge") where !path.hasPrefix("temporary/") {
            found[path] = try FileSystem().read(root + "/.samedge/" + path)
        }
        return found
    }
}

@Suite struct ArchiveTests {
    /// A checkout whose smoke profile has run, and its archive: made once.
    private static let made = Result {
        let checkout = try Checkout()
        let end = checkout.perform("archive", checkout.root + "/smoke.tar.gz", "--profile", "smoke", "--quiet")
        #expect(end.code == .done && end.out == "", "\(end.err)")
        return checkout
    }

    @Test func aRunNamesTheReportAndTheVerdictsAtItsEndUnlessItMadeNone() throws {
        let there = try Checkout(), file = try Self.made.get().root + "/smoke.tar.gz"
        #expect(there.perform("import", file, "--quiet").out == "")
        let all = there.perform("run", "--profile", "smoke")
        let line = try #require(all.out.split(separator: "\n").last)
        #expect(
            all.code == .done
                && line.wholeMatch(
                    of:
                        /figures\/smoke\/report.html: of \d+ verdicts (\d+ (hold|do not|not tested)(, )?)+; `samedge claims` says why/
                ) != nil, "\(line)")
        #expect(there.perform("run", "--profile", "smoke", "figure/edge-ratio").out == "")
        #expect(there.perform("run", "--profile", "smoke", "--quiet").out == "")
        #expect(
            try JSON(parsing: there.perform("run", "--profile", "smoke", "--json").out.split(separator: "\n").last!.utf8)["event"]
                == "ended")
    }

    @Test func theFiguresFolderSaysHowItWasMadeTheSameEverywhere() throws {
        let here = try Self.made.get(), there = try Checkout()
        #expect(there.perform("import", here.root + "/smoke.tar.gz").code == .done)
        // Of a run of one figure, too.
        #expect(there.perform("run", "--profile", "smoke", "figure/edge-ratio").code == .done)
        let path = "/figures/smoke/made.json"
        let bytes = try FileSystem().contents(of: here.root + path)
        #expect(try FileSystem().contents(of: there.root + path) == bytes)
        let made = try JSON(parsing: bytes)
        #expect(made["profile"] == "smoke" && made["program"] == .string(Project.paper.program))
        #expect(made["code"]?["Kernels"]?.stringValue?.count == 64)
        #expect(made["data"]?.objectValue?.keys.sorted() == ["stand-in/cifar10", "stand-in/mnist", "stand-in/tiny_shakespeare"])
        #expect(made["data"]?["stand-in/mnist"]?["mnist/train-images-idx3-ubyte.gz"]?.stringValue?.count == 64)
        let train = try #require(made["stages"]?.arrayValue?.first { $0["kind"] == "train" })
        #expect(train["settings"]?["learning_rate"]?.numberValue != nil && train["key"]?.stringValue?.count == 64)
        #expect(!String(decoding: bytes, as: UTF8.self).contains(here.root))
    }

    @Test func theReportIsShownByTheSystemsProgram() throws {
        let program = try Program(), file = try Self.made.get().root + "/smoke.tar.gz"
        let call = "samedge import --quiet \(file) && PATH=$PWD/tools samedge report --profile smoke --quiet --open"
        func report(_ opener: String?) throws -> (code: Int32, out: String, err: String) {
            try program.shell(
                "mkdir -p tools; rm -f tools/*; ln -s \"$(command -v samedge)\" tools/samedge\n"
                    + (opener.map { "printf '#!/bin/sh\\n\($0)\\n' >tools/xdg-open; chmod +x tools/xdg-open\n" } ?? "") + call)
        }
        let shown = try report("echo \"$1\" >\(program.root)/shown")
        #expect(shown.code == 0, "\(shown.err)")
        let path = try String(contentsOfFile: program.root + "/shown", encoding: .utf8)
        #expect(path.hasSuffix("/figures/smoke/report.html\n") && FileManager.default.fileExists(atPath: String(path.dropLast())))
        let none = try report(nil)
        #expect(
            none.code == 1
                && none.err
                    == "samedge: cannot show figures/smoke/report.html: there is no program xdg-open (Debian: xdg-utils); open it with a browser\n"
        )
        let failing = try report("exit 3")
        #expect(failing.code == 1 && failing.err.contains("xdg-open found nothing to show it with"))
    }

    @Test func scriptsGetStageFilesDigestsAndPlacesOfSeveralStages() throws {
        let here = try Self.made.get(), there = try Checkout()
        #expect(there.perform("import", here.root + "/smoke.tar.gz").code == .done)
        let shown = there.perform("show", "--profile", "smoke", "--json", "claims", "train/mnist-mlp/*")
        let files = try shown.out.split(separator: "\n").map { try JSON(parsing: $0.utf8) }
        #expect(shown.code == .done && Set(files.compactMap { $0["stage"]?.stringValue }).count > 3)
        for file in files {
            let name = try #require(file["name"]?.stringValue)
            // Snapshots are not in an archive.
            #expect((file["path"] == .null) == name.hasPrefix("snapshots/"), "\(name)")
            if let path = file["path"]?.stringValue {
                #expect(try Digest.of(FileSystem().contents(of: path)).hex == file["sha256"]?.stringValue)
            }
            let copy = file["stage"] == "claims" ? there.root + "/figures/smoke/" + name : nil
            #expect(file["copy"]?.stringValue == copy)
        }
        let text = there.perform("show", "--profile", "smoke", "train/mnist-mlp/*").out
        #expect(text.contains("\tnot here: an archive left it out\n") && text.hasPrefix("train/mnist-mlp/"))
        #expect(there.perform("show", "--profile", "smoke").code == .usage)
    }

    @Test func anArchiveImportedElsewhereLeavesNothingToRunAndAfterAChangeInPlottingFigures() throws {
        let here = try Self.made.get(), there = try Checkout(), file = here.root + "/smoke.tar.gz"
        let told = there.perform("import", file)
        #expect(told.code == .done && told.out.contains("results of the profile smoke, 0 of them here before"), "\(told.err)")
        #expect(try there.ran() == [])
        // The same files come out, and the same archive.
        let figures = { (checkout: Checkout) in
            try Dictionary(
                uniqueKeysWithValues: FileSystem().files(below: checkout.root + "/figures").map {
                    ($0, try FileSystem().contents(of: checkout.root + "/figures/" + $0))
                })
        }
        #expect(try figures(here) == figures(there) && figures(there).count > 20)
        #expect(there.perform("archive", there.root + "/again.tar.gz", "--profile", "smoke").code == .done)
        #expect(try FileSystem().contents(of: there.root + "/again.tar.gz") == FileSystem().contents(of: file))
        let fsck = there.perform("fsck")
        #expect(fsck.code == .done && fsck.out.contains("files are not here, since the archives"))
        let again = try JSON(parsing: there.perform("import", file, "--json").out.utf8)
        #expect(again["known"] == again["results"] && again["profile"] == "smoke")

        there.change("Plotting/Layout")
        let drawn = try there.ran()
        #expect(!drawn.isEmpty && drawn.allSatisfy { $0.hasPrefix("figure/") || $0 == "report" }, "\(drawn.sorted())")
        // Training asks for its data, and measuring for snapshots; only what reads what changed.
        there.change("Curvature")
        let measured = try there.ran()
        #expect(measured.contains { $0.hasPrefix("measure/") } && measured.contains { $0.hasPrefix("train/") })
        #expect(there.perform("fsck").code == .done)
    }

    @Test func aDamagedArchiveIsOneLineAndChangesNothing() throws {
        let toy = try Self.toy(), file = toy.root + "/out.tar.gz", other = try Self.toy()
        #expect(toy.perform("archive", file).code == .done)
        var bytes = try FileSystem().contents(of: file)
        bytes[bytes.count / 2] ^= 4
        try FileSystem().replace(other.root + "/bad.tar.gz", with: bytes)
        for name in ["bad.tar.gz", "gone.tar.gz", "data"] {
            let end = other.perform("import", other.root + "/" + name)
            #expect(end.code == .usage && end.out == "" && end.err.split(separator: "\n").count == 1, "\(end)")
            #expect(end.err.contains(name))
        }
        #expect(try FileSystem().files(below: other.root + "/.samedge").filter { !$0.hasPrefix("temporary/") } == [])
        #expect(other.perform("import", file).code == .done)
        #expect(other.perform("run").code == .done && other.ran.take() == [])
    }

    @Test func callsThatCannotBeMeantAreRefused() throws {
        let toy = try Self.toy()
        #expect(toy.perform("archive").code == .usage)
        #expect(toy.perform("import").code == .usage)
        #expect(toy.perform("archive", "a.tar.gz", "b.tar.gz").code == .usage)
        let date = toy.perform("archive", toy.root + "/x.tar.gz", "--date", "2026-02-30")
        #expect(date.code == .usage && date.err.contains("--date cannot be \"2026-02-30\""))
        let inside = toy.perform("archive", toy.root + "/.samedge/x.tar.gz")
        #expect(inside.code == .usage && inside.err.contains("in the store"))
        let bare = try Toy()
        #expect(bare.perform("archive", bare.root + "/x.tar.gz").err.contains("there are no licences in"))
    }

    @Test func theDateOfTheVersionIsADay() { #expect(Project.day.split(separator: "-").map(\.count) == [4, 2, 2]) }

    /// A toy project with licences.
    private static func toy() throws -> Toy {
        let toy = try Toy()
        try FileManager.default.createDirectory(atPath: toy.root + "/data/licences", withIntermediateDirectories: true)
        try "terms".write(toFile: toy.root + "/data/licences/README.md", atomically: true, encoding: .utf8)
        return toy
    }
}
