import Testing

@testable import samedge

/// Options that take several values.
@Suite struct ValueListTests {
    private static let rho = Option("--rho", value: "X", takesList: true, "")
    private static let width = Option("--width", value: "N", in: 1...1_000_000, takesList: true, "")

    @Test(arguments: [
        ("0.1", [0.1]), ("0.3,0.1", [0.3, 0.1]), ("0:0.3:4", [0, 0.1, 0.2, 0.3]), ("1:0:3", [1, 0.5, 0]),
        ("0.01:1:5x", [0.01, 0.0316, 0.1, 0.316, 1]), ("8:1:4x", [8, 4, 2, 1]), ("0.2:0.2:1", [0.2]),
        ("0,0.1:10:3x,20", [0, 0.1, 1, 10, 20]), ("1:2:4", [1, 1.333, 1.667, 2]), ("0.1:0.101:3", [0.1, 0.1005, 0.101]),
        ("-0,1e-3", [0, 0.001]),
        ("1e-9:1e6:4x", [1e-9, 1e-4, 10, 1e6]),
    ])
    func listsAndRangesComeToTheseValues(_ text: String, _ values: [Double]) throws {
        #expect(try ValueList(text, of: Self.rho, in: 0...1e6).values == values)
        let arguments = try Arguments(["--rho", text], options: [Self.rho], verb: "train")
        #expect(try arguments.numbers("--rho", in: 0...1e6) == values)
    }

    @Test(arguments: [
        ("7", [7]), ("50:200:4", [50, 100, 150, 200]), ("32:256:4x", [32, 64, 128, 256]), ("10:1000:4x", [10, 46, 215, 1000]),
        ("1:4:3", [1, 3, 4]), ("5,3", [5, 3]),
    ])
    func valuesBetweenAreRoundedToWholeNumbersWhereTheOptionTakesSuch(_ text: String, _ values: [Int]) throws {
        #expect(try Arguments(["--width", text], options: [Self.width], verb: "train").counts("--width") == values)
    }

    @Test func aSeedMayBeAnyWholeNumberButInAListOneThatIsExact() throws {
        let seed = Option("--seed", value: "N", in: 0...Int.max, takesList: true, "")
        #expect(try Arguments(["--seed", "\(Int.max)"], options: [seed], verb: "train").count("--seed") == .max)
        #expect(
            throws: UsageError.badList("0,\(Int.max)", seed, "\"\(Int.max)\" is not a whole number from 0 to 9007199254740992")
        ) {
            try Arguments(["--seed", "0,\(Int.max)"], options: [seed], verb: "train")
        }
    }

    @Test(arguments: [
        (["--rho", ","], "--rho cannot be \",\": a value is missing before or after a sign"),
        (["--rho", "0.1,"], "--rho cannot be \"0.1,\": a value is missing before or after a sign"),
        (["--rho", ":1:3"], "--rho cannot be \":1:3\": a value is missing before or after a sign"),
        (["--rho", ""], "--rho needs a value"),
        (["--rho", "0:0.3:0"], "--rho cannot be \"0:0.3:0\": \"0\" is no number of values from 1 to 1000"),
        (["--rho", "0:0.3:-2"], "\"-2\" is no number of values from 1 to 1000"),
        (["--rho", "0:0.3:1.5"], "\"1.5\" is no number of values"), (["--rho", "0:0.3:"], "\"\" is no number of values"),
        (["--rho", "0:0.3:1001"], "\"1001\" is no number of values"),
        (["--rho", "0:0.3:1"], "\"0:0.3:1\" asks for one value, and has two ends"),
        (["--rho", "0:1"], "\"0:1\" is no range; a range is a:b:n, or a:b:nx by factors"),
        (["--rho", "0:1:2:3"], "\"0:1:2:3\" is no range"),
        (["--rho", "0:1:3x"], "\"0:1:3x\" goes by factors, and so from and to numbers above 0"),
        (["--rho", "-1:1:3x"], "\"-1\" is not a number from 0 to 1000000"),
        (["--rho", "0.1,0.1"], "--rho cannot be \"0.1,0.1\": 0.1 is there twice"),
        (["--rho", "0.1,0:0.3:4"], "0.1 is there twice"), (["--rho", "0.1:0.1:3"], "0.1 is there twice"),
        (["--rho", "0,-0"], "0 is there twice"),
        (["--rho", "0.1,nan"], "\"nan\" is not a number from 0 to 1000000"),
        (["--rho", "0:inf:3"], "\"inf\" is not a number from 0 to 1000000"),
        (["--rho", "nan"], "--rho cannot be \"nan\"; it is a number from 0 to 1000000"),
        (["--rho", "0.1;0.3"], "--rho cannot be \"0.1;0.3\"; it is a number from 0 to 1000000"),
        (["--learning-rate", "0.1,0"], "\"0\" is not a number from 1e-09 to 1000000"),
        (["--width", "1:2.5:3"], "--width cannot be \"1:2.5:3\": \"2.5\" is not a whole number from 1 to 1000000"),
        (["--width", "0,2"], "\"0\" is not a whole number from 1 to 1000000"), (["--width", "1:2:5"], "1 is there twice"),
        (["--seed", "0,1,0"], "--seed cannot be \"0,1,0\": 0 is there twice"),
        (["--batch-size", "32,1001"], "--batch-size cannot be \"1001\"; it is at most 1000, the training examples"),
        (["--depth", "2,1001"], "\"1001\" is not a whole number from 1 to 1000"),
        (
            ["--learning-rate", "0.1:1:500", "--rho", "0,0.1,0.3"],
            "--learning-rate cannot be \"0.1:1:500\": that makes 1500 runs in all, and a sweep has at most 1000"
        ),
        (
            ["--width", "1:1000:1000", "--seed", "0:999:1000", "--examples", "1:1000:1000", "--rho", "0:1:1000"],
            "that makes over 1000000000 runs in all"
        ),
        (["--steps", "10,20"], "--steps cannot be \"10,20\"; it is a whole number from 1 to 10000000"),
        (["--dataset", "cifar10", "--width", "1,2"], "there is no --width with the architecture cnn"),
    ])
    func aListThatIsNoneIsRefusedInALineThatNamesOptionAndValue(_ words: [String], _ message: String) {
        expectRefusal(of: ["train"] + words, saying: message)
    }

    @Test func aCheckpointIsMeasuredForOneStepSizeAndRadius() {
        for words in [["--learning-rate", "0.1,0.3"], ["--width", "1,2"]] {
            expectRefusal(
                of: ["measure", "model.safetensors"] + words, saying: "\(words[0]) cannot be \"\(words[1])\"; it is a")
        }
    }
}
