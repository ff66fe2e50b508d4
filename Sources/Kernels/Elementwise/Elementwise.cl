kernel void sum_plus(MATRIX(y), const float a, MATRIX(x), MATRIX(result), const long count)
{
    const long i = get_global_id(0);
    if (i < count) ITEM(result, i) = fma(a, ITEM(x, i), ITEM(y, i));
}

kernel void scale(MATRIX(x), const float a, MATRIX(result), const long count)
{
    const long i = get_global_id(0);
    if (i < count) ITEM(result, i) = ITEM(x, i) * a;
}

kernel void scaled_difference(MATRIX(x), MATRIX(y), const float a, MATRIX(result), const long count)
{
    const long i = get_global_id(0);
    if (i < count) ITEM(result, i) = (ITEM(x, i) - ITEM(y, i)) * a;
}

kernel void addition(MATRIX(x), MATRIX(y), MATRIX(result), const long count)
{
    const long i = get_global_id(0);
    if (i < count) ITEM(result, i) = ITEM(x, i) + ITEM(y, i);
}

kernel void clear(MATRIX(result), const long count)
{
    const long i = get_global_id(0);
    if (i < count) ITEM(result, i) = 0.0f;
}
