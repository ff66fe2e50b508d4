import Formats
import Training

/// What one run came to.
struct RunResult: Sendable {
    var label: String
    var optimiser: AnyOptimiser
    /// η.
    var learningRate: Double
    var seed: Int
    /// The first step at which the loss was not finite.
    var divergedAt: Int?
    /// The files that the tables are read from, with their digests.
    var files: [(name: String, sha256: String)]
    private let trainingTable: DeferredTable
    private let measurementTable: DeferredTable
    private let windowTable: DeferredTable?
    private let comparisonTable: DeferredTable?

    /// A run with its tables, which are read when they are first asked for.
    init(
        label: String, optimiser: AnyOptimiser, learningRate: Double, seed: Int,
        training: @autoclosure @escaping @Sendable () throws -> Table,
        measurements: @autoclosure @escaping @Sendable () throws -> Table,
        window: (@Sendable () throws -> Table)? = nil, comparison: (@Sendable () throws -> Table)? = nil, divergedAt: Int?,
        files: [(name: String, sha256: String)]
    ) {
        (self.label, self.optimiser, self.learningRate, self.seed) = (label, optimiser, learningRate, seed)
        (trainingTable, measurementTable) = (DeferredTable(training), DeferredTable(measurements))
        (windowTable, comparisonTable) = (window.map { DeferredTable($0) }, comparison.map { DeferredTable($0) })
        (self.divergedAt, self.files) = (divergedAt, files)
    }

    /// A row for each step.
    ///
    /// - Throws: `TableError` or `FileSystemError` for a damaged table.
    var training: Table { get throws { try trainingTable.table } }

    /// A row for each check.
    ///
    /// - Throws: `TableError` or `FileSystemError` for a damaged table.
    var measurements: Table { get throws { try measurementTable.table } }

    /// A row for each of some consecutive steps, with the columns of the measurements and `overlap`; `gradient_along` has a sign
    /// that is continuous over them. `nil` where the run has no such window.
    ///
    /// - Throws: `TableError` or `FileSystemError` for a damaged table.
    var window: Table? { get throws { try windowTable?.table } }

    /// The columns of the measurements by the second estimator, at some of the steps; `nil` where the run has none.
    ///
    /// - Throws: `TableError` or `FileSystemError` for a damaged table.
    var comparison: Table? { get throws { try comparisonTable?.table } }

    /// Of a run that diverged the last step at which the loss was finite; nothing where there was none.
    var lastFiniteStep: Double? { divergedAt.flatMap { $0 > 0 ? Double($0 - 1) : nil } }

    /// A column of the measurements.
    func measured(_ column: String) throws -> [Double] { try measurements.column(named: column) }
}
