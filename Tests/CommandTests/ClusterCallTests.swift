import Foundation
import Platform
import TestSupport
import Testing

@testable import samedge

/// The program with a stand-in for Slurm, and what it has jobs do.
@Suite struct ClusterCallTests {
    /// A project's folder with programs that take note of their words, and an environment in which they are found.
    private func program() throws -> (Program, environment: [String: String]) {
        let program = try Program()
        let folder = program.root + "/bin"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in [
            ("sbatch", "for word; do echo \"$word\"; done >> '\(program.root)/words'; echo 1"), ("squeue", "exit 0"),
            ("scancel", "exit 0"),
        ] {
            // Written by another process: what this one has open while a test beside it starts a program cannot be run.
            let path = folder + "/" + name
            let writer = try ChildProcess(
                "sh", ["-c", "printf '%s' \"$1\" > \"$2\"; chmod +x \"$2\"", "sh", "#!/bin/sh\n\(text)\n", path],
                output: "/dev/null", errors: "/dev/null")
            #expect(try writer.wait { true } == 0)
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return (program, ["PATH": folder + ":" + path, "SAMEDGE_SLURM": "--executor=slurm --account='my lab'"])
    }

    private func script(_ program: Program, containing text: String) throws -> String {
        let scripts = try program.files(below: "kept/jobs").filter { $0.key.hasSuffix(".sh") }.map {
            String(decoding: $1, as: UTF8.self)
        }
        return try #require(scripts.first { $0.contains(text) }, "no script with \(text): \(scripts)")
    }

    @Test func aDetachedCallHandsItsSettingsAndAllItsOptionsOn() throws {
        var (program, environment) = try program()
        try FileManager.default.createDirectory(atPath: program.root + "/mirror", withIntermediateDirectories: true)
        environment["SAMEDGE_MIRROR"] = "mirror"
        let call = [
            "run", "--profile", "smoke", "--detach", "--store", "kept", "--jobs", "2", "-t1", "--memory", "900", "-kq", "--json",
            "--offline", "train/mnist-mlp/*",
        ]
        let result = try program.run(call, environment: environment)
        #expect(result.code == 0, "\(result.err)")
        let rest = try script(program, containing: " run ")
        for word in [
            "--executor=local", "--profile=smoke", "--store=\(program.root)/kept", "--mirror=\(program.root)/mirror", "--jobs=2",
            "--threads=1", "--memory=900", "--keep-going", "--quiet", "--json", "--offline", "-- 'train/mnist-mlp/*'",
        ] { #expect(rest.contains(" " + word), "\(word) in \(rest)") }
        #expect(rest.contains("unset SAMEDGE_STORE SAMEDGE_MIRROR SAMEDGE_DEVICE MAKEFLAGS SAMEDGE_SLURM\n"))
        let words = try String(contentsOfFile: program.root + "/words", encoding: .utf8).split(separator: "\n")
        #expect(words.contains("--account=my lab") && words.contains("--chdir=\(program.root)"))
    }

    /// Stages that are jobs ask for a GPU and run on it; what is left then draws figures, on the processor.
    @Test func aDeviceIsAskedForAndHandedOn() throws {
        var (program, environment) = try program()
        let call = ["run", "--profile", "smoke", "--detach", "--store", "kept", "train/mnist-mlp/*"]
        #expect(try program.run(call + ["--device", "my gpu"], environment: environment).code == 0)
        #expect(try script(program, containing: " worker ").contains(" --device 'my gpu' "))
        #expect(try script(program, containing: " run ").contains(" --device=cpu "))
        func requests() throws -> Int {
            try String(contentsOfFile: program.root + "/words", encoding: .utf8).split(separator: "\n").count {
                $0 == "--gres=gpu:1"
            }
        }
        // Of the jobs of a kind, not of the last one.
        #expect(try requests() == 1)
        for word in ["auto", "cpu"] {
            (program, environment) = try self.program()
            environment["SAMEDGE_DEVICE"] = word
            #expect(try program.run(call, environment: environment).code == 0)
            #expect(try script(program, containing: " worker ").contains(" --device \(word) "))
            #expect(try requests() == 0)
        }
    }

    @Test func aJobHeedsItsCallAndNotItsEnvironment() throws {
        let (program, environment) = try program()
        let detached = try program.run(
            ["run", "--profile", "smoke", "--detach", "--store", "kept", "train/mnist-mlp/*"], environment: environment)
        #expect(detached.code == 0, "\(detached.err)")
        try Data(script(program, containing: " worker ").utf8).write(to: URL(fileURLWithPath: program.root + "/job.sh"))
        #expect(try script(program, containing: " worker ").contains(" --store \(program.root)/kept\n"))
        let job = Process()
        job.executableURL = URL(fileURLWithPath: "/bin/sh")
        job.arguments = [program.root + "/job.sh"]
        job.currentDirectoryURL = URL(fileURLWithPath: program.root)
        job.environment = [
            "SLURM_ARRAY_TASK_ID": "1", "SLURM_JOB_ID": "7", "SLURMD_NODENAME": "n1", "SAMEDGE_STORE": "/nowhere",
            "SAMEDGE_MIRROR": "/nowhere", "SAMEDGE_SLURM": "--no-such-option 'and no end",
        ]
        let said = Pipe()
        (job.standardOutput, job.standardError) = (said, said)
        try job.run()
        let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        job.waitUntilExit()
        #expect(job.terminationStatus == 0 && text.contains("job 7 on n1"), "\(text)")
    }

    @Test(arguments: [
        ("--a --b", ["--a", "--b"]), ("--account='my lab'", ["--account=my lab"]), ("\"a b\"c  d", ["a bc", "d"]),
        ("a\\ b\nc\td", ["a b", "c", "d"]), ("'it'\\''s'", ["it's"]), ("\"\\\"x\\y\"", ["\"x\\y"]), ("''", [""]),
        ("a\\\nb", ["ab"]),
        ("", []),
    ])
    func aVariableIsReadAsAShellReadsIt(_ text: String, words: [String]) throws {
        #expect(try shellWords(text, of: "V") == words)
    }

    @Test(arguments: ["'a", "\"a", "a\\", "\"a\\\""])
    func aQuoteThatDoesNotEndIsAnError(_ text: String) {
        #expect(throws: UsageError.openQuote("V")) { try shellWords(text, of: "V") }
    }
}
