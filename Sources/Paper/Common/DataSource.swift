/// Where a data set's examples come from.
package enum DataSource: String, Codable, Sendable {
    /// The published files.
    case real
    /// What the project generates in their shape.
    case standIn = "stand-in"
}
