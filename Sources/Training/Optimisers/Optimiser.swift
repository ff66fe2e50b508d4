import Formats

/// A rule by which a training steps, and what theory says of the sharpness at which its steps stop to be stable.
///
/// A step takes the gradient g at w, goes up along it to w⁺ = w + `ascent`·g, and steps down by w ← w − η·∇ℓ(w⁺). A new optimiser is
/// a file beside this one, and its type in `AnyOptimiser.all`.
package protocol Optimiser: Codable, Hashable, Sendable {
    /// The name in records and legends: `SAM`.
    static var name: String { get }
    /// The settings besides the learning rate, as the names of stages and folders have them: `rho=0.1`. No two optimisers of an
    /// experiment share one.
    var label: String { get }
    /// The heading of a figure's column, with marks as in Plotting's `RichText`: `*ρ* = 0.1`.
    var title: String { get }
    /// The gradients that a step costs.
    var gradientsPerStep: Int { get }
    /// What several are sorted by in legends, before their names.
    var rank: Double { get }

    /// The multiple of the gradient that a step goes up before it takes the gradient to go down by; 0 for none.
    func ascent(gradientNorm: Double) -> Double
    /// The sharpness at which steps of size η stop to be stable where the gradient has this norm.
    func edge(learningRate: Double, gradientNorm: Double) -> Double
    /// How far a sharpness is on its way to the edge: 1 exactly there, above it beyond.
    func stabilityIndex(sharpness: Double, learningRate: Double, gradientNorm: Double) -> Double
}

extension Optimiser {
    /// Whether its steps go up first, so that its gradients and its edge differ from those of gradient descent.
    package var ascends: Bool { gradientsPerStep > 1 }
}

/// One of the optimisers, as experiments, stages and results hold it.
///
/// In records its name stands under `optimiser`, beside its settings and those of what holds it.
package struct AnyOptimiser: Hashable, Sendable, Codable, Inlined {
    /// All that there are, for reading records.
    static let all: [any Optimiser.Type] = [GradientDescent.self, SAM.self]

    /// The optimiser itself.
    package var value: any Optimiser

    /// Holds an optimiser.
    package init(_ value: any Optimiser) { self.value = value }

    /// Plain gradient descent.
    package static let gradientDescent = AnyOptimiser(GradientDescent())

    /// Sharpness-aware minimisation with radius ρ; with 0 it is gradient descent, and called so.
    package static func sam(_ radius: Double) -> AnyOptimiser {
        radius == 0 ? .gradientDescent : AnyOptimiser(SAM(radius: radius))
    }

    /// The place among others in legends: by rank, then by name, then by settings.
    package var order: (Double, String, String) { (value.rank, type(of: value).name, value.label) }

    private enum CodingKeys: CodingKey { case optimiser }

    /// Writes the name and the settings.
    package func encode(to encoder: any Encoder) throws {
        try value.encode(to: encoder)
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(type(of: value).name, forKey: .optimiser)
    }

    /// Reads what `encode` wrote.
    package init(from decoder: any Decoder) throws {
        let name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .optimiser)
        guard let type = Self.all.first(where: { $0.name == name }) else {
            throw RecordError.unknown(value: name, of: "optimiser", among: Self.all.map { $0.name })
        }
        value = try type.init(from: decoder)
    }

    /// Whether both are of one type with the same settings.
    package static func == (a: AnyOptimiser, b: AnyOptimiser) -> Bool { AnyHashable(a.value) == AnyHashable(b.value) }

    /// Hashes the optimiser.
    package func hash(into hasher: inout Hasher) { value.hash(into: &hasher) }
}
