// A group is 16 lanes of blocks of 4,096 elements; `piece` elements are cut into blocks of their own.

#define ELEMENTS 4096

#define BLOCK_SUMS(NAME, X, Y, ADD)                                                                                      \
    kernel void NAME(MATRIX(x), MATRIX(y), global double *sums, const long count, const long piece, const int blocks)    \
    {                                                                                                                    \
        local double room[LANES * ROWS];                                                                                 \
        const int lane = get_local_id(0), block = get_global_id(1);                                                      \
        const long per_piece = (piece + ELEMENTS - 1) / ELEMENTS;                                                        \
        const long first = block / per_piece * piece + block % per_piece * ELEMENTS;                                     \
        const long last = min(min(first + ELEMENTS, (block / per_piece + 1) * piece), count);                            \
        double sum = 0;                                                                                                  \
        if (block < blocks)                                                                                              \
            for (long i = first + lane; i < last; i += LANES) {                                                          \
                const double x = ITEM(x, i), y = ITEM(y, i);                                                             \
                ADD;                                                                                                     \
            }                                                                                                            \
        room[LANES * get_local_id(1) + lane] = sum;                                                                      \
        barrier(CLK_LOCAL_MEM_FENCE);                                                                                    \
        if (lane == 0 && block < blocks) {                                                                               \
            double total = 0;                                                                                            \
            for (int i = 0; i < LANES; i++) total += room[LANES * get_local_id(1) + i];                                  \
            sums[block] = total;                                                                                         \
        }                                                                                                                \
    }

BLOCK_SUMS(dot_blocks, x, y, sum = fma(x, y, sum))
BLOCK_SUMS(squared_distance_blocks, x, y, const double d = x - y; sum = fma(d, d, sum))

// The rows of a block: each piece of rows has blocks of its own.
#define BLOCK_ROWS                                                                                                       \
    const int per_piece = (rows_per_piece + rows_per_block - 1) / rows_per_block, piece = block / per_piece;             \
    const int first = piece * rows_per_piece + block % per_piece * rows_per_block;                                       \
    const int last = min(min(first + rows_per_block, (piece + 1) * rows_per_piece), rows);

// The sums of blocks of rows, a block and a column an item.
kernel void column_sums(
    MATRIX(x), MATRIX(partials), const int rows, const int columns, const int rows_per_block, const int rows_per_piece)
{
    const int column = get_global_id(0), block = get_global_id(1);
    if (column >= columns) return;
    float sum = 0;
    BLOCK_ROWS
    // Unrolled, so that many numbers are on their way while they are added one by one.
#pragma unroll 16
    for (int row = first; row < last; row++) sum += AT(x, row, column);
    AT(partials, block, column) = sum;
}

// Adds matrices that lie one below the other, in order; of several sets a piece of each, then the next one. A piece is so many
// matrices.
kernel void add_partials(
    MATRIX(partials), MATRIX(result), const int rows, const int columns, const int sets, const int blocks, PIECES)
{
    const int column = get_global_id(0), row = get_global_id(1), lane = get_global_id(2);
    if (column >= columns) return;
    const int stop = lane_start(lane + 1, blocks, piece, lanes);
    global float *element = &AT(result, row, column) + lane * distance;
    float sum = *element;
    for (int first = lane_start(lane, blocks, piece, lanes); first < stop; first += piece)
        for (int set = 0; set < sets; set++)
            for (int block = first; block < min(first + piece, stop); block++)
                sum += AT(partials, ((long)set * blocks + block) * rows + row, column);
    *element = sum;
}
