#define NORMAL(row, column) ((AT(x, row, column) - AT(statistics, 0, row)) * AT(statistics, 1, row))

kernel void normalise(
    MATRIX(x), MATRIX(scale), MATRIX(bias), const float epsilon, MATRIX(result), MATRIX(statistics), const int rows,
    const int columns)
{
    local float room[LANES * ROWS];
    const int lane = get_local_id(0), row = min((int)get_global_id(1), rows - 1);
    float lanes = 0;
    for (int column = lane; column < columns; column += LANES) lanes += AT(x, row, column);
    const float mean = row_sum(room, lanes) / (float)columns;
    lanes = 0;
    for (int column = lane; column < columns; column += LANES) {
        const float centred = AT(x, row, column) - mean;
        lanes = fma(centred, centred, lanes);
    }
    const float variance = row_sum(room, lanes) / (float)columns;
    const float inverse = 1.0f / sqrt(variance + epsilon);
    if (get_global_id(1) >= rows) return;
    for (int column = lane; column < columns; column += LANES) {
        const float normal = (AT(x, row, column) - mean) * inverse;
        AT(result, row, column) = fma(AT(scale, 0, column), normal, AT(bias, 0, column));
    }
    if (lane == 0) {
        AT(statistics, 0, row) = mean;
        AT(statistics, 1, row) = inverse;
    }
}

kernel void normalise_backward(
    MATRIX(x), MATRIX(statistics), MATRIX(scale), MATRIX(above), const int has_mask, MATRIX(mask), MATRIX(result),
    const int rows, const int columns)
{
    local float room[LANES * ROWS];
    const int lane = get_local_id(0), row = min((int)get_global_id(1), rows - 1);
    float first = 0, second = 0;
    for (int column = lane; column < columns; column += LANES) {
        const float weighted = AT(scale, 0, column) * AT(above, row, column);
        first += weighted;
        second = fma(weighted, NORMAL(row, column), second);
    }
    const float m1 = row_sum(room, first) / (float)columns;
    const float m2 = row_sum(room, second) / (float)columns;
    if (get_global_id(1) >= rows) return;
    for (int column = lane; column < columns; column += LANES) {
        const float weighted = AT(scale, 0, column) * AT(above, row, column);
        const float value = fma(-NORMAL(row, column), m2, weighted - m1) * AT(statistics, 1, row);
        AT(result, row, column) = has_mask && AT(mask, row, column) <= 0 ? 0.0f : value;
    }
    if (lane == 0) {
        AT(statistics, 2, row) = m1;
        AT(statistics, 3, row) = m2;
    }
}

// The sums of blocks of rows, a block and a column an item.
kernel void normalise_backward_sums(
    MATRIX(x), MATRIX(statistics), MATRIX(above), MATRIX(scales), MATRIX(biases), const int rows, const int columns,
    const int rows_per_block, const int rows_per_piece)
{
    const int column = get_global_id(0), block = get_global_id(1);
    if (column >= columns) return;
    float scale_sum = 0, bias_sum = 0;
    BLOCK_ROWS
#pragma unroll 8
    for (int row = first; row < last; row++) {
        const float gradient = AT(above, row, column);
        scale_sum += gradient * NORMAL(row, column);
        bias_sum += gradient;
    }
    AT(scales, block, column) = scale_sum;
    AT(biases, block, column) = bias_sum;
}

float tangent_of_normal(
    const float normal, const float tangent, const float mean, const float normal_mean, const float inverse)
{
    return fma(-normal, normal_mean, tangent - mean) * inverse;
}

#define NORMAL_TANGENT(normal, row, column)                                                                              \
    tangent_of_normal(                                                                                                   \
        normal, AT(tangent, row, column), AT(tangents, 0, row), AT(tangents, 1, row), AT(statistics, 1, row))

kernel void normalise_tangent(
    MATRIX(x), MATRIX(statistics), MATRIX(scale), MATRIX(tangent), MATRIX(scale_direction), MATRIX(bias_direction),
    MATRIX(result), MATRIX(tangents), const int rows, const int columns)
{
    local float room[LANES * ROWS];
    const int lane = get_local_id(0), row = min((int)get_global_id(1), rows - 1);
    float first = 0, second = 0;
    for (int column = lane; column < columns; column += LANES) {
        const float value = AT(tangent, row, column);
        first += value;
        second = fma(value, NORMAL(row, column), second);
    }
    const float m1 = row_sum(room, first) / (float)columns;
    const float m2 = row_sum(room, second) / (float)columns;
    if (get_global_id(1) >= rows) return;
    for (int column = lane; column < columns; column += LANES) {
        const float normal = NORMAL(row, column);
        const float moved = tangent_of_normal(normal, AT(tangent, row, column), m1, m2, AT(statistics, 1, row));
        AT(result, row, column) =
            fma(AT(scale, 0, column), moved, fma(AT(scale_direction, 0, column), normal, AT(bias_direction, 0, column)));
    }
    if (lane == 0) {
        AT(tangents, 0, row) = m1;
        AT(tangents, 1, row) = m2;
    }
}

kernel void normalise_backward_tangent(
    MATRIX(x), MATRIX(statistics), MATRIX(scale), MATRIX(tangent), MATRIX(tangents), MATRIX(scale_direction), MATRIX(above),
    MATRIX(above_tangent), const int has_mask, MATRIX(mask), MATRIX(result), const int rows, const int columns)
{
    local float room[LANES * ROWS];
    const int lane = get_local_id(0), row = min((int)get_global_id(1), rows - 1);
    float first = 0, second = 0;
    for (int column = lane; column < columns; column += LANES) {
        const float normal = NORMAL(row, column), normal_tangent = NORMAL_TANGENT(normal, row, column);
        const float weight = AT(scale, 0, column), gradient = AT(above, row, column);
        const float weighted_tangent =
            fma(AT(scale_direction, 0, column), gradient, weight * AT(above_tangent, row, column));
        first += weighted_tangent;
        second = fma(weighted_tangent, normal, second);
        second = fma(weight * gradient, normal_tangent, second);
    }
    const float m1 = row_sum(room, first) / (float)columns;
    const float m2 = row_sum(room, second) / (float)columns;
    if (get_global_id(1) >= rows) return;
    for (int column = lane; column < columns; column += LANES) {
        const float normal = NORMAL(row, column), normal_tangent = NORMAL_TANGENT(normal, row, column);
        const float weight = AT(scale, 0, column), gradient = AT(above, row, column);
        const float inverse = AT(statistics, 1, row), weighted_normal = AT(statistics, 3, row);
        const float input_gradient = fma(-normal, weighted_normal, weight * gradient - AT(statistics, 2, row)) * inverse;
        float value = fma(AT(scale_direction, 0, column), gradient, weight * AT(above_tangent, row, column)) - m1;
        value = fma(-normal_tangent, weighted_normal, value);
        value = fma(-normal, m2, value);
        value = fma(-input_gradient, AT(tangents, 1, row), value) * inverse;
        AT(result, row, column) = has_mask && AT(mask, row, column) <= 0 ? 0.0f : value;
    }
    if (lane == 0) {
        AT(tangents, 2, row) = m1;
        AT(tangents, 3, row) = m2;
    }
}

kernel void normalise_backward_tangent_sums(
    MATRIX(x), MATRIX(statistics), MATRIX(tangent), MATRIX(tangents), MATRIX(above), MATRIX(above_tangent), MATRIX(scales),
    MATRIX(biases), const int rows, const int columns, const int rows_per_block, const int rows_per_piece)
{
    const int column = get_global_id(0), block = get_global_id(1);
    if (column >= columns) return;
    float scale_sum = 0, bias_sum = 0;
    BLOCK_ROWS
#pragma unroll 8
    for (int row = first; row < last; row++) {
        const float normal = NORMAL(row, column), normal_tangent = NORMAL_TANGENT(normal, row, column);
        const float gradient_tangent = AT(above_tangent, row, column);
        scale_sum += fma(AT(above, row, column), normal_tangent, gradient_tangent * normal);
        bias_sum += gradient_tangent;
    }
    AT(scales, block, column) = scale_sum;
    AT(biases, block, column) = bias_sum;
}
