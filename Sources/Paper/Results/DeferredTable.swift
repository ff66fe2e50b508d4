import Formats
import Synchronization

/// A table that is read when it is first asked for: a figure's key holds all tables of its runs, but most figures draw few of them.
final class DeferredTable: Sendable {
    private let read: @Sendable () throws -> Table
    private let known = Mutex<Table?>(nil)

    init(_ read: @escaping @Sendable () throws -> Table) { self.read = read }

    /// The table.
    ///
    /// - Throws: what reading it throws.
    var table: Table {
        get throws {
            try known.withLock { known in
                let table = try known ?? read()
                known = table
                return table
            }
        }
    }
}
