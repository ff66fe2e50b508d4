"""Times samedge's check of the sharpness and the official code's, by its formulae in JAX, at the same snapshots on the same cores.

samedge's time is that of the whole stage: loss, both gradients, and ‖H‖ to a relative residual of 1e-3, of all snapshots of a
run of `samedge train`. The official power iteration is timed twice: until its own rule ends it, and until it has that residual
as well, ‖Qv − (v·Qv) v‖ ≤ 1e-3 ‖Qv‖ for its quotient Q, or for the hundred rounds that are its limit. JAX takes all cores.
Takes some minutes.

    Tests/Peers/run sharpness.py [mlp|cnn|transformer …] --samedge .build/static/release/samedge [--mirror FOLDER]
"""

import tempfile
import time

import jax.numpy as jnp
import numpy

from official import Formulae, power_iteration, quotient
from runs import ROUNDS, TASKS, Ours, arguments, official_direction


def iterate_to_residual(gradient, flat, v):
    """Whether the official quotient, again and again, comes to a residual within 1e-3."""
    for _ in range(ROUNDS):
        product = quotient(gradient, flat, v)
        norm = float(jnp.linalg.norm(product))
        if float(jnp.linalg.norm(product - jnp.vdot(v, product) * v)) <= 1e-3 * norm:
            return True
        v = product / norm
    return False


def time_of(body):
    start = time.perf_counter()
    result = body()
    return result, time.perf_counter() - start


def compare(name, options):
    task = TASKS[name]
    last = task.snapshots[-1]
    with tempfile.TemporaryDirectory(prefix="samedge-peer-store-") as store:
        ours = Ours(options, task, task.learning_rates[-1], last, task.snapshots[1], vectors=False, store=store)
    steps = [int(step) for step in ours.checks["step"]]
    side = Formulae(name, ours.shapes)
    loose, tight, off, reached = 0.0, 0.0, [], 0
    for step in steps:
        parameters = side.tree(ours.named(ours.parameters(step)))
        gradient, flat = side.flat_gradient(parameters, *map(jnp.asarray, ours.batch(step)))
        direction = official_direction(step, flat.size)
        start = jnp.asarray((direction / numpy.linalg.norm(direction)).astype(numpy.float32))
        gradient(flat).block_until_ready()
        estimates, seconds = time_of(lambda: power_iteration(gradient, flat, start))
        loose += seconds
        done, seconds = time_of(lambda: iterate_to_residual(gradient, flat, start))
        tight += seconds
        reached += done
        off.append(abs(estimates[-1] / ours.check(step, "hessian_norm") - 1))
    mine = ours.seconds["measure"]
    print(f"{name}, {len(steps)} snapshots of {last} steps: samedge {mine:.3g} s for a residual of 1e-3; the official estimator "
          f"{loose:.3g} s ({loose / mine:.2f} ×) by its own rule, up to {100 * max(off):.2g} % off; {tight:.3g} s "
          f"({tight / mine:.1f} ×) for that residual, which {reached} of {len(steps)} reach in {ROUNDS} rounds", flush=True)


def main():
    parser = arguments()
    parser.add_argument("tasks", nargs="*", metavar="mlp|cnn|transformer", default=list(TASKS))
    options = parser.parse_args()
    for name in options.tasks:
        compare(name, options)


main()
