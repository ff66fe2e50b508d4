import Foundation
import TestSupport

extension Torture {
    /// A folder in memory where there is one: what is tested does not depend on the disk, and its waiting would be most of the time.
    static func folder() throws -> TemporaryFolder {
        try TemporaryFolder(in: FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : nil)
    }
}
