"""Compares samedge with PyTorch in double precision, and with the official estimator, on MNIST.

Loads the prepared data and the snapshots of runs of `samedge train`, and prints the worst figure of each comparison. Exit
code 1 where one is beyond its bound.

- Step by step: the loss and the gradient norm at each of the first 50 snapshots, and the step from it to the next.
- On its own: PyTorch trains 50 steps from the step-0 snapshot. At the edge of stability the dynamics double a rounding
  error within a step or two, so there the bound is what PyTorch's own training in single precision comes to.
- ‖H‖ and its eigenvector by exact products (double backward) and ARPACK; the official estimator by its formulae.

    Tests/Peers/run mnist.py --samedge .build/static/release/samedge [--mirror FOLDER] [--width 200]
"""

import argparse
import json
import subprocess
import sys
import tempfile

import numpy
import torch
from safetensors.numpy import load_file
from scipy.sparse.linalg import LinearOperator, eigsh
from scipy.special import ndtri

torch.set_default_dtype(torch.float64)


# ---- What samedge measured ----

class Ours:
    """A run of `samedge train`: its data, snapshots and tables."""

    def __init__(self, options, learning_rate, rho, steps, interval, estimator="exact"):
        self.folder = tempfile.mkdtemp(prefix="samedge-peer-")
        common = ["--data", options.data] + (["--mirror", options.mirror] if options.mirror else [])
        settings = ["--learning-rate", str(learning_rate), "--rho", str(rho), "--steps", str(steps), "--interval", str(interval),
                    "--width", str(options.width), "--eigenvectors", "--estimator", estimator, "--output", self.folder]
        subprocess.run([options.samedge, "train", "--quiet"] + common + settings, check=True)
        shown = subprocess.run([options.samedge, "show", "prepare/mnist", "--json"] + common, check=True,
                               stdout=subprocess.PIPE, text=True).stdout
        paths = {entry["name"]: entry["path"] for entry in map(json.loads, shown.splitlines())}
        data = load_file(paths["train.safetensors"])
        self.inputs = torch.tensor(data["images"].reshape(len(data["labels"]), -1), dtype=torch.float64)
        self.targets = torch.nn.functional.one_hot(torch.tensor(data["labels"], dtype=torch.int64), 10).double()
        self.training = table(self.folder + "/training.tsv")
        self.checks = table(self.folder + "/measurements.tsv")

    def parameters(self, step):
        """The parameters of a snapshot as one flat vector, and the shapes of its tensors in order."""
        tensors = load_file(f"{self.folder}/snapshots/{step:06}.safetensors")
        names = [f"dense{i}.{part}" for i in range(len(tensors) // 2) for part in ("kernel", "bias")]
        flat = numpy.concatenate([tensors[name].ravel() for name in names])
        return torch.tensor(flat, dtype=torch.float64), [tensors[name].shape for name in names]

    def eigenvector(self, step):
        return load_file(f"{self.folder}/eigenvectors/{step:06}.safetensors")["v0"].astype(numpy.float64)

    def check(self, step, column):
        return self.checks[column][list(self.checks["step"]).index(step)]


def table(path):
    with open(path) as file:
        header, *rows = [line.rstrip("\n").split("\t") for line in file]
    return {name: numpy.array([float(row[i]) for row in rows]) for i, name in enumerate(header)}


# ---- The same in PyTorch ----

class Peer:
    """The paper's MLP and loss as a function of one flat vector."""

    def __init__(self, ours, dtype=torch.float64):
        self.inputs, self.targets = ours.inputs.to(dtype), ours.targets.to(dtype)
        _, self.shapes = ours.parameters(0)

    def loss(self, flat):
        tensors, offset = [], 0
        for shape in self.shapes:
            count = int(numpy.prod(shape))
            tensors.append(flat[offset:offset + count].reshape(shape))
            offset += count
        x = self.inputs
        for i in range(0, len(tensors), 2):
            x = x @ tensors[i] + tensors[i + 1]
            if i + 2 < len(tensors):
                x = torch.relu(x)
        return ((x - self.targets) ** 2).mean()

    def gradient(self, flat):
        flat = flat.detach().requires_grad_()
        loss = self.loss(flat)
        return loss.item(), torch.autograd.grad(loss, flat)[0]

    def hessian(self, flat):
        flat = flat.detach().requires_grad_()
        gradient = torch.autograd.grad(self.loss(flat), flat, create_graph=True)[0]

        def product(v):
            v = torch.tensor(numpy.ravel(v))
            return torch.autograd.grad(gradient, flat, v, retain_graph=True)[0].numpy()

        return LinearOperator((len(flat), len(flat)), matvec=product, dtype=numpy.float64)

    def sam_step(self, flat, gradient, learning_rate, rho):
        perturbed = flat + rho * gradient / (gradient.norm() + 1e-5)
        return flat - learning_rate * self.gradient(perturbed)[1]

    def official_norm(self, flat, start):
        """Power iteration on central differences as in the official code."""
        v = start / start.norm()
        norm = 0.0
        for _ in range(100):
            difference = self.gradient(flat + 1e-3 * v)[1] - self.gradient(flat - 1e-3 * v)[1]
            product = difference / (2 * 1e-3 + 1e-5)
            previous, norm = norm, product.norm().item()
            v = product / norm
            if norm <= 1e-3 or abs(norm - previous) <= 1e-3 * previous:
                break
        return norm


# ---- samedge's random numbers, from their definition ----

def philox(seed, count, stream):
    """The first `count` uniform numbers of a stream of Philox4x32-10, as samedge defines them."""
    blocks = (count + 1) // 2
    index = numpy.arange(blocks, dtype=numpy.uint64)
    mask = numpy.uint64(0xffffffff)
    c = [index & mask, index >> numpy.uint64(32), numpy.full(blocks, stream & 0xffffffff, numpy.uint64),
         numpy.full(blocks, stream >> 32, numpy.uint64)]
    k0, k1 = seed & 0xffffffff, seed >> 32
    for _ in range(10):
        p0, p1 = c[0] * numpy.uint64(0xd2511f53), c[2] * numpy.uint64(0xcd9e8d57)
        c = [(p1 >> numpy.uint64(32)) ^ c[1] ^ numpy.uint64(k0), p1 & mask,
             (p0 >> numpy.uint64(32)) ^ c[3] ^ numpy.uint64(k1), p0 & mask]
        k0, k1 = (k0 + 0x9e3779b9) & 0xffffffff, (k1 + 0xbb67ae85) & 0xffffffff
    pairs = [(c[0] << numpy.uint64(20)) | (c[1] >> numpy.uint64(12)), (c[2] << numpy.uint64(20)) | (c[3] >> numpy.uint64(12))]
    bits = numpy.stack(pairs, axis=1).ravel()[:count]
    return (bits.astype(numpy.float64) + 0.5) * 2.0 ** -52


# ---- The comparisons ----

class Comparison:
    """The worst figure of each comparison and its bound."""

    def __init__(self):
        self.worst = {}

    def add(self, name, difference, bound, at):
        if name not in self.worst or not difference <= self.worst[name][0]:
            self.worst[name] = (difference, bound, at)

    def report(self):
        failed = False
        for name, (difference, bound, at) in self.worst.items():
            ok = difference <= bound
            failed |= not ok
            print(f"  {'ok  ' if ok else 'FAIL'} {name}: worst {difference:.2e} at step {at} (bound {bound:.1e})")
        return not failed


def compare_steps(comparison, ours, peer, learning_rate, rho):
    """The loss, ‖g‖ and the SAM step at our own snapshots."""
    for step in range(50):
        flat, _ = ours.parameters(step)
        following, _ = ours.parameters(step + 1)
        loss, gradient = peer.gradient(flat)
        comparison.add("step by step: loss", abs(loss / ours.training["loss"][step] - 1), 1e-4, step)
        comparison.add("step by step: ‖g‖", abs(gradient.norm().item() / ours.training["gradient_norm"][step] - 1), 1e-4, step)
        expected = peer.sam_step(flat, gradient, learning_rate, rho)
        comparison.add("step by step: SAM step, of its length",
                       ((following - expected).norm() / (expected - flat).norm()).item(), 1e-4, step)


def compare_trajectory(comparison, ours, peer, single, learning_rate, rho, bound):
    """The loss and ‖g‖ of a training of PyTorch's own; `bound` is `None` where its single precision sets the bound."""
    flat, _ = ours.parameters(0)
    rough = flat.float()
    apart = {"loss": [], "‖g‖": []}
    for step in range(50):
        loss, gradient = peer.gradient(flat)
        rough_loss, rough_gradient = single.gradient(rough)
        for name, theirs, mine, roughly in (
                ("loss", loss, ours.training["loss"][step], rough_loss),
                ("‖g‖", gradient.norm().item(), ours.training["gradient_norm"][step], rough_gradient.norm().item())):
            apart[name].append((abs(mine / theirs - 1), abs(roughly / theirs - 1)))
        flat = peer.sam_step(flat, gradient, learning_rate, rho)
        rough = single.sam_step(rough, rough_gradient, learning_rate, rho)
    for name, pairs in apart.items():
        worst = max(range(50), key=lambda step: pairs[step][0])
        theirs = max(pair[1] for pair in pairs)
        title = f"on its own at η = {learning_rate}: {name} (PyTorch in single precision: {theirs:.1e})"
        comparison.add(title, pairs[worst][0], theirs if bound is None else bound, worst)


def compare_curvature(comparison, exact, official, peer):
    for step in (0, 500, 1000):
        flat, _ = exact.parameters(step)
        hessian = peer.hessian(flat)
        vector = exact.eigenvector(step)
        values, vectors = eigsh(hessian, k=1, which="LM", tol=1e-9, v0=vector)
        start = numpy.random.default_rng(step).standard_normal(len(flat))
        again, _ = eigsh(hessian, k=1, which="LM", tol=1e-9, v0=start)
        comparison.add("PyTorch's eigenvalue from two starts", abs(values[0] / again[0] - 1), 1e-7, step)
        comparison.add("‖H‖", abs(exact.check(step, "hessian_norm") / abs(values[0]) - 1), 1e-3, step)
        alignment = abs(vectors[:, 0] @ vector) / numpy.linalg.norm(vector)
        comparison.add("1 − alignment of the principal eigenvectors", 1 - alignment, 1e-3, step)
        norm = peer.official_norm(flat, torch.tensor(ndtri(philox(step, len(flat), 0))))
        comparison.add("official ‖H‖", abs(official.check(step, "hessian_norm") / norm - 1), 1e-3, step)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samedge", required=True)
    parser.add_argument("--mirror")
    parser.add_argument("--data", default="auto")
    parser.add_argument("--width", type=int, default=200)
    options = parser.parse_args()
    comparison = Comparison()
    # Below the edge, where rounding errors stay small; and at it.
    for learning_rate, bound in ((0.1, 1e-4), (0.3, None)):
        ours = Ours(options, learning_rate, 0.1, 50, 1)
        peer = Peer(ours)
        compare_steps(comparison, ours, peer, learning_rate, 0.1)
        compare_trajectory(comparison, ours, peer, Peer(ours, torch.float32), learning_rate, 0.1, bound)
    exact = Ours(options, 0.3, 0.1, 1000, 500)
    official = Ours(options, 0.3, 0.1, 1000, 500, "official")
    compare_curvature(comparison, exact, official, Peer(exact))
    print(f"samedge against PyTorch {torch.__version__} in double precision, ρ = 0.1, width {options.width}; relative differences:")
    sys.exit(0 if comparison.report() else 1)


main()
