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
- ‖H‖ and its eigenvector by exact products (forward over reverse) and ARPACK, which starts from samedge's eigenvector and a
  random direction of the same length: it is soon done, and still finds a larger eigenvalue that samedge missed. It searches
  in single precision; the value of what it found, and its residual, which bounds the error, are computed in double.
- The official estimator by its formulae, in single precision as there.

    Tests/Peers/run compare.py mlp|cnn|transformer --samedge .build/static/release/samedge [--mirror FOLDER]
"""

import functools
import sys

import numpy
import torch
from scipy.sparse.linalg import LinearOperator, eigsh

import models
from runs import HEADS, TASKS, Comparison, Ours, arguments, normal

torch.set_default_dtype(torch.float64)

# The examples that PyTorch sees at once.
PART = 100


# ---- The same in PyTorch ----

class Peer:
    """The task's loss as a function of one flat vector, for the batch of a step."""

    def __init__(self, task, ours, dtype=torch.float64):
        self.task, self.ours, self.dtype = task, ours, dtype
        self.step = 0

    def parameters(self, step):
        return torch.tensor(self.ours.parameters(step), dtype=torch.float64)

    def parts(self):
        """The batch in parts: the share of each in the mean, and its loss. The whole would not stay in the cache."""
        inputs, labels = map(torch.tensor, self.ours.batch(self.step))
        if self.task.dataset == "tiny_shakespeare":
            inputs = inputs.long()
            loss = functools.partial(models.transformer_loss, heads=HEADS)
        else:
            inputs = inputs.to(self.dtype)
            loss = models.mlp_loss if self.task.dataset == "mnist" else models.cnn_loss
        for first in range(0, len(inputs), PART):
            x, y = inputs[first:first + PART], labels[first:first + PART].long()
            yield len(x) / len(inputs), lambda flat: loss(self.ours.named(flat), x, y)

    def gradient(self, flat):
        total, gradient = 0.0, torch.zeros_like(flat)
        for share, loss in self.parts():
            leaf = flat.detach().requires_grad_()
            value = loss(leaf)
            total += share * value.item()
            gradient += share * torch.autograd.grad(value, leaf)[0]
        return total, gradient

    def product(self, flat, vector):
        """The Hessian times a vector."""
        vector, result = torch.as_tensor(vector, dtype=self.dtype).ravel(), torch.zeros_like(flat)
        for share, loss in self.parts():
            result += share * torch.func.jvp(torch.func.grad(loss), (flat,), (vector,))[1]
        return result

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

def compare_steps(comparison, ours, peer, single, learning_rate):
    """The loss, ‖g‖ and the SAM step at our own snapshots."""
    apart, roughly = [], []
    for step in range(peer.task.compared_steps):
        peer.step = single.step = step
        flat, following = peer.parameters(step), peer.parameters(step + 1)
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
    flat = peer.parameters(0)
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


def compare_tensors(comparison, ours, name, mine, theirs, step):
    """One vector, tensor by tensor, each relative to its norm."""
    whole = theirs.norm()
    for (tensor, expected), found in zip(ours.named(theirs).items(), ours.named(torch.tensor(mine)).values()):
        apart = (found - expected).norm() / max(expected.norm(), 1e-3 * whole)
        comparison.add(f"{name} of each tensor", apart.item(), 1e-4, f"step {step}, {tensor}")


def principal_pair(peer, single, flat, vector):
    """The eigenvalue of largest magnitude, its eigenvector, and their relative residual."""
    noise = numpy.random.default_rng(peer.step).standard_normal(len(vector))
    start = vector / numpy.linalg.norm(vector) + noise / numpy.linalg.norm(noise)
    hessian = LinearOperator(
        (len(flat), len(flat)), matvec=lambda v: single.product(flat.float(), v).numpy(), dtype=numpy.float32)
    found = eigsh(hessian, k=1, ncv=8, which="LM", tol=1e-4, v0=start.astype(numpy.float32))[1][:, 0].astype(numpy.float64)
    found /= numpy.linalg.norm(found)
    product = peer.product(flat, found).numpy()
    value = found @ product
    return value, found, numpy.linalg.norm(product - value * found) / abs(value)


def compare_curvature(comparison, exact, official, peer, single):
    for step in peer.task.snapshots:
        peer.step = single.step = step
        flat = peer.parameters(step)
        vector, gradient, product = exact.vectors(step)
        compare_tensors(comparison, exact, "gradient", gradient, peer.gradient(flat)[1], step)
        compare_tensors(comparison, exact, "Hessian product", product, peer.product(flat, vector), step)
        value, theirs, residual = principal_pair(peer, single, flat, vector)
        comparison.add("PyTorch's residual ‖Hv − θv‖/|θ|", residual, 1e-4, f"step {step}")
        comparison.add("‖H‖", abs(exact.check(step, "hessian_norm") / abs(value) - 1), 1e-3, f"step {step}")
        alignment = abs(theirs @ vector) / numpy.linalg.norm(vector)
        comparison.add("1 − alignment of the principal eigenvectors", 1 - alignment, 1e-3, f"step {step}")
        norm = single.official_norm(flat.float(), torch.tensor(normal(step, len(flat), 0), dtype=torch.float32))
        comparison.add("official ‖H‖", abs(official.check(step, "hessian_norm") / norm - 1), 1e-3, f"step {step}")


def main():
    parser = arguments()
    parser.add_argument("task", choices=TASKS)
    options = parser.parse_args()
    task = TASKS[options.task]
    comparison = Comparison()
    for learning_rate in task.learning_rates:
        ours = Ours(options, task, learning_rate, task.compared_steps, 1)
        peer, single = Peer(task, ours), Peer(task, ours, torch.float32)
        compare_steps(comparison, ours, peer, single, learning_rate)
        compare_trajectory(comparison, ours, peer, single, learning_rate)
    steps, interval = task.snapshots[-1], task.snapshots[1]
    exact = Ours(options, task, task.learning_rates[-1], steps, interval)
    official = Ours(options, task, task.learning_rates[-1], steps, interval, "official")
    compare_curvature(comparison, exact, official, Peer(task, exact), Peer(task, exact, torch.float32))
    print(f"samedge against PyTorch {torch.__version__} in double precision: {options.task}, "
          f"η = {', '.join(map(str, task.learning_rates))}, ρ = {task.rho}; relative differences:")
    sys.exit(0 if comparison.report() else 1)


main()
