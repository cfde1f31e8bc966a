"""The photograph of a sample circuit board: bare board, solder, parts, light and camera noise."""

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from workbench.demo.boards.bodies import draw_body
from workbench.demo.boards.brush import SCALE, Brush, Colour, shade
from workbench.demo.boards.layout import EDGE, HOLES, SIDE, Layout
from workbench.demo.boards.parts import CHIPS, Pad, Part, grown

TABLE: Colour = (38, 40, 44)
GOLD: Colour = (214, 178, 98)
SOLDER: Colour = (186, 191, 196)
INK: Colour = (232, 236, 230)


def bare_board(layout: Layout, mask: Colour) -> Image.Image:
    """Return the board as it leaves the etching line, at twice the final size: copper, mask, holes, printing."""
    picture = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), TABLE)
    brush = Brush(picture)
    board = (EDGE - 6.0, EDGE - 6.0, SIDE - EDGE + 6.0, SIDE - EDGE + 6.0)
    brush.rectangle((board[0] + 3, board[1] + 5, board[2] + 4, board[3] + 6), (20, 21, 24), 12)
    brush.rectangle(board, shade(mask, -0.45), 12)
    brush.rectangle(grown(board, -1.5), mask, 11)
    brush.rectangle(grown(board, -6), shade(mask, 0.05), 8)
    gap, copper = shade(mask, -0.32), shade(mask, 0.20)
    for trace in layout.traces:
        brush.line(trace, gap, 7)
    for x, y in layout.vias:
        brush.disc(x, y, 6.2, gap)
    pads = [pad for part in layout.parts for pad in part.pads]
    for pad in pads:
        brush.rectangle(grown(pad.box, 2.6), gap, pad.width / 2 + 2 if pad.round else 2)
    for trace in layout.traces:
        brush.line(trace, copper, 3)
    for x, y in layout.vias:
        brush.disc(x, y, 4.2, shade(GOLD, -0.12))
        brush.disc(x, y, 3.4, GOLD)
        brush.disc(x, y, 1.8, (26, 28, 28))
    for x, y in HOLES:
        brush.disc(x, y, 16, gap)
        brush.disc(x, y, 14, shade(GOLD, -0.15))
        brush.disc(x, y, 12.8, GOLD)
        brush.disc(x, y, 8.5, shade(GOLD, -0.45))
        brush.disc(x, y, 7.6, TABLE)
    _print(brush, layout)
    for pad in pads:
        _pad(brush, pad)
    return picture


def populated(bare: Image.Image, layout: Layout, *, missing: Part | None = None) -> Image.Image:
    """Return the bare board with its parts soldered on, except a missing one, which leaves only its paste."""
    picture = bare.copy()
    shadow = Image.new("L", picture.size, 0)
    pen = ImageDraw.Draw(shadow)
    present = [part for part in layout.parts if part is not missing]
    for part in present:
        if part.kind != "point":
            height = 2 if part.kind in CHIPS else 4
            box = part.body
            pen.rounded_rectangle(
                [SCALE * (side + (height if place % 2 else height * 0.6)) for place, side in enumerate(box)],
                6,
                fill=150,
            )
    shadow = shadow.filter(ImageFilter.GaussianBlur(5))
    picture = Image.composite(
        ImageChops.multiply(picture, Image.new("RGB", picture.size, (70, 74, 82))), picture, shadow
    )
    brush = Brush(picture)
    for part in present:
        if part.kind not in ("point", "header"):
            for pad in part.pads:
                joint(brush, pad)
    for part in present:
        draw_body(brush, part)
    if missing:
        for pad in missing.pads:
            brush.rectangle(grown(pad.box, -1), shade(SOLDER, -0.22), 2)
            brush.rectangle(grown(pad.box, -2.2), shade(SOLDER, -0.05), 2)
    return picture


def joint(brush: Brush, pad: Pad) -> None:
    """Draw a good solder joint: smooth, bright in the middle, dark at its rim."""
    for margin, light in ((-0.2, -0.42), (-0.9, -0.1), (-1.6, 0.18)):
        brush.rectangle(grown(pad.box, margin), shade(SOLDER, light), 2)
    x, y = pad.x - pad.width * 0.14, pad.y - pad.height * 0.14
    brush.oval((x - pad.width * 0.2, y - pad.height * 0.2, x + pad.width * 0.2, y + pad.height * 0.2), (246, 248, 250))


def photograph(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """Return the picture at its final size under an uneven lamp, as a camera with a little noise sees it."""
    small = np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS), dtype=np.float32)
    down, across = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE
    x, y = random.uniform(0.25, 0.6, 2)
    lamp = 1.10 - 0.30 * np.sqrt((across - x) ** 2 + (down - y) ** 2)
    exposure = random.uniform(0.95, 1.05)
    warmth = np.array([1, 1, 1], dtype=np.float32) + np.array([1, 0, -1]) * random.uniform(-0.02, 0.03)
    noise = random.normal(0, 1.0, (SIDE, SIDE, 1))
    seen = small * (lamp * exposure)[:, :, None] * warmth + noise
    return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))


def _pad(brush: Brush, pad: Pad) -> None:
    radius = pad.width / 2 if pad.round else 1
    brush.rectangle(pad.box, shade(GOLD, -0.25), radius)
    brush.rectangle(grown(pad.box, -0.7), GOLD, radius)
    light = (pad.x - pad.width * 0.3, pad.y - pad.height * 0.3, pad.x + pad.width * 0.1, pad.y - pad.height * 0.05)
    brush.rectangle(light, shade(GOLD, 0.45), 1)


def _print(brush: Brush, layout: Layout) -> None:
    """Print outlines and names of the parts in white ink, and the name of the board."""
    for part in layout.parts:
        _, top, right, _ = part.reach
        if part.kind == "can":
            brush.ring(part.x, part.y, 25, INK, 1)
        elif part.kind not in ("point", "socket"):
            brush.frame(grown(part.reach if part.kind in CHIPS else part.body, 2.5), INK, 0.8, 1.5)
        if part.kind == "point":
            brush.ring(part.x, part.y, 7.5, INK, 0.8)
        size = 6.5 if part.kind in (*CHIPS, "point") else 9
        if part.upright and part.kind in CHIPS:
            brush.text(right + 6.5, part.y, part.name, INK, size, upright=True)
        elif part.kind == "can":
            brush.text(part.x, top - 10, part.name, INK, size)
        else:
            brush.text(part.x, top - (6.5 if part.kind in CHIPS else 8), part.name, INK, size)
    x, y = layout.name_at
    brush.text(x, y, layout.name, INK, 15)
    brush.text(x, y + 13, "REV 3  SAMPLE BOARD", INK, 7)
