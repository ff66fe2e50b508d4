"""Trains the classic network at the edge of stability, a tanh network on images of CIFAR-10 by full-batch gradient descent, with two
step sizes, and says how far the late ‖H‖ is from 2/η. Exit code 1 where its median is off by more than 5 %.

    Tests/Peers/run classic.py --samedge .build/static/release/samedge [--mirror FOLDER] [--examples 5000] [--steps 2000]

With 5,000 images it takes an hour or more on two cores; the results are cached. No peer takes part: the expectation is that of Cohen and
others, *Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability*, 2021.
"""

import argparse
import csv
import statistics
import subprocess
import sys
import tempfile


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samedge", required=True)
    parser.add_argument("--mirror")
    parser.add_argument("--store")
    parser.add_argument("--data", default="real")
    parser.add_argument("--examples", type=int, default=5000)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--learning-rates", type=float, nargs="+", default=[0.3, 0.4])
    arguments = parser.parse_args()
    failed = False
    for rate in arguments.learning_rates:
        with tempfile.TemporaryDirectory() as folder:
            call = [
                arguments.samedge, "train", "--dataset", "cifar10", "--examples", str(arguments.examples), "--test-examples", "1",
                "--architecture", "mlp", "--widths", "200x200", "--activation", "tanh", "--loss", "squared-half",
                "--learning-rate", str(rate), "--steps", str(arguments.steps), "--data", arguments.data, "--quiet",
                "--output", folder]
            for name in ["mirror", "store"]:
                if value := getattr(arguments, name):
                    call += [f"--{name}", value]
            subprocess.run(call, check=True)
            with open(folder + "/measurements.tsv", encoding="utf-8") as file:
                rows = [(int(row["step"]), float(row["hessian_norm"])) for row in csv.DictReader(file, delimiter="\t")]
        late = [norm * rate / 2 for step, norm in rows if 2 * step >= arguments.steps]
        if not late:
            print(f"η = {rate:g}: no check is late; the run diverged")
            failed = True
            continue
        median = statistics.median(late)
        is_off = abs(median - 1) > 0.05
        failed |= is_off
        print(
            f"η = {rate:g}, {arguments.examples} images: ‖H‖ is {rows[0][1] * rate / 2:.3f} of 2/η at first, {median:.3f} late "
            f"({min(late):.3f} to {max(late):.3f} over {len(late)} checks)" + (": off by more than 5 %" if is_off else ""))
    sys.exit(1 if failed else 0)


main()
