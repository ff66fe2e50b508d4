// Element (y, x) of an image's channel, zero outside the image.
#define PIXEL(m, y, x, channel)                                                                                          \
    ((uint)(y) < (uint)height && (uint)(x) < (uint)width ? AT(m, (image * height + (y)) * width + (x), channel) : 0.0f)

// An item is one channel of one pixel of the result.
kernel void convolve(
    MATRIX(x), MATRIX(weights), MATRIX(result), const int height, const int width, const int inputs, const int outputs,
    const int terms_per_block, const int is_added, EPILOGUE)
{
    const int column = get_global_id(0), row = get_global_id(1);
    if (column >= outputs) return;
    const int px = row % width, py = row / width % height;
    const int image = row / width / height;
    float total = is_added ? AT(result, row, column) : 0.0f, sum = 0;
    int terms = 0;
    const int last = 9 * inputs;
    for (int tap = 0; tap < 9; tap++) {
        const int y = py + tap / 3 - 1, x = px + tap % 3 - 1;
        for (int input = 0; input < inputs; input++) {
            sum = fma(PIXEL(x, y, x, input), AT(weights, terms, column), sum);
            terms++;
            if (terms % terms_per_block == 0 || terms == last) {
                total = is_added || terms > terms_per_block ? total + sum : sum;
                sum = 0;
            }
        }
    }
    FINISH(total, row, column)
    AT(result, row, column) = total;
}

// An item is one element of a group of images' part of the kernel gradient.
kernel void convolve_kernel_gradient(
    MATRIX(x), MATRIX(gradient), MATRIX(partials), const int height, const int width, const int inputs, const int outputs,
    const int images, const int images_per_group, const int terms_per_block)
{
    const int column = get_global_id(0), row = get_global_id(1), group = get_global_id(2);
    if (column >= outputs) return;
    const int dy = row / inputs / 3 - 1, dx = row / inputs % 3 - 1, input = row % inputs;
    const int pixels = height * width, last = min(images, (group + 1) * images_per_group);
    float total = 0;
    for (int image = group * images_per_group; image < last; image++) {
        for (int block = 0; block < pixels; block += terms_per_block) {
            float sum = 0;
            for (int pixel = block; pixel < min(block + terms_per_block, pixels); pixel++)
                sum = fma(
                    PIXEL(x, pixel / width + dy, pixel % width + dx, input), AT(gradient, image * pixels + pixel, column), sum);
            total = image == group * images_per_group && block == 0 ? sum : total + sum;
        }
    }
    AT(partials, group * 9 * inputs + row, column) = total;
}

// An item is one channel of a group of images' part of the bias's gradient.
kernel void convolve_bias_gradient(
    MATRIX(gradient), MATRIX(partials), const int pixels, const int outputs, const int images, const int images_per_group,
    const int terms_per_block)
{
    const int column = get_global_id(0), group = get_global_id(1);
    if (column >= outputs) return;
    const int last = min(images, (group + 1) * images_per_group);
    float total = 0;
    for (int image = group * images_per_group; image < last; image++) {
        for (int block = 0; block < pixels; block += terms_per_block) {
            float sum = 0;
            for (int pixel = block; pixel < min(block + terms_per_block, pixels); pixel++)
                sum += AT(gradient, image * pixels + pixel, column);
            total += sum;
        }
    }
    AT(partials, group, column) = total;
}

kernel void transpose_kernel(MATRIX(weights), MATRIX(result), const int inputs, const int outputs, const long count)
{
    const long i = get_global_id(0);
    if (i >= count) return;
    const int output = i % outputs, input = i / outputs % inputs, tap = i / outputs / inputs;
    AT(result, (8 - tap) * outputs + output, input) = AT(weights, tap * inputs + input, output);
}
