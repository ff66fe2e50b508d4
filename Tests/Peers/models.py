"""The paper's three networks in PyTorch, as plain functions of a dict of tensors under samedge's names.

Parameters are those of a snapshot: `kernel` is [in, out] (convolutions [3, 3, in, out]). Each `*_loss` takes the
parameters, the inputs and the integer labels, and returns the loss as a scalar tensor of their precision. What cannot be
read off the shapes (the heads' number) is an argument. `gradient` and `hessian_product` differentiate any of them.
"""

import re

import torch
import torch.nn.functional as F


def mlp_loss(parameters, images, labels):
    """Mean squared error of the perceptron; images [n, ...], flattened in the order of their axes."""
    depth = count(parameters, r"dense(\d+)\.kernel")
    x = images.reshape(len(images), -1)
    for index in range(depth):
        x = x @ parameters[f"dense{index}.kernel"] + parameters[f"dense{index}.bias"]
        if index < depth - 1:
            x = F.relu(x)
    return squared_error(x, labels)


def cnn_loss(parameters, images, labels, layers_per_block=1):
    """Mean squared error of the convolutional network; images [n, height, width, channels]."""
    x = images.permute(0, 3, 1, 2)
    layers = count(parameters, r"conv(\d+)\.kernel")
    for index in range(layers):
        kernel = parameters[f"conv{index}.kernel"].permute(3, 2, 0, 1)
        x = F.relu(F.conv2d(x, kernel, parameters[f"conv{index}.bias"], padding=1))
        x = normalise(x.permute(0, 2, 3, 1), parameters, f"norm{index}", 1e-6).permute(0, 3, 1, 2)
        if (index + 1) % layers_per_block == 0:
            x = F.max_pool2d(x, 2)
    features = x.permute(0, 2, 3, 1).reshape(len(x), -1)
    return squared_error(dense(features, parameters, "head"), labels)


def transformer_loss(parameters, tokens, labels, heads):
    """Mean negative log-likelihood in nats; tokens and labels [sequences, length], integers."""
    sequences, length = tokens.shape
    x = parameters["embedding.token"][tokens] + parameters["embedding.position"][:length]
    hidden = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
    for index in range(count(parameters, r"block(\d+)\.query\.kernel")):
        block = f"block{index}"
        normal = normalise(x, parameters, f"{block}.attention_norm", 1e-5)

        def project(part):
            return dense(normal, parameters, f"{block}.{part}").reshape(sequences, length, heads, -1).transpose(1, 2)

        query, key, value = project("query"), project("key"), project("value")
        scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
        weights = scores.masked_fill(hidden, -1e30).softmax(-1)
        attended = (weights @ value).transpose(1, 2).reshape(sequences, length, -1)
        x = x + dense(attended, parameters, f"{block}.output")
        normal = normalise(x, parameters, f"{block}.mlp_norm", 1e-5)
        inner = F.gelu(dense(normal, parameters, f"{block}.mlp_up"), approximate="tanh")
        x = x + dense(inner, parameters, f"{block}.mlp_down")
    logits = dense(normalise(x, parameters, "final_norm", 1e-5), parameters, "head")
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), labels.reshape(-1))


def gradient(loss, parameters):
    """The loss as a float and its gradient, a dict under the same names."""
    leaves = {name: tensor.detach().requires_grad_() for name, tensor in parameters.items()}
    value = loss(leaves)
    return value.item(), dict(zip(leaves, torch.autograd.grad(value, leaves.values())))


def hessian_product(loss, parameters, direction):
    """The Hessian times `direction`, by differentiating the gradient once more; dicts under the parameters' names."""
    leaves = {name: tensor.detach().requires_grad_() for name, tensor in parameters.items()}
    first = torch.autograd.grad(loss(leaves), leaves.values(), create_graph=True)
    along = sum((g * direction[name]).sum() for name, g in zip(leaves, first))
    return dict(zip(leaves, torch.autograd.grad(along, leaves.values())))


def dense(x, parameters, name):
    return x @ parameters[f"{name}.kernel"] + parameters[f"{name}.bias"]


def normalise(x, parameters, name, epsilon):
    return F.layer_norm(x, x.shape[-1:], parameters[f"{name}.scale"], parameters[f"{name}.bias"], epsilon)


def squared_error(outputs, labels):
    return (outputs - F.one_hot(labels, outputs.shape[-1]).to(outputs.dtype)).square().mean()


def count(parameters, pattern):
    """One more than the largest number in the names that match `pattern`."""
    matches = [re.fullmatch(pattern, name) for name in parameters]
    return 1 + max(int(match.group(1)) for match in matches if match)
