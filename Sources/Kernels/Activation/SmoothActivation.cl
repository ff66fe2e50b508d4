// What the tanh form of GELU and its derivatives are made of: `TanhGELU.Parts`.
#define ROOT_OF_TWO_OVER_PI 0.7978845608028654f
#define CUBIC 0.044715f

typedef struct {
    float t, complement, u1, u2, t1;
} GELUParts;

GELUParts gelu_parts(const float x)
{
    GELUParts parts;
    const float square = x * x;
    const float u = x * fma(ROOT_OF_TWO_OVER_PI * CUBIC, square, ROOT_OF_TWO_OVER_PI);
    parts.t = own_tanh(u);
    parts.complement = fma(-parts.t, parts.t, 1.0f);
    parts.u1 = fma(3 * ROOT_OF_TWO_OVER_PI * CUBIC, square, ROOT_OF_TWO_OVER_PI);
    parts.u2 = x * (6 * ROOT_OF_TWO_OVER_PI * CUBIC);
    parts.t1 = parts.complement * parts.u1;
    return parts;
}

float gelu_second_derivative(const float x)
{
    const GELUParts parts = gelu_parts(x);
    const float t2 = parts.complement * fma(-2.0f * parts.t, parts.u1 * parts.u1, parts.u2);
    return fma(0.5f * x, t2, parts.t1);
}

float tanh_second_derivative(const float x)
{
    const float t = own_tanh(x);
    return -2.0f * t * fma(-t, t, 1.0f);
}

kernel void gelu(MATRIX(x), MATRIX(result), MATRIX(derivative), const long count)
{
    const long i = get_global_id(0);
    if (i >= count) return;
    const float value = ITEM(x, i);
    const GELUParts parts = gelu_parts(value);
    const float half_value = 0.5f * value;
    const float both = (1.0f + parts.t) * 0.5f;
    ITEM(result, i) = fma(half_value, parts.t, half_value);
    ITEM(derivative, i) = fma(half_value, parts.t1, both);
}

kernel void tanh_activation(MATRIX(x), MATRIX(result), MATRIX(derivative), const long count)
{
    const long i = get_global_id(0);
    if (i >= count) return;
    const float t = own_tanh(ITEM(x, i));
    ITEM(result, i) = t;
    ITEM(derivative, i) = fma(-t, t, 1.0f);
}

kernel void multiply(MATRIX(factor), MATRIX(derivative), MATRIX(result), const long count)
{
    const long i = get_global_id(0);
    if (i < count) ITEM(result, i) = ITEM(factor, i) * ITEM(derivative, i);
}

#define BACKWARD_TANGENT(NAME, SECOND_DERIVATIVE)                                                                        \
    kernel void NAME(                                                                                                    \
        MATRIX(x), MATRIX(derivative), MATRIX(tangent), MATRIX(gradient), MATRIX(gradient_tangent), MATRIX(result),      \
        const long count)                                                                                                \
    {                                                                                                                    \
        const long i = get_global_id(0);                                                                                 \
        if (i >= count) return;                                                                                          \
        const float second = SECOND_DERIVATIVE(ITEM(x, i));                                                              \
        const float product = ITEM(derivative, i) * ITEM(gradient_tangent, i);                                           \
        ITEM(result, i) = fma(second * ITEM(tangent, i), ITEM(gradient, i), product);                                    \
    }

BACKWARD_TANGENT(gelu_backward_tangent, gelu_second_derivative)
BACKWARD_TANGENT(tanh_backward_tangent, tanh_second_derivative)
