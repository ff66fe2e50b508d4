/// A context-free grammar whose sentences are drawn at random.
///
/// A rule's alternatives are texts in which `<name>` stands for one of the alternatives of the rule of that name.
struct Grammar {
    private enum Piece {
        case text([UInt8])
        case rule(Int)
    }

    private let names: [String]
    /// The alternatives of each rule, each in pieces.
    private let rules: [[[Piece]]]

    /// A grammar.
    ///
    /// - Precondition: each name that an alternative mentions is that of a rule, and each rule has an alternative.
    init(_ rules: [(name: String, alternatives: [String])]) {
        let names = rules.map(\.name)
        self.names = names
        self.rules = rules.map { rule in
            precondition(!rule.alternatives.isEmpty, "the rule \(rule.name) has no alternative")
            return rule.alternatives.map { alternative in
                alternative.split(separator: "<", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
                    guard index > 0 else { return [Piece.text(Array(part.utf8))] }
                    let ends = part.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
                    guard ends.count == 2, let named = names.firstIndex(of: String(ends[0])) else {
                        preconditionFailure("\(rule.name) mentions <\(part), which is no rule")
                    }
                    return [.rule(named), .text(Array(ends[1].utf8))]
                }
            }
        }
    }

    /// A text that the rule `name` gives.
    func sentence(_ name: String, draws: inout Draws) -> [UInt8] {
        guard let start = names.firstIndex(of: name) else { preconditionFailure("no rule is named \(name)") }
        var out: [UInt8] = []
        expand(start, into: &out, draws: &draws)
        return out
    }

    private func expand(_ rule: Int, into out: inout [UInt8], draws: inout Draws) {
        for piece in rules[rule][draws.integer(below: rules[rule].count)] {
            switch piece {
            case .text(let text): out += text
            case .rule(let next): expand(next, into: &out, draws: &draws)
            }
        }
    }
}
