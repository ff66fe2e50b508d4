import Kernels

/// Rows of a table for tokens, plus rows of a table for their positions: y[r] = E[token r] + P[r mod length].
///
/// Shapes: x [sequences·length, 1] of tokens as whole numbers, E [vocabulary, features], P [length, features], y
/// [sequences·length, features]. Linear in E and P, and with nothing to differentiate by in x:
///
/// - backward: Ē[t] = Σ ȳ over the rows whose token is t, P̄[i] = Σ ȳ over the rows at position i;
/// - tangent: ẏ[r] = V_E[token r] + V_P[r mod length];
/// - backward tangent: as backward, of ȳ̇.
package struct Embedding: Layer {
    let name: String
    let vocabulary: Int
    let length: Int
    let features: Int
    let initial: InitialDistribution

    /// Tables for tokens below `vocabulary` and for `length` positions, whose names begin with `name`.
    ///
    /// - Parameter initial: the distribution of both tables.
    package init(_ name: String, vocabulary: Int, length: Int, features: Int, initial: InitialDistribution) {
        self.name = name
        self.vocabulary = vocabulary
        self.length = length
        self.features = features
        self.initial = initial
    }

    /// E as `NAME.token` [vocabulary, features], then P as `NAME.position` [length, features].
    package var tensors: [TensorDeclaration] {
        [
            TensorDeclaration("\(name).token", [vocabulary, features], initial),
            TensorDeclaration("\(name).position", [length, features], initial),
        ]
    }

    /// Looks both tables up and adds them; ends the process at a token that is no whole number below the vocabulary's size.
    package func forward(_ x: Matrix, _ pass: Pass) -> Matrix {
        pass.record.x = x
        let y = pass.record.buffer(.output, rows: x.rows, columns: features)
        TokenTable.lookUp(x, table: pass.w(0), positions: pass.w(1), into: y, device: pass.device)
        return y
    }

    /// Adds the rows of ȳ to the rows of Ē and P̄ that they came from; returns nothing, since tokens have no gradient.
    ///
    /// - Precondition: `needsInput` is false: an embedding is a network's first layer.
    package func backward(_ outputGradient: Matrix, _ pass: Pass) -> Matrix? {
        guard let x = pass.record.x else { preconditionFailure("backward before forward") }
        precondition(!pass.needsInput, "tokens have no gradient: an embedding is a network's first layer")
        TokenTable.add(
            outputGradient, of: x, toTable: pass.sum(0), positions: pass.sum(1), pieces: pass.pieces(of: x), device: pass.device)
        return nil
    }

    /// Looks the same rows up in the direction's tables; ẋ is not read, since tokens do not move.
    package func tangent(_ xTangent: Matrix?, _ pass: Pass) -> Matrix {
        guard let x = pass.record.x else { preconditionFailure("tangent before forward") }
        let result = pass.record.tangentBuffer(.output, rows: x.rows, columns: features)
        TokenTable.lookUp(x, table: pass.v(0), positions: pass.v(1), into: result, device: pass.device)
        return result
    }

    /// As `backward`, of ȳ̇: the layer is linear in its tables.
    ///
    /// - Precondition: `needsInput` is false.
    package func backwardTangent(_ outputGradientTangent: Matrix, _ pass: Pass) -> Matrix? {
        backward(outputGradientTangent, pass)
    }
}
