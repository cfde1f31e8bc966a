"""How things are measured: each in a process of its own, interleaved, medians, and ratios of figures from one run.

Absolute figures do not travel between machines; ratios taken side by side do. Nothing here asserts anything.
"""

from __future__ import annotations

import json
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
    """One side of a comparison: seconds, CPU seconds and peak memory of each run, and what it says of itself."""

    name: str
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def add(self, run: dict[str, Any]) -> None:
        """Keeps one more run, as `run_side` returns it; what it says of itself is that of the last."""
        for name in ("seconds", "cpu", "megabytes"):
            getattr(self, name).append(run[name])
        self.extra = run["extra"]

    @property
    def median(self) -> float:
        """Median seconds."""
        return statistics.median(self.seconds)

    @property
    def work(self) -> float:
        """Median CPU seconds: what the machine's other users do not change much."""
        return statistics.median(self.cpu)

    @property
    def peak(self) -> float:
        """Largest peak memory, in MB."""
        return max(self.megabytes)


class Watch:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self._started, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """Seconds on the clock, and CPU seconds of this process, all its threads together."""
        return {"seconds": time.perf_counter() - self._started, "cpu": time.process_time() - self._cpu}


def run_side(module: str, side: str, arguments: Sequence[str], python: str = sys.executable) -> dict[str, Any]:
    """Runs `python -m module side arguments…` and returns what it printed last: seconds, cpu, megabytes and extra."""
    done = subprocess.run([python, "-m", module, side, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} {side} failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def side_by_side(module: str, sides: Sequence[str], arguments: Sequence[str], runs: int) -> dict[str, Figure]:
    """Runs the sides in turn, `runs` times (A B C A B C …), so that a drifting machine drifts for all."""
    figures = {side: Figure(side) for side in sides}
    for _ in range(runs):
        for side in sides:
            figures[side].add(run_side(module, side, arguments))
    return figures


def report_from_child(work: Callable[[], dict[str, Any]]) -> None:
    """In a child: does the work and prints its seconds, CPU, peak memory and extras as one JSON line.

    What the work says of `seconds` and `cpu` itself, as a `Watch` read them, counts instead of the whole.
    """
    watch = Watch()
    extra = work()
    spent = {name: extra.pop(name, value) for name, value in watch.read().items()}
    print(json.dumps({**spent, "megabytes": peak_megabytes(), "extra": extra}))


def peak_megabytes() -> float:
    """The most memory that this program had. `ru_maxrss` would not do: it begins with that of whoever started us."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


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
        spent = f"{figure.work:9.3f} s CPU" if figure.cpu else " " * 15
        memory = f"{figure.peak:6.0f} MB" if figure.megabytes else " " * 9
        print(f"  {figure.name:28} {figure.median:9.3f} s {spent} {memory}   {detail}")
    for bar in bars:
        print(bar.line())
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "figures": [vars(figure) for figure in figures],
        "bars": [{**vars(bar), "holds": bar.holds} for bar in bars],
    }
    (RESULTS / f"{title.split(':')[0].replace(' ', '-')}.json").write_text(json.dumps(kept, indent=2))
