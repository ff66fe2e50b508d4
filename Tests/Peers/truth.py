"""Compares every check of trainings in a store with the truth: the same quantities in double precision, by PyTorch.

At each snapshot: the loss, ‖g‖, the SAM gradient, both ends of the Hessian's spectrum, the next eigenvalue, and the alignments
of both gradients with the principal eigenvector and with the span of all eigenvectors within 5 % of it. The truth is that of
the function in double precision at the snapshot's parameters. Exit code 1 where a figure is beyond its bound; but a ‖g‖ that one
ReLU or pooling explains, which single precision decides otherwise, is counted apart (see flips.py).

Values are kept in the cache, a line of JSON each, under everything that decides them: the digests of the snapshot and of the
data, the batch, ρ and the heads. So a run may be stopped and gone on with, two may share a cache, and what a later version of
samedge trains to the same bytes is not computed again. A check takes 1 to 20 s.

    Tests/Peers/run truth.py --store FOLDER [--profile NAME] [--cache FOLDER] [--compute-only | --compare-only] ['mnist-mlp/*' …]

With `--device cuda` a GPU computes the truths. With `--share I/N` only every N-th check is computed, from the I-th on, so that
several processes may share the work.
"""

import argparse
import ctypes
import fnmatch
import itertools
import json
import math
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file

import flips
import hessians
import models
from runs import minibatch, shapes_in_order, table
from spectrum import END_BOUND, Spectrum, normal

torch.set_default_dtype(torch.float64)

# The eigenvectors whose values lie so near the principal one count as its span.
SPAN = 0.05
# A value between these may count or not.
BORDER = (0.049, 0.051)
# Beside another value as near as this, an eigenvector alone means nothing.
GAP = 0.01
NORM_BOUND, ALIGNMENT_BOUND = 1e-3, 0.02


# ---- A training in a store ----

class Run:
    """A training, and where it is there its measurement."""

    def __init__(self, store, profile, name):
        self.store, self.name = store, name
        trained = self.result(profile, "train", name)
        parameters, self.files = trained["record"]["parameters"], digests(trained)
        self.data = trained["record"]["inputs"]["data"]["train.safetensors"]
        self.network, self.seed, self.batch_size = (parameters[key] for key in ("network", "seed", "batch_size"))
        self.rho = parameters["radius"]
        measured = self.result(profile, "measure", name)
        self.measured = digests(measured) if measured else {}
        self.tensors = None

    def result(self, profile, kind, name):
        path = self.store / "stages" / profile / kind / f"{name}.json"
        return json.loads(path.read_text().splitlines()[0]) if path.exists() else None

    def object(self, digest):
        return self.store / "objects" / digest[:2] / digest[2:]

    def steps(self):
        return sorted(int(Path(name).stem) for name in self.files if name.startswith("snapshots/"))

    def key(self, step):
        """All that the truth of a check depends on."""
        key = {"snapshot": self.files[f"snapshots/{step:06}.safetensors"], "data": self.data, "rho": self.rho}
        if self.network["architecture"] == "transformer":
            key |= {"heads": self.network["heads"], "batch_size": self.batch_size, "seed": self.seed, "step": step}
        return key

    def parameters(self, step):
        path = self.object(self.files[f"snapshots/{step:06}.safetensors"])
        tensors = load_file(path)
        return {name: placed(tensors[name].double()) for name in shapes_in_order(path)}

    def batch(self, step):
        self.tensors = self.tensors or load_file(self.object(self.data))
        if "tokens" not in self.tensors:
            return placed(self.tensors["images"].double()), placed(self.tensors["labels"].long())
        tokens = self.tensors["tokens"].long()
        if self.batch_size:
            tokens = tokens[minibatch(self.seed, len(tokens), self.batch_size, step)]
        tokens = placed(tokens)
        return tokens[:, :-1], tokens[:, 1:]

    def vectors(self, step, dimension):
        """The vectors that samedge kept at a check, as rows: somewhere to begin."""
        digest = self.measured.get(f"eigenvectors/{step:06}.safetensors")
        kept = load_file(self.object(digest)).values() if digest else []
        rows = [vector.double().flatten() for vector in kept if vector.numel() == dimension and vector.norm() > 0]
        return placed(torch.stack(rows)) if rows else torch.empty(0, dimension)

    def flipped(self, step, norm):
        """Whether one decision, taken otherwise in single precision, gives the gradient this norm."""
        architecture, parameters, batch = self.network["architecture"], self.parameters(step), self.batch(step)
        if architecture == "transformer":
            return False
        gradient = hessians.hessian(architecture, parameters, *batch).gradient
        return flips.explains_norm(architecture, parameters, *batch, gradient, norm)

    def measurements(self):
        return table(self.object(self.measured["measurements.tsv"])) if "measurements.tsv" in self.measured else None


def placed(tensor):
    """The tensor on the device that computes."""
    return tensor.to(torch.get_default_device())


def digests(result):
    return {output["path"]: output["sha256"] for output in result["outputs"]}


def runs(store, profile, patterns):
    folder = store / "stages" / profile / "train"
    names = sorted(str(path.relative_to(folder))[:-len(".json")] for path in folder.rglob("*.json"))
    return [Run(store, profile, name) for pattern in patterns for name in names if fnmatch.fnmatch(name, pattern)]


# ---- The truth ----

class Cache:
    """The truths by their keys, in all files of a folder; new ones go into a file of their own for each process."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.file, self.values = folder, None, {}
        for path in sorted(folder.glob("*.jsonl")):
            for line in path.read_text().splitlines(keepends=True):
                # The last line of a process that was killed may be cut off.
                if line.endswith("\n"):
                    entry = json.loads(line)
                    self.values[self.name(entry["key"])] = entry

    @staticmethod
    def name(key):
        return json.dumps(key, sort_keys=True)

    def get(self, key):
        return self.values.get(self.name(key))

    def add(self, entry):
        self.values[self.name(entry["key"])] = entry
        self.file = self.file or open(self.folder / f"{time.time_ns()}.jsonl", "x", encoding="utf-8")
        self.file.write(json.dumps(entry) + "\n")
        self.file.flush()


class Oracle:
    """Computes the truths of one run's checks in order."""

    def __init__(self, run):
        self.run, self.verified, self.last = run, False, None

    def compute(self, step):
        run, started = self.run, time.process_time()
        architecture = run.network["architecture"]
        settings = {"heads": run.network["heads"]} if architecture == "transformer" else {}
        parameters, batch = run.parameters(step), run.batch(step)
        loss = hessians.loss_function(architecture, *batch, **settings)
        hessian = hessians.hessian(architecture, parameters, *batch, **settings)
        gradient = hessian.gradient
        if not self.verified:
            hessians.verify(hessian, loss, parameters, normal(1, len(gradient), step)[0])
            self.verified = True
        entry = {"key": run.key(step), "run": run.name, "step": step,
                 "loss": hessian.loss, "gradient_norm": gradient.norm().item()}
        if not math.isfinite(hessian.loss) or not gradient.isfinite().all():
            return entry | {"finite": False}
        moved = hessians.split(run.rho / (gradient.norm() + 1e-5) * gradient, parameters)
        sam = hessians.flatten(models.gradient(loss, {name: tensor + moved[name] for name, tensor in parameters.items()})[1])
        # The perceptron's Hessian turns so slowly that the vectors of the last check spare products; the others' do not.
        starts = run.vectors(step, len(gradient))
        if architecture == "mlp" and self.last is not None and not len(starts):
            starts = self.last
        seed = int(entry["key"]["snapshot"][:8], 16)
        spectrum = Spectrum(hessian.products, starts, len(gradient), seed)
        values, wanted = spectrum.values, spectrum.wanted
        self.last = vectors = spectrum.vectors(wanted)
        rows = zip(values[wanted].tolist(), spectrum.residuals.tolist(),
                   (vectors @ gradient / gradient.norm()).tolist(), (vectors @ sam / sam.norm()).tolist())
        return entry | {
            "finite": True, "sam_gradient_norm": sam.norm().item(),
            "lambda_max": values[-1].item(), "lambda_min": values[0].item(),
            "pairs": [dict(zip(("value", "residual", "gradient_cosine", "sam_gradient_cosine"), row)) for row in rows],
            "products": spectrum.size, "seconds": round(time.process_time() - started, 2)}


def principal(truth):
    return truth["pairs"][0]["value"]


def within(truth, share):
    """The pairs whose value lies within a share of the principal one."""
    value = principal(truth)
    return [pair for pair in truth["pairs"] if abs(pair["value"] - value) <= share * abs(value)]


def span_alignment(truth, gradient):
    return math.sqrt(sum(pair[gradient + "_cosine"] ** 2 for pair in within(truth, SPAN)))


# ---- The comparison ----

class Judge:
    """The worst figure of every column, the exceptions, and what was left out."""

    def __init__(self):
        self.worst, self.exceptions, self.counts = {}, [], {}

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def judge(self, column, difference, bound, at, said):
        if column not in self.worst or not difference <= self.worst[column][0]:
            self.worst[column] = (difference, bound, at, said)
        self.count(f"{column} compared")
        if not difference <= bound:
            self.exceptions.append(f"{at}: {column} {said}, {difference:.2g} apart (bound {bound:g})")
            self.count(f"{column} beyond its bound")

    def check(self, run, step, row, truth):
        """One check of a run, a row of its table, against its truth."""
        at = f"{run.name} step {step}"
        if not truth["finite"]:
            return self.count("checks without a finite loss")
        value = principal(truth)
        self.count("checks")
        # Rounding turns ReLUs over between the parameters and their ascent, which moves the SAM gradient by some 1e-3.
        for column, bound in (("loss", 1e-4), ("gradient_norm", 1e-4), ("sam_gradient_norm", 1e-2)):
            mine, theirs = row[column], truth[column]
            apart = abs(mine / theirs - 1)
            if column == "gradient_norm" and apart > bound and run.flipped(step, mine):
                self.count("checks whose ‖g‖ is apart by one ReLU or pooling that single precision decides otherwise")
            else:
                self.judge(column, apart, bound, at, f"{mine:.6g}, true {theirs:.6g}")
        known = {"hessian_norm": abs(value), "lambda_max": truth["lambda_max"], "lambda_min": truth["lambda_min"]}
        others = sorted((pair["value"] for pair in truth["pairs"][1:]), key=abs)
        if others:
            known["lambda_next"] = others[-1]
        for column, theirs in known.items():
            if column in row:
                # Of two values of nearly one size and unlike signs either may come first.
                mine = row[column]
                apart = abs(abs(mine) - abs(theirs)) if column == "lambda_next" else abs(mine - theirs)
                is_lesser_end = column in ("lambda_max", "lambda_min") and abs(theirs) < abs(value)
                self.judge(f"{column}, the lesser end" if is_lesser_end else column, apart / abs(value),
                           END_BOUND if is_lesser_end else NORM_BOUND, at, f"{mine:.6g}, true {theirs:.6g}")
        if others and abs(value) - abs(others[-1]) > GAP * abs(value):
            for column, gradient in (("alignment", "gradient"), ("sam_alignment", "sam_gradient")):
                theirs = abs(truth["pairs"][0][gradient + "_cosine"])
                self.judge(column, abs(row[column] - theirs), ALIGNMENT_BOUND, at, f"{row[column]:.4f}, true {theirs:.4f}")
        else:
            self.count("checks whose principal eigenvector is not isolated by 1 %")
        if "span" not in row:
            return
        if len(within(truth, BORDER[0])) != len(within(truth, BORDER[1])):
            return self.count("checks with a value on the border of the span")
        size = len(within(truth, SPAN))
        self.judge("span", abs(row["span"] - size), 0, at, f"{row['span']:g}, true {size}")
        for column, gradient in (("alignment_span", "gradient"), ("sam_alignment_span", "sam_gradient")):
            theirs = span_alignment(truth, gradient)
            self.judge(column, abs(row[column] - theirs), ALIGNMENT_BOUND, at, f"{row[column]:.4f}, true {theirs:.4f}")

    def report(self, task):
        print(f"{task}: " + ", ".join(f"{number} {what}" for what, number in self.counts.items() if what.startswith("checks")))
        for column, (difference, bound, at, said) in self.worst.items():
            beyond = self.counts.get(f"{column} beyond its bound", 0)
            print(f"  {'ok  ' if not beyond else 'FAIL'} {column}: worst {difference:.2e} (bound {bound:g}) at {at}: {said}; "
                  f"{beyond} of {self.counts[f'{column} compared']} beyond it")
        for exception in self.exceptions:
            print(f"  {exception}")
        return not self.exceptions


def compute(selected, cache, share):
    first, every = share
    checks = ((oracle, step) for oracle in map(Oracle, selected) for step in oracle.run.steps())
    for oracle, step in itertools.islice(checks, first, None, every):
        run = oracle.run
        if cache.get(run.key(step)) is None:
            entry = oracle.compute(step)
            cache.add(entry)
            print(f"{run.name}, step {step}: {entry.get('products', 0)} products, {entry.get('seconds', 0)} s, "
                  f"‖H‖ {abs(principal(entry)) if entry['finite'] else math.nan:.6g}", flush=True)


def compare(selected, cache):
    """Judges by tasks; false where something is beyond its bound, or nothing was there to be compared."""
    judges, missing = {}, 0
    for run in selected:
        measurements = run.measurements()
        if measurements is None:
            missing += 1
            continue
        judge = judges.setdefault(run.name.split("/")[0], Judge())
        for index, step in enumerate(measurements["step"].astype(int).tolist()):
            row = {column: values[index] for column, values in measurements.items()}
            truth = cache.get(run.key(step)) if f"snapshots/{step:06}.safetensors" in run.files else None
            if truth is None:
                judge.count("checks whose truth is not known")
            else:
                judge.check(run, step, row, truth)
    same = [judge.report(task) for task, judge in judges.items()]
    unknown = sum(judge.counts.get("checks whose truth is not known", 0) for judge in judges.values())
    print(f"{len(selected)} runs, {missing} without measurements; {unknown} checks not compared; "
          f"{sum(len(judge.exceptions) for judge in judges.values())} exceptions")
    return bool(same) and all(same) and not missing and not unknown


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="*", default=["*"], help="patterns of the trainings' names (default: all)")
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--profile", default="laptop", help="or train, for what `samedge train` made")
    parser.add_argument("--cache", type=Path, default=Path(__file__).parent / ".truth")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu", help="cuda: a GPU (default: cpu)")
    parser.add_argument("--share", default="0/1", metavar="I/N", help="compute only every N-th check, from the I-th on")
    parser.add_argument("--compute-only", action="store_true")
    parser.add_argument("--compare-only", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_default_device(options.device)
    keep_memory()
    selected = runs(options.store, options.profile, options.runs)
    cache = Cache(options.cache)
    if not options.compare_only:
        compute(selected, cache, tuple(int(number) for number in options.share.split("/")))
    sys.exit(0 if options.compute_only or compare(selected, cache) else 1)


def keep_memory():
    """Has glibc keep what large tensors return to it: asking the system anew costs a third of the time."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        return
    for option, value in ((-4, 0), (-1, 1 << 30), (-2, 1 << 26)):
        mallopt(option, value)


if __name__ == "__main__":
    main()
