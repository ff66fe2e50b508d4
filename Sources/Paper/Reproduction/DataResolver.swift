import Formats
import Pipeline

/// Which source a user asks for.
package enum DataMode: String, CaseIterable, Sendable {
    /// The published files where they can be had, stand-ins otherwise.
    case auto
    case real
    case standIn = "standin"
}

/// Decides for each data set between the published files and stand-ins.
package struct DataResolver {
    package let mode: DataMode
    /// Whether the user named a mirror, so that an earlier failure to reach anything does not count.
    package let hasMirror: Bool
    /// Where a fallback is remembered, so that a dead network is not asked again at every run.
    package let memory: String

    package init(mode: DataMode, hasMirror: Bool, store: String) {
        (self.mode, self.hasMirror, memory) = (mode, hasMirror, store + "/stand-ins.json")
    }

    /// What became of the attempt to fetch a data set.
    package enum Fetched {
        /// The files are in the store.
        case here
        /// Nothing was reached, for this reason.
        case unreachable(String)
    }

    /// The source of each data set, and what the user should be told.
    ///
    /// - Parameters:
    ///   - needed: the data sets that what is to be run rests on; others are not fetched.
    ///   - isHere: whether the files are in the store already.
    ///   - fetch: fetches the files; `nil` where nothing may be run, and the files are then assumed to be there later.
    /// - Throws: what `fetch` throws, such as an error for a file whose digest differs.
    package func resolve(
        _ datasets: [Dataset], needed: [Dataset], isHere: (Dataset) throws -> Bool, fetch: ((Dataset) throws -> Fetched)?
    ) throws -> (sources: [Dataset: DataSource], notices: [String]) {
        var sources: [Dataset: DataSource] = [:]
        var notices: [String] = []
        var remembered = try recall()
        for dataset in datasets {
            let fetch = needed.contains(dataset) ? fetch : nil
            switch mode {
            case .standIn: sources[dataset] = .standIn
            case .real:
                sources[dataset] = .real
                if let fetch, !(try isHere(dataset)), case .unreachable(let reason) = try fetch(dataset) {
                    throw DataError.unreachable(dataset, reason)
                }
            case .auto:
                if try isHere(dataset) {
                    sources[dataset] = .real
                } else if !hasMirror, remembered[dataset.rawValue] != nil {
                    sources[dataset] = .standIn
                    if needed.contains(dataset) {
                        notices.append(Self.notice(dataset, reason: "its files could not be reached earlier"))
                    }
                } else if let fetch {
                    switch try fetch(dataset) {
                    case .here:
                        sources[dataset] = .real
                        remembered[dataset.rawValue] = nil
                    case .unreachable(let reason):
                        sources[dataset] = .standIn
                        remembered[dataset.rawValue] = .string(reason)
                        notices.append(Self.notice(dataset, reason: reason))
                    }
                } else {
                    sources[dataset] = .real
                }
            }
        }
        if fetch != nil, remembered != (try recall()) {
            try FileBytes.write(JSON.object(remembered).prettyText, to: memory)
        }
        return (sources, notices)
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
        do { return try JSON(parsing: try FileBytes.read(memory, limit: 1 << 20)).objectValue ?? [:] } catch is JSONError {
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
