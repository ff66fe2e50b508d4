/// The SHA-256 of each module's sources, comments and white space left out; made while building.
///
/// A stage's key holds the digests of the modules that it runs, so that a change there, and only there, reruns it.
public enum CodeDigests {
    /// The digest of the sources of a module, or of a folder directly inside one (`Paper/Drawing`), as 64 hexadecimal digits.
    ///
    /// - Precondition: `module` is such a folder below `Sources`.
    public static func digest(of module: String) -> String {
        guard let digest = generatedCodeDigests[module] else {
            preconditionFailure("no module is named \(module); there are \(generatedCodeDigests.keys.sorted())")
        }
        return digest
    }

    /// The digests of all modules, and of the folders inside them, by name.
    public static var all: [String: String] { generatedCodeDigests }

    /// The modules below `Sources` by name, each with those of them that it imports.
    public static var imports: [String: [String]] { generatedImports }
}
