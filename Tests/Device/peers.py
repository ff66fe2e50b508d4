"""Times steps of SAM and Hessian–vector products in PyTorch on a CUDA device, beside those of samedge's trials on the same card.

    peers.py TABLE…    tables that `samedge devices --trial PROFILE` has written; cases of the profile `paper` are compared

Single precision without TF32, as samedge computes; eager, as PyTorch's users write it; double backward for the products. Each time is
the mean of as many calls as take a second, after two that warm up.
"""

import csv
import pathlib
import sys
import time

import torch

sys.path += [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "Peers")]
import models

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False


def layer(name, *kernel):
    return {f"{name}.kernel": kernel, f"{name}.bias": kernel[-1:]}


def norm(name, features):
    return {f"{name}.scale": (features,), f"{name}.bias": (features,)}


def mlp():
    sizes, shapes = [784, 1000, 1000, 1000, 10], {}
    for index, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        shapes |= layer(f"dense{index}", rows, columns)
    return shapes, torch.randn(60_000, 784), torch.arange(60_000) % 10, models.mlp_loss


def cnn():
    shapes = layer("conv0", 3, 3, 3, 16) | norm("norm0", 16) | layer("conv1", 3, 3, 16, 32) | norm("norm1", 32)
    return shapes | layer("head", 8 * 8 * 32, 10), torch.randn(1000, 32, 32, 3), torch.arange(1000) % 10, models.cnn_loss


def transformer():
    shapes = {"embedding.token": (128, 128), "embedding.position": (64, 128)}
    for block in (f"block{index}" for index in range(6)):
        shapes |= norm(f"{block}.attention_norm", 128) | norm(f"{block}.mlp_norm", 128)
        for part in ("query", "key", "value", "output"):
            shapes |= layer(f"{block}.{part}", *((256, 128) if part == "output" else (128, 256)))
        shapes |= layer(f"{block}.mlp_up", 128, 512) | layer(f"{block}.mlp_down", 512, 128)
    shapes |= norm("final_norm", 128) | layer("head", 128, 128)
    tokens = torch.randint(101, (128, 64))
    return shapes, tokens, tokens.roll(-1, 1), lambda p, x, y: models.transformer_loss(p, x, y, 8)


CASES = {"paper/mnist-mlp": mlp, "paper/cifar10-cnn": cnn, "paper/shakespeare-transformer": transformer}


def wait():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def seconds(call):
    for _ in range(2):
        call()
    wait()
    calls, start = 0, time.perf_counter()
    while time.perf_counter() - start < 1:
        call()
        wait()
        calls += 1
    return (time.perf_counter() - start) / calls


def sam_step(parameters, loss):
    gradients = models.gradient(loss, parameters)[1]
    length = torch.sqrt(sum((g * g).sum() for g in gradients.values()))
    perturbed = {name: p + 0.1 / length * gradients[name] for name, p in parameters.items()}
    for name, g in models.gradient(loss, perturbed)[1].items():
        parameters[name] -= 1e-4 * g


def main():
    ours = {}
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            ours |= {row["case"]: row for row in csv.DictReader(file, delimiter="\t")}
    name = torch.cuda.get_device_name() if DEVICE == "cuda" else "the processor"
    print(f"PyTorch {torch.__version__} on {name}, single precision without TF32; ratios are samedge's time to PyTorch's:")
    print(f"{'case':34} {'s/step':>11} {'ratio':>7} {'s/product':>11} {'ratio':>7}")
    for case, make in CASES.items():
        if case not in ours:
            continue
        torch.manual_seed(0)
        shapes, inputs, labels, loss = make()
        parameters = {name: 0.05 * torch.randn(shape, device=DEVICE) for name, shape in shapes.items()}
        inputs, labels = inputs.to(DEVICE), labels.to(DEVICE)
        of_batch = lambda p: loss(p, inputs, labels)
        direction = {name: torch.randn_like(p) for name, p in parameters.items()}
        product = seconds(lambda: models.hessian_product(of_batch, parameters, direction))
        step = seconds(lambda: sam_step(parameters, of_batch))
        there = [float(ours[case][column]) for column in ("step", "product")]
        print(f"{case:34} {step:11.6f} {there[0] / step:7.2f} {product:11.6f} {there[1] / product:7.2f}")
    a = torch.randn(4096, 4096, device=DEVICE)
    print(f"product 4096³: {2 * 4096**3 / seconds(lambda: a @ a) / 1e12:.1f} TFLOP/s by cuBLAS; samedge's is in its list of devices")


if __name__ == "__main__":
    main()
