// Leaves of each row the largest score, the sum of powers and the label's score: the processor takes the logarithm.
kernel void cross_entropy(
    MATRIX(scores), global const int *labels, const float scale, MATRIX(probabilities), MATRIX(gradient), MATRIX(parts),
    const int rows, const int classes)
{
    local float room[LANES * ROWS];
    const int lane = get_local_id(0), row = min((int)get_global_id(1), rows - 1);
    const bool is_inside = get_global_id(1) < rows;
    float largest = -INFINITY;
    for (int column = lane; column < classes; column += LANES) {
        const float score = AT(scores, row, column);
        largest = score > largest ? score : largest;
    }
    const float top = row_largest(room, largest);
    float lanes = 0;
    for (int column = lane; column < classes; column += LANES) {
        const float power = own_exp(AT(scores, row, column) - top);
        lanes += power;
        if (is_inside) AT(probabilities, row, column) = power;
    }
    const float sum = row_sum(room, lanes);
    if (!is_inside) return;
    const float inverse = 1.0f / sum;
    const int label = labels[row];
    for (int column = lane; column < classes; column += LANES) {
        const float value = AT(probabilities, row, column) * inverse;
        AT(probabilities, row, column) = value;
        AT(gradient, row, column) = column == label ? (value - 1.0f) * scale : value * scale;
    }
    if (lane == 0) {
        AT(parts, 0, row) = top;
        AT(parts, 1, row) = sum;
        AT(parts, 2, row) = AT(scores, row, label);
    }
}

kernel void cross_entropy_gradient_tangent(
    MATRIX(probabilities), MATRIX(tangent), const float scale, MATRIX(result), const int rows, const int classes)
{
    local float room[LANES * ROWS];
    const int lane = get_local_id(0), row = min((int)get_global_id(1), rows - 1);
    float lanes = 0;
    for (int column = lane; column < classes; column += LANES)
        lanes = fma(AT(probabilities, row, column), AT(tangent, row, column), lanes);
    const float mean = row_sum(room, lanes);
    if (get_global_id(1) >= rows) return;
    for (int column = lane; column < classes; column += LANES) {
        const float value = (AT(tangent, row, column) - mean) * AT(probabilities, row, column);
        AT(result, row, column) = value * scale;
    }
}

// One where the label is, zero elsewhere.
kernel void one_hot(global const int *labels, MATRIX(result), const int columns, const long count)
{
    const long i = get_global_id(0);
    if (i < count) ITEM(result, i) = labels[i / columns] == i % columns ? 1.0f : 0.0f;
}
