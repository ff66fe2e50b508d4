// An item is one channel of one square of 2 × 2 pixels.
#define WINDOW                                                                                                           \
    const long i = get_global_id(0);                                                                                     \
    if (i >= count) return;                                                                                              \
    const int channel = i % channels;                                                                                    \
    const long window = i / channels;                                                                                    \
    const int half_width = width / 2, half_height = height / 2;                                                          \
    const int px = window % half_width, py = window / half_width % half_height;                                          \
    const long image = window / half_width / half_height;                                                                \
    const long source = ((image * height + 2 * py) * width + 2 * px) * channels + channel;                               \
    const long offsets[4] = {0, channels, (long)width * channels, (long)(width + 1) * channels};

kernel void pool(
    MATRIX(x), MATRIX(result), MATRIX(choice), const int height, const int width, const int channels, const long count)
{
    WINDOW
    float best = ITEM(x, source), index = 0;
    for (int k = 1; k < 4; k++) {
        const float value = ITEM(x, source + offsets[k]);
        if (value > best || value != value) {
            best = value;
            index = k;
        }
    }
    ITEM(result, i) = best;
    ITEM(choice, i) = index;
}

kernel void pool_gather(
    MATRIX(x), MATRIX(choice), MATRIX(result), const int height, const int width, const int channels, const long count)
{
    WINDOW
    ITEM(result, i) = ITEM(x, source + offsets[(int)ITEM(choice, i)]);
}

kernel void pool_scatter(
    MATRIX(result), MATRIX(choice), MATRIX(x), const int height, const int width, const int channels, const long count)
{
    WINDOW
    const float index = ITEM(choice, i), value = ITEM(result, i);
    for (int k = 0; k < 4; k++) ITEM(x, source + offsets[k]) = index != k ? 0.0f : value;
}
