kernel void look_up(MATRIX(tokens), MATRIX(table), MATRIX(positions), MATRIX(result), const int length, const int columns)
{
    const int column = get_global_id(0), row = get_global_id(1);
    if (column < columns)
        AT(result, row, column) = AT(table, (int)AT(tokens, row, 0), column) + AT(positions, row % length, column);
}

// A column of one row of a table an item, which adds what belongs there in the order of the rows.
kernel void add_to_table(MATRIX(gradient), MATRIX(tokens), MATRIX(table), const int rows, const int columns)
{
    const int column = get_global_id(0), token = get_global_id(1);
    if (column >= columns) return;
    float sum = AT(table, token, column);
    for (int row = 0; row < rows; row++)
        if ((int)AT(tokens, row, 0) == token) sum += AT(gradient, row, column);
    AT(table, token, column) = sum;
}

kernel void add_to_positions(MATRIX(gradient), MATRIX(positions), const int length, const int rows, const int columns)
{
    const int column = get_global_id(0), position = get_global_id(1);
    if (column >= columns) return;
    float sum = AT(positions, position, column);
    for (int row = position; row < rows; row += length) sum += AT(gradient, row, column);
    AT(positions, position, column) = sum;
}
