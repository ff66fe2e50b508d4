/// A row-major matrix inside a `Vector`: a view, so that copying it copies no numbers.
package struct Matrix: Sendable {
    /// What holds the numbers.
    package let storage: Vector
    /// The index in `storage` of the element at row 0, column 0.
    package let offset: Int
    /// The number of rows, such as examples, tokens or pixels; 0 is allowed.
    package let rows: Int
    /// The number of columns, such as features or channels; 0 is allowed.
    package let columns: Int
    /// The distance in `storage` between a row's start and the next one's; at least `columns`.
    package let stride: Int

    /// A view of `rows` × `columns` elements of `storage` from `offset` on.
    package init(_ storage: Vector, offset: Int = 0, rows: Int, columns: Int, stride: Int? = nil) {
        let stride = stride ?? columns
        require(
            rows >= 0 && columns >= 0 && offset >= 0 && stride >= columns
                && (rows == 0 || offset + (rows - 1) * stride + columns <= storage.count),
            "a view of \(rows) × \(columns), stride \(stride), at \(offset) of \(storage.count) elements")
        self.storage = storage
        self.offset = offset
        self.rows = rows
        self.columns = columns
        self.stride = stride
    }

    /// A new matrix of zeros.
    package init(rows: Int, columns: Int) {
        self.init(Vector(count: rows * columns), rows: rows, columns: columns)
    }

    /// The rows in `range`: a view.
    package func rows(_ range: Range<Int>) -> Matrix {
        require(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
        return Matrix(storage, offset: offset + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }

    /// The columns in `range`: a view.
    package func columns(_ range: Range<Int>) -> Matrix {
        require(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
        return Matrix(storage, offset: offset + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }

    /// The same elements in another shape.
    ///
    /// - Precondition: the rows lie without gaps and the number of elements is the same.
    package func reshaped(rows: Int, columns: Int) -> Matrix {
        require(
            stride == self.columns && rows * columns == self.rows * self.columns,
            "\(self.rows) × \(self.columns), stride \(stride), as \(rows) × \(columns)")
        return Matrix(storage, offset: offset, rows: rows, columns: columns)
    }

    /// One element; for tests and small sizes.
    package subscript(row: Int, column: Int) -> Float {
        get { storage[offset + row * stride + column] }
        nonmutating set { storage[offset + row * stride + column] = newValue }
    }

    var start: UnsafeMutablePointer<Float> { storage.start + offset }

    /// The elements in row-major order: a copy.
    package var elements: [Float] {
        if storage.memory != nil { return onProcessor.elements }
        return (0..<rows).flatMap { row in (0..<columns).map { start[row * stride + $0] } }
    }

    /// For each row the column of its largest element: the first of equal ones; 0 where none is a number.
    package var largestColumns: [Int] {
        if storage.memory != nil { return onProcessor.largestColumns }
        return (0..<rows).map { row in
            let values = start + row * stride
            var best = 0
            for column in 0..<columns where values[column] > values[best] || (values[best].isNaN && !values[column].isNaN) {
                best = column
            }
            return best
        }
    }

    /// The same elements where the processor finds them: the view itself, or one of a copy of what it spans.
    package var onProcessor: Matrix {
        if storage.memory == nil { return self }
        let span = rows == 0 ? 0 : (rows - 1) * stride + columns
        let copy = Vector(count: span)
        copy.replace(from: 0, with: storage, range: offset..<offset + span)
        return Matrix(copy, rows: rows, columns: columns, stride: stride)
    }

    /// The same view of what its memory on a device is a copy of, where that is known; otherwise a copy.
    var original: Matrix {
        guard let original = storage.original else { return onProcessor }
        return Matrix(original, offset: offset, rows: rows, columns: columns, stride: stride)
    }

    /// Whether both are the same elements of the same memory.
    package func isSameView(as other: Matrix) -> Bool {
        storage === other.storage && offset == other.offset && rows == other.rows && columns == other.columns
            && stride == other.stride
    }

    var isContiguous: Bool { stride == columns || rows <= 1 }

    /// The shape as text, for messages.
    var shape: String { "\(rows) × \(columns)" }
}
