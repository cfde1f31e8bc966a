"""Finding ways for copper traces on a grid: shortest paths in eight directions that keep clear of everything else."""

from heapq import heappop, heappush
from math import inf

from workbench.demo.boards.parts import Box

Point = tuple[float, float]
Cell = tuple[int, int]

GRID = 4
STEPS = (
    (1, 0, 1.0),
    (-1, 0, 1.0),
    (0, 1, 1.0),
    (0, -1, 1.0),
    (1, 1, 1.42),
    (1, -1, 1.42),
    (-1, 1, 1.42),
    (-1, -1, 1.42),
)
BEND = 0.6
CLEARANCE = 1


class Router:
    """What is still free on one side of a board of `side` units, `edge` units in from its rim."""

    def __init__(self, side: int, edge: int) -> None:
        self.cells = side // GRID
        low, high = edge // GRID, self.cells - edge // GRID
        inside = range(low, high + 1)
        self.free = [[x in inside and y in inside for x in range(self.cells + 1)] for y in range(self.cells + 1)]

    def block(self, box: Box) -> None:
        """Keep everything out of the box."""
        for x, y in _cells(box):
            if 0 <= x <= self.cells and 0 <= y <= self.cells:
                self.free[y][x] = False

    def reserve(self, pad: Box) -> None:
        """Keep foreign traces off a pad and its clearance."""
        self.block((pad[0] - 3, pad[1] - 3, pad[2] + 3, pad[3] + 3))

    def is_free(self, spot: Point, around: int) -> bool:
        """Return whether all cells within `around` cells of the spot are free."""
        x, y = _cell(spot)
        reach = range(-around, around + 1)
        return all(self._open((x + dx, y + dy)) for dx in reach for dy in reach)

    def route(self, start: Point, end: Point, start_pad: Box, end_pad: Box) -> tuple[Point, ...]:
        """Return the corners of the cheapest trace between two pads, and claim it; empty when there is no way."""
        own = {*_cells(_padded(start_pad)), *_cells(_padded(end_pad))}
        goal = _cell(end)
        path = self._search(_cell(start), goal, own)
        return self._claim(path, start, end) if path else ()

    def escape(self, start: Point, pad: Box) -> tuple[Point, ...]:
        """Return a short trace from a pad to a free spot for a via, and claim it; empty when boxed in."""
        own = set(_cells(_padded(pad)))
        origin = _cell(start)
        for length in (4, 5, 6, 8):
            for dx, dy, _ in STEPS:
                path = [(origin[0] + dx * step, origin[1] + dy * step) for step in range(length + 1)]
                spot = (float(path[-1][0] * GRID), float(path[-1][1] * GRID))
                if all(cell in own or self._open(cell) for cell in path) and self.is_free(spot, 1):
                    return self._claim(path, start, spot)
        return ()

    def _open(self, cell: Cell) -> bool:
        return 0 <= cell[0] <= self.cells and 0 <= cell[1] <= self.cells and self.free[cell[1]][cell[0]]

    def _search(self, start: Cell, goal: Cell, own: set[Cell]) -> list[Cell]:
        """Search as A* does, over cells and the direction they were entered by, so that bends cost."""
        best: dict[Cell, float] = {start: 0.0}
        came: dict[Cell, tuple[Cell, int]] = {}
        queue = [(0.0, start)]
        while queue:
            _, cell = heappop(queue)
            if cell == goal:
                return _walk_back(came, start, goal)
            heading = came[cell][1] if cell in came else -1
            for direction, (dx, dy, length) in enumerate(STEPS):
                beside = (cell[0] + dx, cell[1] + dy)
                if beside not in own and not self._open(beside):
                    continue
                cost = best[cell] + length + (BEND if heading not in (-1, direction) else 0.0)
                if cost < best.get(beside, inf):
                    best[beside] = cost
                    came[beside] = (cell, direction)
                    heappush(queue, (cost + _octile(beside, goal), beside))
        return []

    def _claim(self, path: list[Cell], start: Point, end: Point) -> tuple[Point, ...]:
        for x, y in path:
            self.block(((x - CLEARANCE) * GRID, (y - CLEARANCE) * GRID, (x + CLEARANCE) * GRID, (y + CLEARANCE) * GRID))
        corners = [
            (float(path[place][0] * GRID), float(path[place][1] * GRID))
            for place in range(1, len(path) - 1)
            if _turns(path[place - 1], path[place], path[place + 1])
        ]
        return (start, *corners, end)


def _padded(pad: Box) -> Box:
    return (pad[0] - 3, pad[1] - 3, pad[2] + 3, pad[3] + 3)


def _cell(point: Point) -> Cell:
    return (round(point[0] / GRID), round(point[1] / GRID))


def _cells(box: Box) -> list[Cell]:
    columns = range(round(box[0] / GRID), round(box[2] / GRID) + 1)
    rows = range(round(box[1] / GRID), round(box[3] / GRID) + 1)
    return [(x, y) for x in columns for y in rows]


def _octile(one: Cell, other: Cell) -> float:
    across, down = abs(one[0] - other[0]), abs(one[1] - other[1])
    return max(across, down) + 0.42 * min(across, down)


def _turns(before: Cell, here: Cell, after: Cell) -> bool:
    return (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1])


def _walk_back(came: dict[Cell, tuple[Cell, int]], start: Cell, goal: Cell) -> list[Cell]:
    path = [goal]
    while path[-1] != start:
        path.append(came[path[-1]][0])
    return path[::-1]
