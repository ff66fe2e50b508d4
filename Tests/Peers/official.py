"""Compares samedge with the paper's official code in JAX: the loss, ‖g‖ and its own estimate of ‖H‖ at samedge's snapshots.

The official code is not in any package. So its networks (Flax for images, Haiku for text), losses and estimator stand here
by their formulae, in single precision as there; and with `--official FOLDER`, a folder that holds its files, the same is done
with the files themselves: the network classes of image_classification.py, transformer_model.py, and the class
CurvatureEstimator of hessian_norm.py. Without the folder that part is skipped, and said to be. Exit code 1 where a difference
is beyond its bound.

Power iteration starts where samedge's `--estimator official` starts, since the official start comes from the clock; and
four times within 1e-4 of there, which is what rounding does to a central difference: it decides in which round the iteration
ends, so that the estimate can be compared only to what such runs differ by.

    Tests/Peers/run official.py [mlp|cnn|transformer …] --samedge .build/static/release/samedge [--mirror FOLDER] [--official FOLDER]
"""

import argparse
import ast
import os
import re
import sys
import typing

import flax.linen as nn
import haiku as hk
import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy

from runs import HEADS, ROUNDS, TASKS, Comparison, Ours, arguments, official_bound, official_direction

jax.config.update("jax_platforms", "cpu")


# ---- The networks by their formulae; their modules have samedge's names ----

class MLP(nn.Module):
    depth: int
    width: int

    @nn.compact
    def __call__(self, x):
        x = x.reshape(len(x), -1)
        for index in range(self.depth - 1):
            x = nn.relu(nn.Dense(self.width, name=f"dense{index}")(x))
        return nn.Dense(10, name=f"dense{self.depth - 1}")(x)


class CNN(nn.Module):
    channels: tuple

    @nn.compact
    def __call__(self, x):
        for index, channels in enumerate(self.channels):
            x = nn.relu(nn.Conv(channels, (3, 3), padding="SAME", name=f"conv{index}")(x))
            x = nn.LayerNorm(epsilon=1e-6, name=f"norm{index}")(x)
            x = nn.max_pool(x, (2, 2), strides=(2, 2), padding="VALID")
        return nn.Dense(10, name="head")(x.reshape(len(x), -1))


def transformer(blocks, heads, key_size, size, vocabulary):
    """The language model as a function of tokens, for Haiku to transform."""

    def norm(x, name):
        return hk.LayerNorm(axis=-1, create_scale=True, create_offset=True, eps=1e-5, name=name)(x)

    def model(tokens):
        sequences, length = tokens.shape
        token = hk.get_parameter("token", [vocabulary, size], init=jnp.zeros)
        x = token[tokens] + hk.get_parameter("position", [length, size], init=jnp.zeros)
        visible = numpy.tril(numpy.ones((length, length), bool))
        for index in range(blocks):
            def dense(x, part, width):
                return hk.Linear(width, name=f"block{index}_{part}")(x)

            def split(part):
                return dense(normal, part, heads * key_size).reshape(sequences, length, heads, key_size)

            normal = norm(x, f"block{index}_attention_norm")
            scores = jnp.einsum("nthk,nshk->nhts", split("query"), split("key")) / numpy.sqrt(key_size)
            weights = jax.nn.softmax(jnp.where(visible, scores, -1e30))
            attended = jnp.einsum("nhts,nshk->nthk", weights, split("value")).reshape(sequences, length, -1)
            x = x + dense(attended, "output", size)
            normal = norm(x, f"block{index}_mlp_norm")
            x = x + dense(jax.nn.gelu(dense(normal, "mlp_up", 4 * size), approximate=True), "mlp_down", size)
        return hk.Linear(vocabulary, name="head")(norm(x, "final_norm"))

    return hk.without_apply_rng(hk.transform(model))


def squared_error(outputs, labels):
    return jnp.mean((outputs - jax.nn.one_hot(labels, 10)) ** 2)


def negative_log_likelihood(outputs, labels):
    return -jnp.mean(jnp.sum(jax.nn.one_hot(labels, outputs.shape[-1]) * jax.nn.log_softmax(outputs), axis=-1))


def quotient(gradient, flat, v):
    """The official code's Hessian times `v`, a flat direction; `gradient` is a function of the flat parameters."""
    return (gradient(flat + 1e-3 * v) - gradient(flat - 1e-3 * v)) / (2 * 1e-3 + 1e-5)


def power_iteration(gradient, flat, v):
    """The official estimates of ‖H‖ by its formulae, a round each: central differences from `v` on, until it moves by 0.1 %."""
    norms = [1.0]
    while len(norms) <= ROUNDS:
        product = quotient(gradient, flat, v)
        norms.append(float(jnp.linalg.norm(product)))
        v = product / norms[-1]
        if abs(norms[-1] - norms[-2]) <= 1e-3 * norms[-1] or norms[-1] <= 1e-3:
            break
    return norms[1:]


# ---- samedge's parameters in the trees of Flax and Haiku ----

HAIKU = {"kernel": "w", "bias": "b", "scale": "scale"}


def flax_tree(tensors):
    tree = {}
    for name, tensor in tensors.items():
        module, leaf = name.split(".")
        tree.setdefault(module, {})[leaf] = tensor
    return {"params": tree}


def haiku_tree(tensors):
    tree = {}
    for name, tensor in tensors.items():
        *modules, leaf = name.split(".")
        if modules == ["embedding"]:
            modules = ["~"]
        elif modules[-1].endswith("norm"):
            leaf = {"bias": "offset"}.get(leaf, leaf)
        else:
            leaf = HAIKU[leaf]
        tree.setdefault("_".join(modules), {})[leaf] = tensor
    return tree


def official_flax_tree(tensors):
    """The official classes get their layers as members, after which Flax names these."""
    last = f"dense{max([int(name[5:-7]) for name in tensors if re.fullmatch(r'dense[0-9]+.kernel', name)], default=0)}"

    def official(module):
        kind, index = re.fullmatch(r"([a-z]+)(\d*)", module).groups()
        if kind == "head":
            return "dense_def"
        if kind == "conv":
            return f"conv_defs_{index}_0"
        if kind == "norm":
            return f"LayerNorm_{index}"
        return {"dense0": "input_to_hidden_def", last: "output_def"}.get(module, f"hidden_to_hidden_defs_{int(index) - 1}")

    return {"params": {official(module): leaves for module, leaves in flax_tree(tensors)["params"].items()}}


def official_haiku_tree(tensors):
    """Haiku numbers the modules of a kind in the order in which they are made."""
    def numbered(kind, index):
        return kind if index == 0 else f"{kind}_{index}"

    blocks = 1 + max(int(name[5]) for name in tensors if name.startswith("block"))
    tree = {
        "language_model": {"positional_embeddings": tensors["embedding.position"]},
        "language_model/embed": {"embeddings": tensors["embedding.token"]},
        "language_model/linear": {"w": tensors["head.kernel"], "b": tensors["head.bias"]},
    }
    norms = [f"block{i}.{part}_norm" for i in range(blocks) for part in ("attention", "mlp")] + ["final_norm"]
    for index, name in enumerate(norms):
        tree["transformer/" + numbered("layer_norm", index)] = {
            "scale": tensors[name + ".scale"], "offset": tensors[name + ".bias"]}
    for block in range(blocks):
        parts = {f"{numbered('multi_head_attention', block)}/{part}": part for part in ("query", "key", "value")}
        parts[f"{numbered('multi_head_attention', block)}/linear"] = "output"
        parts[numbered("linear", 2 * block)] = "mlp_up"
        parts[numbered("linear", 2 * block + 1)] = "mlp_down"
        for module, part in parts.items():
            tree["transformer/" + module] = {
                "w": tensors[f"block{block}.{part}.kernel"], "b": tensors[f"block{block}.{part}.bias"]}
    return tree


# ---- The two sides ----

class Formulae:
    """The official code by its formulae."""

    name = "by formulae"

    def __init__(self, task, shapes, heads=HEADS):
        if task == "mlp":
            count = sum(name.endswith(".kernel") for name in shapes)
            self.model, self.error, self.tree = MLP(count, shapes["dense0.kernel"][1]), squared_error, flax_tree
        elif task == "cnn":
            channels = tuple(shape[3] for shape in shapes.values() if len(shape) == 4)
            self.model, self.error, self.tree = CNN(channels), squared_error, flax_tree
        else:
            self.model = transformer(*transformer_sizes(shapes, heads))
            self.error, self.tree = negative_log_likelihood, haiku_tree

    def loss(self, parameters, inputs, labels):
        return self.error(self.model.apply(parameters, inputs), labels)

    def flat_gradient(self, parameters, inputs, labels):
        """The gradient as a compiled function of flat parameters, and these."""
        flat, restore = jax.flatten_util.ravel_pytree(parameters)

        def gradient(flat):
            return jax.flatten_util.ravel_pytree(jax.grad(self.loss)(restore(flat), inputs, labels))[0]

        return jax.jit(gradient), flat

    def norms(self, parameters, inputs, labels, starts):
        """The official estimates of ‖H‖ from each of some starts, trees as the parameters; each a list, a round each."""
        gradient, flat = self.flat_gradient(parameters, inputs, labels)
        return [power_iteration(gradient, flat, jax.flatten_util.ravel_pytree(start)[0]) for start in starts]


class Official(Formulae):
    """The official code's own networks and estimator, from a folder; the losses, which its scripts define, by formulae."""

    name = "official files"

    def __init__(self, task, shapes, folder):
        sys.path.insert(0, folder)
        import hessian_norm
        self.estimator = hessian_norm.CurvatureEstimator
        if task == "transformer":
            import transformer_model
            blocks, heads, key_size, size, vocabulary = transformer_sizes(shapes, HEADS)

            def model(tokens):
                stack = transformer_model.Transformer(num_heads=heads, num_layers=blocks, attn_size=key_size)
                return transformer_model.LanguageModel(
                    model_size=size, vocab_size=vocabulary, pad_token=0, transformer=stack)(tokens)

            self.model = hk.without_apply_rng(hk.transform(model))
            self.error, self.tree = negative_log_likelihood, official_haiku_tree
            return
        depth = sum(name.endswith(".kernel") for name in shapes)
        classes = image_classes(folder, depth)
        self.error, self.tree = squared_error, official_flax_tree
        if task == "mlp":
            width = shapes["dense0.kernel"][1]
            self.model = classes["MLP"](
                input_to_hidden_def=nn.Dense(width), hidden_to_hidden_defs=[nn.Dense(width) for _ in range(depth - 2)],
                output_def=nn.Dense(10))
        else:
            convolutions = [[nn.Conv(shape[3], (3, 3), padding="SAME")] for shape in shapes.values() if len(shape) == 4]
            self.model = classes["CNN"](conv_defs=convolutions, dense_def=nn.Dense(10))

    def norms(self, parameters, inputs, labels, starts):
        """As of the formulae, but of the last rounds alone."""
        estimator = self.estimator(self.loss, jax.random.PRNGKey(0))
        return [[abs(float(estimator.curvature_and_direction_with_start(parameters, inputs, labels, start)[0]))]
                for start in starts]


def image_classes(folder, depth):
    """The classes of image_classification.py, without the training that the script begins when it is imported."""
    path = os.path.join(folder, "image_classification.py")
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    tree.body = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    names = {"nn": nn, "Any": typing.Any, "Sequence": typing.Sequence, "ModuleDef": typing.Any, "__name__": __name__,
             "args": argparse.Namespace(mlp_depth=depth)}
    exec(compile(tree, path, "exec"), names)
    return names


def transformer_sizes(shapes, heads):
    """The blocks, the heads and the size of a key of each, the width of the model and the vocabulary of a transformer."""
    blocks = sum(name.endswith(".query.kernel") for name in shapes)
    vocabulary, size = shapes["embedding.token"]
    return blocks, heads, shapes["block0.query.kernel"][1] // heads, size, vocabulary


# ---- The comparison ----

def compare(comparison, name, ours, side, snapshots):
    loss_and_gradient = jax.jit(jax.value_and_grad(side.loss))
    for step in snapshots:
        inputs, labels = map(jnp.asarray, ours.batch(step))
        parameters = side.tree(ours.named(ours.parameters(step)))
        loss, gradient = loss_and_gradient(parameters, inputs, labels)
        direction = official_direction(step, sum(map(numpy.size, jax.tree.leaves(parameters))))
        noise = numpy.random.default_rng(step).standard_normal((4, len(direction)))
        directions = [direction] + [direction + 1e-4 * shift for shift in noise]
        starts = [side.tree(ours.named((start / numpy.linalg.norm(start)).astype(numpy.float32))) for start in directions]
        length = float(jnp.linalg.norm(jax.flatten_util.ravel_pytree(gradient)[0]))
        estimates = side.norms(parameters, inputs, labels, starts)
        for what, column, theirs, bound in (
                ("loss", "loss", float(loss), 1e-4), ("‖g‖", "gradient_norm", length, 1e-4),
                ("official ‖H‖", "hessian_norm", estimates[0][-1], official_bound(estimates))):
            mine = ours.check(step, column)
            comparison.add(f"{name}, {side.name}: {what}", abs(mine / theirs - 1), bound, f"step {step} ({mine:.6g})")


def main():
    parser = arguments()
    parser.add_argument("tasks", nargs="*", metavar="mlp|cnn|transformer", default=list(TASKS))
    parser.add_argument("--official", metavar="FOLDER", help="a folder that holds the files of the official code")
    options = parser.parse_args()
    for name in set(options.tasks) - set(TASKS):
        parser.error(f"there is no task {name}; there are {', '.join(TASKS)}")
    comparison = Comparison()
    for name in options.tasks:
        task = TASKS[name]
        ours = Ours(options, task, task.learning_rates[-1], task.snapshots[-1], task.snapshots[1], "official")
        compare(comparison, name, ours, Formulae(name, ours.shapes), task.snapshots)
        if options.official:
            compare(comparison, name, ours, Official(name, ours.shapes, options.official), task.snapshots)
    print(f"samedge against JAX {jax.__version__} in single precision; relative differences:")
    same = comparison.report()
    if not options.official:
        print("  SKIPPED: the same with the official files themselves; name a folder that holds them with --official FOLDER")
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
