import Formats
import Testing

@testable import Training

@Suite struct OptimiserTests {
    private struct Holder: Codable, Hashable {
        var optimiser: AnyOptimiser
        var learningRate: Double
    }

    @Test(arguments: [
        (AnyOptimiser.gradientDescent, "GD", 0.0, "rho=0"), (.sam(0.1), "SAM", 0.1, "rho=0.1"), (.sam(0), "GD", 0, "rho=0"),
    ])
    func itsNameAndSettingsStandBesideThoseOfItsHolder(
        optimiser: AnyOptimiser, name: String, radius: Double, label: String
    ) throws {
        let holder = Holder(optimiser: optimiser, learningRate: 0.3)
        let json: JSON = ["optimiser": .string(name), "radius": .number(radius), "learning_rate": 0.3]
        #expect(try Record.encode(holder) == json)
        #expect(try Record.decode(Holder.self, from: json) == holder)
        #expect(optimiser.value.label == label)
    }

    @Test func oneThatThereIsNotIsNamedWithThoseThatThereAre() {
        let json: JSON = ["optimiser": "Adam", "radius": 0, "learning_rate": 0.3]
        let error = #expect(throws: RecordError.self) { try Record.decode(Holder.self, from: json) }
        #expect(error.map { "\($0)" } == "optimiser cannot be Adam; it is one of GD, SAM")
    }

    /// With a gradient of norm 0 SAM's quotient stays finite; gradient descent goes nowhere up.
    @Test func theWayUpIsTheRadiusOverTheNormAndAnOffset() {
        #expect(SAM(radius: 0.5).ascent(gradientNorm: 0) == 0.5 / 1e-5)
        #expect(SAM(radius: 0.5).ascent(gradientNorm: 2) == 0.5 / (2 + 1e-5))
        #expect(GradientDescent().ascent(gradientNorm: 2) == 0)
        #expect(GradientDescent().edge(learningRate: 0.5, gradientNorm: 0) == 4)
    }

    /// A set has another order in each process; legends and colours have not.
    @Test func severalAreInOneOrder() {
        let order = Set([AnyOptimiser.sam(0.3), .gradientDescent, .sam(0.1)]).sorted { $0.order < $1.order }
        #expect(order == [.gradientDescent, .sam(0.1), .sam(0.3)])
    }
}
