"""Hessian products of the paper's networks in double precision, for many vectors at one point: the forward pass and the
gradient are computed once. A vector costs one backward pass more.

`hessian` chooses: the perceptron and the transformer keep autograd's graph of the gradient; for the convolutional network,
whose double backward is slow on a processor, the R-operator is written out. `verify` compares either with PyTorch's own
forward over reverse.
"""

import torch
import torch.nn.functional as F

import models


def hessian(architecture, parameters, inputs, labels, **settings):
    """The loss, the gradient and the Hessian at `parameters`, a dict of tensors; `settings` go to the loss of `models`."""
    if architecture == "cnn":
        return Convolutional(parameters, inputs, labels, **settings)
    return Retained(loss_function(architecture, inputs, labels, **settings), parameters)


def loss_function(architecture, inputs, labels, **settings):
    function = {"mlp": models.mlp_loss, "cnn": models.cnn_loss, "transformer": models.transformer_loss}[architecture]
    return lambda parameters: function(parameters, inputs, labels, **settings)


def verify(hessian, loss, parameters, direction, bound=1e-10):
    """Raises an error unless loss, gradient and product agree with those of `torch.func`, relative to their norms."""
    values, derivative = torch.func.jvp(torch.func.grad_and_value(loss), (parameters,), (split(direction, parameters),))
    for name, mine, theirs in (("loss", torch.tensor(hessian.loss), values[1].detach().reshape(())),
                               ("gradient", hessian.gradient, flatten(values[0])),
                               ("product", hessian.products(direction[None])[0], flatten(derivative[0]))):
        apart = ((mine - theirs).norm() / theirs.norm()).item()
        if not apart <= bound:
            raise ArithmeticError(f"the {name} is {apart:.1e} off PyTorch's own")


def flatten(tensors):
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors.values()])


def split(flat, parameters):
    """The tensors of flat vectors [..., parameters] by name, [..., shape]."""
    pieces = flat.split([tensor.numel() for tensor in parameters.values()], dim=-1)
    return {name: piece.reshape(*flat.shape[:-1], *tensor.shape)
            for (name, tensor), piece in zip(parameters.items(), pieces)}


class Retained:
    """Products by going backward through the kept graph of the gradient."""

    def __init__(self, loss, parameters):
        self.leaves = {name: tensor.detach().requires_grad_() for name, tensor in parameters.items()}
        value = loss(self.leaves)
        slopes = torch.autograd.grad(value, self.leaves.values(), create_graph=True)
        self.graph = torch.cat([slope.reshape(-1) for slope in slopes])
        self.loss, self.gradient = value.item(), self.graph.detach()

    def products(self, vectors):
        """The Hessian times each row of `vectors`."""
        slopes = torch.autograd.grad(self.graph, self.leaves.values(), vectors, retain_graph=True, is_grads_batched=True)
        return torch.cat([slope.reshape(len(vectors), -1) for slope in slopes], dim=1)


class Convolutional:
    """The R-operator of `models.cnn_loss` with a pooling after each convolution.

    Maps are [channels, images · height · width]: sums over channels, which layer normalisation needs, run along the memory. A
    name that ends in _t is the derivative along the vectors, with these as a first axis; one that ends in _b is the
    derivative of the loss by that map. The images are taken in parts that stay in a processor's cache; a GPU takes more at once.
    """

    EPSILON = 1e-6
    PART, PART_OF_A_GPU = 10, 200

    def __init__(self, parameters, images, labels):
        self.parameters = {name: tensor.detach() for name, tensor in parameters.items()}
        self.layers = models.count(parameters, r"conv(\d+)\.kernel")
        self.outputs = parameters["head.bias"].numel()
        self.scale = 2 / (self.outputs * len(images))
        self.loss, self.gradient, self.parts = 0.0, 0.0, []
        part = self.PART_OF_A_GPU if images.is_cuda else self.PART
        for first in range(0, len(images), part):
            blocks, features = self.forward(images[first:first + part])
            loss, gradient, head = self.backward(blocks, features, labels[first:first + part])
            self.parts.append((blocks, head))
            self.loss += loss
            self.gradient = self.gradient + gradient

    def block(self, tensors, index):
        """A block's kernel [9 · in, out], bias, scale and shift, with the axes that the vectors have in front."""
        kernel = tensors[f"conv{index}.kernel"]
        names = (f"conv{index}.bias", f"norm{index}.scale", f"norm{index}.bias")
        return kernel.flatten(-4, -2), *(tensors[name][..., None] for name in names)

    def forward(self, images):
        x, blocks = images.permute(3, 0, 1, 2).contiguous(), []
        for index in range(self.layers):
            kernel, bias, scale, shift = self.block(self.parameters, index)
            size = channels, count, height, width = x.shape
            columns = gather(x)
            rectified = F.relu(kernel.T @ columns + bias)
            centred = rectified - rectified.mean(0)
            inverse = (centred.square().mean(0) + self.EPSILON).rsqrt()
            normal = centred * inverse
            x, places = F.max_pool2d((normal * scale + shift).reshape(-1, *size[1:]), 2, return_indices=True)
            places = (places + torch.arange(count)[:, None, None] * (height * width)).flatten(1)
            blocks.append({"size": size, "columns": columns, "mask": (rectified > 0).to(x.dtype), "inverse": inverse,
                           "normal": normal, "places": places})
        return blocks, x

    def backward(self, blocks, features, labels):
        """The part's loss and gradient; keeps in `blocks` what the products need of them."""
        size, flat = features.shape, features.permute(1, 2, 3, 0).flatten(1)
        error = flat @ self.parameters["head.kernel"] + self.parameters["head.bias"]
        error -= F.one_hot(labels, self.outputs).to(error.dtype)
        error_b = error * self.scale
        slopes = {"head.kernel": flat.T @ error_b, "head.bias": error_b.sum(0)}
        pooled_b = to_maps(error_b @ self.parameters["head.kernel"].T, size)
        for index, block in reversed(list(enumerate(blocks))):
            kernel, _, scale, _ = self.block(self.parameters, index)
            normal = block["normal"]
            map_b = torch.zeros_like(normal).scatter_(1, block["places"], pooled_b)
            scaled_b = map_b * scale
            along = (scaled_b * normal).mean(0)
            rectified_b = block["inverse"] * (scaled_b - scaled_b.mean(0) - normal * along)
            linear_b = rectified_b * block["mask"]
            slopes[f"conv{index}.kernel"], slopes[f"conv{index}.bias"] = block["columns"] @ linear_b.T, linear_b.sum(1)
            slopes[f"norm{index}.scale"], slopes[f"norm{index}.bias"] = (map_b * normal).sum(1), map_b.sum(1)
            block.update(map_b=map_b, scaled_b=scaled_b, along=along, rectified_b=rectified_b, linear_b=linear_b)
            if index > 0:
                pooled_b = scatter(kernel @ linear_b, block["size"]).flatten(1)
        head = {"size": size, "flat": flat, "error_b": error_b}
        return error.square().sum().item() * self.scale / 2, flatten({name: slopes[name] for name in self.parameters}), head

    def products(self, vectors):
        """The Hessian times each row of `vectors`."""
        tangents = split(vectors, self.parameters)
        return sum(self.product(blocks, head, tangents, len(vectors)) for blocks, head in self.parts)

    def product(self, blocks, head, tangents, count):
        x_t, kept = None, []
        for index, block in enumerate(blocks):
            kernel, _, scale, _ = self.block(self.parameters, index)
            kernel_t, bias_t, scale_t, shift_t = self.block(tangents, index)
            normal, columns_t = block["normal"], None
            map_t = (kernel_t.mT.flatten(0, 1) @ block["columns"]).unflatten(0, (count, -1)) + bias_t
            if x_t is not None:
                columns_t = gather(x_t)
                map_t += kernel.T @ columns_t
            map_t *= block["mask"]
            along_t = (map_t * normal).mean(1, keepdim=True)
            normal_t = map_t.sub_(map_t.mean(1, keepdim=True)).sub_(normal * along_t).mul_(block["inverse"])
            x_t = (normal_t * scale + normal * scale_t + shift_t).gather(2, block["places"].expand(count, -1, -1))
            channels, images, height, width = block["size"]
            x_t = x_t.reshape(count, -1, images, height // 2, width // 2)
            kept.append((columns_t, normal_t, along_t))
        flat_t = x_t.permute(0, 2, 3, 4, 1).flatten(2)
        kernel, kernel_t = self.parameters["head.kernel"], tangents["head.kernel"]
        error_bt = (flat_t @ kernel + head["flat"] @ kernel_t + tangents["head.bias"][:, None]) * self.scale
        slopes = {"head.kernel": head["flat"].T @ error_bt + flat_t.mT @ head["error_b"], "head.bias": error_bt.sum(1)}
        pooled_bt = to_maps(error_bt @ kernel.T + head["error_b"] @ kernel_t.mT, head["size"])
        for index, block in reversed(list(enumerate(blocks))):
            kernel, _, scale, _ = self.block(self.parameters, index)
            kernel_t, _, scale_t, _ = self.block(tangents, index)
            normal, (columns_t, normal_t, along_t) = block["normal"], kept[index]
            map_bt = torch.zeros_like(normal_t).scatter_(2, block["places"].expand(count, -1, -1), pooled_bt)
            slopes[f"norm{index}.scale"] = (map_bt * normal + block["map_b"] * normal_t).sum(2)
            slopes[f"norm{index}.bias"] = map_bt.sum(2)
            back_t = map_bt.mul_(scale).add_(block["map_b"] * scale_t)
            along_bt = (back_t * normal + block["scaled_b"] * normal_t).mean(1, keepdim=True)
            back_t.sub_(back_t.mean(1, keepdim=True)).sub_(normal_t * block["along"]).sub_(normal * along_bt)
            back_t.mul_(block["inverse"]).sub_(block["rectified_b"] * (block["inverse"] * along_t)).mul_(block["mask"])
            slope = (block["columns"] @ back_t.flatten(0, 1).T).unflatten(1, (count, -1)).transpose(0, 1)
            slopes[f"conv{index}.kernel"] = slope if columns_t is None else slope + columns_t @ block["linear_b"].T
            slopes[f"conv{index}.bias"] = back_t.sum(2)
            if index > 0:
                pooled_bt = scatter(kernel @ back_t + kernel_t @ block["linear_b"], block["size"]).flatten(2)
        return torch.cat([slopes[name].flatten(1) for name in self.parameters], dim=1)


def gather(x):
    """The surroundings of each pixel, [..., 9 · channels, pixels], of maps [..., channels, images, height, width]."""
    *_, height, width = x.shape
    padded = F.pad(x, (1, 1, 1, 1))
    taps = [padded[..., i:i + height, j:j + width] for i in range(3) for j in range(3)]
    return torch.stack(taps, dim=-5).flatten(-5, -4).flatten(-3)


def scatter(columns, size):
    """The transpose of `gather`."""
    taps = columns.unflatten(-1, size[1:]).unflatten(-4, (9, size[0]))
    padded = F.pad(torch.zeros_like(taps[..., 0, :, :, :, :]), (1, 1, 1, 1))
    for tap in range(9):
        i, j = divmod(tap, 3)
        padded[..., i:i + size[2], j:j + size[3]] += taps[..., tap, :, :, :, :]
    return padded[..., 1:-1, 1:-1]


def to_maps(rows, size):
    """Rows of features [..., images, height · width · channels] as flat maps [..., channels, pixels]."""
    channels, count, height, width = size
    return rows.unflatten(-1, (height, width, channels)).movedim(-1, -4).flatten(-3)
