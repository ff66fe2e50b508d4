/// How two drawings of a figure relate: the committed one, and the one just drawn.
package struct FigureComparison: Sendable {
    /// What about a figure can differ.
    package enum Aspect: String, Sendable, Hashable, CaseIterable {
        case data, axes, labels, style
        /// Nothing that a reader could see.
        case bytes
    }

    /// The outcome.
    package enum Verdict: Sendable, Hashable {
        /// Every byte is equal.
        case identical
        /// The scenes agree, and each series within the tolerance that the figure declares.
        case equivalent
        /// Something else differs: in the order of `Aspect`.
        case changed([Aspect])
    }

    /// One thing that differs.
    package struct Difference: Sendable, Hashable, CustomStringConvertible {
        /// What about the figure differs.
        package var aspect: Aspect
        /// The panel, series or part of the figure.
        package var place: String
        /// The abscissa of the first point that differs, where that is a matter of points.
        package var step: Double?
        /// What it was and what it became, without a full stop at its end; of a series, its first point that differs.
        package var text: String

        /// Aspect, place, step where there is one, and text in one line: `data: PLACE, at STEP: TEXT`.
        package var description: String {
            "\(aspect.rawValue): \(place)" + (step.map { ", at \(numberText($0))" } ?? "") + ": \(text)"
        }
    }

    /// The outcome for picture and table together.
    package var verdict: Verdict
    /// In the order of aspects, and within them of the figure.
    package var differences: [Difference]

    /// Compares the texts of two drawings and of their tables.
    ///
    /// A text that cannot be read counts as a change of data that says why.
    package init(old: String, new: String, oldTable: String, newTable: String) {
        if old.utf8.elementsEqual(new.utf8) && oldTable.utf8.elementsEqual(newTable.utf8) {
            (verdict, differences) = (.identical, [])
            return
        }
        do throws(FigureReadingError) {
            let pair = Pair(
                old: try FigureReading(parsing: old), new: try FigureReading(parsing: new),
                oldTable: try FigureTable(parsing: oldTable), newTable: try FigureTable(parsing: newTable))
            let found = pair.differences()
            differences = Aspect.allCases.flatMap { aspect in found.filter { $0.aspect == aspect } }
            let aspects = Aspect.allCases.filter { aspect in found.contains { $0.aspect == aspect } }
            if !aspects.isEmpty {
                verdict = .changed(aspects)
            } else if pair.hasOtherNumbers {
                verdict = .equivalent
            } else {
                verdict = .changed([.bytes])
                differences = [
                    Difference(aspect: .bytes, place: "file", text: "written otherwise, though nothing that it says differs")
                ]
            }
        } catch {
            verdict = .changed([.data])
            differences = [Difference(aspect: .data, place: "file", text: "cannot be read: \(error)")]
        }
    }
}

extension FigureComparison.Verdict: CustomStringConvertible {
    /// `identical`, `equivalent`, or `changed: ` with the aspects behind it, such as `changed: data, axes`.
    package var description: String {
        switch self {
        case .identical: "identical"
        case .equivalent: "equivalent"
        case .changed(let aspects):
            "changed: " + aspects.map { $0 == .bytes ? "bytes only" : $0.rawValue }.joined(separator: ", ")
        }
    }
}
