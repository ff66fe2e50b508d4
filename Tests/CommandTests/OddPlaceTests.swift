import Foundation
import Platform
import Testing

@testable import samedge

/// Paths, variables and file systems as they are elsewhere.
@Suite struct OddPlaceTests {
    private static let small = ["run", "--profile", "smoke", "--quiet", "stand-in/mnist"]

    @Test func aTildeThatTheShellHasLeftIsTheHome() throws {
        let program = try Program(), home = program.root + "/home"
        #expect(try program.run(Self.small + ["--store=~/a"], environment: ["HOME": home]).code == 0)
        #expect(try program.run(Self.small, environment: ["HOME": home, "SAMEDGE_STORE": "~/b"]).code == 0)
        #expect(FileManager.default.fileExists(atPath: home + "/a/objects"))
        #expect(FileManager.default.fileExists(atPath: home + "/b/objects"))
        let end = try program.run(Self.small + ["--store", "~nobody/x"], environment: ["HOME": home])
        #expect(end.code == 2 && end.err.contains("it is not known whose home the ~ of ~nobody/x is"))
        #expect(!FileManager.default.fileExists(atPath: program.root + "/~nobody"))
    }

    @Test func aStoreThatIsALinkToAFolderNotYetMadeIsMadeThere() throws {
        let program = try Program()
        try FileManager.default.createSymbolicLink(atPath: program.root + "/.samedge", withDestinationPath: "disk/not/yet")
        #expect(try program.run(Self.small).code == 0)
        #expect(FileManager.default.fileExists(atPath: program.root + "/disk/not/yet/objects"))
    }

    @Test(arguments: [("002", 0o775, 0o444), ("077", 0o700, 0o400)])
    func foldersAndFilesHaveTheModesThatTheUmaskLeaves(_ umask: String, _ folder: Int, _ object: Int) throws {
        let program = try Program()
        #expect(try program.shell("umask \(umask); samedge run --profile smoke -q stand-in/mnist").code == 0)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: program.root + "/.samedge" + path)[.posixPermissions] as? Int
        }
        #expect(try mode("") == folder && mode("/objects") == folder)
        let objects = try program.files(below: ".samedge/objects").keys
        #expect(!objects.isEmpty)
        for path in objects { #expect(try mode("/objects/" + path) == object) }
    }

    @Test func variablesThatGiveGzipFurtherOptionsChangeNothing() throws {
        let call = ["run", "--profile", "smoke", "--quiet", "prepare/mnist"]
        let end = try Program().run(call, environment: ["GZIP": "-k"])
        #expect(end.code == 0, "\(end.err)")
    }

    @Test(arguments: [["graph"], ["gallery"], ["fsck"], ["status"], ["plan"]])
    func aMirrorThatIsGoneMattersOnlyWhereItIsNeeded(_ call: [String]) throws {
        #expect(try Program().run(call, environment: ["SAMEDGE_MIRROR": "/nowhere"]).code == 0)
    }

    @Test func aMirrorThatIsGoneIsAFaultWhereDataAreFetched() throws {
        let end = try Program().run(["run", "fetch/mnist"], environment: ["SAMEDGE_MIRROR": "/nowhere"])
        #expect(end.code == 2 && end.err.contains("the mirror /nowhere is no folder"))
    }

    @Test(arguments: [
        (60, "SSL certificate problem", 0, "reason: cannot fetch mnist/t10k-images-idx3-ubyte.gz"),
        (23, "Failure writing output", 1, "is the disk full, or a quota used up?"),
    ])
    func whatCurlSaysDecidesBetweenStandInsAndAFault(_ code: Int, _ reason: String, _ end: Int32, _ said: String) throws {
        let program = try Program()
        let result = try program.shell(
            """
            mkdir tools; printf '#!/bin/sh\necho "curl: (\(code)) \(reason)" >&2; exit \(code)\n' >tools/curl; chmod +x tools/curl
            PATH="$PWD/tools:$PATH" samedge train --examples 8 --test-examples 1 --width 1 --depth 1 --steps 1
            """)
        #expect(result.code == end && result.err.contains(reason) && result.err.contains(said), "\(result.err)")
        #expect(result.err.contains("STAND-IN DATA") == (end == 0))
    }

    @Test func aPasswordInAnAddressIsNowhereToBeSeen() throws {
        let program = try Program()
        for mirror in ["http://me:s3cret@127.0.0.1:1/x", "ftp://me:s3cret@host/x"] {
            let end = try program.run(["run", "fetch/mnist", "--data", "real", "--offline", "--mirror", mirror])
            #expect(end.code == (mirror.hasPrefix("http") ? 1 : 2))
            #expect(!end.err.contains("s3cret") && !end.out.contains("s3cret"))
            #expect(end.err.contains("…@"))
        }
        let json = try program.run(["run", "fetch/mnist", "--offline", "--mirror", "http://me:s3cret@127.0.0.1:1", "--json"])
        #expect(!json.err.contains("s3cret") && !json.out.contains("s3cret"))
        for (path, bytes) in try program.files(below: ".samedge") {
            #expect(bytes.range(of: Data("s3cret".utf8)) == nil, "\(path)")
        }
    }

    @Test func everyoneSeesTheArgumentsOfCurlAndNoPasswordIsAmongThem() throws {
        let program = try Program()
        let result = try program.shell(
            """
            mkdir tools; printf '#!/bin/sh\necho "$*" >>words; cat >>input; exit 6\n' >tools/curl; chmod +x tools/curl
            PATH="$PWD/tools:$PATH" samedge run fetch/mnist --data real --offline --mirror 'http://me:s3cret@127.0.0.1:1/x"y'
            cat words >&2; cat input
            """)
        #expect(result.err.contains("--config -") && !result.err.contains("cret"), "\(result.err)")
        #expect(result.out.contains(#"url = "http://me:s3cret@127.0.0.1:1/x\"y/mnist/"#), "\(result.out)")
        #expect(try program.files(below: ".samedge").allSatisfy { $0.value.range(of: Data("cret".utf8)) == nil })
    }

    @Test func targetsAreFoundByWhateverPathLeadsToThem() throws {
        let program = try Program(), path = "figures/smoke/mnist-mlp-edges.svg"
        try FileManager.default.createDirectory(atPath: program.root + "/data/below", withIntermediateDirectories: true)
        let root = try program.shell("pwd -P").out.trimmingCharacters(in: .newlines)
        for call in [
            "samedge explain \(root)/\(path)", "cd data/below; samedge explain ../../\(path)", "samedge explain ./\(path)",
        ] {
            let end = try program.shell(call + " --profile smoke")
            #expect(end.code == 0 && end.out.contains("figure/mnist-mlp-edges may run"), "\(call): \(end.err)")
        }
    }

    @Test func aStageThatOnlyStandInsHaveIsRunByItsName() throws {
        let program = try Program()
        #expect(try program.run(Self.small).code == 0)
        let wrong = try program.run(["run", "--profile", "smoke", "stand-in/mnits"])
        #expect(wrong.code == 2 && wrong.err.contains("stand-in/mnits"))
    }

    @Test(.enabled(if: Program.isInstalled("qemu-x86_64-static"), "SKIPPED: qemu-x86_64-static is not installed (`make tools`)"))
    func anOlderProcessorIsToldAtTheStartWithTheSettingThatHelps() throws {
        let end = try Program().shell("qemu-x86_64-static -cpu Nehalem \"$(command -v samedge)\" --version")
        let isOlder = !neededInstructions.isEmpty
        #expect(end.code == (isOlder ? 2 : 0), "\(end.err)")
        #expect(end.err.contains("SAMEDGE_ISA=baseline") == isOlder && end.err.contains("fma") == isOlder)
    }

    @Test(.enabled(if: Program.mayMount, "NOT POSSIBLE HERE: nothing may be mounted"))
    func withoutProcACallSaysWhatIsMissing() throws {
        let end = try Program().shell(
            "p=$(readlink -f \"$(command -v samedge)\"); unshare -m sh -c 'mount -t tmpfs none /proc && exec \"$0\" plan' \"$p\"")
        #expect(end.code == 2 && end.out.isEmpty && end.err.contains("is /proc mounted?"), "\(end)")
    }

    @Test(.enabled(if: Program.isInstalled("taskset"), "NOT POSSIBLE HERE: there is no taskset"))
    func theProcessorsThatThisProcessMayUseAreThoseThatARunTakes() throws {
        let end = try Program().shell("taskset -c 0 samedge plan --profile smoke")
        #expect(end.code == 0 && end.out.contains("here: 1 stage at once, on 1 processor and "), "\(end.out)\(end.err)")
    }

    /// What the README tells people with older systems, of the program that is shipped where it is built.
    @Test(.enabled(if: Program.isInstalled("objdump"), "SKIPPED: objdump is not installed (`make tools`)"))
    func theREADMESaysWhichCLibraryTheProgramNeeds() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
        let path = ".build/static/release/samedge"
        let command = try #require(readme.firstMatch(of: #/(objdump -T [^`]*tail -1)/#)).1
        #expect(command.contains(path))
        let program = try Program(), built = package.appendingPathComponent(path).path
        let end = try program.shell(
            "mkdir -p .build/static/release; p='\(built)'; test -x \"$p\" || p=$(readlink -f \"$(command -v samedge)\")\n"
                + "ln -s \"$p\" \(path); \(command)")
        let needed = try #require(end.out.wholeMatch(of: #/GLIBC_2\.(\d+)\n/#)).1
        // Of what these systems have, and newer ones too.
        let told = try #require(readme.firstMatch(of: #/wants\s+glibc\s+2\.(\d+)/#)).1
        let system = try String(contentsOfFile: "/etc/os-release", encoding: .utf8)
        if system.contains("VERSION_ID=\"12\"") || system.contains("VERSION_ID=\"22.04\"") {
            #expect(try #require(Int(needed)) <= #require(Int(told)), "the README says 2.\(told)")
        }
        #expect(readme.contains("RHEL 8 and 9") && readme.contains("Alpine") && readme.contains("SAMEDGE_ISA=x86-64-v3"))
    }

    @Test func theVersionIsThatOfTheSources() throws {
        let version = try Program().run(["--version"])
        #expect(version.code == 0)
        #expect(version.out.wholeMatch(of: /samedge [0-9a-f]{16} \(a digest of its sources\)\n/) != nil)
    }

    @Test func theLogOfAResultSaysWhichProgramMadeIt() throws {
        let program = try Program(), version = try program.run(["--version"]).out.prefix { $0 != "(" }
        #expect(try program.run(["run", "stand-in/mnist", "--profile", "smoke"]).code == 0)
        let logs = program.root + "/.samedge/logs", name = try FileManager.default.contentsOfDirectory(atPath: logs)[0]
        let text = try String(contentsOfFile: logs + "/" + name, encoding: .utf8)
        #expect(text.hasSuffix("made by \(version.dropLast())\n"), "\(text)")
    }

    @Test func seedsBeyondWhatADoubleHoldsAreTwoRuns() throws {
        let program = try Program()
        let call = [
            "train", "--data", "standin", "--examples", "8", "--test-examples", "1", "--width", "1", "--depth", "1", "--steps",
            "1", "--json", "--seed",
        ]
        for (seed, isNew) in [("9007199254740992", true), ("9007199254740993", true), ("9007199254740993", false)] {
            let end = try program.run(call + [seed])
            #expect(end.code == 0 && end.out.contains("\"started\"") == isNew, "\(end.err)")
        }
    }
}
