"""Compares samedge with PyTorch in double precision, and with the official estimator, on MNIST.

Loads the prepared data and the step-0 snapshot of a run of `samedge train`, trains with the same SAM steps, and prints the
worst figure of each comparison. Exit code 1 where one is beyond its bound.

    Tests/Peers/run mnist.py --samedge .build/static/release/samedge [--mirror FOLDER] [--learning-rate 0.3 --rho 0.1]
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

    def __init__(self, options, estimator):
        self.folder = tempfile.mkdtemp(prefix="samedge-peer-")
        common = ["--data", options.data] + (["--mirror", options.mirror] if options.mirror else [])
        settings = ["--learning-rate", str(options.learning_rate), "--rho", str(options.rho), "--steps", str(options.steps),
                    "--interval", str(options.interval), "--width", str(options.width), "--eigenvectors",
                    "--estimator", estimator, "--output", self.folder]
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

    def __init__(self, ours):
        self.ours = ours
        _, self.shapes = ours.parameters(0)

    def loss(self, flat):
        tensors, offset = [], 0
        for shape in self.shapes:
            count = int(numpy.prod(shape))
            tensors.append(flat[offset:offset + count].reshape(shape))
            offset += count
        x = self.ours.inputs
        for i in range(0, len(tensors), 2):
            x = x @ tensors[i] + tensors[i + 1]
            if i + 2 < len(tensors):
                x = torch.relu(x)
        return ((x - self.ours.targets) ** 2).mean()

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

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samedge", required=True)
    parser.add_argument("--mirror")
    parser.add_argument("--data", default="auto")
    parser.add_argument("--learning-rate", type=float, default=0.3)
    parser.add_argument("--rho", type=float, default=0.1)
    parser.add_argument("--width", type=int, default=200)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--interval", type=int, default=25)
    options = parser.parse_args()
    ours = Ours(options, "exact")
    peer = Peer(ours)
    worst = {}

    def compare(name, difference, bound, at):
        if name not in worst or not difference <= worst[name][0]:
            worst[name] = (difference, bound, at)

    flat, _ = ours.parameters(0)
    for step in range(50):
        loss, gradient = peer.gradient(flat)
        norm = gradient.norm().item()
        compare("loss, relative", abs(loss / ours.training["loss"][step] - 1), 1e-4, f"step {step}")
        compare("gradient norm, relative", abs(norm / ours.training["gradient_norm"][step] - 1), 1e-4, f"step {step}")
        flat = peer.sam_step(flat, gradient, options.learning_rate, options.rho)
    middle = options.steps // 2 // options.interval * options.interval
    for step in (0, middle, options.steps):
        flat, _ = ours.parameters(step)
        hessian = peer.hessian(flat)
        values, vectors = eigsh(hessian, k=1, which="LM", tol=1e-9, v0=ours.eigenvector(step))
        start = numpy.random.default_rng(step).standard_normal(len(flat))
        again, _ = eigsh(hessian, k=1, which="LM", tol=1e-9, v0=start)
        compare("peer's eigenvalue from two starts, relative", abs(values[0] / again[0] - 1), 1e-7, f"step {step}")
        norm = abs(values[0])
        compare("‖H‖, relative", abs(ours.check(step, "hessian_norm") / norm - 1), 1e-3, f"step {step}")
        alignment = abs(vectors[:, 0] @ ours.eigenvector(step)) / numpy.linalg.norm(ours.eigenvector(step))
        compare("1 − alignment of the eigenvectors", 1 - alignment, 1e-3, f"step {step}")
    official = Ours(options, "official")
    for step in (0, middle, options.steps):
        flat, _ = official.parameters(step)
        start = torch.tensor(ndtri(philox(step, len(flat), 0)))
        norm = peer.official_norm(flat, start)
        compare("official ‖H‖, relative", abs(official.check(step, "hessian_norm") / norm - 1), 1e-3, f"step {step}")

    failed = False
    print(f"samedge against PyTorch {torch.__version__} in double precision: "
          f"η = {options.learning_rate}, ρ = {options.rho}, width {options.width}")
    for name, (difference, bound, at) in worst.items():
        ok = difference <= bound
        failed |= not ok
        print(f"  {'ok  ' if ok else 'FAIL'} {name}: worst {difference:.2e} at {at} (bound {bound:.0e})")
    sys.exit(1 if failed else 0)


main()
