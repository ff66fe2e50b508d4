// What all kernels share. Each kernel stands beside its twin for the processor, whose comments say what it computes; every element
// is computed by the same operations in the same order. Nothing is fused but by fma, and nothing depends on the size of a group.

#pragma OPENCL FP_CONTRACT OFF
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

// A matrix as a kernel's argument: where it begins in its memory, and the distance of its rows.
#define MATRIX(m) global float *m##_start, const long m##_offset, const int m##_stride
// One element of it.
#define AT(m, row, column) m##_start[m##_offset + (long)(row) * m##_stride + (column)]
// Element i of a matrix without gaps.
#define ITEM(m, i) m##_start[m##_offset + (i)]

// What is done to an element once its sum is complete, and the arguments that say it; numbered as Swift's `Epilogue` is.
#define EPILOGUE const int epilogue, MATRIX(bias), MATRIX(active)
#define FINISH(value, row, column)                                                                                       \
    if (epilogue == 1 || epilogue == 2 || epilogue == 4) value = value + AT(bias, 0, column);                            \
    if (epilogue == 2) value = value < 0 ? 0.0f : value;                                                                 \
    if (epilogue >= 3) value = AT(active, row, column) <= 0 ? 0.0f : value;

// How a sum over rows is cut, as Swift's `Pieces` is: the rows of a piece, and lanes whose results lie `distance` apart.
#define PIECES const int piece, const int lanes, const long distance
// The first of `rows` rows that a lane takes; for the number of lanes, `rows`.
int lane_start(const int lane, const int rows, const int piece, const int lanes)
{
    const long pieces = ((long)rows + piece - 1) / piece;
    return (int)min(lane * pieces / lanes * piece, (long)rows);
}

// Sums along a row run in 16 lanes, column j in lane j mod 16. A group is 16 lanes of ROWS rows.
#define LANES 16
#define ROWS 8

// What a row's lanes come to, joined by halves; for every lane. All items of a group call it.
#define OF_ROW(NAME, JOIN)                                                                                               \
    float NAME(local float *room, const float value)                                                                     \
    {                                                                                                                    \
        const int lane = get_local_id(0);                                                                                \
        local float *row = room + LANES * get_local_id(1);                                                               \
        row[lane] = value;                                                                                               \
        for (int distance = LANES / 2; distance > 0; distance /= 2) {                                                    \
            barrier(CLK_LOCAL_MEM_FENCE);                                                                                \
            if (lane < distance) row[lane] = JOIN(row[lane], row[lane + distance]);                                      \
        }                                                                                                                \
        barrier(CLK_LOCAL_MEM_FENCE);                                                                                    \
        const float joined = row[0];                                                                                     \
        barrier(CLK_LOCAL_MEM_FENCE);                                                                                    \
        return joined;                                                                                                   \
    }

#define SUM(x, y) (x) + (y)
#define LARGER(x, y) (y) > (x) ? (y) : (x)

OF_ROW(row_sum, SUM)
OF_ROW(row_largest, LARGER)
