// Compiled for each of several PER: an item has PER × PER elements of the result, a group 16 × 16 items.
// Many products of one shape, or the lanes of one, are done at once, along the grid's third dimension. Of two products that are added
// up, a piece of the first is followed by one of the second, then by the next one of the first.

#define TILE (16 * PER)
#define DEPTH 16

// Where product number z has its first element: `outer` apart for each `inner` of them, and `step` apart within these.
#define PLACE(m) (m##_offset + (z / inner) * m##_outer + (z % inner) * m##_step)

kernel __attribute__((reqd_work_group_size(16, 16, 1))) void PRODUCT(
    MATRIX(a), const int a_term, const long a_outer, const long a_step,
    MATRIX(b), const int b_column, const long b_outer, const long b_step,
    MATRIX(c), const long c_outer, const long c_step,
    const int m, const int n, const int depth, const int terms_per_block, const int inner,
    const int is_added, EPILOGUE, const int triangle, const int panel,
    const int products, MATRIX(other_a), MATRIX(other_b), PIECES)
{
    // Columns of the result run along the first dimension, so that neighbours store side by side.
    local float a_tile[DEPTH][TILE + 1], b_tile[DEPTH][TILE + 1];
    const int x = get_local_id(0), y = get_local_id(1), item = 16 * y + x;
    const int first_column = TILE * get_group_id(0), first_row = TILE * get_group_id(1);
    // In lanes there is one product, and the grid's third dimension is the lane.
    const int lane = lanes > 1 ? get_global_id(2) : 0, z = lanes > 1 ? 0 : get_global_id(2);
    const int stop = lane_start(lane + 1, depth, piece, lanes);
    global const float *a = a_start + PLACE(a);
    global const float *b = b_start + PLACE(b);
    global const float *next_a = products > 1 ? other_a_start + other_a_offset : a;
    global const float *next_b = products > 1 ? other_b_start + other_b_offset : b;
    global float *c = c_start + PLACE(c) + lane * distance;
    float total[PER][PER], sum[PER][PER];
    int from[PER], to[PER];
    for (int i = 0; i < PER; i++) {
        const int row = first_row + y + 16 * i;
        // What a triangle spares, the processor spares by panels of rows.
        from[i] = triangle == 3 ? row / panel * panel : 0;
        to[i] = triangle == 2 ? min(row / panel * panel + panel, m) : depth;
        for (int j = 0; j < PER; j++) {
            const int column = first_column + x + 16 * j;
            total[i][j] = is_added && row < m && column < n ? c[(long)row * c_stride + column] : 0.0f;
        }
    }
    // The first block is stored, not added to zero, which would lose a −0.
    bool is_stored = !is_added;
    int product = 0, first = lane_start(lane, depth, piece, lanes), block = first;
    do {
        const int last = min(first + piece, stop), end = min(block + terms_per_block, last);
        for (int i = 0; i < PER; i++)
            for (int j = 0; j < PER; j++) sum[i][j] = 0.0f;
        for (int k = block; k < end; k += DEPTH) {
            for (int index = item; index < TILE * DEPTH; index += 256) {
                // Neighbours read side by side, whichever way the factor stands.
                const int row = a_term == 1 ? index / DEPTH : index % TILE;
                const int term = a_term == 1 ? index % DEPTH : index / TILE;
                const bool is_inside = first_row + row < m && k + term < end;
                a_tile[term][row] = is_inside ? a[(long)(first_row + row) * a_stride + (long)(k + term) * a_term] : 0.0f;
            }
            for (int index = item; index < TILE * DEPTH; index += 256) {
                const int column = b_column == 1 ? index % TILE : index / DEPTH;
                const int term = b_column == 1 ? index / TILE : index % DEPTH;
                const bool is_inside = first_column + column < n && k + term < end;
                b_tile[term][column] =
                    is_inside ? b[(long)(k + term) * b_stride + (long)(first_column + column) * b_column] : 0.0f;
            }
            barrier(CLK_LOCAL_MEM_FENCE);
            const int terms = min(DEPTH, end - k);
            for (int term = 0; term < terms; term++) {
                float left[PER], right[PER];
                for (int i = 0; i < PER; i++) left[i] = a_tile[term][y + 16 * i];
                for (int j = 0; j < PER; j++) right[j] = b_tile[term][x + 16 * j];
                for (int i = 0; i < PER; i++) {
                    if (triangle < 2 || (k + term >= from[i] && k + term < to[i]))
                        for (int j = 0; j < PER; j++) sum[i][j] = fma(left[i], right[j], sum[i][j]);
                }
            }
            barrier(CLK_LOCAL_MEM_FENCE);
        }
        for (int i = 0; i < PER; i++)
            for (int j = 0; j < PER; j++) total[i][j] = is_stored ? sum[i][j] : total[i][j] + sum[i][j];
        is_stored = false;
        block = end;
        if (block == last) {
            global const float *this_a = a, *this_b = b;
            a = next_a, b = next_b, next_a = this_a, next_b = this_b;
            product = (product + 1) % products;
            if (product == 0) first = last;
            block = first;
        }
    } while (block < stop);
    for (int i = 0; i < PER; i++) {
        const int row = first_row + y + 16 * i;
        if (row >= m) continue;
        for (int j = 0; j < PER; j++) {
            const int column = first_column + x + 16 * j;
            if (column >= n) continue;
            float value = total[i][j];
            FINISH(value, row, column)
            c[(long)row * c_stride + column] = value;
        }
    }
}

#undef TILE
#undef DEPTH
#undef PLACE
