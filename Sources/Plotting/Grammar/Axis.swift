/// An axis as a figure declares it.
package struct Axis: Sendable, Hashable {
    /// How numbers become distances.
    package enum Kind: Sendable, Hashable {
        case linear
        /// Equal factors are equal distances; numbers ≤ 0 are gaps.
        case log
        /// Nearly linear up to the threshold on both sides of zero, nearly logarithmic beyond.
        case symlog(threshold: Double)
    }

    /// Which panels have one domain. Along a shared axis only the outer panels have labels.
    package enum Sharing: Sendable, Hashable {
        case all
        /// The panels of each row.
        case rows
        /// The panels of each column.
        case columns
        case none
    }

    /// The name, with marks as in `RichText`.
    package var label: String
    /// How the numbers of the axis become distances on the page.
    package var scale: Kind
    /// What is shown; what the data need, where there is none.
    package var domain: ClosedRange<Double>?
    /// Which panels have one domain, and so labels at the outer ones alone; the latter also where `domain` is given.
    package var sharing: Sharing
    /// Whether numbers grow to the left, or downwards.
    package var isReversed: Bool
    /// The only places that are marked, each with its label, where categories stand in the place of numbers; `nil` otherwise.
    package var names: [Ticks.Tick]?
    /// Whether the axis has neither line nor ticks nor labels.
    package var isHidden = false
    /// Of ordinates, whether a number far beyond the others of its panel leaves the frame rather than flattens them: one of more
    /// than ten times their median size, or three times on a linear axis. Where a run diverged, this is so in any case.
    package var cutsOutliers: Bool

    /// An axis; without further arguments a linear one, over what the data of all panels need.
    ///
    /// - Precondition: the threshold of a symlog scale is positive and finite.
    package init(
        _ label: String, scale: Kind = .linear, domain: ClosedRange<Double>? = nil, sharing: Sharing = .all,
        isReversed: Bool = false, cutsOutliers: Bool = false
    ) {
        if case .symlog(let threshold) = scale {
            precondition(threshold > 0 && threshold.isFinite, "a threshold of \(threshold)")
        }
        (self.label, self.scale, self.domain, self.sharing) = (label, scale, domain, sharing)
        (self.isReversed, self.cutsOutliers) = (isReversed, cutsOutliers)
    }
}

extension Axis {
    /// An axis of categories, the first at 0, with marks in their names as in `RichText`.
    package static func categories(_ names: [String], label: String = "") -> Axis {
        var axis = Axis(label, domain: -0.5...max(0.5, Double(names.count) - 0.5), sharing: .none)
        axis.names = names.enumerated().map { Ticks.Tick(value: Double($0), label: RichText($1)) }
        return axis
    }
}

/// The headers of a grid of panels.
package struct Facet: Sendable, Hashable {
    /// The headers of the rows, with marks as in `RichText`; empty for none.
    package var rows: [String]
    /// The headers of the columns.
    package var columns: [String]

    /// A panel for each row and column.
    ///
    /// - Precondition: there is at least one of each.
    package init(rows: [String] = [""], columns: [String] = [""]) {
        precondition(!rows.isEmpty && !columns.isEmpty, "\(rows.count) rows and \(columns.count) columns of panels")
        (self.rows, self.columns) = (rows, columns)
    }

    /// A single panel.
    package static let single = Facet()
}
