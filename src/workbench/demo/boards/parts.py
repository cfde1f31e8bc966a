"""The parts a sample circuit board can carry: how large they are and where their pads sit.

Lengths are in board units: one unit is one pixel of the finished 480 × 480 picture.
"""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "controller", "driver", "resistor", "capacitor", "lamp", "crystal", "coil", "can", "header", "socket", "point"
]
Box = tuple[float, float, float, float]

PITCH = 8.0
CHIPS: tuple[Kind, ...] = ("resistor", "capacitor", "lamp")
PINNED: tuple[Kind, ...] = ("controller", "driver")

SIZES: dict[Kind, tuple[float, float]] = {
    "controller": (72, 72),
    "driver": (30, 40),
    "resistor": (20, 10),
    "capacitor": (20, 10),
    "lamp": (20, 12),
    "crystal": (40, 16),
    "coil": (38, 38),
    "can": (44, 44),
    "header": (144, 16),
    "socket": (56, 44),
    "point": (9, 9),
}
LETTERS: dict[Kind, str] = {
    "controller": "U", "driver": "U", "resistor": "R", "capacitor": "C", "lamp": "D", "crystal": "Y",
    "coil": "L", "can": "C", "header": "J", "socket": "J", "point": "TP",
}  # fmt: skip


@dataclass(frozen=True)
class Pad:
    """A copper pad: its centre, and its whole width and height."""

    x: float
    y: float
    width: float
    height: float
    round: bool = False

    @property
    def box(self) -> Box:
        across, down = self.width / 2, self.height / 2
        return (self.x - across, self.y - down, self.x + across, self.y + down)


@dataclass(frozen=True)
class Part:
    """A part centred at (x, y); `upright` turns it by a quarter."""

    kind: Kind
    name: str
    x: float
    y: float
    upright: bool = False
    marking: str = ""
    pads: tuple[Pad, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pads", tuple(self._turned(pad) for pad in _pads(self.kind)))

    def _turned(self, pad: Pad) -> Pad:
        if self.upright:
            return Pad(self.x - pad.y, self.y + pad.x, pad.height, pad.width, pad.round)
        return Pad(self.x + pad.x, self.y + pad.y, pad.width, pad.height, pad.round)

    @property
    def body(self) -> Box:
        """The outline of the part's body, without its pads."""
        width, height = SIZES[self.kind]
        if self.upright:
            width, height = height, width
        return (self.x - width / 2, self.y - height / 2, self.x + width / 2, self.y + height / 2)

    @property
    def reach(self) -> Box:
        """The box around body and pads."""
        boxes = [self.body, *(pad.box for pad in self.pads)]
        lows, highs = list(zip(*boxes, strict=True))[:2], list(zip(*boxes, strict=True))[2:]
        return (min(lows[0]), min(lows[1]), max(highs[0]), max(highs[1]))


def grown(box: Box, margin: float) -> Box:
    """Return the box with `margin` added on every side."""
    return (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)


def overlap(one: Box, other: Box) -> bool:
    """Return whether two boxes share any area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _pads(kind: Kind) -> list[Pad]:
    if kind == "controller":
        steps = [PITCH * (place - 3.5) for place in range(8)]
        sides = [Pad(side * 42, step, 13, 4.6) for side in (-1, 1) for step in steps]
        return sides + [Pad(step, side * 42, 4.6, 13) for side in (-1, 1) for step in steps]
    if kind == "driver":
        return [Pad(side * 20, PITCH * (place - 1.5), 12, 4.8) for side in (-1, 1) for place in range(4)]
    if kind in CHIPS:
        return [Pad(-10, 0, 9, 11), Pad(10, 0, 9, 11)]
    if kind == "crystal":
        return [Pad(-22, 0, 9, 10), Pad(22, 0, 9, 10)]
    if kind == "coil":
        return [Pad(-19, 0, 9, 22), Pad(19, 0, 9, 22)]
    if kind == "can":
        return [Pad(-21, 0, 15, 8), Pad(21, 0, 15, 8)]
    if kind == "header":
        return [Pad(16 * (place - 4), 0, 10, 10, round=True) for place in range(9)]
    if kind == "socket":
        return [Pad(PITCH * (place - 2), -25, 4.6, 9) for place in range(5)]
    return [Pad(0, 0, 9, 9, round=True)]
