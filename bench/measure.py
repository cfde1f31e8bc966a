"""How things are measured: each in a process of its own, interleaved, medians, and ratios of figures from one run.

Absolute figures do not travel between machines; ratios taken side by side do. Nothing here asserts anything.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass
class Figure:
    """One side of a comparison: seconds and peak memory of each run, and what it says of itself."""

    name: str
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """Median seconds."""
        return statistics.median(self.seconds)

    @property
    def peak(self) -> float:
        """Largest peak memory, in MB."""
        return max(self.megabytes)


def run_side(module: str, side: str, arguments: Sequence[str]) -> tuple[float, float, dict[str, Any]]:
    """Runs `python -m module side arguments…` and returns what it printed last: seconds, MB and a JSON object."""
    done = subprocess.run([sys.executable, "-m", module, side, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} {side} failed:\n{done.stderr[-3000:]}")
    line = json.loads(done.stdout.strip().splitlines()[-1])
    return line["seconds"], line["megabytes"], line["extra"]


def side_by_side(module: str, sides: Sequence[str], arguments: Sequence[str], runs: int) -> dict[str, Figure]:
    """Runs the sides in turn, `runs` times (A B C A B C …), so that a drifting machine drifts for all."""
    figures = {side: Figure(side) for side in sides}
    for _ in range(runs):
        for side in sides:
            seconds, megabytes, extra = run_side(module, side, arguments)
            figures[side].seconds.append(seconds)
            figures[side].megabytes.append(megabytes)
            figures[side].extra = extra
    return figures


def report_from_child(work: Callable[[], dict[str, Any]]) -> None:
    """In a child: does the work and prints its seconds, peak memory and extras as one JSON line."""
    started = time.perf_counter()
    extra = work()
    seconds = extra.pop("seconds", time.perf_counter() - started)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes, "extra": extra}))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass
class Bar:
    """A ratio against its bar. `holds` compares in the direction that is better."""

    what: str
    ratio: float
    bar: float
    at_least: bool

    @property
    def holds(self) -> bool:
        """Whether the bar is met."""
        return self.ratio >= self.bar if self.at_least else self.ratio <= self.bar

    def line(self) -> str:
        """For people."""
        sign = "≥" if self.at_least else "≤"
        return f"  {'ok  ' if self.holds else 'MISS'} {self.what}: {self.ratio:.2f} (bar {sign} {self.bar:g})"


def show(title: str, figures: Sequence[Figure], bars: Sequence[Bar]) -> None:
    """Prints the figures and the bars, and keeps both as JSON in `bench/results`."""
    print(f"\n## {title}")
    for figure in figures:
        detail = ", ".join(f"{key} {value}" for key, value in figure.extra.items())
        print(f"  {figure.name:28} {figure.median:9.3f} s   {figure.peak:7.0f} MB   {detail}")
    for bar in bars:
        print(bar.line())
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "figures": [vars(figure) for figure in figures],
        "bars": [{**vars(bar), "holds": bar.holds} for bar in bars],
    }
    (RESULTS / f"{title.split(':')[0].replace(' ', '-')}.json").write_text(json.dumps(kept, indent=2))
