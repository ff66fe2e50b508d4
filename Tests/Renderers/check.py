#!/usr/bin/env python3
"""Draws figures with rsvg-convert and with headless Chromium, which share no code, and checks what comes out.

    python3 Tests/Renderers/check.py figures/smoke/*.svg figures/gallery.html

Of a page (.html) every figure within is taken. Checked of each figure: xmllint takes it; both programs end with 0 and give
pictures of one size that are not blank; every panel contains the colour of each of its series; in Chromium every line of text
lies within the room that the layout kept for it; both draw nothing dark where a text stands, be it data or a frame, and no text
over another; and the first three figures look in one page as they do apart.
Needs Python's standard library alone. A program that is not installed is named on the last line, and what it would have checked
counts as skipped, not as passed. Ends with 1 where a check fails, with 2 where nothing could be checked.
"""

import itertools
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
OURS = "{urn:samedge:figure}"
INSTALL = " (on Debian: apt-get install librsvg2-bin chromium libxml2-utils)"
# As HTML has it: without prefixes.
ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
ZOOM = 2
PIXELS = ZOOM * 96 / 72  # a point
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def byte_sum(pair):
    return (pair[0] + pair[1]) & 255


def picture(path):
    """Width, height and rows of (red, green, blue) bytes of a PNG of 8 bits without interlacing, over white."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", f"{path} is no PNG"
    position, packed = 8, b""
    while position < len(data):
        size, kind = struct.unpack(">I4s", data[position : position + 8])
        body = data[position + 8 : position + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert depth == 8 and colour in (2, 6) and not interlaced, f"{path}: a PNG of an unknown kind"
        elif kind == b"IDAT":
            packed += body
        position += 12 + size
    step = 3 if colour == 2 else 4
    raw, stride, rows, above = zlib.decompress(packed), width * step, [], bytearray(width * step)
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        if kind == 1:
            for channel in range(step):
                line[channel::step] = bytes(v & 255 for v in itertools.accumulate(line[channel::step]))
        elif kind == 2:
            line = bytearray(map(byte_sum, zip(line, above)))
        elif kind == 3:
            for x in range(stride):
                line[x] = (line[x] + ((line[x - step] if x >= step else 0) + above[x]) // 2) & 255
        elif kind == 4:
            for channel in range(step):
                left = corner = 0
                for x in range(channel, stride, step):
                    up = above[x]
                    a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
                    left = line[x] = (line[x] + (left if a <= b and a <= c else up if b <= c else corner)) & 255
                    corner = up
        rows.append(line)
        above = line
    return width, height, step, rows


def has_colour(rows, step, box, wanted):
    """Whether some pixel of the box is nearly of the colour."""
    left, top, right, bottom = box
    for row in rows[top:bottom]:
        for x in range(left * step, right * step, step):
            if abs(row[x] - wanted[0]) + abs(row[x + 1] - wanted[1]) + abs(row[x + 2] - wanted[2]) < 60:
                return True
    return False


def panels(root):
    """For each panel its label, its frame in pixels, and the colours of its series."""
    frames = {}
    for panel in root.iter(f"{OURS}panel"):
        x, y = panel.find(f"{OURS}x"), panel.find(f"{OURS}y")
        xs, ys = ([float(axis.get(end)) for end in ("start", "end")] for axis in (x, y))
        frames[panel.get("label")] = tuple(round(v * PIXELS) for v in (min(xs), min(ys), max(xs), max(ys)))
    for group in root.iter(f"{SVG}g"):
        if group.get("data-panel") is None:
            continue
        colours = {}
        for series in group.iter(f"{SVG}g"):
            for path in series.findall(f"{SVG}path"):
                if path.get("data-series") is not None:
                    colour = path.get("stroke") or path.get("fill") or series.get("stroke") or series.get("fill")
                    colours[path.get("data-series")] = tuple(bytes.fromhex(colour[1:]))
        yield group.get("data-panel"), frames[group.get("data-panel")], colours


def chromium(*arguments):
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}", *arguments],
            capture_output=True, text=True, timeout=120)


PAGE = "<!DOCTYPE html><meta charset=utf-8><style>body{margin:0}svg{display:block}</style>"
MEASURE = """<pre id=boxes></pre><script>
const figures = [...document.querySelectorAll('svg')], found = figures.flatMap((figure, i) => [...figure.querySelectorAll('text')].map(t => {
  const b = t.getBBox();
  return {figure: i, text: t.textContent, box: [b.x, b.y, b.width, b.height], kept: t.dataset.box.split(' ').map(Number)}}));
document.getElementById('boxes').textContent = JSON.stringify(found);
</script>"""


def boxes_beyond(paths, folder):
    """For each figure the texts that Chromium draws beyond the room kept for them, all measured in one page.

    It rounds what a text takes to whole pixels of the screen: they are made small."""
    page = folder / "boxes.html"
    page.write_text(PAGE + "".join(map(inner, paths)) + MEASURE, encoding="utf-8")
    result = chromium("--force-device-scale-factor=8", "--dump-dom", page.as_uri())
    found = re.search(r'<pre id="boxes">(.*?)</pre>', result.stdout, re.S)
    assert result.returncode == 0 and found, "Chromium measured nothing"
    beyond = [[] for _ in paths]
    for text in json.loads(re.sub("&lt;", "<", re.sub("&gt;", ">", found.group(1))).replace("&amp;", "&")):
        (x, y, w, h), (kx, ky, kw, kh) = text["box"], text["kept"]
        if x < kx - 0.01 or y < ky - 0.01 or x + w > kx + kw + 0.01 or y + h > ky + kh + 0.01:
            beyond[text["figure"]].append(f"the text “{text['text']}” at {text['box']} leaves its room {text['kept']}")
    return beyond


def inner(path):
    """A figure without the line that says it is XML, as a page takes it."""
    return path.read_text(encoding="utf-8").split("\n", 1)[1]


def by_rsvg(svg, folder):
    """The picture that rsvg-convert makes."""
    source, target = folder / "figure.svg", folder / "rsvg.png"
    source.write_text(svg, encoding="utf-8")
    subprocess.run(
        ["rsvg-convert", "-z", str(ZOOM), "-o", str(target), str(source)], capture_output=True, text=True, check=True)
    return picture(target)


def by_chromium(svgs, width, height, folder):
    """The pictures that Chromium makes of figures of one size, so many CSS pixels large, below one another in a page."""
    page, target = folder / "figure.html", folder / "chromium.png"
    page.write_text(PAGE + "".join(f"<div style=height:{height}px>{svg}</div>" for svg in svgs), encoding="utf-8")
    chromium(
        f"--force-device-scale-factor={ZOOM}", f"--window-size={width},{height * len(svgs)}", f"--screenshot={target}",
        page.as_uri()
    ).check_returncode()
    w, h, step, rows = picture(target)
    each = h // len(svgs)
    return [(w, each, step, rows[i * each : (i + 1) * each]) for i in range(len(svgs))]


def check(path):
    """What is wrong with a figure, the rooms of its texts apart."""
    with tempfile.TemporaryDirectory() as folder:
        return list(faults(path, Path(folder)))


def faults(path, folder):
    """What `check` finds, as it finds it."""
    svg = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(svg)
    width, height = (round(float(root.get(side).removesuffix("pt")) * 96 / 72) for side in ("width", "height"))
    drawn = {}
    if shutil.which("xmllint"):
        result = subprocess.run(["xmllint", "--noout", "--nonet", str(path)], capture_output=True, text=True)
        if result.returncode:
            yield f"xmllint: {result.stderr.strip()}"
    bare = without_texts(svg)
    if shutil.which("rsvg-convert"):
        try:
            drawn["rsvg-convert"] = by_rsvg(svg, folder)
            yield from texts_on_ink(root, "rsvg-convert", by_rsvg(bare, folder))
        except subprocess.CalledProcessError as error:
            yield f"rsvg-convert: {error.stderr.strip()}"
    if CHROMIUM:
        try:
            drawn["Chromium"], without = by_chromium([inner(path), bare], width, height, folder)
            yield from texts_on_ink(root, "Chromium", without)
        except subprocess.CalledProcessError as error:
            yield f"Chromium: {error.stderr.strip()}"
    for program, (w, h, step, rows) in drawn.items():
        if (w, h) != (width * ZOOM, height * ZOOM):
            yield f"{program}: {w} × {h} pixels instead of {width * ZOOM} × {height * ZOOM}"
            continue
        inked = sum(1 for row in rows for value in row[1::step] if value < 128)
        if inked < 500:
            yield f"{program}: the picture is as good as blank ({inked} dark pixels)"
        for label, frame, colours in panels(root):
            for series, colour in colours.items():
                if not has_colour(rows, step, frame, colour):
                    yield f"{program}: the panel {label} shows nothing in the colour of {series}"


def letters(element, size=0.0):
    """Of each text within its words, and the box in points of its letters, without what the layout keeps free around them."""
    size = float(element.get("font-size", size))
    if element.tag != f"{SVG}text":
        for inner in element:
            yield from letters(inner, size)
        return
    x, y = float(element.get("x")), float(element.get("y"))
    left, _, width, _ = map(float, element.get("data-box").split())
    # Of 1.22 times the size a tenth is kept free at either side; capitals reach 0.73 of it above the base line.
    box = [left + 0.1 * size, y - 0.7 * size, left + width - 0.1 * size, y]
    turn = element.get("transform")
    if turn:
        sign = 1 if turn.startswith("rotate(90") else -1
        turned = [(x - sign * (py - y), y + sign * (px - x)) for px, py in ((box[0], box[1]), (box[2], box[3]))]
        box = [min(p[0] for p in turned), min(p[1] for p in turned), max(p[0] for p in turned), max(p[1] for p in turned)]
    yield "".join(element.itertext()), box


def without_texts(svg):
    """The figure without its texts, and without the tiles, which texts stand on."""
    root = ElementTree.fromstring(svg)
    for outer in list(root.iter()):
        for inner in list(outer):
            if inner.tag == f"{SVG}text" or inner.get("data-tiles"):
                outer.remove(inner)
    return ElementTree.tostring(root, encoding="unicode")


def texts_on_ink(root, program, drawn):
    """The texts where a picture without them has ink, paler than which are ranges, predictions and single noisy checks alone."""
    _, _, step, rows = drawn
    for words, (left, top, right, bottom) in letters(root):
        dark = sum(
            min(rows[y][x * step : x * step + 3]) < 130
            for y in range(max(0, int(top * PIXELS)), min(len(rows), int(bottom * PIXELS)))
            for x in range(max(0, int(left * PIXELS)), min(len(rows[0]) // step, int(right * PIXELS))))
        if dark:
            yield f"{program}: the text “{words}” stands on something drawn ({dark} pixels)"


def apart_and_together(paths, folder):
    """Whether figures in one page look as each does in a page of its own."""
    texts = [inner(path) for path in paths]
    sizes = [tuple(round(float(v) * 96 / 72) for v in re.search(r'viewBox="0 0 (\S+) (\S+)"', text).groups()) for text in texts]
    width = max(w for w, _ in sizes)

    def rows(name, body, height):
        page, target = folder / f"{name}.html", folder / f"{name}.png"
        page.write_text(PAGE + body, encoding="utf-8")
        result = chromium("--force-device-scale-factor=1", f"--window-size={width},{height}", f"--screenshot={target}", page.as_uri())
        assert result.returncode == 0, result.stderr
        return picture(target)[3]

    together = rows("together", "".join(texts), sum(h for _, h in sizes))
    apart = [row for text, (_, height) in zip(texts, sizes) for row in rows("apart", text, height)]
    # Smoothed edges move by a shade with the place in the page; another colour, dash or cut moves by more than a quarter of the range.
    different = sum(any(abs(x - y) > 64 for x, y in zip(a, b)) for a, b in zip(together, apart))
    if different or len(together) != len(apart):
        yield f"in one page {', '.join(path.name for path in paths)} look otherwise than apart ({different} rows of pixels)"


def figures(paths, folder):
    """The figures among the files, those within pages written out each to a file of its own."""
    for path in map(Path, paths):
        if path.suffix != ".html":
            yield path
            continue
        for svg in re.findall(r"<svg .*?</svg>", path.read_text(encoding="utf-8"), re.S):
            target = folder / (ElementTree.fromstring(svg).get("id") + ".svg")
            assert not target.exists(), f"{path} holds two figures named {target.stem}"
            target.write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + svg + "\n", encoding="utf-8")
            yield target


def main(paths):
    programs = {"xmllint": shutil.which("xmllint"), "rsvg-convert": shutil.which("rsvg-convert"), "chromium": CHROMIUM}
    missing = [name for name, program in programs.items() if not program]
    if not paths or len(missing) == len(programs):
        print(
            "NOTHING CHECKED:", f"not installed: {', '.join(missing)}{INSTALL}" if paths else "name some figures (SVG files)",
            file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        return check_all(list(figures(paths, Path(folder))), missing)


def check_all(paths, missing):
    faults, names = 0, [path.name for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        beyond = boxes_beyond(paths, Path(folder)) if CHROMIUM else [[] for _ in paths]
    with ProcessPoolExecutor() as processes:
        for path, leaving, found in zip(paths, beyond, processes.map(check, paths)):
            # The same figure at both widths has one name.
            shown = path if names.count(path.name) > 1 else path.name
            print(f"{'FAIL' if leaving or found else 'ok  '} {shown}", flush=True)
            for fault in leaving + found:
                print(f"     {fault}")
            faults += bool(leaving or found)
    # A page holds a name once.
    together = list({path.name: path for path in paths}.values())[:3]
    if CHROMIUM and len(together) > 1:
        with tempfile.TemporaryDirectory() as folder:
            for fault in apart_and_together(together, Path(folder)):
                print(f"FAIL {fault}")
                faults += 1
    print(f"{len(paths)} figures, {faults} faulty")
    if missing:
        print(f"SKIPPED what needs {', '.join(missing)}: not installed{INSTALL}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
