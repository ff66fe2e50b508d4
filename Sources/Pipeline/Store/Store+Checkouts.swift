import Formats
import Platform

/// What a checkout of a project last used, kept in the store so that a collection started by another leaves it.
///
/// ```
/// checkouts/DIGEST/SCOPE.json        of the project's folder, and of a profile
/// checkouts/DIGEST/train-DIGEST.json of a run with settings of its own
/// ```
struct CheckoutUse {
    /// The project's folder.
    var root: String
    /// The name under which last records are kept.
    var scope: String
    /// Keys by the names of stages.
    var keys: [String: Digest]

    var json: JSON {
        ["root": .string(root), "scope": .string(scope), "keys": .object(keys.mapValues { .string($0.hex) })]
    }

    init(root: String, scope: String, keys: [String: Digest]) { (self.root, self.scope, self.keys) = (root, scope, keys) }

    /// What a file holds; `nil` where that is nothing of the kind.
    init?(_ bytes: [UInt8]) {
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch { return nil }
        guard let root = json["root"]?.stringValue, let scope = json["scope"]?.stringValue, let keys = json["keys"]?.objectValue
        else { return nil }
        self.init(root: root, scope: scope, keys: keys.compactMapValues { $0.stringValue.flatMap { Digest(hex: $0) } })
    }
}

extension Store {
    /// The folder of what the checkout in a folder has used.
    private func checkout(_ root: String) -> String { folder + "/checkouts/" + Digest.of(Array(root.utf8)).short }

    /// Notes what a run used, for collections.
    ///
    /// - Parameter isOwn: whether the run has settings of its own, and is remembered beside others of the scope.
    /// - Throws: `FileSystemError`.
    func noteUse(of keys: [String: Digest], root: String, scope: String, isOwn: Bool) throws {
        if keys.isEmpty { return }
        let settings = keys.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.hex)\n" }.joined()
        let name = isOwn ? "\(scope)-\(Digest.of(Array(settings.utf8)).short)" : scope
        let path = "\(checkout(root))/\(name).json"
        let former = try files.read(path, isSteady: false)
        let known = isOwn ? [:] : former.flatMap(CheckoutUse.init)?.keys ?? [:]
        let bytes = Array(CheckoutUse(root: root, scope: scope, keys: known.merging(keys) { $1 }).json.prettyText.utf8)
        if bytes == former { return }
        try files.makeFolder(checkout(root))
        try replace(path, with: bytes, sync: false)
    }

    /// Forgets the last results of all stages under a scope, and what checkouts have used under it: collections keep them no longer.
    ///
    /// - Throws: `FileSystemError`.
    package func forget(scope: String) throws {
        try files.removeTree("\(folder)/stages/\(scope)")
        for (path, use) in try checkoutUses() where use.scope == scope { try files.remove(path) }
    }

    /// All that checkouts have used, with the paths of the files that say so.
    func checkoutUses() throws -> [(path: String, use: CheckoutUse)] {
        try files.files(below: folder + "/checkouts").compactMap { name in
            let path = folder + "/checkouts/" + name
            return try files.read(path, isSteady: false).flatMap(CheckoutUse.init).map { (path, $0) }
        }
    }
}
