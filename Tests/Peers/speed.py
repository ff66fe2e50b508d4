"""Times matrix products, SAM steps, Hessian–vector products and sharpness of samedge and its peers on the same cores, in turn.

    Tests/Peers/run speed.py --samedge .build/static/release/samedge [--rounds 3] [--threads N] [CASE…]

A round times each peer once; what is printed are the medians over the rounds, and their ratios. NumPy stands for its
OpenBLAS. PyTorch's step is eager, as its users write it; its networks are those of models.py. JAX's are the official code's by
its formulae, compiled as a whole before they are timed; it takes all cores whatever --threads says. Its sharpness is the
official power iteration from a random direction, at the same kind of point but not the same one.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time


def threads_before_imports():
    """The number of threads, which OpenBLAS reads when it is loaded."""
    for before, after in zip(sys.argv, sys.argv[1:]):
        if before == "--threads":
            return after
    return str(os.cpu_count())


for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = threads_before_imports()

import jax
import jax.numpy as jnp
import numpy
import torch

import models
import official


class Case:
    """A network and a batch, for both peers."""

    def __init__(self, task, parameters, inputs, labels, loss, heads=None):
        self.parameters = parameters
        more = {} if heads is None else {"heads": heads}
        self.loss = lambda parameters: loss(parameters, inputs, labels, **more)
        self.side = official.Formulae(task, {name: tuple(t.shape) for name, t in parameters.items()}, **more)
        self.tree = self.side.tree({name: jnp.asarray(t.numpy()) for name, t in parameters.items()})
        self.inputs, self.labels = jnp.asarray(inputs.numpy()), jnp.asarray(labels.numpy())

    def jax_loss(self, tree):
        return self.side.loss(tree, self.inputs, self.labels)


def tensors(shapes):
    torch.manual_seed(0)
    return {
        name: torch.randn(shape) * (2 / (shape[-1] + shape[0])) ** 0.5 if len(shape) > 1 else torch.full(shape, fill)
        for name, (shape, fill) in shapes.items()
    }


def layer(name, *kernel):
    return {f"{name}.kernel": (kernel, 0), f"{name}.bias": (kernel[-1:], 0.0)}


def norm(name, features):
    return {f"{name}.scale": ((features,), 1.0), f"{name}.bias": ((features,), 0.0)}


def mlp(width, examples):
    sizes = [784, width, width, width, 10]
    shapes = {}
    for index, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        shapes |= layer(f"dense{index}", rows, columns)
    images, labels = torch.randn(examples, 784), torch.arange(examples) % 10
    return Case("mlp", tensors(shapes), images, labels, models.mlp_loss)


def cnn(examples):
    shapes = layer("conv0", 3, 3, 3, 16) | norm("norm0", 16) | layer("conv1", 3, 3, 16, 32) | norm("norm1", 32)
    shapes |= layer("head", 8 * 8 * 32, 10)
    images, labels = torch.randn(examples, 32, 32, 3), torch.arange(examples) % 10
    return Case("cnn", tensors(shapes), images, labels, models.cnn_loss)


def transformer(size, layers, heads, key_size, examples):
    shapes = {"embedding.token": ((128, size), 0), "embedding.position": ((64, size), 0)}
    for index in range(layers):
        block = f"block{index}"
        shapes |= norm(f"{block}.attention_norm", size) | norm(f"{block}.mlp_norm", size)
        for part in ("query", "key", "value"):
            shapes |= layer(f"{block}.{part}", size, heads * key_size)
        shapes |= layer(f"{block}.output", heads * key_size, size)
        shapes |= layer(f"{block}.mlp_up", size, 4 * size) | layer(f"{block}.mlp_down", 4 * size, size)
    shapes |= norm("final_norm", size) | layer("head", size, 128)
    tokens, labels = torch.randint(101, (examples, 64)), torch.randint(101, (examples, 64))
    return Case("transformer", tensors(shapes), tokens, labels, models.transformer_loss, heads)


# By the names of `samedge bench`.
NETWORKS = {
    "mlp-200": lambda: mlp(200, 1000),
    "mlp-1000": lambda: mlp(1000, 1000),
    "mlp-1000-5000": lambda: mlp(1000, 5000),
    "cnn": lambda: cnn(1000),
    "transformer-64x2": lambda: transformer(64, 2, 4, 16, 32),
    "transformer-128x6": lambda: transformer(128, 6, 8, 32, 128),
}
MEASURED = ["mlp-200", "cnn", "transformer-64x2"]
PRODUCTS = ["product/1000x1000x1000"]


def sam_step(parameters, loss):
    leaves = {name: tensor.requires_grad_() for name, tensor in parameters.items()}
    gradients = torch.autograd.grad(loss(leaves), leaves.values())
    with torch.no_grad():
        length = torch.sqrt(sum((g * g).sum() for g in gradients))
        perturbed = {n: p + (0.1 / (length + 1e-5)) * g for (n, p), g in zip(parameters.items(), gradients)}
    for tensor in perturbed.values():
        tensor.requires_grad_()
    gradients = torch.autograd.grad(loss(perturbed), perturbed.values())
    with torch.no_grad():
        for parameter, g in zip(parameters.values(), gradients):
            parameter -= 1e-3 * g


def jax_functions(case):
    """The step, the gradient with a Hessian–vector product, and the product alone, compiled.

    Of the last, XLA leaves out what the gradient alone needs: a third of a gradient, which the others compute.
    """
    gradient = jax.grad(case.jax_loss)

    @jax.jit
    def step(tree):
        g = gradient(tree)
        length = jnp.sqrt(sum(jnp.sum(leaf * leaf) for leaf in jax.tree.leaves(g)))
        perturbed = jax.tree.map(lambda p, g: p + 0.1 / (length + 1e-5) * g, tree, g)
        return jax.tree.map(lambda p, g: p - 1e-3 * g, tree, gradient(perturbed))

    both = jax.jit(lambda tree, along: jax.jvp(gradient, (tree,), (along,)))
    product = jax.jit(lambda tree, along: jax.jvp(gradient, (tree,), (along,))[1])
    return step, both, product


def median_time(body, least=0.3):
    """The median of calls that together last at least so many seconds, after one that warms up."""
    body()
    times = []
    while len(times) < 3 or sum(times) < least:
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def ours(options, *cases):
    """The medians of `samedge bench`, by case."""
    output = subprocess.run(
        [options.samedge, "bench", *cases, "--json", "--rounds", "5", "--threads", str(options.threads)],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = [json.loads(line) for line in output.splitlines()]
    return {row["case"]: row for row in rows}


def line(title, mine, others):
    ratios = ", ".join(f"{name} {value * 1e3:.4g} ms ({value / mine:.2f} ×)" for name, value in others.items())
    print(f"  {title}: samedge {mine * 1e3:.4g} ms, {ratios}", flush=True)


def product(name, options):
    rows, terms, columns = (int(n) for n in name.split("/")[1].split("x"))
    a, b = numpy.random.randn(rows, terms).astype("f4"), numpy.random.randn(terms, columns).astype("f4")
    mine, theirs, share = [], [], []
    for _ in range(options.rounds):
        theirs.append(median_time(lambda: a @ b))
        row = ours(options, name)[name]
        mine.append(row["seconds"])
        share.append(row["of_peak"])
    print(f"{name}: {100 * statistics.median(share):.0f} % of the peak")
    line("product", statistics.median(mine), {"NumPy": statistics.median(theirs)})


def network(name, options):
    case = NETWORKS[name]()
    direction = {n: torch.randn_like(tensor) for n, tensor in case.parameters.items()}
    jax_step, jax_both, jax_product = jax_functions(case)
    flat_gradient, flat = case.side.flat_gradient(case.tree, case.inputs, case.labels)
    start = jnp.asarray(numpy.random.default_rng(0).standard_normal(flat.size, "f4"))
    theirs = {
        "sam-step": {"PyTorch": lambda: sam_step(case.parameters, case.loss),
                     "JAX": lambda: jax.block_until_ready(jax_step(case.tree))},
        "hessian-product": {"PyTorch": lambda: models.hessian_product(case.loss, case.parameters, direction),
                            "JAX": lambda: jax.block_until_ready(jax_both(case.tree, case.tree)),
                            "JAX without the gradient": lambda: jax.block_until_ready(jax_product(case.tree, case.tree))},
    }
    parts = ["sam-step", "gradient", "hessian-product"]
    if name in MEASURED:
        parts.append("sharpness")
        theirs["sharpness"] = {
            "JAX": lambda: official.power_iteration(flat_gradient, flat, start / jnp.linalg.norm(start))}
    mine, times = {}, {}
    for _ in range(options.rounds):
        for part, peers in theirs.items():
            for peer, body in peers.items():
                times.setdefault(part, {}).setdefault(peer, []).append(median_time(body))
        for full, row in ours(options, *(f"{name}/{part}" for part in parts)).items():
            mine.setdefault(full.split("/")[1], []).append(row["seconds"])
    mine = {part: statistics.median(values) for part, values in mine.items()}
    times = {part: {peer: statistics.median(values) for peer, values in peers.items()} for part, peers in times.items()}
    print(f"{name}:")
    line("SAM step", mine["sam-step"], times["sam-step"])
    line("Hessian–vector product with its gradient", mine["hessian-product"] + mine["gradient"], times["hessian-product"])
    print(f"  Hessian–vector product in gradients: {mine['hessian-product'] / mine['gradient']:.2f}", flush=True)
    if name in MEASURED:
        line("sharpness, against the official power iteration", mine["sharpness"], times["sharpness"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samedge", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("cases", nargs="*", default=PRODUCTS + list(NETWORKS))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"medians of {options.rounds} alternating rounds, {options.threads} threads; PyTorch {torch.__version__}, "
          f"NumPy {numpy.__version__}")
    for name in options.cases:
        (network if name in NETWORKS else product)(name, options)


main()
