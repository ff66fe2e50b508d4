"""Trains networks in PyTorch, saves them with safetensors, and compares what `samedge measure` says of the files with double
backward in double precision: loss, gradient norms, both ends of the spectrum with an independent Lanczos search (SciPy's), edges
and alignments. Exit code 1 where one is beyond 1e-3 of itself, or the end of lesser magnitude beyond 1e-2 of the norm.

    Tests/Peers/run checkpoint.py --samedge .build/static/release/samedge [--mirror FOLDER] [--data standin]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy
import torch
import torch.nn as nn
from safetensors.torch import load_file, save_file
from scipy.sparse.linalg import LinearOperator, eigsh

from spectrum import END_BOUND

ETA, RHO, BOUND = 0.3, 0.1, 1e-3


class Channels(nn.Module):
    """LayerNorm over the channels of images [n, channels, height, width]."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels, eps=1e-6)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def perceptron(widths, activation):
    sizes, layers = [784] + widths + [10], []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), activation()]
    return nn.Sequential(nn.Flatten(), *layers[:-1])


def convolutional(activation):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), activation(), Channels(8), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), activation(), Channels(16), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * 64, 10))


def squared(outputs, labels):
    return (outputs - nn.functional.one_hot(labels, 10).to(outputs.dtype)).square().mean()


def half(outputs, labels):
    return squared(outputs, labels) / 2


# Name, data set, network, loss, learning rate of the training here, options for `samedge measure`.
CASES = [
    ("MLP, ReLU", "mnist", lambda: perceptron([50, 40, 30], nn.ReLU), squared, 0.3, ["--widths", "50x40x30"]),
    ("MLP, tanh, ½", "mnist", lambda: perceptron([40, 20], nn.Tanh), half, 0.5,
     ["--widths", "40x20", "--activation", "tanh", "--loss", "squared-half"]),
    ("MLP, GELU, cross-entropy", "mnist", lambda: perceptron([40], lambda: nn.GELU(approximate="tanh")), nn.functional.cross_entropy,
     0.1, ["--widths", "40", "--activation", "gelu", "--loss", "cross-entropy"]),
    ("CNN, tanh", "cifar10", lambda: convolutional(nn.Tanh), squared, 0.01,
     ["--architecture", "cnn", "--feature-multiplier", "8", "--activation", "tanh"]),
]


def truth(model, loss, inputs, labels):
    """The same quantities by double backward in double precision."""
    model = model.double()
    inputs, parameters = inputs.double(), list(model.parameters())

    def gradient(create_graph=False):
        value = loss(model(inputs), labels)
        return value.item(), torch.cat([g.flatten() for g in torch.autograd.grad(value, parameters, create_graph=create_graph)])

    value, g = gradient(True)

    def product(v):
        along = (g * torch.tensor(v.ravel())).sum()
        return torch.cat([p.flatten() for p in torch.autograd.grad(along, parameters, retain_graph=True)]).numpy()

    hessian = LinearOperator((len(g), len(g)), matvec=product, dtype=float)
    high, vectors = eigsh(hessian, k=3, which="LA", tol=1e-7)
    low, lows = eigsh(hessian, k=3, which="SA", tol=1e-7)
    g = g.detach()
    norm, first = g.norm().item(), (vectors[:, numpy.argmax(high)] if high.max() > -low.min() else lows[:, numpy.argmin(low)])
    step = RHO / (norm + 1e-5)
    with torch.no_grad():
        offset = 0
        for p in parameters:
            p += step * g[offset:offset + p.numel()].reshape(p.shape)
            offset += p.numel()
    up = gradient()[1].detach()
    radius = step * norm
    largest = sorted([*high, *low], key=abs)[::-1]
    return {
        "loss": value, "gradient_norm": norm, "sam_gradient_norm": up.norm().item(), "hessian_norm": max(high.max(), -low.min()),
        "lambda_max": high.max(), "lambda_min": low.min(), "gd_edge": 2 / ETA,
        "sam_edge": norm / (2 * radius) * (numpy.sqrt(1 + 8 * radius / (ETA * norm)) - 1),
        "alignment": abs(first @ g.numpy()) / norm, "sam_alignment": abs(first @ up.numpy()) / up.norm().item(),
        **{f"lambda_{i + 1}": value for i, value in enumerate(largest[:3])},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samedge", required=True)
    parser.add_argument("--mirror")
    parser.add_argument("--data", default="auto")
    options = parser.parse_args()
    common = ["--data", options.data] + (["--mirror", os.path.abspath(options.mirror)] if options.mirror else [])
    worst = 0.0
    for name, dataset, make, loss, rate, settings in CASES:
        subprocess.run([options.samedge, "run", f"prepare/{dataset}", "--quiet"] + common, check=True)
        shown = subprocess.run([options.samedge, "show", f"prepare/{dataset}", "--json"] + common, check=True, capture_output=True)
        path = next(f["path"] for f in map(json.loads, shown.stdout.splitlines()) if f["name"] == "train.safetensors")
        data = load_file(path)
        images, labels = data["images"].permute(0, 3, 1, 2).contiguous(), data["labels"].long()
        torch.manual_seed(0)
        model = make()
        optimiser = torch.optim.SGD(model.parameters(), lr=rate)
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for step in range(41):
                if step in (0, 40):
                    files.append(f"{folder}/model-{step}.safetensors")
                    save_file(model.state_dict(), files[-1])
                optimiser.zero_grad()
                loss(model(images), labels).backward()
                optimiser.step()
            subprocess.run(
                [options.samedge, "measure", *files, "--dataset", dataset, "--learning-rate", str(ETA), "--rho", str(RHO),
                 "--principal-components", "3", "--output", f"{folder}/out", "--quiet", *settings, *common], check=True)
            lines = [line.split("\t") for line in open(f"{folder}/out/measurements.tsv").read().splitlines()]
            for row, file in zip(lines[1:], files):
                measured = dict(zip(lines[0], map(float, row)))
                model.load_state_dict(load_file(file))
                true = truth(model, loss, images, labels)
                for quantity, value in true.items():
                    # The far end is right to a share of the norm, and a small cosine to a share of 1.
                    scale, bound = abs(value), BOUND
                    if quantity == "lambda_min" and scale < abs(true["lambda_max"]):
                        scale, bound = measured["hessian_norm"], END_BOUND
                    if "alignment" in quantity:
                        scale = 1
                    apart = abs(measured[quantity] - value) / scale
                    worst = max(worst, apart / bound)
                    mark = "" if apart <= bound else "  BEYOND"
                    print(f"{name}, step {int(measured['step'])}, {quantity}: {measured[quantity]:.8g}, PyTorch {value:.8g}, "
                          f"apart {apart:.1e}{mark}", flush=True)
                model = model.float()
    print(f"worst: {worst:.2f} of its bound")
    sys.exit(worst > 1)


if __name__ == "__main__":
    main()
