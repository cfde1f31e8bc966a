"""Reviewers on one queue over real HTTP: the next pair, then its answer, beside point updates through a bare FastAPI.

Everybody works without a pause, so a run's wait is the machine's: the floor, with as many clients, waits as well.
"""

from __future__ import annotations

import shutil
from collections import Counter
from uuid import UUID

from tests.e2e.served import Served

from bench import desk, serving
from bench.clients import Answers, Client, at_once
from bench.measure import Bar, show

REVIEWERS = ((1, 150), (8, 600), (50, 1000))  # how many at once, and how many pairs they review together


def measure(*, rows: int, runs: int) -> None:
    """Prints the figures and the bars. The counts of requests do not follow the rows, nor the runs."""
    del runs
    source, sheet = desk.generated(rows)
    home = desk.scratch() / "queue"
    shutil.copytree(source, home)
    with serving.workbench(home) as served, serving.running("bench.bare", str(desk.scratch() / "bare.db")) as bare:
        tokens = [served.invite(f"reviewer{n}", "expert") for n in range(max(count for count, _ in REVIEWERS))]
        for count, pairs in REVIEWERS:
            floor = update(bare, count, pairs)
            handed, ours = review(served, sheet, tokens[:count], pairs)
            _show(rows, count, floor, ours, handed)


def review(served: Served, sheet: UUID, tokens: list[str], pairs: int) -> tuple[Counter[str], Answers]:
    """Everybody takes a pair and answers it, again and again; how often each pair was handed out, and the answers."""
    handed: Counter[str] = Counter()

    async def work(client: Client, number: int) -> None:
        for _ in range(pairs // len(tokens)):
            path = f"/api/v1/review/training-sheets/{sheet}/next"
            found = await client.send("next", "POST", path, {"n": 1})
            for pair in found["pairs"] if found else ():
                handed[pair["id"]] += 1
                path = f"/api/v1/review/pairs/{pair['id']}/edit"
                await client.send("submit", "POST", path, {"version": pair["version"], "value": "lost"})

    return handed, at_once(served.url, tokens, work)


def update(bare: str, count: int, updates: int) -> Answers:
    """The floor: as many clients, each updating rows of its own."""

    async def work(client: Client, number: int) -> None:
        for turn in range(updates // count):
            await client.send("update", "POST", f"/notes/{number * 100 + turn % 100}")

    return at_once(bare, [""] * count, work)


def _show(rows: int, count: int, floor: Answers, ours: Answers, handed: Counter[str]) -> None:
    twice = sum(1 for times in handed.values() if times > 1)
    names = ("next", "submit")
    figures = [floor.figure("bare update", "update"), *(ours.figure(name, name) for name in names)]
    bars = [
        Bar("pairs handed to two reviewers", twice, 0, at_least=False),
        Bar("requests that failed", sum(ours.errors.values()), 0, at_least=False),
    ]
    if count == max(many for many, _ in REVIEWERS):
        bars += [Bar(f"p99 of {name}, ms", ours.milliseconds(name, 0.99), 500, at_least=False) for name in names]
    rate = len(ours.took["submit"]) / ours.seconds
    bars.append(Bar("answers a second, of bare updates", rate * floor.seconds / len(floor.took["update"]), 0.25, True))
    show(f"queue with {count} reviewers: {rows:,} pairs", figures, bars)
