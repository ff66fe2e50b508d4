"""Compares samedge with PyTorch in double precision, and with the official estimator, on one of the paper's tasks.

Loads the prepared data and the snapshots of runs of `samedge train`, and prints the worst figure of each comparison. Exit
code 1 where one is beyond its bound.

- Step by step: the loss and ‖g‖ at each of the first snapshots, and the step from it to the next. A step is short beside
  the rounding of the parameters that it is added to, and now and then rounding turns one ReLU of one image over, which moves
  the SAM gradient by some 1e-3: so steps are compared by their median, with PyTorch's in single precision.
- On its own: PyTorch trains from the step-0 snapshot, in double precision and three times in single (the sums of a batch in
  different orders). At the edge of stability the dynamics double what rounding parted within a step or two. So trainings are
  compared as long as none of those in single precision has parted from double by more than 1e-3, and to three times what the
  worst of them has by then, or to 1e-4. How many steps that were is printed.
- Each tensor's gradient and Hessian product, relative to its norm, or to 1e-3 of the whole norm where that is more: the
  gradient of the keys' biases is 0 in theory, and what is left of it in single precision is rounding, 1e-7 of the whole.
  In the convolutional network a few ReLUs and poolings of millions lie so near their other value that single precision may
  decide otherwise than double. Those flips that explain what parts the gradients are looked for and counted (see flips.py);
  with them gradient and product must agree as everywhere.
- Both ends of the spectrum, the next value and the principal eigenvector by the search of spectrum.py in double precision,
  from samedge's eigenvector and noise; and the residual that samedge prints, by a product in double.
- The official estimator by its formulae, in single precision as there, three times as well. Rounding decides in which round it
  ends, so the bound is what its own runs differ by. Its error against the exact ‖H‖ is its own: it is printed, and bounded
  against blunders only.

    Tests/Peers/run compare.py mlp|cnn|transformer --samedge .build/static/release/samedge [--mirror FOLDER]
"""

import sys

import numpy
import torch

import flips
import hessians
from runs import ROUNDS, TASKS, Comparison, Ours, arguments, official_bound, official_direction
from spectrum import END_BOUND, Spectrum

torch.set_default_dtype(torch.float64)

# The examples that PyTorch sees at once.
PART, WHOLE = 100, 1 << 30
# What parts a training in single precision from one in double before chaos makes a comparison of trainings idle.
CHAOS = 1e-3


# ---- The same in PyTorch ----

class Peer:
    """The task's loss as a function of one flat vector, for the batch of a step."""

    def __init__(self, task, ours, dtype=torch.float64, part=PART):
        self.task, self.ours, self.dtype, self.part = task, ours, dtype, part
        self.step = 0

    def parameters(self, step):
        return torch.tensor(self.ours.parameters(step), dtype=torch.float64)

    def batch(self):
        inputs, labels = map(torch.tensor, self.ours.batch(self.step))
        return inputs.long() if self.task.architecture == "transformer" else inputs.to(self.dtype), labels.long()

    def parts(self):
        """The batch in parts: the share of each in the mean, and its loss. The whole would not stay in the cache."""
        inputs, labels = self.batch()
        for first in range(0, len(inputs), self.part):
            x, y = inputs[first:first + self.part], labels[first:first + self.part]
            loss = hessians.loss_function(self.task.architecture, x, y, **self.task.loss_settings)
            yield len(x) / len(inputs), lambda flat: loss(self.ours.named(flat))

    def gradient(self, flat):
        total, gradient = 0.0, torch.zeros_like(flat)
        for share, loss in self.parts():
            leaf = flat.detach().requires_grad_()
            value = loss(leaf)
            total += share * value.item()
            gradient += share * torch.autograd.grad(value, leaf)[0]
        return total, gradient

    def sam_step(self, flat, gradient, learning_rate):
        perturbed = flat + self.task.rho * gradient / (gradient.norm() + 1e-5)
        return flat - learning_rate * self.gradient(perturbed)[1]

    def official_estimates(self, flat, start):
        """Power iteration on central differences as in the official code: what each round makes of ‖H‖."""
        v, norms = start / start.norm(), [0.0]
        while len(norms) <= ROUNDS:
            difference = self.gradient(flat + 1e-3 * v)[1] - self.gradient(flat - 1e-3 * v)[1]
            product = difference / (2 * 1e-3 + 1e-5)
            norms.append(product.norm().item())
            v = product / norms[-1]
            if norms[-1] <= 1e-3 or abs(norms[-1] - norms[-2]) <= 1e-3 * norms[-2]:
                break
        return norms[1:]


def in_single_precision(task, ours):
    """Peers that differ in the order of their sums alone."""
    return [Peer(task, ours, torch.float32, part) for part in (PART, PART // 4, WHOLE)]


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
    comparison.add(f"step by step at η = {learning_rate}: SAM step, median (bound: 1.1 times PyTorch's in single, or 1e-4)",
                   numpy.median(apart), max(1e-4, 1.1 * numpy.median(roughly)), "all steps")
    comparison.add(f"step by step at η = {learning_rate}: SAM step, largest (PyTorch's in single precision: {max(roughly):.1e})",
                   max(apart), max(1e-2, 3 * max(roughly)), f"step {apart.index(max(apart))}")


def compare_trajectory(comparison, ours, peer, learning_rate):
    """A training of PyTorch's own in double precision, as long as those in single precision follow it."""
    task = peer.task
    singles = in_single_precision(task, ours)
    flat = peer.parameters(0)
    roughs = [flat.float() for _ in singles]
    parted, compared = {"loss": 0.0, "‖g‖": 0.0}, []
    for step in range(task.compared_steps):
        peer.step = step
        loss, gradient = peer.gradient(flat)
        exact = {"loss": loss, "‖g‖": gradient.norm().item()}
        flat = peer.sam_step(flat, gradient, learning_rate)
        for index, single in enumerate(singles):
            single.step = step
            loss, gradient = single.gradient(roughs[index])
            for name, value in (("loss", loss), ("‖g‖", gradient.norm().item())):
                parted[name] = max(parted[name], abs(value / exact[name] - 1))
            roughs[index] = single.sam_step(roughs[index], gradient, learning_rate)
        if max(parted.values()) > CHAOS:
            break
        mine = {"loss": ours.training["loss"][step], "‖g‖": ours.training["gradient_norm"][step]}
        compared += [(name, abs(mine[name] / exact[name] - 1), max(1e-4, 3 * parted[name]), step) for name in exact]
    for name, apart, bound, step in compared:
        comparison.add(f"on its own at η = {learning_rate}, {len(compared) // 2} of {task.compared_steps} steps: {name}",
                       apart, bound, f"step {step}")
    comparison.add(f"on its own at η = {learning_rate}: 3 steps are compared at least", max(0, 3 - len(compared) // 2), 0, "start")


def compare_tensors(comparison, ours, name, mine, theirs, step):
    """One vector, tensor by tensor, each relative to its norm."""
    whole = theirs.norm()
    for (tensor, expected), found in zip(ours.named(theirs).items(), ours.named(torch.tensor(mine)).values()):
        apart = (found - expected).norm() / max(expected.norm(), 1e-3 * whole)
        comparison.add(f"{name} of each tensor", apart.item(), 1e-4, f"step {step}, {tensor}")


def compare_vectors(comparison, exact, peer, hessian, step):
    """The kept gradient and product, after the flips that part the gradient from that in double precision."""
    vector, gradient, product = (torch.tensor(vector).flatten() for vector in exact.vectors(step))
    slope, image = hessian.gradient, hessian.products(vector[None])[0]
    if peer.task.architecture == "cnn":
        parameters = exact.named(peer.parameters(step))
        found = flips.explain(parameters, *peer.batch(), gradient - slope)
        for flipped, flip in found:
            print(f"  step {step}: decided otherwise in single precision: {flipped.name(flip)}")
            slope, image = slope + flipped.change(flip), image + flipped.change(flip, vector)
        comparison.add("ReLUs and poolings decided otherwise than in double", len(found), flips.MOST, f"step {step}")
    compare_tensors(comparison, exact, "gradient", gradient, slope, step)
    compare_tensors(comparison, exact, "Hessian product", product, image, step)


def compare_spectrum(comparison, exact, hessian, step):
    """Both ends, the next value, the principal eigenvector and its residual; returns ‖H‖."""
    vector = torch.tensor(exact.vectors(step)[0]).flatten()
    vector /= vector.norm()
    found = Spectrum(hessian.products, vector[None], len(vector), seed=step)
    values, principal = found.values, found.values[found.wanted[0]]
    norm, at = abs(principal.item()), f"step {step}"
    following = max(abs(values[place].item()) for place in found.wanted[1:])
    for column, theirs in (("hessian_norm", norm), ("lambda_max", values[-1].item()), ("lambda_min", values[0].item())):
        bound = END_BOUND if abs(theirs) < norm else 1e-3
        comparison.add(f"{column}, relative to ‖H‖", abs(exact.check(step, column) - theirs) / norm, bound, at)
    apart = abs(abs(exact.check(step, "lambda_next")) - following) / norm
    comparison.add("lambda_next by its size, relative to ‖H‖", apart, 1e-3, at)
    # Where several values are nearly one, any vector of their span is an eigenvector as good.
    alike = found.vectors([place for place in found.wanted if abs(values[place] - principal) <= 0.01 * norm])
    comparison.add("part of the principal eigenvector outside its span", 1 - (alike @ vector).norm().item(), 1e-3, at)
    end = "max" if principal > 0 else "min"
    residual = (hessian.products(vector[None])[0] - exact.check(step, f"lambda_{end}") * vector).norm().item()
    comparison.add("residual of the principal pair beyond what is printed, relative to ‖H‖",
                   max(0, residual - exact.check(step, f"residual_{end}")) / norm, 1e-4, at)
    return norm


def compare_official(comparison, official, singles, norm, step):
    flat = singles[0].parameters(step).float()
    start = torch.tensor(official_direction(step, len(flat)), dtype=torch.float32)
    theirs = [single.official_estimates(flat, start) for single in singles]
    mine = official.check(step, "hessian_norm")
    comparison.add("official ‖H‖", abs(mine / theirs[0][-1] - 1), official_bound(theirs), f"step {step}")
    comparison.add("official ‖H‖ against the exact one: the method's error", abs(mine / norm - 1), 0.2,
                   f"step {step} ({mine / norm - 1:+.4f})")


def compare_curvature(comparison, exact, official):
    task = exact.task
    peer, singles = Peer(task, exact), in_single_precision(task, exact)
    for step in task.snapshots:
        for other in [peer] + singles:
            other.step = step
        parameters, batch = exact.named(peer.parameters(step)), peer.batch()
        hessian = hessians.hessian(task.architecture, parameters, *batch, **task.loss_settings)
        if step == task.snapshots[0]:
            loss = hessians.loss_function(task.architecture, *batch, **task.loss_settings)
            hessians.verify(hessian, loss, parameters, torch.tensor(exact.vectors(step)[1]).flatten())
        compare_vectors(comparison, exact, peer, hessian, step)
        norm = compare_spectrum(comparison, exact, hessian, step)
        compare_official(comparison, official, singles, norm, step)


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
        compare_trajectory(comparison, ours, peer, learning_rate)
    steps, interval = task.snapshots[-1], task.snapshots[1]
    exact = Ours(options, task, task.learning_rates[-1], steps, interval)
    official = Ours(options, task, task.learning_rates[-1], steps, interval, "official")
    compare_curvature(comparison, exact, official)
    print(f"samedge against PyTorch {torch.__version__} in double precision: {options.task}, "
          f"η = {', '.join(map(str, task.learning_rates))}, ρ = {task.rho}; relative differences:")
    sys.exit(0 if comparison.report() else 1)


main()
