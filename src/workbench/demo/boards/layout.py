"""Laying out a sample circuit board: where parts sit, which pads are wired, and where the traces run."""

from dataclasses import dataclass

import numpy as np

from workbench.demo.boards.parts import CHIPS, LETTERS, SIZES, Box, Kind, Pad, Part, grown, overlap
from workbench.demo.boards.routing import Point, Router

SIDE = 480
EDGE = 14
HOLES: tuple[Point, ...] = ((38, 38), (442, 38), (38, 442), (442, 442))

# Where the large parts may stand; a layout mirrors the plan left to right, top to bottom, or both.
PLAN: tuple[tuple[Kind, float, float, bool], ...] = (
    ("controller", 216, 232, False),
    ("header", 240, 40, False),
    ("socket", 128, 436, False),
    ("driver", 380, 152, False),
    ("driver", 380, 248, False),
    ("can", 92, 128, False),
    ("can", 356, 372, False),
    ("coil", 268, 384, False),
    ("crystal", 216, 132, False),
)
MARKINGS: dict[Kind, tuple[str, ...]] = {
    "controller": ("DEMO32", "FAUX-80", "MOCK16"),
    "driver": ("SMPL", "TST8", "DMY4"),
    "resistor": ("103", "472", "220", "101"),
    "coil": ("4R7", "100"),
    "can": ("47", "100"),
}


@dataclass(frozen=True)
class Layout:
    """One board design. Traces are polylines; vias are the centres of plated holes."""

    name: str
    name_at: Point
    parts: tuple[Part, ...]
    traces: tuple[tuple[Point, ...], ...]
    vias: tuple[Point, ...]


def lay_out(name: str, *, seed: int, flip: tuple[bool, bool]) -> Layout:
    """Return the design drawn from `seed`, with the plan of large parts mirrored as `flip` says."""
    random = np.random.default_rng([seed, 4])
    name_at = (142.0 if flip[0] else 338.0, 446.0)
    parts = _fill(random, _large_parts(random, flip), name_at)
    router = Router(SIDE, EDGE + 8)
    for x, y in HOLES:
        router.block((x - 18, y - 18, x + 18, y + 18))
    for part in parts:
        for pad in part.pads:
            router.reserve(pad.box)
    traces: list[tuple[Point, ...]] = []
    vias: list[Point] = []
    for start, end in _wires(random, parts):
        path = router.route((start.x, start.y), (end.x, end.y), start.box, end.box)
        if path:
            traces.append(path)
            continue
        # No way on this side of the board: both ends dive to the other side through a via.
        for pad in (start, end):
            stub = router.escape((pad.x, pad.y), pad.box)
            if stub:
                traces.append(stub)
                vias.append(stub[-1])
    for _ in range(90):
        spot = (float(random.integers(6, 114)) * 4, float(random.integers(6, 114)) * 4)
        if router.is_free(spot, 3):
            router.block((spot[0] - 6, spot[1] - 6, spot[0] + 6, spot[1] + 6))
            vias.append(spot)
    return Layout(name, name_at, tuple(parts), tuple(traces), tuple(vias))


def _large_parts(random: np.random.Generator, flip: tuple[bool, bool]) -> list[Part]:
    parts: list[Part] = []
    for kind, x, y, upright in PLAN:
        # The socket and the header belong to their edges, so top to bottom mirrors only what is inside.
        fixed = kind in ("header", "socket")
        across = SIDE - x if flip[0] else x
        down = SIDE - y if flip[1] and not fixed else y
        shift = 4 * random.integers(-2, 3, 2) if not fixed else (0, 0)
        parts.append(_named(random, parts, kind, across + float(shift[0]), down + float(shift[1]), upright))
    return parts


def _fill(random: np.random.Generator, parts: list[Part], name_at: Point) -> list[Part]:
    """Add chips in short rows, then test points, wherever there is room."""
    kinds: tuple[Kind, ...] = ("resistor", "capacitor", "resistor", "capacitor", "lamp")
    kept_clear = (name_at[0] - 62, name_at[1] - 12, name_at[0] + 62, name_at[1] + 18)
    chips = 0
    for _ in range(900):
        if chips >= 30:
            break
        kind = kinds[int(random.integers(len(kinds)))]
        upright = bool(random.random() < 0.5)
        length = int(random.integers(1, 5)) if kind != "lamp" else 1
        x, y = 8 * float(random.integers(4, 57)), 8 * float(random.integers(4, 57))
        row = [(x + 24 * place, y) if upright else (x, y + 24 * place) for place in range(length)]
        fresh: list[Part] = []
        for spot in row:
            fresh.append(_named(random, parts + fresh, kind, *spot, upright))
        if all(_fits(part, parts, 13, kept_clear) for part in fresh):
            parts = parts + fresh
            chips += length
    points = 0
    for _ in range(200):
        x, y = 8 * float(random.integers(4, 57)), 8 * float(random.integers(4, 57))
        point = _named(random, parts, "point", x, y, False)
        if points < 6 and _fits(point, parts, 12, kept_clear):
            parts = [*parts, point]
            points += 1
    return parts


def _fits(part: Part, others: list[Part], margin: float, kept_clear: Box) -> bool:
    reach = grown(part.reach, margin)
    on_board = not overlap(reach, kept_clear) and min(reach[:2]) > EDGE and max(reach[2:]) < SIDE - EDGE
    clear = all(not overlap(reach, (x - 20, y - 20, x + 20, y + 20)) for x, y in HOLES)
    return on_board and clear and all(not overlap(reach, other.reach) for other in others)


def _named(random: np.random.Generator, parts: list[Part], kind: Kind, x: float, y: float, upright: bool) -> Part:
    letter = LETTERS[kind]
    number = 1 + sum(LETTERS[part.kind] == letter for part in parts)
    offered = MARKINGS.get(kind, ("",))
    return Part(kind, f"{letter}{number}", float(x), float(y), upright, offered[int(random.integers(len(offered)))])


def _wires(random: np.random.Generator, parts: list[Part]) -> list[tuple[Pad, Pad]]:
    """Return pairs of pads to connect, shortest first: every chip to its neighbourhood, then pins to pins."""
    free = [(part, pad) for part in parts for pad in part.pads]
    order = random.permutation(len(free))
    used: set[int] = set()
    wires: list[tuple[float, Pad, Pad]] = []
    small_first = sorted(order, key=lambda place: free[place][0].kind not in CHIPS)
    for place in small_first:
        if place in used:
            continue
        part, pad = free[place]
        distances = [
            (abs(pad.x - other.x) + abs(pad.y - other.y) + (30 if SIZES[owner.kind] == SIZES[part.kind] else 0), rank)
            for rank, (owner, other) in enumerate(free)
            if rank not in used and owner is not part
        ]
        if not distances:
            break
        distance, nearest = min(distances)
        used |= {int(place), nearest}
        wires.append((distance, pad, free[nearest][1]))
    return [(start, end) for _, start, end in sorted(wires, key=lambda wire: wire[0])]
