"""The defects planted on sample circuit boards: each draws itself and says where it is."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from workbench.demo.boards.brush import SCALE, Brush, Colour, shade
from workbench.demo.boards.layout import SIDE, Layout
from workbench.demo.boards.parts import CHIPS, PINNED, Box, Part, grown, overlap
from workbench.demo.boards.picture import SOLDER, populated

Defect = Literal["none", "solder_bridge", "cold_joint", "missing_component", "scratch", "discoloration"]
DEFECTS: tuple[Defect, ...] = (
    "none", "solder_bridge", "cold_joint", "missing_component", "scratch", "discoloration",
)  # fmt: skip
T = TypeVar("T")
COPPER: Colour = (206, 146, 96)


class Fault(NamedTuple):
    """A defect at the part nearest to it; the box is None exactly when there is no defect."""

    defect: Defect
    part: str | None
    box: Box | None


def assemble(
    bare: Image.Image, layout: Layout, defect: Defect, random: np.random.Generator
) -> tuple[Image.Image, Fault]:
    """Return the populated board with one defect of the given kind, and where it is."""
    if defect == "missing_component":
        part = _one(random, [part for part in layout.parts if part.kind in (*CHIPS, "crystal")])
        return populated(bare, layout, missing=part), Fault(defect, part.name, _clipped(grown(part.reach, 4)))
    picture = populated(bare, layout)
    if defect == "none":
        return picture, Fault(defect, None, None)
    part, box = {
        "solder_bridge": _bridge,
        "cold_joint": _cold_joint,
        "scratch": _scratch,
        "discoloration": _burn,
    }[defect](picture, layout, random)
    return picture, Fault(defect, part.name, _clipped(box))


def _bridge(picture: Image.Image, layout: Layout, random: np.random.Generator) -> tuple[Part, Box]:
    """Solder that runs from one pin to the next."""
    part = _one(random, [part for part in layout.parts if part.kind in PINNED])
    neighbours = [
        (one, other) for one, other in zip(part.pads, part.pads[1:], strict=False)
        if abs(one.x - other.x) + abs(one.y - other.y) < 10
    ]  # fmt: skip
    one, other = _one(random, neighbours)
    # The blob sits on the outer half of the pins, where solder gathers, not under the body.
    x, y = (one.x + other.x) / 2, (one.y + other.y) / 2
    if one.width > one.height:
        x += 2.5 if x > part.x else -2.5
    else:
        y += 2.5 if y > part.y else -2.5
    brush = Brush(picture)
    radius = float(random.uniform(3.4, 4.6))
    drift = random.uniform(-1.1, 1.1, (7, 2))
    lumps = [
        (x + (other.x - one.x) * along + float(dx), y + (other.y - one.y) * along + float(dy))
        for along, (dx, dy) in zip(np.linspace(-0.55, 0.55, 7), drift, strict=True)
    ]
    for shrink, light in ((0.0, -0.45), (0.7, -0.12), (1.5, 0.16), (2.3, 0.42)):
        for lump_x, lump_y in lumps:
            brush.disc(lump_x, lump_y, radius - shrink, shade(SOLDER, light))
    for lump_x, lump_y in lumps[1::3]:
        brush.disc(lump_x - 0.9, lump_y - 0.9, 0.9, (252, 253, 253))
    return part, grown(_around([one.box, other.box, grown((x, y, x, y), radius + 3)]), 3)


def _cold_joint(picture: Image.Image, layout: Layout, random: np.random.Generator) -> tuple[Part, Box]:
    """A joint that never melted through: dull, lumpy, with a dark crack around it."""
    part = _one(random, [part for part in layout.parts if part.kind in (*CHIPS, "crystal", "coil", "can")])
    pad = _one(random, part.pads)
    outward = 1 if pad.x + pad.y > part.x + part.y else -1
    x = pad.x + (outward * 2.5 if abs(pad.x - part.x) > 1 else 0)
    y = pad.y + (outward * 2.5 if abs(pad.y - part.y) > 1 else 0)
    brush = Brush(picture)
    size = max(pad.width, pad.height) / 2 + 1
    rim = [
        (x + float(reach * np.cos(angle)), y + float(reach * np.sin(angle)))
        for angle, reach in zip(np.linspace(0, 2 * np.pi, 17)[:-1], random.uniform(size - 1, size + 2, 16), strict=True)
    ]
    brush.polygon(rim, (44, 42, 40))
    brush.polygon([(x + (rim_x - x) * 0.84, y + (rim_y - y) * 0.84) for rim_x, rim_y in rim], (124, 122, 118))
    for dx, dy, tone in zip(*random.uniform(-0.55, 0.55, (2, 26)), random.integers(84, 158, 26), strict=True):
        level = int(tone)
        brush.disc(
            x + float(dx) * size, y + float(dy) * size, float(random.uniform(0.7, 1.7)), (level, level, level - 6)
        )
    brush.line(((x - size * 0.7, y - 1), (x - 1, y + 1.2), (x + size * 0.7, y - 0.6)), (36, 34, 32), 0.9)
    return part, grown((x - size, y - size, x + size, y + size), 5)


def _scratch(picture: Image.Image, layout: Layout, random: np.random.Generator) -> tuple[Part, Box]:
    """A tool slipped: a ragged line through the mask, copper shining in it."""
    x, y, angle, length = _most_open(layout, random)
    along = np.linspace(-0.5, 0.5, 15)
    drift = np.cumsum(random.normal(0, 0.9, 15))
    points = [
        (x + float(step * length * np.cos(angle) - off * np.sin(angle)),
         y + float(step * length * np.sin(angle) + off * np.cos(angle)))
        for step, off in zip(along, drift, strict=True)
    ]  # fmt: skip
    brush = Brush(picture)
    brush.line([(px + 0.9, py + 0.9) for px, py in points], (22, 26, 24), 2.2)
    brush.line(points, shade(COPPER, -0.1), 2.0)
    for start in range(0, 13, 2):
        brush.line(points[start : start + 2], shade(COPPER, 0.62), 1.0)
    brush.line([(px + 3.4, py - 2.6) for px, py in points[4:11]], shade(COPPER, 0.25), 0.7)
    columns, rows = zip(*points, strict=True)
    return _nearest(layout, x, y), grown((min(columns), min(rows), max(columns), max(rows)), 6)


def _burn(picture: Image.Image, layout: Layout, random: np.random.Generator) -> tuple[Part, Box]:
    """Heat has browned the mask around a part."""
    part = _one(random, [part for part in layout.parts if part.kind in ("driver", "coil", "crystal", *CHIPS)])
    radius = float(random.uniform(24, 40))
    stain = Image.new("L", picture.size, 0)
    pen = ImageDraw.Draw(stain)
    for dx, dy, size in zip(*random.uniform(-0.3, 0.3, (2, 9)), random.uniform(0.45, 0.85, 9), strict=True):
        centre_x, centre_y, reach = part.x + dx * radius, part.y + dy * radius, size * radius
        pen.ellipse([SCALE * side for side in grown((centre_x, centre_y, centre_x, centre_y), reach)], fill=178)
    soft = stain.filter(ImageFilter.GaussianBlur(radius * 0.32))
    core = stain.resize(picture.size).filter(ImageFilter.GaussianBlur(radius * 0.9)).point(lambda level: level * 0.62)
    picture.paste((112, 74, 30), (0, 0), soft.point(lambda level: level * 0.78))
    picture.paste((40, 24, 12), (0, 0), core.point(lambda level: max(0, level - 52) * 1.5))
    return part, grown((part.x, part.y, part.x, part.y), radius * 1.12)


def _one(random: np.random.Generator, choices: Sequence[T]) -> T:
    return choices[int(random.integers(len(choices)))]


def _most_open(layout: Layout, random: np.random.Generator) -> tuple[float, float, float, float]:
    """Return middle, angle and length of the line, of a few tried, that crosses the fewest parts."""

    def crossed(line: tuple[float, float, float, float]) -> int:
        x, y, angle, length = line
        steps = np.linspace(-0.5, 0.5, 12) * length
        spots = [(x + step * np.cos(angle), y + step * np.sin(angle)) for step in steps]
        return sum(overlap((px, py, px + 1, py + 1), part.reach) for px, py in spots for part in layout.parts)

    lows, highs = (90, 90, 0, 64), (SIDE - 90, SIDE - 90, np.pi, 120)
    tries = [
        (float(x), float(y), float(angle), float(length))
        for x, y, angle, length in random.uniform(lows, highs, (14, 4))
    ]
    return min(tries, key=crossed)


def _nearest(layout: Layout, x: float, y: float) -> Part:
    return min(layout.parts, key=lambda part: (part.x - x) ** 2 + (part.y - y) ** 2)


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def _clipped(box: Box) -> Box:
    left, top, right, bottom = (min(max(side, 0), SIDE) for side in box)
    return (left, top, right, bottom)
