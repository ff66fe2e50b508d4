"""Compares samedge with PyTorch in double precision, and with the official estimator, on one of the paper's tasks.

Loads the prepared data and the snapshots of runs of `samedge train`, and prints the worst figure of each comparison. Exit
code 1 where one is beyond its bound.

- Step by step: the loss and ‖g‖ at each of the first snapshots, and the step from it to the next. A step is short beside
  the rounding of the parameters that it is added to, and now and then rounding turns one ReLU of one image over, which moves
  the SAM gradient by some 1e-3: so steps are compared by their median, with PyTorch's in single precision.
- On its own: PyTorch trains from the step-0 snapshot. ReLUs that turn over part two trainings, and at the edge of stability
  the dynamics double what parts them within a step or two. So the bound is 1e-4, or what parts PyTorch's own training in
  single precision from that in double precision where that is more.
- Each tensor's gradient and Hessian product, relative to its norm, or to 1e-3 of the whole norm where that is more: the
  gradient of the keys' biases is 0 in theory, and what is left of it in single precision is rounding, 1e-7 of the whole.
- ‖H‖ and its eigenvector by exact products (double backward) and ARPACK; the official estimator by its formulae.

    Tests/Peers/run compare.py mlp|cnn|transformer --samedge .build/static/release/samedge [--mirror FOLDER]
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

import models

torch.set_default_dtype(torch.float64)


class Task:
    """One of the paper's tasks at the laptop profile's size."""

    def __init__(self, dataset, settings, learning_rates, rho, compared_steps, snapshots):
        self.dataset, self.settings, self.learning_rates, self.rho = dataset, settings, learning_rates, rho
        self.compared_steps, self.snapshots = compared_steps, snapshots


TASKS = {
    # Below the edge, and at it.
    "mlp": Task("mnist", ["--width", "200"], [0.1, 0.3], 0.1, 50, [0, 500, 1000]),
    "cnn": Task("cifar10", ["--examples", "500"], [0.003], 0.03, 20, [0, 50, 100]),
    "transformer": Task("tiny_shakespeare", ["--batch-size", "32"], [0.3], 0.1, 20, [0, 100, 200]),
}


# ---- What samedge computed ----

class Ours:
    """A run of `samedge train`: its data, snapshots and tables."""

    def __init__(self, options, learning_rate, steps, interval, estimator="exact"):
        task = TASKS[options.task]
        self.folder = tempfile.mkdtemp(prefix="samedge-peer-")
        common = ["--data", options.data] + (["--mirror", options.mirror] if options.mirror else [])
        settings = ["--dataset", task.dataset, "--learning-rate", str(learning_rate), "--rho", str(task.rho), "--steps", str(steps),
                    "--interval", str(interval), "--eigenvectors", "--estimator", estimator, "--output", self.folder]
        subprocess.run([options.samedge, "train", "--quiet"] + common + settings + task.settings, check=True)
        shown = subprocess.run([options.samedge, "show", f"prepare/{task.dataset}", "--json"] + common, check=True,
                               stdout=subprocess.PIPE, text=True).stdout
        paths = {entry["name"]: entry["path"] for entry in map(json.loads, shown.splitlines())}
        self.data = {name: torch.tensor(array) for name, array in load_file(paths["train.safetensors"]).items()}
        self.training = table(self.folder + "/training.tsv")
        self.checks = table(self.folder + "/measurements.tsv")
        self.shapes = shapes_in_order(f"{self.folder}/snapshots/000000.safetensors")

    def parameters(self, step):
        """The parameters of a snapshot as one flat vector, in samedge's order."""
        tensors = load_file(f"{self.folder}/snapshots/{step:06}.safetensors")
        return torch.tensor(numpy.concatenate([tensors[name].ravel() for name in self.shapes]), dtype=torch.float64)

    def vectors(self, step):
        """The principal eigenvector, the gradient, and the Hessian times the eigenvector."""
        vectors = load_file(f"{self.folder}/eigenvectors/{step:06}.safetensors")
        return [vectors[name].astype(numpy.float64) for name in ("v0", "gradient", "hessian_v0")]

    def check(self, step, column):
        return self.checks[column][list(self.checks["step"]).index(step)]


def shapes_in_order(path):
    """The names and shapes of a safetensors file's tensors in the order in which they lie in it."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    tensors = [(name, entry) for name, entry in header.items() if name != "__metadata__"]
    return {name: entry["shape"] for name, entry in sorted(tensors, key=lambda tensor: tensor[1]["data_offsets"])}


def table(path):
    with open(path) as file:
        header, *rows = [line.rstrip("\n").split("\t") for line in file]
    return {name: numpy.array([float(row[i]) for row in rows]) for i, name in enumerate(header)}


# ---- samedge's random numbers, from their definition ----

def philox(seed, count, stream):
    """The first `count` random words of a stream of Philox4x32-10, as samedge numbers them: two words of 32 bits each."""
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
    high, low = numpy.stack([c[0], c[2]], axis=1).ravel(), numpy.stack([c[1], c[3]], axis=1).ravel()
    return high[:count], low[:count]


def normal(seed, count, stream):
    high, low = philox(seed, count, stream)
    bits = (high << numpy.uint64(20)) | (low >> numpy.uint64(12))
    return torch.tensor(ndtri((bits.astype(numpy.float64) + 0.5) * 2.0 ** -52))


def minibatch(seed, examples, size, step):
    """The examples of a step's batch: a permutation an epoch, cut into whole batches."""
    epoch, place = divmod(step, examples // size)
    high, low = philox(seed, examples, 1 << 63 | epoch)
    keys = [((int(h) << 32 | int(l)) * (2 ** 63 - 1)) >> 64 for h, l in zip(high, low)]
    return sorted(range(examples), key=lambda i: (keys[i], i))[place * size:(place + 1) * size]


# ---- The same in PyTorch ----

class Peer:
    """The task's loss as a function of one flat vector, for the batch of a step."""

    def __init__(self, task, ours, dtype=torch.float64):
        self.task, self.ours, self.dtype = task, ours, dtype
        self.step = 0

    def tensors(self, flat):
        parts = flat.split([int(numpy.prod(shape)) for shape in self.ours.shapes.values()])
        return {name: part.reshape(shape) for (name, shape), part in zip(self.ours.shapes.items(), parts)}

    def loss(self, flat):
        data, tensors = self.ours.data, self.tensors(flat)
        if self.task.dataset == "tiny_shakespeare":
            chosen = minibatch(0, len(data["tokens"]), 32, self.step)
            tokens = data["tokens"][chosen].long()
            return models.transformer_loss(tensors, tokens[:, :-1], tokens[:, 1:], heads=4)
        loss = models.mlp_loss if self.task.dataset == "mnist" else models.cnn_loss
        return loss(tensors, data["images"].to(self.dtype), data["labels"].long())

    def gradient(self, flat):
        flat = flat.detach().requires_grad_()
        loss = self.loss(flat)
        return loss.item(), torch.autograd.grad(loss, flat)[0]

    def hessian(self, flat):
        flat = flat.detach().requires_grad_()
        gradient = torch.autograd.grad(self.loss(flat), flat, create_graph=True)[0]

        def product(v):
            return torch.autograd.grad(gradient, flat, torch.tensor(numpy.ravel(v)), retain_graph=True)[0].numpy()

        return LinearOperator((len(flat), len(flat)), matvec=product, dtype=numpy.float64)

    def sam_step(self, flat, gradient, learning_rate):
        perturbed = flat + self.task.rho * gradient / (gradient.norm() + 1e-5)
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
            print(f"  {'ok  ' if ok else 'FAIL'} {name}: worst {difference:.2e} at {at} (bound {bound:.1e})")
        return not failed


def compare_steps(comparison, ours, peer, single, learning_rate):
    """The loss, ‖g‖ and the SAM step at our own snapshots."""
    apart, roughly = [], []
    for step in range(peer.task.compared_steps):
        peer.step = single.step = step
        flat, following = ours.parameters(step), ours.parameters(step + 1)
        loss, gradient = peer.gradient(flat)
        comparison.add("step by step: loss", abs(loss / ours.training["loss"][step] - 1), 1e-4, f"step {step}")
        comparison.add("step by step: ‖g‖", abs(gradient.norm().item() / ours.training["gradient_norm"][step] - 1), 1e-4,
                       f"step {step}")
        expected = peer.sam_step(flat, gradient, learning_rate)
        length = (expected - flat).norm()
        apart.append(((following - expected).norm() / length).item())
        rough = single.sam_step(flat.float(), single.gradient(flat.float())[1], learning_rate)
        roughly.append(((rough.double() - expected).norm() / length).item())
    comparison.add(f"step by step at η = {learning_rate}: SAM step, median (bound: 1.1 times PyTorch's in single precision, or 1e-4)",
                   numpy.median(apart), max(1e-4, 1.1 * numpy.median(roughly)), "all steps")
    comparison.add(f"step by step at η = {learning_rate}: SAM step, largest (PyTorch's in single precision: {max(roughly):.1e})",
                   max(apart), max(1e-2, 3 * max(roughly)), f"step {apart.index(max(apart))}")


def compare_trajectory(comparison, ours, peer, single, learning_rate):
    """The loss and ‖g‖ of a training of PyTorch's own."""
    flat = ours.parameters(0)
    rough = flat.float()
    apart = {"loss": [], "‖g‖": []}
    for step in range(peer.task.compared_steps):
        peer.step = single.step = step
        loss, gradient = peer.gradient(flat)
        rough_loss, rough_gradient = single.gradient(rough)
        for name, theirs, mine, roughly in (
                ("loss", loss, ours.training["loss"][step], rough_loss),
                ("‖g‖", gradient.norm().item(), ours.training["gradient_norm"][step], rough_gradient.norm().item())):
            apart[name].append((abs(mine / theirs - 1), abs(roughly / theirs - 1)))
        flat = peer.sam_step(flat, gradient, learning_rate)
        rough = single.sam_step(rough, rough_gradient, learning_rate)
    for name, pairs in apart.items():
        worst = max(range(len(pairs)), key=lambda step: pairs[step][0])
        theirs = max(pair[1] for pair in pairs)
        comparison.add(f"on its own at η = {learning_rate}: {name} (PyTorch in single precision: {theirs:.1e})",
                       pairs[worst][0], max(1e-4, theirs), f"step {worst}")


def compare_tensors(comparison, ours, peer, name, mine, theirs, step):
    """One vector, tensor by tensor, each relative to its norm."""
    whole = theirs.norm()
    for (tensor, expected), found in zip(peer.tensors(theirs).items(), peer.tensors(torch.tensor(mine)).values()):
        apart = (found - expected).norm() / max(expected.norm(), 1e-3 * whole)
        comparison.add(f"{name} of each tensor", apart.item(), 1e-4, f"step {step}, {tensor}")


def compare_curvature(comparison, exact, official, peer):
    for step in peer.task.snapshots:
        peer.step = step
        flat = exact.parameters(step)
        hessian = peer.hessian(flat)
        vector, gradient, product = exact.vectors(step)
        compare_tensors(comparison, exact, peer, "gradient", gradient, peer.gradient(flat)[1], step)
        compare_tensors(comparison, exact, peer, "Hessian product", product, torch.tensor(hessian.matvec(vector)), step)
        values, vectors = eigsh(hessian, k=1, which="LM", tol=1e-9, v0=vector)
        start = numpy.random.default_rng(step).standard_normal(len(flat))
        again, _ = eigsh(hessian, k=1, which="LM", tol=1e-9, v0=start)
        comparison.add("PyTorch's eigenvalue from two starts", abs(values[0] / again[0] - 1), 1e-7, f"step {step}")
        comparison.add("‖H‖", abs(exact.check(step, "hessian_norm") / abs(values[0]) - 1), 1e-3, f"step {step}")
        alignment = abs(vectors[:, 0] @ vector) / numpy.linalg.norm(vector)
        comparison.add("1 − alignment of the principal eigenvectors", 1 - alignment, 1e-3, f"step {step}")
        norm = peer.official_norm(flat, normal(step, len(flat), 0))
        comparison.add("official ‖H‖", abs(official.check(step, "hessian_norm") / norm - 1), 1e-3, f"step {step}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--samedge", required=True)
    parser.add_argument("--mirror")
    parser.add_argument("--data", default="auto")
    options = parser.parse_args()
    task = TASKS[options.task]
    comparison = Comparison()
    for learning_rate in task.learning_rates:
        ours = Ours(options, learning_rate, task.compared_steps, 1)
        peer, single = Peer(task, ours), Peer(task, ours, torch.float32)
        compare_steps(comparison, ours, peer, single, learning_rate)
        compare_trajectory(comparison, ours, peer, single, learning_rate)
    steps, interval = task.snapshots[-1], task.snapshots[1]
    exact = Ours(options, task.learning_rates[-1], steps, interval)
    official = Ours(options, task.learning_rates[-1], steps, interval, "official")
    compare_curvature(comparison, exact, official, Peer(task, exact))
    print(f"samedge against PyTorch {torch.__version__} in double precision: {options.task}, "
          f"η = {', '.join(map(str, task.learning_rates))}, ρ = {task.rho}; relative differences:")
    sys.exit(0 if comparison.report() else 1)


main()
