// All heads' squares lie one below the other: row r of them is row r mod length of its own.

kernel void causal_softmax(const float scale, MATRIX(weights), const int rows, const int length)
{
    local float room[LANES * ROWS];
    const int lane = get_local_id(0), row = min((int)get_global_id(1), rows - 1), columns = row % length + 1;
    const bool is_inside = get_global_id(1) < rows;
    float largest = -INFINITY;
    for (int column = lane; column < columns; column += LANES) {
        const float score = AT(weights, row, column);
        largest = score > largest ? score : largest;
    }
    const float top = row_largest(room, largest) * scale;
    float lanes = 0;
    for (int column = lane; column < columns; column += LANES) {
        const float power = own_exp(fma(AT(weights, row, column), scale, -top));
        lanes += power;
    }
    const float inverse = 1.0f / row_sum(room, lanes);
    if (!is_inside) return;
    for (int column = lane; column < length; column += LANES)
        AT(weights, row, column) =
            column < columns ? own_exp(fma(AT(weights, row, column), scale, -top)) * inverse : 0.0f;
}

kernel void causal_softmax_derivative(
    const float scale, MATRIX(weights), MATRIX(vector), const int rows, const int length)
{
    local float room[LANES * ROWS];
    const int lane = get_local_id(0), row = min((int)get_global_id(1), rows - 1), columns = row % length + 1;
    float lanes = 0;
    for (int column = lane; column < columns; column += LANES)
        lanes = fma(AT(weights, row, column), AT(vector, row, column), lanes);
    const float mean = row_sum(room, lanes);
    if (get_global_id(1) >= rows) return;
    for (int column = lane; column < length; column += LANES) {
        const float value = (AT(vector, row, column) - mean) * AT(weights, row, column);
        AT(vector, row, column) = column < columns ? value * scale : 0.0f;
    }
}

kernel void causal_softmax_backward_tangent(
    const float scale, MATRIX(weights), MATRIX(tangent), MATRIX(gradient), MATRIX(gradient_tangent), const int rows,
    const int length)
{
    local float room[LANES * ROWS];
    const int lane = get_local_id(0), row = min((int)get_global_id(1), rows - 1), columns = row % length + 1;
    float lanes = 0, lanes_tangent = 0;
    for (int column = lane; column < columns; column += LANES) {
        const float p = AT(weights, row, column), a = AT(gradient, row, column);
        lanes = fma(p, a, lanes);
        lanes_tangent = fma(AT(tangent, row, column), a, lanes_tangent);
        lanes_tangent = fma(p, AT(gradient_tangent, row, column), lanes_tangent);
    }
    const float mean = row_sum(room, lanes), mean_tangent = row_sum(room, lanes_tangent);
    if (get_global_id(1) >= rows) return;
    for (int column = lane; column < length; column += LANES) {
        const float p = AT(weights, row, column);
        const float centred = AT(gradient, row, column) - mean;
        const float value =
            fma(AT(tangent, row, column), centred, p * (AT(gradient_tangent, row, column) - mean_tangent));
        AT(gradient, row, column) = column < columns ? p * centred * scale : 0.0f;
        AT(gradient_tangent, row, column) = column < columns ? value * scale : 0.0f;
    }
}
