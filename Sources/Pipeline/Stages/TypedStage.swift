import Formats

/// A stage whose stored properties are its parameters: all that decides its result besides the inputs and the code.
///
/// They are coded under their names into the record (`Formats.Record`), and read back from it where the stage runs: in this process
/// or in a job of a cluster. A new parameter is a new property.
package protocol TypedStage: Codable, Sendable {
    /// The name of the kind, in records and in the names of stages.
    static var kind: String { get }
    /// The modules, and parts of modules, whose code decides the result; their digests enter the key.
    static var modules: [String] { get }

    /// Makes the outputs; see `StageKind.run`.
    func run(_ run: StageRun) throws
}

/// How a typed stage runs.
package struct TypedKind<Type: TypedStage>: StageKind {
    /// The runner of the stages of this type.
    package init(_: Type.Type) {}
    /// The type's kind.
    package var name: String { Type.kind }
    /// The type's modules.
    package var modules: [String] { Type.modules }

    /// Reads the parameters, and runs.
    package func run(_ run: StageRun) throws { try Record.decode(Type.self, from: run.parameters).run(run) }
}

extension Stage {
    /// A stage with the properties of `type` as parameters.
    ///
    /// - Precondition: they are numbers, texts, truth values, and arrays and structures of such.
    package init(
        _ name: String, _ type: some TypedStage, inputs: [Input] = [], resources: Resources = Resources(),
        publishes: [String: String] = [:]
    ) {
        do {
            self.init(
                name, kind: Swift.type(of: type).kind, parameters: try Record.encode(type), inputs: inputs, resources: resources,
                publishes: publishes)
        } catch {
            preconditionFailure("the parameters of \(name) cannot be coded: \(error)")
        }
    }
}
