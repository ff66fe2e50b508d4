import Foundation
import Formats
import Testing

@testable import samedge

/// Networks with an activation, a loss and widths of the user's own.
@Suite struct OwnSettingsTests {
    /// The classic experiment at the edge of stability: a tanh network on small images by full-batch gradient descent.
    @Test(arguments: [0.12, 0.16]) func aTanhNetworkEndsAtTwoOverTheStepSize(_ learningRate: Double) throws {
        let program = try Program()
        let end = try program.run([
            "train", "--dataset", "cifar10", "--data", "standin", "--examples", "50", "--test-examples", "1",
            "--architecture", "mlp", "--widths", "32x32", "--activation", "tanh", "--loss", "squared-half",
            "--learning-rate", "\(learningRate)", "--steps", "600", "--interval", "15", "--output", "mine",
        ])
        #expect(end.code == 0, "\(end.err)")
        let table = try Table(contentsOf: program.root + "/mine/measurements.tsv")
        let norms = try table.column(named: "hessian_norm").suffix(11).sorted()
        #expect((norms[5] * learningRate / 2 - 1).magnitude < 0.05, "\(norms) for 2/η = \(2 / learningRate)")
        // It came there from elsewhere.
        let first = try table.column(named: "hessian_norm")[0]
        #expect(first * learningRate / 2 > 1.1)
    }

    @Test func halfOfALossIsHalfOfItsCurvature() throws {
        let program = try Program()
        func first(_ loss: String) throws -> [Double] {
            let end = try program.run([
                "train", "--data", "standin", "--examples", "40", "--test-examples", "1", "--widths", "9x5", "--loss", loss,
                "--activation", "gelu", "--steps", "1", "--output", loss,
            ])
            #expect(end.code == 0, "\(end.err)")
            let table = try Table(contentsOf: program.root + "/\(loss)/measurements.tsv")
            return try ["loss", "hessian_norm", "gradient_norm"].map { try table.column(named: $0)[0] }
        }
        for (whole, half) in zip(try first("squared"), try first("squared-half")) {
            #expect((half / whole - 0.5).magnitude < 1e-4)
        }
        #expect(try first("cross-entropy")[0] > 2)
    }

    @Test func bothEstimatorsGiveTwoTablesAndAFifthPanel() throws {
        let program = try Program()
        func train(_ estimator: String) throws -> (table: String, svg: String, names: Set<String>) {
            let end = try program.run([
                "train", "--data", "standin", "--examples", "40", "--test-examples", "1", "--width", "8", "--depth", "3",
                "--steps", "6", "--interval", "3", "--output", estimator, "--estimator", estimator,
            ])
            #expect(end.code == 0, "\(end.err)")
            let folder = program.root + "/" + estimator
            return (
                try String(contentsOfFile: folder + "/run.tsv", encoding: .utf8),
                try String(contentsOfFile: folder + "/run.svg", encoding: .utf8),
                Set(try FileManager.default.contentsOfDirectory(atPath: folder))
            )
        }
        let both = try train("both"), exact = try train("exact")
        #expect(both.names.subtracting(exact.names) == ["official-measurements.tsv"])
        #expect(both.svg.contains("official / exact") && !exact.svg.contains("official / exact"))
        func norms(_ table: String) throws -> [Double] {
            try Table(contentsOf: "\(program.root)/\(table)").column(named: "hessian_norm")
        }
        let first = try norms("both/measurements.tsv"), second = try norms("both/official-measurements.tsv")
        #expect(try first == norms("exact/measurements.tsv") && first.count == 3 && second.count == 3 && first != second)
        // Each dot of the panel is a check.
        let dots = both.table.split(separator: "\n").filter { $0.hasPrefix("estimators\tofficial / exact − 1\t") }
            .map { $0.split(separator: "\t") }
        #expect(dots.map { String($0[2]) } == ["0", "3", "6"], "\(both.table)")
        for (dot, norms) in zip(dots, zip(first, second)) { #expect(Double(dot[3]) == 100 * (norms.1 / norms.0 - 1)) }
    }

    @Test func widthsAllAlikeAreAWidthAndADepth() throws {
        let program = try Program()
        let size = ["train", "--data", "standin", "--examples", "8", "--test-examples", "1", "--steps", "1", "--output", "o"]
        #expect(try program.run(size + ["--width", "7", "--depth", "3"]).code == 0)
        let again = try program.run(size + ["--widths", "7x7", "--activation", "relu", "--loss", "squared", "--json"])
        #expect(again.code == 0 && !again.out.contains("\"started\""), "\(again.out)")
    }

    @Test(arguments: [
        (["--activation", "tnah"], "--activation cannot be \"tnah\" (did you mean tanh?); it is one of relu, tanh, gelu"),
        (["--loss", "half"], "it is one of squared, squared-half, cross-entropy"),
        (["--widths", "30x"], "--widths cannot be \"30x\"; it is whole numbers from 1 to 1000000 with x between"),
        (["--widths", "0"], "--widths cannot be \"0\""), (["--widths", "30,20"], "--widths cannot be \"30,20\""),
        (["--widths", "3", "--depth", "2"], "there is no --depth beside --widths; what goes there is --widths alone or"),
        (["--dataset", "cifar10", "--widths", "3"], "there is no --widths with the architecture cnn"),
        (["--widths", "1000000x1000000"], "takes at least"),
    ])
    func aSettingThatIsNoneIsRefusedInALine(_ words: [String], _ message: String) {
        expectRefusal(of: ["train"] + words, saying: message)
    }
}
