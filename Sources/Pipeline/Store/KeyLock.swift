import Platform

/// A name held in the store: under a lock of this machine's kernel, and under a lease where machines share the store.
package struct KeyLock: ~Copyable {
    private let file: FileLock
    let lease: Lease?

    init(_ file: consuming FileLock, _ lease: Lease?) {
        self.file = file
        self.lease = lease
    }

    /// Gives the name back; to be called where it should end, since a value may end after its last use.
    package consuming func release() {}

    deinit { lease?.release() }
}

extension Store {
    /// Holds leases from now on, here and in every process that uses the store, since other machines are going to use it.
    ///
    /// Where the file system is one that machines share, or has no locks, the store is shared without being told so.
    package func share() throws { try files.makeFolder(folder + "/leases") }

    /// Holds a name, or gives `nil` where another does.
    ///
    /// In a store that was never shared this costs one look more than the lock.
    package func lock(named name: String) throws -> KeyLock? {
        try files.makeFolder(folder + "/locks")
        guard let file = try fileLock(folder + "/locks/" + name) else { return nil }
        if try files.status(folder + "/leases") == nil {
            guard file.isStandIn || files.isShared(folder) else { return KeyLock(file, nil) }
            try share()
        }
        guard let lease = try Lease.take(folder + "/leases/" + name, in: self) else { return nil }
        return KeyLock(file, lease)
    }

    private func fileLock(_ path: String) throws -> FileLock? {
        do { return try FileLock(trying: path, removes: true, in: files) } catch let error as FileSystemError
            where error.code == 2 && files.isShared(folder)
        {
            // Another mount has just removed it, and this one remembers for a moment that it was there: held, as far as is known.
            return nil
        }
    }

    /// Holds the key that is to be made, or gives `nil` where another does.
    package func lock(_ key: Digest) throws -> KeyLock? { try lock(named: key.hex) }

    /// Whether a process on another machine holds a lease.
    func isLeasedElsewhere() throws -> Bool {
        for name in try files.list(folder + "/leases") {
            if try Lease.isHeldElsewhere(folder + "/leases/" + name, in: self) { return true }
        }
        return false
    }

    /// Ends the lease of a holder that is known to have ended on another machine.
    package func breakLease(_ key: Digest) throws {
        let folder = folder + "/leases/" + key.hex
        guard let last = try files.list(folder).compactMap({ Int($0) }).max() else { return }
        try replace("\(folder)/\(last)", with: Lease.released, sync: false)
    }
}
