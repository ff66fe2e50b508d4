"""Decisions of the image networks that single precision may take otherwise than double: a ReLU beside 0, a pooling between two
nearly equal pixels. One such flip moves the gradient by as much as 1e-4 of its norm, so a comparison with double precision
looks for the flips that explain what is beyond its bound, and counts them.
"""

import torch

import models
from hessians import Convolutional, flatten

# How far rounding in single precision moves a sum, relative to the sum of its terms' magnitudes.
ROUNDING = 3e-6
# The most flips of a batch that are looked for.
MOST = 8


class Flipped:
    """One image's share of the gradient and of Hessian products, as flips change it."""

    def __init__(self, parameters, images, labels, image):
        self.network = Convolutional(parameters, images[image:image + 1], labels[image:image + 1])
        self.labels, self.share, self.image = labels[image:image + 1], 1 / len(images), image
        self.blocks, self.features = self.network.forward(images[image:image + 1])

    def candidates(self):
        """Near decisions: (block, "mask" or "places", place in that tensor, its other value)."""
        for index, block in enumerate(self.blocks):
            kernel, bias, scale, shift = self.network.block(self.network.parameters, index)
            linear = kernel.T @ block["columns"] + bias
            room = ROUNDING * (kernel.T.abs() @ block["columns"].abs() + bias.abs())
            for place in (linear.abs() <= room).nonzero().tolist():
                yield index, "mask", tuple(place), 1 - block["mask"][tuple(place)]
            _, _, height, width = block["size"]
            tiles = tile(block["normal"] * scale + shift, height, width)
            room = tile((room.amax(0) * block["inverse"]) * scale.abs(), height, width).amax(-1)
            pixels = tile(torch.arange(height * width).expand(len(linear), -1), height, width)
            order = tiles.argsort(dim=-1, descending=True)
            first, second = (tiles.gather(-1, order[..., i:i + 1])[..., 0] for i in (0, 1))
            for place in (first - second <= room).nonzero().tolist():
                candidates = pixels[tuple(place)][order[tuple(place)][:2]]
                chosen = block["places"][tuple(place)]
                yield index, "places", tuple(place), candidates[candidates != chosen][0]

    def name(self, flip):
        index, what, (channel, place), _ = flip
        return f"{'ReLU' if what == 'mask' else 'pooling'} of block {index}, image {self.image}, channel {channel}, place {place}"

    def change(self, flip, direction=None):
        """What a flip adds to the gradient, or to the Hessian times `direction`."""
        index, what, place, other = flip
        return self.share * (self.result(direction, index, what, place, other) - self.result(direction))

    def result(self, direction, index=0, what=None, place=None, other=None):
        blocks = [dict(block) for block in self.blocks]
        if what:
            blocks[index][what] = blocks[index][what].clone()
            blocks[index][what][place] = other
        _, gradient, head = self.network.backward(blocks, self.features, self.labels)
        if direction is None:
            return gradient
        self.network.parts = [(blocks, head)]
        return self.network.products(direction[None])[0]


def tile(maps, height, width):
    """Maps [channels, pixels] as the windows of the pooling, [channels, windows, 4]."""
    windows = maps.reshape(len(maps), height // 2, 2, width // 2, 2).transpose(2, 3)
    return windows.reshape(len(maps), -1, 4)


def perceptron_changes(parameters, images, labels):
    """The flips that rounding may cause in the perceptron: a name, and what the flip adds to the gradient."""
    x, near = images.flatten(1), []
    depth = models.count(parameters, r"dense(\d+)\.kernel")
    for layer in range(depth - 1):
        kernel, bias = parameters[f"dense{layer}.kernel"], parameters[f"dense{layer}.bias"]
        linear, room = x @ kernel + bias, ROUNDING * (x.abs() @ kernel.abs() + bias.abs())
        near += [(layer, *place) for place in (linear.abs() <= room).nonzero().tolist()]
        x = linear.relu()

    def gradient(image, flipped):
        def loss(leaves):
            x = images[image].flatten()
            for layer in range(depth):
                x = models.dense(x, leaves, f"dense{layer}")
                if layer < depth - 1:
                    mask = x > 0
                    if flipped and flipped[0] == layer:
                        mask[flipped[1]] ^= True
                    x = x * mask
            return models.squared_error(x[None], labels[image:image + 1])
        return flatten(models.gradient(loss, parameters)[1])

    for layer, image, unit in near:
        change = (gradient(image, (layer, unit)) - gradient(image, None)) / len(images)
        yield f"ReLU of layer {layer}, image {image}, unit {unit}", change


def convolutional_changes(parameters, images, labels):
    """The same in the convolutional network; in place of the name the image's network and the flip."""
    for image in range(len(images)):
        flipped = Flipped(parameters, images, labels, image)
        for flip in flipped.candidates():
            yield (flipped, flip), flipped.change(flip)


def explain(parameters, images, labels, apart):
    """The flips, as (the image's network, flip), that explain what a gradient is `apart` from that in double precision: in
    turn the one that leaves least, as long as it takes away a tenth."""
    known, found = list(convolutional_changes(parameters, images, labels)), []
    while known and len(found) < MOST:
        nearest = min(range(len(known)), key=lambda place: (apart - known[place][1]).norm())
        flip, change = known.pop(nearest)
        if (apart - change).norm() > 0.9 * apart.norm():
            break
        apart = apart - change
        found.append(flip)
    return found


def explains_norm(architecture, parameters, images, labels, gradient, norm):
    """Whether there is one flip with which the gradient has a norm, to 1e-5."""
    changes = perceptron_changes if architecture == "mlp" else convolutional_changes
    return any(abs((gradient + change).norm().item() / norm - 1) <= 1e-5 for _, change in changes(parameters, images, labels))
