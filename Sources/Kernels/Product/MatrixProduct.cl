// Compiled for each of several PER: an item has PER × PER elements of the result, a group 16 × 16 items.
// Many products of one shape, or the lanes of one, are done at once, along the grid's third dimension. Of two products that are added
// up, a piece of the first is followed by one of the second, then by the next one of the first.

#define TILE (16 * PER)
#define DEPTH 16
// So many elements of an item stand side by side, and are read at once.
#if PER == 2
#define WIDTH 2
#define VECTOR float2
#define SPREAD(vector, part, numbers) vstore2(vector, part, numbers)
#else
#define WIDTH 4
#define VECTOR float4
#define SPREAD(vector, part, numbers) vstore4(vector, part, numbers)
#endif
// A row of a tile in local memory: vectors stay where they can be read at once, and terms in other banks than those before.
#define PITCH (TILE / WIDTH + 4 / WIDTH)

// Where product number z has its first element: `outer` apart for each `inner` of them, and `step` apart within these.
#define PLACE(m) (m##_offset + (z / inner) * m##_outer + (z % inner) * m##_step)

// The row and the column of an item's elements.
#define ROW(i) (first_row + (i) / WIDTH * (16 * WIDTH) + WIDTH * y + (i) % WIDTH)
#define COLUMN(j) (first_column + (j) / WIDTH * (16 * WIDTH) + WIDTH * x + (j) % WIDTH)

// Of a factor's tile an item fetches PER elements, each so many places and terms after the one before: neighbours read side by side,
// whichever way the factor stands. `across` is the distance of the result's rows or columns in it, `along` that of terms.
#define SHARE(f, is_along, origin, across, along)                                                                        \
    const int f##_place = is_along ? item / DEPTH : item % TILE, f##_term0 = is_along ? item % DEPTH : item / TILE;      \
    const int f##_places = is_along ? 256 / DEPTH : 0, f##_terms = is_along ? 0 : 256 / TILE;                            \
    const long f##_from = (long)(origin + f##_place) * across + (long)f##_term0 * along;                                 \
    const long f##_next = (long)f##_places * across + (long)f##_terms * along;                                           \
    float f##_fetched[PER];
#define FETCH(f, origin, size, along, k)                                                                                 \
    {                                                                                                                    \
        global const float *from = f + f##_from + (long)(k) * along;                                                     \
        if (origin + TILE <= size && k + DEPTH <= end)                                                                   \
            for (int i = 0; i < PER; i++) f##_fetched[i] = from[i * f##_next];                                           \
        else                                                                                                             \
            for (int i = 0; i < PER; i++)                                                                                \
                f##_fetched[i] = origin + f##_place + i * f##_places < size && k + f##_term0 + i * f##_terms < end       \
                    ? from[i * f##_next]                                                                                 \
                    : 0.0f;                                                                                              \
    }
#define STORE(f)                                                                                                         \
    for (int i = 0; i < PER; i++)                                                                                        \
        ((local float *)f##_tile[f##_term0 + i * f##_terms])[f##_place + i * f##_places] = f##_fetched[i];

// Adds a term's products to an item's sums, where `is_taken` says so of a row.
#define ADD_TERM(term, is_taken)                                                                                         \
    float left[PER], right[PER];                                                                                         \
    for (int part = 0; part < PER / WIDTH; part++) {                                                                     \
        SPREAD(a_tile[term][16 * part + y], part, left);                                                                 \
        SPREAD(b_tile[term][16 * part + x], part, right);                                                                \
    }                                                                                                                    \
    for (int i = 0; i < PER; i++)                                                                                        \
        if (is_taken)                                                                                                    \
            for (int j = 0; j < PER; j++) sum[i][j] = fma(left[i], right[j], sum[i][j]);

kernel __attribute__((reqd_work_group_size(16, 16, 1))) void PRODUCT(
    MATRIX(a), const int a_term, const long a_outer, const long a_step,
    MATRIX(b), const int b_column, const long b_outer, const long b_step,
    MATRIX(c), const long c_outer, const long c_step,
    const int m, const int n, const int depth, const int terms_per_block, const int inner,
    const int is_added, EPILOGUE, const int triangle, const int panel,
    const int products, MATRIX(other_a), MATRIX(other_b), PIECES)
{
    // Columns of the result run along the first dimension, so that neighbours store side by side.
    local VECTOR a_tile[DEPTH][PITCH], b_tile[DEPTH][PITCH];
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
    SHARE(a, a_term == 1, first_row, a_stride, a_term)
    SHARE(b, b_column != 1, first_column, b_column, b_stride)
    float total[PER][PER], sum[PER][PER];
    for (int i = 0; i < PER; i++)
        for (int j = 0; j < PER; j++)
            total[i][j] = is_added && ROW(i) < m && COLUMN(j) < n ? c[(long)ROW(i) * c_stride + COLUMN(j)] : 0.0f;
    // The first block is stored, not added to zero, which would lose a −0.
    bool is_stored = !is_added;
    int product = 0, first = lane_start(lane, depth, piece, lanes), block = first;
    do {
        const int last = min(first + piece, stop), end = min(block + terms_per_block, last);
        for (int i = 0; i < PER; i++)
            for (int j = 0; j < PER; j++) sum[i][j] = 0.0f;
        FETCH(a, first_row, m, a_term, block)
        FETCH(b, first_column, n, b_stride, block)
        for (int k = block; k < end; k += DEPTH) {
            STORE(a)
            STORE(b)
            barrier(CLK_LOCAL_MEM_FENCE);
            // The next tiles are on their way while these are worked on.
            if (k + DEPTH < end) {
                FETCH(a, first_row, m, a_term, k + DEPTH)
                FETCH(b, first_column, n, b_stride, k + DEPTH)
            }
            if (triangle < 2 && k + DEPTH <= end) {
                for (int term = 0; term < DEPTH; term++) { ADD_TERM(term, true) }
            } else {
                // What a triangle spares, the processor spares by panels of rows.
                for (int term = 0; term < min(DEPTH, end - k); term++) {
                    ADD_TERM(term, (triangle != 3 || k + term >= ROW(i) / panel * panel)
                        && (triangle != 2 || k + term < min(ROW(i) / panel * panel + panel, m)))
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
        const int row = ROW(i);
        if (row >= m) continue;
        for (int j = 0; j < PER; j++) {
            const int column = COLUMN(j);
            if (column >= n) continue;
            float value = total[i][j];
            FINISH(value, row, column)
            c[(long)row * c_stride + column] = value;
        }
    }
}

#undef TILE
#undef DEPTH
#undef WIDTH
#undef VECTOR
#undef SPREAD
#undef PITCH
#undef PLACE
#undef ROW
#undef COLUMN
#undef SHARE
#undef FETCH
#undef STORE
#undef ADD_TERM
