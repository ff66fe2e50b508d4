kernel void look_up(MATRIX(tokens), MATRIX(table), MATRIX(positions), MATRIX(result), const int length, const int columns)
{
    const int column = get_global_id(0), row = get_global_id(1);
    if (column < columns)
        AT(result, row, column) = AT(table, (int)AT(tokens, row, 0), column) + AT(positions, row % length, column);
}

// A column of one row of a lane's table an item, which adds what belongs there in the order of the rows.
kernel void add_to_table(
    MATRIX(gradient), MATRIX(tokens), MATRIX(table), const int columns, const int rows, PIECES)
{
    const int column = get_global_id(0), token = get_global_id(1), lane = get_global_id(2);
    if (column >= columns) return;
    const int stop = lane_start(lane + 1, rows, piece, lanes);
    global float *element = &AT(table, token, column) + lane * distance;
    float sum = *element;
    for (int row = lane_start(lane, rows, piece, lanes); row < stop; row++)
        if ((int)AT(tokens, row, 0) == token) sum += AT(gradient, row, column);
    *element = sum;
}

kernel void add_to_positions(
    MATRIX(gradient), MATRIX(positions), const int length, const int columns, const int rows, PIECES)
{
    const int column = get_global_id(0), position = get_global_id(1), lane = get_global_id(2);
    if (column >= columns) return;
    const int stop = lane_start(lane + 1, rows, piece, lanes);
    global float *element = &AT(positions, position, column) + lane * distance;
    float sum = *element;
    for (int row = lane_start(lane, rows, piece, lanes) + position; row < stop; row += length) sum += AT(gradient, row, column);
    *element = sum;
}
