float power_of_two(const int i) { return as_float((uint)(i + 127) << 23); }

float own_exp(const float x)
{
    float clamped = x < -88.0f ? -88.0f : x;
    clamped = clamped > 89.0f ? 89.0f : clamped;
    const float shifted = clamped * 1.442695041f + 12582912.0f;
    const float n = shifted - 12582912.0f;
    float r = fma(-n, 0x1.62e4p-1f, clamped);
    r = fma(-n, 0x1.7f7d1cp-20f, r);
    float sum = 1.0f / 5040;
    sum = fma(sum, r, 1.0f / 720);
    sum = fma(sum, r, 1.0f / 120);
    sum = fma(sum, r, 1.0f / 24);
    sum = fma(sum, r, 1.0f / 6);
    sum = fma(sum, r, 0.5f);
    sum = fma(sum, r, 1.0f);
    sum = fma(sum, r, 1.0f);
    const int i = as_int(shifted) - 0x4B400000;
    const int part = i >> 1;
    float result = sum * power_of_two(part) * power_of_two(i - part);
    result = x < -87.3f ? 0.0f : result;
    result = x > 88.72284f ? INFINITY : result;
    return x != x ? x : result;
}

float own_tanh(const float x)
{
    const float magnitude = x < 0 ? -x : x;
    const float e = own_exp(magnitude + magnitude);
    const float far = 1.0f - 2.0f / (e + 1.0f);
    const float z = x * x;
    float near = -1382.0f / 155925;
    near = fma(near, z, 62.0f / 2835);
    near = fma(near, z, -17.0f / 315);
    near = fma(near, z, 2.0f / 15);
    near = fma(near, z, -1.0f / 3);
    const float small = fma(magnitude * z, near, magnitude);
    const float positive = magnitude < 0.35f ? small : far;
    return x < 0 ? -positive : positive;
}

kernel void exponential(MATRIX(x), MATRIX(result), const long count)
{
    const long i = get_global_id(0);
    if (i < count) ITEM(result, i) = own_exp(ITEM(x, i));
}

kernel void hyperbolic_tangent(MATRIX(x), MATRIX(result), const long count)
{
    const long i = get_global_id(0);
    if (i < count) ITEM(result, i) = own_tanh(ITEM(x, i));
}
