/// A way to a data set's published examples: what has to be fetched.
package enum DataRoute: Hashable, Sendable {
    /// The files that are read.
    case files(Dataset)
    /// The archive that these can be made from.
    case archive(Dataset)

    /// The fetched files by their path in a mirror.
    package var paths: [String] {
        switch self {
        case .files(let dataset): dataset.files
        case .archive(let dataset): dataset.archive.map { [$0.path] } ?? []
        }
    }

    /// Whether another route is left where this one leads nowhere.
    package var hasNext: Bool { if case .files(let dataset) = self { dataset.archive != nil } else { false } }

    /// The name of the stage that fetches them.
    package var stageName: String {
        switch self {
        case .files(let dataset): "fetch/\(dataset.name)"
        case .archive(let dataset): "fetch/\(dataset.name)-archive"
        }
    }
}

extension Dataset {
    /// The ways to the data set, the shortest first.
    package var routes: [DataRoute] { [.files(self)] + (archive == nil ? [] : [.archive(self)]) }
}
