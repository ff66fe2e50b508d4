import Builtin

/// Sixteen rows of sixteen numbers, turned into their columns, or summed up, in registers.
enum Square16 {
    typealias Lanes = SIMD16<Float>

    private typealias Rows = (
        Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes
    )

    /// Writes to `target`, `targetStride` apart, the columns of the rows at `source`, which lie `sourceStride` apart.
    @inline(__always)
    static func transpose(
        _ source: UnsafePointer<Float>, sourceStride: Int, to target: UnsafeMutablePointer<Float>, targetStride: Int
    ) {
        func row(_ index: Int) -> Lanes {
            UnsafeRawPointer(source + index * sourceStride).loadUnaligned(as: Lanes.self)
        }
        func store(_ lanes: Lanes, _ index: Int) {
            UnsafeMutableRawPointer(target + index * targetStride).storeBytes(of: lanes, as: Lanes.self)
        }
        var rows: Rows = (
            row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7), row(8), row(9), row(10), row(11), row(12), row(13),
            row(14), row(15)
        )
        // Each round moves one bit of a number's place from its row to its column.
        rows = shuffled(rows)
        rows = shuffled(rows)
        rows = shuffled(rows)
        rows = shuffled(rows)
        store(rows.0, 0)
        store(rows.1, 1)
        store(rows.2, 2)
        store(rows.3, 3)
        store(rows.4, 4)
        store(rows.5, 5)
        store(rows.6, 6)
        store(rows.7, 7)
        store(rows.8, 8)
        store(rows.9, 9)
        store(rows.10, 10)
        store(rows.11, 11)
        store(rows.12, 12)
        store(rows.13, 13)
        store(rows.14, 14)
        store(rows.15, 15)
    }

    /// The sums of the sixteen rows, each in the order of `Lanes16.sum`.
    ///
    /// Half the shuffles and a fraction of the waiting that sixteen sums one by one take.
    @inline(__always)
    static func sums(_ row: (_ index: Int) -> Lanes) -> Lanes {
        @inline(__always) func sum(_ a: Lanes, _ b: Lanes) -> Lanes { lowPairs(a, b) + highPairs(a, b) }
        // Each round adds the halves of two rows side by side; the numbers of the rows end up in order.
        @inline(__always) func four(_ first: Int) -> Lanes {
            sum(
                sum(row(first), row(first + 8)), sum(row(first + 4), row(first + 12)))
        }
        return sum(sum(four(0), four(2)), sum(four(1), four(3)))
    }

    /// The perfect shuffle of the rows of the upper and lower half, row by row.
    @inline(__always)
    private static func shuffled(_ v: Rows) -> Rows {
        (
            lowPairs(v.0, v.8), highPairs(v.0, v.8),
            lowPairs(v.1, v.9), highPairs(v.1, v.9),
            lowPairs(v.2, v.10), highPairs(v.2, v.10),
            lowPairs(v.3, v.11), highPairs(v.3, v.11),
            lowPairs(v.4, v.12), highPairs(v.4, v.12),
            lowPairs(v.5, v.13), highPairs(v.5, v.13),
            lowPairs(v.6, v.14), highPairs(v.6, v.14),
            lowPairs(v.7, v.15), highPairs(v.7, v.15)
        )
    }

    /// The first eight numbers of both, in turn.
    @inline(__always)
    private static func lowPairs(_ a: Lanes, _ b: Lanes) -> Lanes {
        var mask: Builtin.Vec16xInt32 = Builtin.zeroInitializer()
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (0 as Int32)._value, (0 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (16 as Int32)._value, (1 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (1 as Int32)._value, (2 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (17 as Int32)._value, (3 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (2 as Int32)._value, (4 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (18 as Int32)._value, (5 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (3 as Int32)._value, (6 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (19 as Int32)._value, (7 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (4 as Int32)._value, (8 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (20 as Int32)._value, (9 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (5 as Int32)._value, (10 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (21 as Int32)._value, (11 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (6 as Int32)._value, (12 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (22 as Int32)._value, (13 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (7 as Int32)._value, (14 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (23 as Int32)._value, (15 as Int32)._value)
        return unsafeBitCast(
            Builtin.shufflevector_Vec16xFPIEEE32_Vec16xInt32(a._storage._value, b._storage._value, mask), to: Lanes.self)
    }

    /// The last eight numbers of both, in turn.
    @inline(__always)
    private static func highPairs(_ a: Lanes, _ b: Lanes) -> Lanes {
        var mask: Builtin.Vec16xInt32 = Builtin.zeroInitializer()
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (8 as Int32)._value, (0 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (24 as Int32)._value, (1 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (9 as Int32)._value, (2 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (25 as Int32)._value, (3 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (10 as Int32)._value, (4 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (26 as Int32)._value, (5 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (11 as Int32)._value, (6 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (27 as Int32)._value, (7 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (12 as Int32)._value, (8 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (28 as Int32)._value, (9 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (13 as Int32)._value, (10 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (29 as Int32)._value, (11 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (14 as Int32)._value, (12 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (30 as Int32)._value, (13 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (15 as Int32)._value, (14 as Int32)._value)
        mask = Builtin.insertelement_Vec16xInt32_Int32_Int32(mask, (31 as Int32)._value, (15 as Int32)._value)
        return unsafeBitCast(
            Builtin.shufflevector_Vec16xFPIEEE32_Vec16xInt32(a._storage._value, b._storage._value, mask), to: Lanes.self)
    }
}
