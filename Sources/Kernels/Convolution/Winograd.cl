// Tiles are 2 × 2 results; of each, 16 components stand `tiles` rows apart. `first` is the column where a term's channels begin.

// Bᵀ of four numbers.
float4 winograd_differences(const float4 d) { return (float4)(d.x - d.z, d.y + d.z, d.z - d.y, d.w - d.y); }
// A of two numbers.
float4 winograd_spread(const float2 y) { return (float4)(y.x, y.x + y.y, y.x - y.y, y.y); }
// Aᵀ of four numbers.
float2 winograd_results(const float4 m) { return (float2)(m.x + m.y + m.z, m.y - m.z + m.w); }
// G of three numbers.
float4 winograd_kernels(const float3 g)
{
    const float outer = g.x + g.z;
    return (float4)(g.x, (outer + g.y) * 0.5f, (outer - g.y) * 0.5f, g.z);
}
// Gᵀ of four numbers.
float3 winograd_kernel_gradients(const float4 u)
{
    const float even = (u.y + u.z) * 0.5f;
    return (float3)(u.x + even, (u.y - u.z) * 0.5f, even + u.w);
}

#define STORE_SQUARE(m, rows, row, column, c0, c1, c2, c3)                                                               \
    {                                                                                                                    \
        const float4 lines[4] = {c0, c1, c2, c3};                                                                        \
        for (int i = 0; i < 4; i++) {                                                                                    \
            AT(m, (long)(4 * i) * rows + row, column) = lines[i].x;                                                      \
            AT(m, (long)(4 * i + 1) * rows + row, column) = lines[i].y;                                                  \
            AT(m, (long)(4 * i + 2) * rows + row, column) = lines[i].z;                                                  \
            AT(m, (long)(4 * i + 3) * rows + row, column) = lines[i].w;                                                  \
        }                                                                                                                \
    }

#define TILE_PLACE                                                                                                       \
    const int across = (width + 1) / 2, per_image = (height + 1) / 2 * across;                                           \
    const int image = tile / per_image, top = tile % per_image / across * 2, left = tile % per_image % across * 2;

// u = G·g·Gᵀ of one input and output.
kernel void winograd_transform_kernel(
    MATRIX(weights), MATRIX(u), const int inputs, const int outputs, const int first, const int rows)
{
    const int output = get_global_id(0), input = get_global_id(1);
    if (output >= outputs) return;
    float4 c[3];
    for (int dx = 0; dx < 3; dx++)
        c[dx] = winograd_kernels((float3)(
            AT(weights, dx * inputs + input, output), AT(weights, (3 + dx) * inputs + input, output),
            AT(weights, (6 + dx) * inputs + input, output)));
    STORE_SQUARE(
        u, rows, first + input, output, winograd_kernels((float3)(c[0].x, c[1].x, c[2].x)),
        winograd_kernels((float3)(c[0].y, c[1].y, c[2].y)), winograd_kernels((float3)(c[0].z, c[1].z, c[2].z)),
        winograd_kernels((float3)(c[0].w, c[1].w, c[2].w)))
}

// v = Bᵀ·d·B of one channel of a tile.
kernel void winograd_transform_inputs(
    MATRIX(x), MATRIX(v), const int height, const int width, const int channels, const int first, const int tiles)
{
    const int channel = get_global_id(0), tile = get_global_id(1);
    if (channel >= channels) return;
    TILE_PLACE
    float4 c[4];
    for (int i = 0; i < 4; i++)
        c[i] = winograd_differences((float4)(
            PIXEL(x, top - 1, left - 1 + i, channel), PIXEL(x, top, left - 1 + i, channel),
            PIXEL(x, top + 1, left - 1 + i, channel), PIXEL(x, top + 2, left - 1 + i, channel)));
    STORE_SQUARE(
        v, tiles, tile, first + channel, winograd_differences((float4)(c[0].x, c[1].x, c[2].x, c[3].x)),
        winograd_differences((float4)(c[0].y, c[1].y, c[2].y, c[3].y)),
        winograd_differences((float4)(c[0].z, c[1].z, c[2].z, c[3].z)),
        winograd_differences((float4)(c[0].w, c[1].w, c[2].w, c[3].w)))
}

// A·ȳ·Aᵀ of one channel of a tile.
kernel void winograd_transform_gradients(
    MATRIX(gradient), MATRIX(v), const int height, const int width, const int channels, const int tiles)
{
    const int channel = get_global_id(0), tile = get_global_id(1);
    if (channel >= channels) return;
    TILE_PLACE
    float4 c[2];
    for (int i = 0; i < 2; i++)
        c[i] = winograd_spread(
            (float2)(PIXEL(gradient, top, left + i, channel), PIXEL(gradient, top + 1, left + i, channel)));
    STORE_SQUARE(
        v, tiles, tile, channel, winograd_spread((float2)(c[0].x, c[1].x)), winograd_spread((float2)(c[0].y, c[1].y)),
        winograd_spread((float2)(c[0].z, c[1].z)), winograd_spread((float2)(c[0].w, c[1].w)))
}

// The results of one channel of a tile.
kernel void winograd_write(
    MATRIX(products), MATRIX(result), const int height, const int width, const int outputs, const int tiles, EPILOGUE)
{
    const int output = get_global_id(0), tile = get_global_id(1);
    if (output >= outputs) return;
    TILE_PLACE
    float2 c[4];
    for (int j = 0; j < 4; j++)
        c[j] = winograd_results((float4)(
            AT(products, (long)j * tiles + tile, output), AT(products, (long)(4 + j) * tiles + tile, output),
            AT(products, (long)(8 + j) * tiles + tile, output), AT(products, (long)(12 + j) * tiles + tile, output)));
    const float2 lines[2] = {
        winograd_results((float4)(c[0].x, c[1].x, c[2].x, c[3].x)),
        winograd_results((float4)(c[0].y, c[1].y, c[2].y, c[3].y))};
    for (int dy = 0; dy < 2; dy++)
        for (int dx = 0; dx < 2; dx++) {
            if (top + dy >= height || left + dx >= width) continue;
            const int row = (image * height + top + dy) * width + left + dx;
            float value = dx == 0 ? lines[dy].x : lines[dy].y;
            FINISH(value, row, output)
            AT(result, row, output) = value;
        }
}

// One component's sum over a group of images; the processor's begins at 0, so that it is never −0.
#define TILE_SUM(component) (0.0f + AT(sums, (group * 16 + (component)) * inputs + input, output))

// Gᵀ(·)G of these sums.
kernel void winograd_finish_gradient(MATRIX(sums), MATRIX(partials), const int inputs, const int outputs)
{
    const int output = get_global_id(0), input = get_global_id(1), group = get_global_id(2);
    if (output >= outputs) return;
    float3 c[4];
    for (int j = 0; j < 4; j++)
        c[j] = winograd_kernel_gradients((float4)(TILE_SUM(j), TILE_SUM(4 + j), TILE_SUM(8 + j), TILE_SUM(12 + j)));
    const float3 lines[3] = {
        winograd_kernel_gradients((float4)(c[0].x, c[1].x, c[2].x, c[3].x)),
        winograd_kernel_gradients((float4)(c[0].y, c[1].y, c[2].y, c[3].y)),
        winograd_kernel_gradients((float4)(c[0].z, c[1].z, c[2].z, c[3].z))};
    for (int dy = 0; dy < 3; dy++) {
        AT(partials, group * 9 * inputs + (3 * dy) * inputs + input, output) = lines[dy].x;
        AT(partials, group * 9 * inputs + (3 * dy + 1) * inputs + input, output) = lines[dy].y;
        AT(partials, group * 9 * inputs + (3 * dy + 2) * inputs + input, output) = lines[dy].z;
    }
}
