import Foundation
import Formats
import Testing

@testable import samedge

/// Sweeps of `samedge train`, and their names.
@Suite struct SweepTests {
    /// Settings with which a run takes a moment.
    private static let small = [
        "--data", "standin", "--examples", "12", "--test-examples", "2", "--depth", "2", "--width", "3", "--steps", "4",
        "--interval", "1",
    ]
    private static let lists = ["--learning-rate", "0.1:1:2x", "--rho", "0,0.1"]

    private func succeed(_ program: Program, _ call: [String]) throws -> String {
        let end = try program.run(call)
        #expect(end.code == 0, "\(call): \(end.err)\(end.out)")
        return end.out
    }

    private func isThere(_ path: String, _ program: Program) -> Bool {
        FileManager.default.fileExists(atPath: program.root + "/" + path)
    }

    /// The names of a table's experiments and runs, each once, in order.
    private func runs(_ path: String) throws -> [String] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var names: [String] = []
        for line in text.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: "\t")
            let name = "\(cells[0]) \(cells[2])"
            if names.last != name { names.append(name) }
        }
        return names
    }

    // MARK: - A sweep

    @Test func everyCombinationIsTrainedAndDrawn() throws {
        let program = try Program()
        let out = try succeed(
            program, ["train"] + Self.small + Self.lists + ["--width", "4,3", "--seed", "7,2", "--output", "mine"])
        #expect(out.contains("mnist-mlp-width4 eta=0.1,rho=0 ") && out.hasSuffix("files are in mine\n"))
        let cells = ["eta=0.1,rho=0", "eta=0.1,rho=0.1", "eta=1,rho=0", "eta=1,rho=0.1"]
        let expected = ["4", "3"].flatMap { width in
            ["", ",seed=2"].flatMap { seed in cells.map { "mnist-mlp-width\(width) \($0)\(seed)" } }
        }
        #expect(try runs(program.root + "/mine/measurements.tsv") == expected)
        let figures = try FileManager.default.contentsOfDirectory(atPath: program.root + "/mine")
            .filter { $0.hasSuffix(".svg") && !$0.contains("official") }.sorted()
        #expect(
            figures == [
                "alignment-scatter.svg", "edge-collapse.svg", "edge-ratio.svg", "flat-early.svg", "loss-and-test.svg",
                "mnist-mlp-width3-edges.svg", "mnist-mlp-width4-edges.svg", "phase-map.svg", "robustness.svg",
            ])
        let map = try String(contentsOfFile: program.root + "/mine/phase-map.svg", encoding: .utf8)
        #expect(map.contains("MLP on MNIST. A tile is one run; GD in the lowest row.") && map.contains(">width 4</text>"))
        let report = try String(contentsOfFile: program.root + "/mine/report.html", encoding: .utf8)
        #expect(report.contains("MLP on MNIST, width 3") && report.contains("7, 2"))
    }

    @Test func aRunOfASweepIsTheRunAloneAndOneOfOneValueIsNoSweep() throws {
        let program = try Program()
        _ = try succeed(program, ["train"] + Self.small + Self.lists)
        let alone = try succeed(program, ["train"] + Self.small + ["--learning-rate", "1:1:1", "--rho", "0.1", "--json"])
        let started = alone.split(separator: "\n").filter { $0.contains("\"started\"") }
        #expect(started.count == 3 && started.allSatisfy { !$0.contains("train/") && !$0.contains("measure/") }, "\(alone)")
        #expect(started.contains { $0.contains("figure/run") })
        #expect(try program.files(below: "figures/train").keys.contains { $0.hasSuffix("training.tsv") })
    }

    @Test func theSizesOfEveryNetworkAndTheBatchAreSwept() throws {
        let program = try Program()
        let call =
            [
                "train", "--data", "standin", "--plan", "--examples", "20,30", "--dataset", "tiny_shakespeare", "--batch-size",
                "5,10",
            ]
            + ["--layers", "1,2", "--sequence-length", "8"]
        let out = try succeed(program, call)
        let trained = out.split(separator: "\n").filter {
            $0.contains("train/") && !$0.contains("measure/") && !$0.contains("figure/")
        }
        #expect(trained.count == 8)
        #expect(out.contains("train/tiny-shakespeare-transformer-layers2-batch-size10-examples30/eta=0.1,rho=0 "))
    }

    @Test func thePlanSaysTimeAndDiskAndTrainsNothing() throws {
        let program = try Program(), call = ["train"] + Self.small + Self.lists
        let first = try succeed(program, call + ["--plan"])
        // 4 runs of 5 snapshots of 785 · 3 + 4 · 10 parameters.
        #expect(first.contains("1 to run, ") && first.contains("of disk") && first.contains("how long is known when"))
        #expect(!first.contains("laptop:"))
        #expect(!isThere("figures", program) && !isThere(".samedge/records", program))
        _ = try succeed(program, call)
        #expect(try succeed(program, call + ["--plan"]).contains("0 to run, 0 that may follow"))
        let more = try succeed(program, call + ["--seed", "0,1", "--plan", "--json"])
        let training = more.split(separator: "\n").filter { $0.contains("\"stage\":\"train/") }
        #expect(
            training.count == 8 && training.filter { $0.contains("\"run\"") && $0.contains("\"seconds\"") }.count == 4, "\(more)")
    }

    @Test func aSweepOfFourByThreeByTwoIsPlannedInFiftyMilliseconds() throws {
        let program = try Program()
        let call =
            "samedge train --data standin --learning-rate 0.1,0.3,1,3 --rho 0:0.2:3 --seed 0,1 --plan"
        #expect(try program.shell(call).out.contains("1 to run, 63 that may follow"))
        // Of processor time, since the machine may be busy with other tests; the last line of `times` is that of the calls.
        let end = try program.shell("for i in 1 2 3 4 5 6 7 8 9 10; do \(call); done > plans; times")
        let words = try #require(end.out.split(separator: "\n").last).split(separator: " ")
        let seconds = words.map { word in
            let parts = word.dropLast().split(separator: "m").compactMap { Double($0) }
            return parts.count == 2 ? 60 * parts[0] + parts[1] : .infinity
        }
        #expect(words.count == 2 && seconds.reduce(0, +) > 0 && seconds.reduce(0, +) / 10 < 0.05, "\(end.out)")
    }

    @Test func theLogsOfAllRunsComeAsOneTable() throws {
        let program = try Program()
        _ = try succeed(program, ["train", "--name", "mine"] + Self.small + Self.lists)
        let text = try succeed(program, ["table", "mine", "training"])
        let table = try Table(parsing: Array(text.utf8), path: "training.tsv")
        #expect(
            table.columns == [
                "experiment", "data", "run", "learning_rate", "rho", "seed", "step", "loss", "gradient_norm",
            ])
        // Four runs, of four steps and what came of them.
        #expect(try table.column(named: "step") == (0..<4).flatMap { _ in [0.0, 1, 2, 3, 4] })
        let row = try #require(table.rows.last).map(\.description)
        #expect(Array(row.prefix(7)) == ["mnist-mlp", "stand-in", "eta=1,rho=0.1", "1", "0.1", "0", "4"])
        let log = try succeed(program, ["show", "mine", "train/mnist-mlp/eta=1,rho=0.1"]).split(separator: "\n")
            .first { $0.hasPrefix("training.tsv") }
        let last = try Table(contentsOf: String(try #require(log).split(separator: "\t")[2])).rows.last
        #expect(last.map { $0.map(\.description) } == Array(row.suffix(3)))
        _ = try succeed(program, ["table", "mine", "measurements", "--output", "m.tsv"])
        #expect(try program.files(below: ".")["m.tsv"] == program.files(below: "figures/mine")["measurements.tsv"])
        for (call, message) in [
            (["table"], "needs a kind of table: training or measurements"),
            (["table", "mine", "x"], "there is no table x; what goes there is training or"),
            (["table", "training", "--json"], "no option --json"),
            (["table", "mine", "training", "-o", ".samedge/x"], "is in the store"),
        ] {
            let end = try program.run(call)
            #expect(end.code == 2 && end.err.contains(message), "\(end)")
        }
    }

    @Test func theCommandsOfTheREADMEDoWhatItSays() throws {
        let program = try Program()
        let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        let section = try #require(text.components(separatedBy: "**Sweep settings of your own.**").dropFirst().first)
        let lines = section.components(separatedBy: "```")[1].split(separator: "\n").filter { $0.hasPrefix("samedge ") }
            .map { String($0.prefix { $0 != "#" }) }
        #expect(lines.count == 7)
        for var line in lines where !line.contains("slurm") {
            if line.hasPrefix("samedge train") {
                line += " --data standin --examples 8 --test-examples 1 --steps 2 --interval 1"
                for (option, value) in [("--width", 3), ("--depth", 2)] where !line.contains(option) {
                    line += " \(option) \(value)"
                }
            }
            let end = try program.shell(line)
            // Nothing was accepted yet.
            #expect(end.code == (line.hasPrefix("samedge check") ? 3 : 0), "\(line): \(end.err)")
        }
        for path in [
            "figures/mine/phase-map.svg", "figures/mine/report.html", "figures/sizes/mnist-mlp-depth4-width200-edges.svg",
        ] {
            #expect(isThere(path, program), "\(path)")
        }
        // 3 η, 4 ρ and 3 seeds, of three rows each.
        #expect(try Table(contentsOf: program.root + "/training.tsv").rows.count == 36 * 3)
        #expect(isThere(".samedge/sweeps/sizes.json", program) && !isThere(".samedge/sweeps/mine.json", program))
    }

    // MARK: - Names

    private func named(_ words: [String] = []) throws -> Program {
        let program = try Program()
        let out = try succeed(program, ["train", "--name", "mine"] + Self.small + Self.lists + words)
        #expect(out.hasSuffix("the figures are in \(program.root)/figures/mine\n"))
        return program
    }

    @Test func aNameStandsWhereAProfileDoes() throws {
        let program = try named()
        #expect(try program.files(below: "figures/mine").keys.contains("phase-map.svg"))
        for call in [["run", "mine"], ["plan", "mine"], ["plan", "--profile", "mine"]] {
            let end = try program.run(call)
            #expect(end.code == 0 && (end.out + end.err).contains("0 ") && !(end.out + end.err).contains("start "), "\(end)")
        }
        #expect(try succeed(program, ["plan", "mine"]).contains("0 to run, 0 that may follow"))
        #expect(try succeed(program, ["show", "mine", "train/mnist-mlp/eta=1,rho=0.1"]).contains("training.tsv"))
        #expect(try succeed(program, ["graph", "mine"]).contains("train/mnist-mlp/eta=1,rho=0.1"))
        #expect(try succeed(program, ["explain", "mine", "claims"]).contains("there already"))
        #expect(try succeed(program, ["report", "mine"]).contains("figures/mine/report.html"))
        #expect(try succeed(program, ["claims", "mine"]).contains("mnist-mlp eta=1,rho=0.1 (stand-in data)"))
        #expect(try succeed(program, ["verify", "mine", "train/*"]).contains("same   train/mnist-mlp/eta=1,rho=0.1"))
        let report = try String(contentsOfFile: program.root + "/figures/mine/report.html", encoding: .utf8)
        #expect(report.contains("a sweep of 4 runs"))
    }

    @Test func itsFiguresHaveGoldensAsThoseOfAProfile() throws {
        let program = try named()
        #expect(try program.run(["check", "mine"]).code == 3)
        _ = try succeed(program, ["accept", "mine", "phase-map", "claims", "--reason", "first"])
        #expect(try succeed(program, ["check", "mine", "phase-map", "claims"]).contains("identical"))
        #expect(try program.files(below: "figures/golden/mine").keys.contains("accepted.tsv"))
    }

    @Test func aSweepIsPlannedUnderItsNameBeforeItRuns() throws {
        let program = try Program(), call = ["train", "--name", "mine"] + Self.small + Self.lists
        #expect(try succeed(program, call + ["--plan"]).contains("of disk"))
        #expect(!isThere("figures", program))
        let run = try program.run(["run", "mine", "train/*"])
        #expect(run.code == 0 && run.err.contains("done   train/mnist-mlp/eta=1,rho=0.1"), "\(run.err)")
        // The same again is the same, in whatever order its options stand.
        _ = try succeed(program, ["train"] + Self.lists + Self.small + ["--name", "mine"])
        #expect(try succeed(program, ["plan", "mine"]).contains("0 to run, 0 that may follow"))
    }

    @Test func aSingleRunMayHaveANameToo() throws {
        let program = try Program()
        _ = try succeed(program, ["train", "--name", "one"] + Self.small)
        #expect(try program.files(below: "figures/one").keys.contains("run.svg"))
        #expect(try succeed(program, ["plan", "one"]).contains("0 to run, 0 that may follow"))
    }

    @Test func collectionsKeepItUntilItIsForgotten() throws {
        let program = try named()
        _ = try succeed(program, ["gc"])
        _ = try succeed(program, ["gc", "--runs", "--stages", "--max-size", "0"])
        _ = try succeed(program, ["gc", "--days", "0"])
        #expect(try succeed(program, ["plan", "mine"]).contains("0 to run, 0 that may follow"))
        #expect(try succeed(program, ["forget", "mine"]) == "mine is forgotten; `samedge gc` removes its results\n")
        let out = try succeed(program, ["gc"])
        #expect(out.contains("removed train") && out.contains("; 0 files stay"), "\(out)")
        #expect(try program.run(["plan", "mine"]).code == 2)
        #expect(try program.files(below: "figures/mine").keys.contains("phase-map.svg"))
    }

    @Test func collectionsKeepASweepWhoseOwnDataIsGone() throws {
        let program = try Program(), data = URL(fileURLWithPath: program.root + "/text.txt")
        try Data(String(repeating: "To be, or not to be. ", count: 60).utf8).write(to: data)
        let call = [
            "train", "--dataset", "./text.txt", "--layers", "1", "--heads", "1", "--key-size", "2", "--model-size", "4",
            "--sequence-length", "8", "--batch-size", "4", "--steps", "2", "--rho", "0,0.1", "--name",
            "own",
        ]
        _ = try succeed(program, call)
        #expect(try succeed(program, ["plan", "own"]).contains("0 to run, 0 that may follow"))
        try FileManager.default.moveItem(at: data, to: data.appendingPathExtension("away"))
        let lost = try program.run(["plan", "own"])
        #expect(lost.code != 0 && lost.err.contains("text.txt") && lost.err.split(separator: "\n").count == 1, "\(lost.err)")
        _ = try succeed(program, ["gc", "--max-size", "0"])
        try FileManager.default.moveItem(at: data.appendingPathExtension("away"), to: data)
        #expect(try succeed(program, ["plan", "own"]).contains("0 to run, 0 that may follow"))
    }

    @Test(arguments: [
        ("a/b", "--name cannot be \"a/b\"; it is at most 100 letters, digits, dots, dashes and underscores"),
        (".a", "the first of them a letter or a digit"), ("-a", "the first of them a letter or a digit"),
        ("ä", "at most 100 letters"),
        ("..", "the first of them"), (String(repeating: "a", count: 101), "at most 100 letters"), ("", "--name needs a value"),
        ("laptop", "--name cannot be \"laptop\"; it is a name that is nothing else's, and this is that of a profile"),
        ("golden", "this is that of a folder in figures/"), ("train", "this is that of stages or a figure"),
        ("claims", "this is that of stages or a figure"), ("edge-ratio", "this is that of stages or a figure"),
        ("mine", "it is the name of another sweep, which `samedge run mine` runs; `samedge forget mine` makes it free"),
    ])
    func aNameThatIsNoneIsRefusedInALine(_ name: String, _ message: String) throws {
        let program = try Program()
        _ = try succeed(program, ["train", "--name", "mine", "--plan"] + Self.small + Self.lists)
        let end = try program.run(["train", "--name=\(name)", "--plan"] + Self.small + ["--rho", "0,0.3"])
        #expect(end.code == 2 && end.err.contains(message) && end.err.split(separator: "\n").count == 1, "\(end)")
    }

    @Test(arguments: [
        (["run", "mnie"], "no stage or figure is named mnie (did you mean mine"),
        (["plan", "--profile", "mnie"], "--profile cannot be \"mnie\" (did you mean mine?); it is one of laptop, "),
        (["forget", "mnie"], "there is no sweep mnie (did you mean mine?); there are mine"),
        (["forget"], "`samedge forget` needs the name of a sweep"),
        (["forget", "laptop"], "there is no sweep laptop"), (["forget", "../sweeps/mine"], "there is no sweep ../sweeps/mine"),
        (["train", "--name", "x", "--output", "o"], "there is no --output beside --name, whose figures come to figures/x"),
        (["train", "--detach", "--rho", "0,1"], "there is no --detach without a name to find the sweep by"),
        (["train", "--detach", "--name", "x"], "there is no --detach without a queue"),
    ])
    func aCallOfANameThatIsNoneIsRefusedInALine(_ call: [String], _ message: String) throws {
        let program = try Program()
        _ = try succeed(program, ["train", "--name", "mine", "--plan"] + Self.small + Self.lists)
        let end = try program.run(call)
        #expect(end.code == 2 && end.err.contains(message) && end.err.split(separator: "\n").count == 1, "\(end)")
    }

    @Test func aDamagedFileOfASweepIsNamedAndCanBeForgotten() throws {
        let program = try Program(), path = "/.samedge/sweeps/mine.json"
        _ = try succeed(program, ["train", "--name", "mine", "--plan"] + Self.small + Self.lists)
        for (text, message) in [
            ("{", "cannot be read"), ("{}", "names no options"), ("{\"options\": [\"--no\"]}", "no option --no"),
        ] {
            try text.write(toFile: program.root + path, atomically: true, encoding: .utf8)
            let end = try program.run(["plan", "mine"])
            #expect(end.code == 2 && end.err.contains(message) && end.err.split(separator: "\n").count == 1, "\(end)")
            _ = try succeed(program, ["gc"])
        }
        _ = try succeed(program, ["forget", "mine", "--quiet"])
        #expect(try program.files(below: ".samedge/sweeps").isEmpty)
    }
}
