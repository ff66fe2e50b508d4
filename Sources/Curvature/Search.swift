import Kernels

/// What Lanczos has found from one start after the other, and whether that is enough.
struct Search {
    /// A value with the space that its vector lies in.
    private struct Found {
        var pair: KrylovSpace.Pair
        var space: KrylovSpace
        var value: Double { pair.eigenvalue.value }
        var residual: Double { pair.eigenvalue.residual }
    }

    /// Orthonormal vectors that later spaces leave out.
    private(set) var locked: [Vector] = []
    private let settings: Lanczos
    private let dimension: Int
    private var isFirst = true
    private var found: [Found] = []
    private var products = 0

    /// Up to this dimension the whole space is spanned: it costs hardly more than a search, and nothing is left to chance.
    private static let wholeDimension = 128
    /// The bound on the residual, in units of ‖H‖, of what tells a value's neighbours: the next one, and the span.
    private static let neighbourTolerance = 3e-4
    /// How far beyond the norm an eigenvalue's magnitude must lie to be missed, in units of the norm.
    private static let missDistance = 1e-3
    /// The bound on the residual of the end of lesser magnitude, and how far beyond it an eigenvalue must lie to be missed, in units
    /// of the norm.
    ///
    /// That end is often one of a bulk near zero, and took half of all products of the laptop's perceptron with 10⁻³ here.
    private static let endTolerance = 5e-3
    /// How likely it may be at most that an eigenvalue is missed beyond the end of lesser magnitude.
    ///
    /// The bound is that of an eigenvalue that stands alone: bulks end in many, of which all would have to be missed.
    private static let endMissProbability = 0.1

    init(_ settings: Lanczos, dimension: Int) { (self.settings, self.dimension) = (settings, dimension) }

    /// The largest magnitude found.
    var norm: Double { found.first?.value.magnitude ?? 0 }

    /// Grows a space that is orthogonal to `locked` by products until it tells enough; `true` where another may tell more.
    mutating func goesOn(after space: KrylovSpace, on matrix: some LinearOperator) -> Bool {
        var look = 2
        var view: View?
        while !space.isExhausted, products < settings.maximumProducts, view?.isEnough != true {
            products += 1
            guard space.grow(by: matrix) else {
                let nothing = KrylovSpace.Pair(eigenvalue: Eigenvalue(value: .nan, residual: .nan), coefficients: [])
                found = [Found(pair: nothing, space: space)]
                return false
            }
            let steps = space.basis.count
            view = nil
            // The more values there are, the more it costs to look at them.
            if steps >= look, dimension > Self.wholeDimension {
                look = steps + 1 + steps / 32
                view = self.view(of: space)
            }
        }
        return !space.basis.isEmpty && keep(view ?? self.view(of: space), of: space)
    }

    /// All that was found and what the newest space adds, the largest magnitude first.
    private func candidates(_ pairs: [Found]) -> [Found] {
        let all = found + pairs
        return all.indices.sorted { (-all[$0].value.magnitude, $0) < (-all[$1].value.magnitude, $1) }.map { all[$0] }
    }

    /// Whether a candidate is asked for, is an end of the spectrum, or tells of the neighbours of the principal one.
    private func isWanted(_ index: Int, of candidates: [Found]) -> Bool {
        let value = candidates[index].value
        return index < max(settings.shown, 2) || isInSpan(value, of: candidates[0].value, margin: 0.005)
            || isEnd(value, of: candidates)
    }

    private func isEnd(_ value: Double, of candidates: [Found]) -> Bool {
        candidates.allSatisfy { $0.value <= value } || candidates.allSatisfy { $0.value >= value }
    }

    private func isInSpan(_ value: Double, of principal: Double, margin: Double = 0) -> Bool {
        let share = 1 - Spectrum.spanShare - margin
        return principal < 0 ? value <= share * principal : value >= share * principal
    }

    /// What a space tells beside the others.
    private struct View {
        var candidates: [Found]
        /// The places of the space's own among the candidates that are wanted.
        var wanted: [Int]
        /// Whether one of those is asked for or lies in the span.
        var hasNews: Bool
        /// Whether what is wanted of the space has been found in it, and nothing beyond can have been missed.
        var isEnough = false
    }

    private func view(of space: KrylovSpace) -> View {
        let candidates = candidates(space.pairs().map { Found(pair: $0, space: space) })
        let wanted = candidates.indices.filter { candidates[$0].space === space && isWanted($0, of: candidates) }
        var view = View(
            candidates: candidates, wanted: wanted,
            hasNews: wanted.contains { $0 < settings.count || isInSpan(candidates[$0].value, of: candidates[0].value) })
        view.isEnough =
            candidates.count >= min(dimension, max(settings.shown, 2)) && wanted.allSatisfy { isFound($0, of: candidates) }
            && (view.hasNews && !isFirst || isCertain(space, candidates))
        return view
    }

    /// Whether the residual of a wanted candidate is small enough.
    private func isFound(_ index: Int, of candidates: [Found]) -> Bool {
        let value = candidates[index].value, principal = candidates[0].value
        let tolerance =
            if index == 0 {
                settings.tolerance / 10
            } else if index < settings.count {
                settings.tolerance
            } else if index < max(settings.shown, 2) || isInSpan(value, of: principal, margin: 0.005) {
                max(settings.tolerance, Self.neighbourTolerance)
            } else {
                max(settings.tolerance, Self.endTolerance)
            }
        return candidates[index].residual <= tolerance * principal.magnitude
    }

    /// Whether it is unlikely enough that the space missed an eigenvalue that is asked for, or one beyond an end.
    private func isCertain(_ space: KrylovSpace, _ candidates: [Found]) -> Bool {
        let norm = candidates[0].value.magnitude
        let least = isFirst ? norm : candidates[min(settings.count, candidates.count) - 1].value.magnitude
        let bound = least + (settings.count == 1 ? Self.missDistance : 10 * settings.tolerance) * norm
        func isMissed(beyond bounds: [Double], withAtMost probability: Double) -> Bool {
            bounds.contains { space.missProbability(beyond: $0) > probability }
        }
        if isMissed(beyond: [bound, -bound], withAtMost: settings.missProbability) { return false }
        let values = candidates.map(\.value), margin = Self.endTolerance * norm
        return !isFirst
            || !isMissed(
                beyond: [values.max()! + margin, values.min()! - margin],
                withAtMost: max(settings.missProbability, Self.endMissProbability))
    }

    /// Takes over what a finished space tells; `true` where another may tell more.
    private mutating func keep(_ view: View, of space: KrylovSpace) -> Bool {
        let kept = view.candidates.indices.filter {
            view.candidates[$0].space === space && (space.isExhausted || view.wanted.contains($0))
        }.map { view.candidates[$0] }
        found = candidates(kept)
        locked += space.isExhausted ? space.basis : kept.map { space.vector($0.pair.coefficients) }
        defer { isFirst = false }
        if products >= settings.maximumProducts || locked.count >= dimension { return false }
        // An exhausted first space holds one vector of each eigenvalue: others of the same are looked for.
        return isFirst ? space.isExhausted || settings.count > 1 : view.hasNews
    }

    /// What was found.
    var spectrum: Spectrum {
        let principal = found[0].value
        let byValue = found.sorted { $0.value < $1.value }
        return Spectrum(
            leading: found.prefix(settings.shown).map(\.pair.eigenvalue), largest: byValue[byValue.count - 1].pair.eigenvalue,
            smallest: byValue[0].pair.eigenvalue, next: found.count > 1 ? found[1].value : .nan,
            span: found.filter { $0.value == principal || isInSpan($0.value, of: principal) }.map {
                $0.space.vector($0.pair.coefficients)
            }, products: products)
    }
}
