"""Runs of `samedge train` as its peers read them: the tasks, the files, the random numbers, and a list of differences.

Arrays are numpy's, in the precision in which samedge wrote them.
"""

import argparse
import json
import subprocess
import tempfile

import numpy
from safetensors.numpy import load_file
from scipy.special import ndtri


class Task:
    """One of the paper's tasks at the laptop profile's size; `loss_settings` are those of its loss in `models`."""

    def __init__(self, architecture, dataset, settings, learning_rates, rho, compared_steps, snapshots,
                 batch_size=None, loss_settings={}):
        self.architecture, self.dataset, self.settings = architecture, dataset, settings
        self.learning_rates, self.rho = learning_rates, rho
        self.compared_steps, self.snapshots = compared_steps, snapshots
        self.batch_size, self.loss_settings = batch_size, loss_settings


# The heads of the transformer, which the shapes of its parameters do not tell.
HEADS = 4
TASKS = {
    # Below the edge, and at it.
    "mlp": Task("mlp", "mnist", ["--width", "200"], [0.1, 0.3], 0.1, 50, [0, 500, 1000]),
    "cnn": Task("cnn", "cifar10", ["--examples", "500"], [0.003], 0.03, 20, [0, 50, 100]),
    "transformer": Task(
        "transformer", "tiny_shakespeare", ["--batch-size", "32"], [0.3], 0.1, 20, [0, 100, 200], batch_size=32,
        loss_settings={"heads": HEADS}),
}


# ---- What samedge computed ----

class Ours:
    """A run of `samedge train`: its data, snapshots and tables; with a store of its own, where nothing is there already, the
    seconds that each stage took as well."""

    def __init__(self, options, task, learning_rate, steps, interval, estimator="exact", vectors=True, store=None):
        self.task, self.batch_size = task, task.batch_size
        self.temporary = tempfile.TemporaryDirectory(prefix="samedge-peer-")
        self.folder = self.temporary.name
        common = ["--data", options.data] + (["--mirror", options.mirror] if options.mirror else [])
        common += ["--store", store] if store else []
        settings = ["--dataset", task.dataset, "--learning-rate", str(learning_rate), "--rho", str(task.rho), "--steps", str(steps),
                    "--interval", str(interval), "--estimator", estimator, "--output", self.folder]
        settings += ["--eigenvectors"] if vectors else []
        said = subprocess.run([options.samedge, "train", "--json"] + common + settings + task.settings, check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        events = [json.loads(line) for line in said.splitlines()]
        self.seconds = {event["stage"].split("/")[0]: event["seconds"] for event in events if event["event"] == "finished"}
        shown = subprocess.run([options.samedge, "show", f"prepare/{task.dataset}", "--json"] + common, check=True,
                               stdout=subprocess.PIPE, text=True).stdout
        paths = {entry["name"]: entry["path"] for entry in map(json.loads, shown.splitlines())}
        self.data = load_file(paths["train.safetensors"])
        self.training = table(self.folder + "/training.tsv")
        self.checks = table(self.folder + "/measurements.tsv")
        self.shapes = shapes_in_order(f"{self.folder}/snapshots/000000.safetensors")

    def parameters(self, step):
        """The parameters of a snapshot as one flat vector, in samedge's order."""
        tensors = load_file(f"{self.folder}/snapshots/{step:06}.safetensors")
        return numpy.concatenate([tensors[name].ravel() for name in self.shapes])

    def named(self, flat):
        """The tensors of a flat vector by name."""
        tensors, start = {}, 0
        for name, shape in self.shapes.items():
            end = start + int(numpy.prod(shape))
            tensors[name], start = flat[start:end].reshape(shape), end
        return tensors

    def batch(self, step):
        """The inputs and the integer labels that a step uses; tokens for a text."""
        if "tokens" not in self.data:
            return self.data["images"], self.data["labels"]
        tokens = self.data["tokens"][minibatch(0, len(self.data["tokens"]), self.batch_size, step)]
        return tokens[:, :-1], tokens[:, 1:]

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
    return ndtri((bits.astype(numpy.float64) + 0.5) * 2.0 ** -52)


def official_direction(step, count):
    """The direction from which the official estimator starts at a step, not normalised: RandomStream's official search."""
    return normal(step, count, 0x03 << 56)


def minibatch(seed, examples, size, step):
    """The examples of a step's batch: a permutation an epoch, cut into whole batches."""
    epoch, place = divmod(step, examples // size)
    high, low = philox(seed, examples, 1 << 63 | epoch)
    keys = [((int(h) << 32 | int(l)) * (2 ** 63 - 1)) >> 64 for h, l in zip(high, low)]
    return sorted(range(examples), key=lambda i: (keys[i], i))[place * size:(place + 1) * size]


# ---- The comparison ----

# The most rounds of the official power iteration.
ROUNDS = 100


def official_bound(estimates):
    """How far a run of the official estimator may be from the first of some, each the list of its rounds' estimates.

    The runs differ in their rounding alone. That decides in which round two estimates come within 1e-3 of each other, and so
    where the iteration ends: the bound is three times what parts the runs, and where one goes round in circles until its rounds
    are spent, as happens at the convolutional network's start, the width of the circle; at least 1e-3.
    """
    last = estimates[0][-1]
    parted = max(abs(run[-1] / last - 1) for run in estimates)
    circles = [(max(run[-8:]) - min(run[-8:])) / last for run in estimates if len(run) == ROUNDS]
    return max([1e-3, 3 * parted] + circles)


class Comparison:
    """The worst figure of each comparison and its bound."""

    def __init__(self):
        self.worst = {}

    def add(self, name, difference, bound, at):
        """Keeps the difference that comes nearest to its bound, or goes farthest beyond it."""
        if name not in self.worst or not difference * self.worst[name][1] <= self.worst[name][0] * bound:
            self.worst[name] = (difference, bound, at)

    def report(self):
        failed = False
        for name, (difference, bound, at) in self.worst.items():
            ok = difference <= bound
            failed |= not ok
            print(f"  {'ok  ' if ok else 'FAIL'} {name}: worst {difference:.2e} at {at} (bound {bound:.1e})")
        return not failed


def arguments():
    """The options that all comparisons take."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--samedge", required=True)
    parser.add_argument("--mirror")
    parser.add_argument("--data", default="auto")
    return parser
