"""Reviewers on one queue over real HTTP: the next pair, then its answer, beside point updates through a bare FastAPI.

Everybody works without a pause, so a run's wait is the machine's: the floor, with as many clients, waits as well.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID

from tests.e2e.served import Served

from bench import desk, peers, serving
from bench.clients import Answers, Client, at_once
from bench.measure import Bar, show
from bench.peers import label_studio

REVIEWERS = ((1, 150), (8, 600), (50, 1000))  # how many at once, and how many pairs they review together
Reviewed = tuple[Counter[str], Answers]  # how often each was handed out, and what the reviewers got
PEER = {1: 50, 8: 160}  # with the peer, which takes its time
PEER_TASKS = 1000


def measure(*, rows: int, runs: int) -> None:
    """Prints the figures and the bars. The counts of requests do not follow the rows, nor the runs."""
    del runs
    source, sheet = desk.generated(rows)
    home = desk.scratch() / "queue"
    shutil.copytree(source, home)
    with ExitStack() as stack:
        served = stack.enter_context(serving.workbench(home))
        bare = stack.enter_context(serving.running("bench.bare", str(desk.scratch() / "bare.db")))
        peer = stack.enter_context(_peer())
        tokens = [served.invite(f"reviewer{n}", "expert") for n in range(max(count for count, _ in REVIEWERS))]
        for count, pairs in REVIEWERS:
            floor = update(bare, count, pairs)
            theirs = peer(count, PEER[count]) if peer and count in PEER else None
            handed, ours = review(served, sheet, tokens[:count], pairs)
            _show(rows, count, floor, ours, handed, theirs)


@contextmanager
def _peer() -> Iterator[Callable[[int, int], Reviewed] | None]:
    """Label Studio with a queue: what so many people reviewing so many tasks get; None where it is not installed."""
    python = peers.python_with("label_studio", "label-studio")
    if python is None:
        yield None
        return
    with label_studio.serving(python, desk.scratch() / "label-studio") as url:
        tokens = label_studio.people(url, max(PEER))
        queue = label_studio.project(url, tokens[0], PEER_TASKS)
        yield lambda count, tasks: label_studio.review(url, queue, tokens[:count], tasks)


def review(served: Served, sheet: UUID, tokens: list[str], pairs: int) -> Reviewed:
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


def _show(rows: int, count: int, floor: Answers, ours: Answers, handed: Counter[str], theirs: Reviewed | None) -> None:
    twice = sum(1 for times in handed.values() if times > 1)
    names = ("next", "submit")
    figures = [floor.figure("bare update", "update"), *(ours.figure(name, name) for name in names)]
    bars = [
        Bar("pairs handed to two reviewers", twice, 0, at_least=False),
        Bar("requests that failed", sum(ours.errors.values()), 0, at_least=False),
    ]
    if count == max(many for many, _ in REVIEWERS):
        bars += [Bar(f"p99 of {name}, ms", ours.milliseconds(name, 0.99), 500, at_least=False) for name in names]
    bars.append(Bar("answers a second, of bare updates", _rate(ours, "submit") / _rate(floor, "update"), 0.25, True))
    if theirs is not None:
        answered, peer = theirs
        figures += [peer.figure(f"Label Studio: {name}", name) for name in names]
        figures[-1].extra["answered_twice"] = sum(1 for times in answered.values() if times > 1)
        bars += [
            Bar(f"p50 of {name}, of Label Studio's", _median(ours, name) / _median(peer, name), 0.25, at_least=False)
            for name in names
        ]
        faster = _rate(ours, "submit") / _rate(peer, "submit")
        bars.append(Bar("answers a second, of Label Studio's", faster, 10 if count > 1 else 1, at_least=True))
    show(f"queue with {count} reviewers: {rows:,} pairs", figures, bars)


def _rate(answers: Answers, name: str) -> float:
    return len(answers.took[name]) / answers.seconds


def _median(answers: Answers, name: str) -> float:
    return answers.milliseconds(name, 0.5)
