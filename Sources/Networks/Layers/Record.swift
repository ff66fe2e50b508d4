import Kernels

/// What one layer keeps between its passes: references to its inputs, and buffers that are reused from step to step.
package final class Record {
    /// The forward input x.
    var x: Matrix?
    /// The forward output y.
    var y: Matrix?
    /// The derivative of the loss by y, as backward was handed it.
    var yGradient: Matrix?
    /// ẋ, as tangent was handed it.
    var xTangent: Matrix?

    private let device: Device
    private var parts: [Record] = []
    private var buffers: [Vector?] = []
    private var tangentBuffers: [Vector?] = []
    /// The record of the same layer whose tangent buffers this one uses, or `nil` for its own.
    ///
    /// The chunks of a batch that one thread works on keep their tangents in one place, because a chunk's are done with before
    /// the next one's begin.
    var tangents: Record?

    /// An empty record of passes on a device; buffers come with the passes that first need them, and stay.
    package init(on device: Device) { self.device = device }

    /// The record of part number `index` of a composed layer.
    func part(_ index: Int) -> Record {
        while parts.count <= index { parts.append(Record(on: device)) }
        let part = parts[index]
        part.tangents = tangents?.part(index)
        return part
    }

    /// A buffer of the layer's own, allocated once: `slot` names its use.
    func buffer(_ slot: Slot, rows: Int, columns: Int) -> Matrix {
        matrix(slot, in: &buffers, rows: rows, columns: columns)
    }

    /// The buffer for the tangent of what `slot` names.
    func tangentBuffer(_ slot: Slot, rows: Int, columns: Int) -> Matrix {
        if let tangents { return tangents.tangentBuffer(slot, rows: rows, columns: columns) }
        return matrix(slot, in: &tangentBuffers, rows: rows, columns: columns)
    }

    /// The bytes that the record's own buffers take, those of tangents left out.
    var bytes: Int {
        buffers.reduce(0) { $0 + 4 * ($1?.count ?? 0) } + parts.reduce(0) { $0 + $1.bytes }
    }

    /// A buffer that is larger than needed serves as well: the last chunk of a batch is often a short one.
    private func matrix(_ slot: Slot, in buffers: inout [Vector?], rows: Int, columns: Int) -> Matrix {
        while buffers.count <= slot.rawValue { buffers.append(nil) }
        if let buffer = buffers[slot.rawValue], buffer.count >= rows * columns {
            return Matrix(buffer, rows: rows, columns: columns)
        }
        let buffer = device.vector(count: rows * columns)
        buffers[slot.rawValue] = buffer
        return Matrix(buffer, rows: rows, columns: columns)
    }

    /// The uses of a buffer.
    enum Slot: Int {
        case output, inputGradient
        /// Whatever else a layer keeps, such as a normalisation's statistics.
        case first, second, third, fourth, fifth, sixth, seventh
    }
}
