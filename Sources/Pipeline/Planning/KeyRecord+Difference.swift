import Formats

/// One field in which two records differ.
package struct Difference: Hashable, Sendable, CustomStringConvertible {
    /// The field's path, such as `parameters.eta`, `code.Kernels` or `inputs.data.images.safetensors`.
    package var field: String
    /// The former value, or `nil` where there was none.
    package var from: String?
    /// The new value, or `nil` where there is none.
    package var to: String?

    /// What differs, from what to what.
    package var description: String {
        switch (from, to) {
        case (let from?, let to?): "\(field): \(from) → \(to)"
        case (nil, let to?): "\(field): new, \(to)"
        case (let from?, nil): "\(field): gone, was \(from)"
        case (nil, nil): field
        }
    }
}

extension KeyRecord {
    /// The fields in which a later record differs from this one: parameters first, then code, then inputs.
    package func differences(to later: KeyRecord) -> [Difference] {
        var found: [Difference] = []
        if kind != later.kind { found.append(Difference(field: "kind", from: kind, to: later.kind)) }
        Self.compare(parameters, later.parameters, "parameters", &found)
        Self.compare(code, later.code, "code", { String($0.prefix(12)) }, &found)
        for label in Set(inputs.keys).union(later.inputs.keys).sorted() {
            Self.compare(inputs[label] ?? [:], later.inputs[label] ?? [:], "inputs.\(label)", \.short, &found)
        }
        return found
    }

    private static func compare<V: Equatable>(
        _ a: [String: V], _ b: [String: V], _ path: String, _ text: (V) -> String, _ found: inout [Difference]
    ) {
        for name in Set(a.keys).union(b.keys).sorted() where a[name] != b[name] {
            found.append(Difference(field: path + "." + name, from: a[name].map(text), to: b[name].map(text)))
        }
    }

    private static func compare(_ a: JSON, _ b: JSON, _ path: String, _ found: inout [Difference]) {
        if a == b { return }
        if case .object(let x) = a, case .object(let y) = b {
            for name in Set(x.keys).union(y.keys).sorted() {
                switch (x[name], y[name]) {
                case (let p?, let q?): compare(p, q, path + "." + name, &found)
                case (let p, let q): found.append(Difference(field: path + "." + name, from: p?.text, to: q?.text))
                }
            }
        } else {
            found.append(Difference(field: path, from: a.text, to: b.text))
        }
    }
}
