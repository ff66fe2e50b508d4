import Formats
import Pipeline
import Platform

/// Which source a user asks for.
package enum DataMode: String, CaseIterable, Sendable {
    /// The published files where they can be had, stand-ins otherwise.
    case auto
    case real
    case standIn = "standin"
}

/// Decides for each data set between the published files and stand-ins.
package struct DataResolver {
    /// Which source the user asks for; `real` makes data that cannot be had an error, instead of a reason for stand-ins.
    package let mode: DataMode
    /// Whether the user named a mirror, so that an earlier failure to reach anything does not count.
    package let hasMirror: Bool
    /// Where a fallback is remembered, so that a dead network is not asked again at every run.
    package let memory: String

    /// A resolver that remembers fallbacks in the folder `store`; reads nothing yet.
    package init(mode: DataMode, hasMirror: Bool, store: String) {
        (self.mode, self.hasMirror, memory) = (mode, hasMirror, store + "/stand-ins.json")
    }

    /// What became of the attempt to fetch a data set by one of its routes.
    package enum Fetched {
        /// The files are in the store.
        case here
        /// Nothing was reached, for this reason.
        case unreachable(String)
        /// The files have no address, and no mirror is named.
        case nowhere
    }

    /// What was decided.
    package struct Resolution {
        /// The source of each data set that was asked about.
        package var sources: [Dataset: DataSource] = [:]
        /// The data sets whose files are made from their archives.
        package var archives: Set<Dataset> = []
        /// What the user should be told.
        package var notices: [String] = []

        fileprivate mutating func take(_ dataset: Dataset, by route: DataRoute) {
            sources[dataset] = .real
            if case .archive = route { archives.insert(dataset) }
        }
    }

    /// The source of each data set, and what the user should be told.
    ///
    /// - Parameters:
    ///   - needed: the data sets that what is to be run rests on; others are not fetched.
    ///   - isHere: whether a route's files are in the store already.
    ///   - fetch: fetches a route's files; `nil` where nothing may be run, and the files are then assumed to be there later.
    /// - Throws: what `fetch` throws, such as an error for a file whose digest differs.
    package func resolve(
        _ datasets: [Dataset], needed: [Dataset], isHere: (DataRoute) throws -> Bool, fetch: ((DataRoute) throws -> Fetched)?
    ) throws -> Resolution {
        var result = Resolution()
        var remembered = try recall()
        for dataset in datasets {
            if mode == .standIn {
                result.sources[dataset] = .standIn
            } else if let route = try dataset.routes.first(where: isHere) {
                result.take(dataset, by: route)
            } else if mode == .auto, !hasMirror, remembered[dataset.name] != nil {
                result.sources[dataset] = .standIn
                if needed.contains(dataset) {
                    result.notices.append(Self.notice(dataset, reason: "its files could not be reached earlier"))
                }
            } else if let fetch, needed.contains(dataset) {
                let (route, reason) = try first(of: dataset.routes, fetch)
                if let route {
                    result.take(dataset, by: route)
                    remembered[dataset.name] = nil
                } else if mode == .real {
                    throw DataError.unreachable(dataset, reason)
                } else {
                    result.sources[dataset] = .standIn
                    remembered[dataset.name] = .string(reason)
                    result.notices.append(Self.notice(dataset, reason: reason))
                }
            } else if let route = hasMirror ? dataset.routes.first : dataset.routes.last {
                // A guess: a mirror is likely to have the files themselves.
                result.take(dataset, by: route)
            }
        }
        if fetch != nil, remembered != (try recall()) {
            try FileSystem().replace(memory, with: JSON.object(remembered).prettyText)
        }
        return result
    }

    /// The first route whose files can be fetched; or none, and why.
    private func first(of routes: [DataRoute], _ fetch: (DataRoute) throws -> Fetched) throws -> (
        route: DataRoute?, reason: String
    ) {
        var reasons: [String] = []
        for route in routes {
            switch try fetch(route) {
            case .here: return (route, "")
            case .unreachable(let reason): reasons.append(reason)
            case .nowhere: continue
            }
        }
        return (nil, reasons.isEmpty ? "no mirror is named, and no address is known" : reasons.joined(separator: "\n"))
    }

    private static func notice(_ dataset: Dataset, reason: String) -> String {
        """
        STAND-IN DATA: \(dataset.title) is replaced by generated examples; every figure and table says so.
          reason: \(reason)
          for the real data give a mirror (make MIRROR=FOLDER) or try the network again (make DATA=real)
        """
    }

    private func recall() throws -> [String: JSON] {
        guard Self.exists(memory) else { return [:] }
        // What cannot be read is as good as forgotten: the network is asked again.
        do {
            return try JSON(parsing: try FileSystem().contents(of: memory, limit: 1 << 20)).objectValue ?? [:]
        } catch is JSONError {
            return [:]
        }
    }

    private static func exists(_ path: String) -> Bool {
        do { return try FileSystem().status(path) != nil } catch { return false }
    }
}

/// Why data cannot be had.
package enum DataError: Error, CustomStringConvertible {
    case unreachable(Dataset, String)

    /// What cannot be had, why, and which options lead on.
    package var description: String {
        switch self {
        case .unreachable(let dataset, let reason):
            """
            the real data of \(dataset.title) was asked for and cannot be had: \(reason)
            give a mirror (--mirror FOLDER-OR-URL), or let stand-ins be used (--data auto or --data standin)
            """
        }
    }
}
