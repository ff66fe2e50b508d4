"""Times SAM steps and Hessian–vector products of samedge and PyTorch on the same cores, in turn, and prints the ratios.

    Tests/Peers/run speed.py --samedge .build/static/release/samedge [--rounds 5] [CASE…]
"""

import argparse
import json
import subprocess
import time

import torch


def mlp(width):
    torch.manual_seed(0)
    inputs, labels = torch.randn(1000, 784), torch.arange(1000) % 10
    targets = torch.nn.functional.one_hot(labels, 10).float()
    sizes = [784, width, width, width, 10]
    parameters = []
    for rows, columns in zip(sizes, sizes[1:]):
        parameters += [torch.randn(rows, columns) * (2 / (rows + columns)) ** 0.5, torch.zeros(columns)]

    def loss(parameters):
        x = inputs
        for i in range(0, len(parameters), 2):
            x = torch.addmm(parameters[i + 1], x, parameters[i])
            if i + 2 < len(parameters):
                x = torch.relu(x)
        return torch.nn.functional.mse_loss(x, targets)

    return [p.requires_grad_() for p in parameters], loss


CASES = {"mlp-200": lambda: mlp(200), "mlp-1000": lambda: mlp(1000)}


def sam_step(parameters, loss):
    gradients = torch.autograd.grad(loss(parameters), parameters)
    with torch.no_grad():
        norm = torch.sqrt(sum((g * g).sum() for g in gradients))
        perturbed = [p + (0.1 / (norm + 1e-5)) * g for p, g in zip(parameters, gradients)]
    for p in perturbed:
        p.requires_grad_()
    gradients = torch.autograd.grad(loss(perturbed), perturbed)
    with torch.no_grad():
        for p, g in zip(parameters, gradients):
            p -= 1e-3 * g


def best(body, count):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samedge", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("cases", nargs="*", default=list(CASES))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"best of {options.rounds} alternating rounds, {options.threads} threads, PyTorch {torch.__version__}")
    for name in options.cases:
        parameters, loss = CASES[name]()
        flat = [torch.randn_like(p) for p in parameters]

        def product():
            gradients = torch.autograd.grad(loss(parameters), parameters, create_graph=True)
            torch.autograd.grad(gradients, parameters, flat)

        theirs, ours = {}, {}
        for _ in range(options.rounds):
            theirs["sam_step"] = min(theirs.get("sam_step", 1e9), best(lambda: sam_step(parameters, loss), 5))
            theirs["hessian_product"] = min(theirs.get("hessian_product", 1e9), best(product, 3))
            output = subprocess.run(
                [options.samedge, "bench", name, "--json", "--rounds", "5", "--threads", str(options.threads)],
                check=True, stdout=subprocess.PIPE, text=True).stdout
            for key, value in json.loads(output).items():
                if isinstance(value, float):
                    ours[key] = min(ours.get(key, 1e9), value)
        print(f"{name}:")
        for key, title in (("sam_step", "SAM step"), ("hessian_product", "Hessian–vector product")):
            note = " (with its gradient)" if key == "hessian_product" else ""
            print(f"  {title}: samedge {ours[key] * 1e3:.1f} ms, PyTorch {theirs[key] * 1e3:.1f} ms{note}, "
                  f"ratio {ours[key] / theirs[key]:.2f}")
        print(f"  Hessian–vector product in gradients: {ours['hessian_product'] / ours['gradient']:.2f}")


main()
