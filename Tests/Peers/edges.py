"""Draws `mnist-mlp-edges` with matplotlib from the same table, as matplotlib draws by default, and puts both on one page.

    Tests/Peers/run edges.py figures/laptop/mnist-mlp-edges.svg [--output figures/edges-peer.html]

The table NAME.tsv beside the picture holds every drawn number, so that both programs show the same.
"""

import argparse
import base64
import csv
import html
import io
import math
import re
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt


def series(path):
    """The table: panel → series → (xs, ys), in the order of the file."""
    panels = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            xs, ys = panels.setdefault(row["panel"], {}).setdefault(row["series"], ([], []))
            xs.append(float(row["x"]))
            ys.append(float(row["y"]))
    return panels


def number(text, name):
    return float(re.search(rf"{name} = ([0-9.e-]+)", text).group(1))


def draw(panels):
    """A plain script's figure: a grid of axes, one colour a series, a legend, logarithmic ordinates shared by rows; else defaults."""
    names = list(dict.fromkeys(name for lines in panels.values() for name, (xs, _) in lines.items() if len(xs) > 1))
    rows = sorted({number(label, "η") for label in panels})
    columns = sorted({number(label, "ρ") for label in panels})
    figure, axes = plt.subplots(
        len(rows), len(columns), figsize=(7, 7 * 0.26 * len(rows)), sharex=True, sharey="row", squeeze=False, layout="constrained")
    for label, lines in panels.items():
        axis = axes[rows.index(number(label, "η"))][columns.index(number(label, "ρ"))]
        for name, (xs, ys) in lines.items():
            if len(xs) == 1 and math.isnan(xs[0]):
                axis.axhline(ys[0], color="black", linestyle=":", label=name)
            elif len(xs) == 1:
                axis.axvline(xs[0], color="red", linestyle="--", label=name)
            else:
                axis.plot(xs, ys, color=f"C{names.index(name)}", label=name)
        axis.set_yscale("log")
        axis.set_title(label)
    for axis in axes[-1]:
        axis.set_xlabel("step")
    for row in axes:
        row[0].set_ylabel(r"$\|H\|_{op}$")
    handles = {name: handle for axis in axes.flat for handle, name in zip(*axis.get_legend_handles_labels())}
    figure.legend(handles.values(), handles.keys(), loc="outside upper center", ncols=len(handles))
    text = io.StringIO()
    # The letters as text and no date, for a fair comparison of sizes.
    with plt.rc_context({"svg.fonttype": "none"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def image(svg):
    return f'<img alt="" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path, help="NAME.svg, with NAME.tsv beside it")
    parser.add_argument("--output", type=Path, default=Path("figures/edges-peer.html"))
    options = parser.parse_args()
    ours = options.picture.read_text(encoding="utf-8")
    theirs = draw(series(options.picture.with_suffix(".tsv")))
    title = f"{options.picture.stem}: samedge and matplotlib {matplotlib.__version__}"
    figures = "".join(
        f"<figure><figcaption>{html.escape(name)}, {len(svg.encode()) / 1000:.1f} kB</figcaption>{image(svg)}</figure>"
        for name, svg in (("samedge", ours), ("matplotlib, its defaults", theirs)))
    options.output.write_text(
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{html.escape(title)}</title>"
        "<style>body{font:15px/1.4 sans-serif;margin:2em}div{display:flex;flex-wrap:wrap;gap:2em}figure{margin:0}</style>"
        f"<h1>{html.escape(title)}</h1><div>{figures}</div></html>\n", encoding="utf-8")
    print(f"both are in {options.output}: {len(ours.encode())} and {len(theirs.encode())} bytes")


main()
