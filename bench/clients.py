"""Many clients at once over real HTTP, each with its own connection and its own token; every answer is timed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench.measure import Figure, percentile


@dataclass
class Answers:
    """What the clients of a run got: seconds of each kind of request, and the statuses that were no success."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[int] = field(default_factory=Counter)
    seconds: float = 0

    def milliseconds(self, name: str, share: float) -> float:
        """A percentile of a kind of request."""
        return 1000 * percentile(self.took[name], share)

    def figure(self, title: str, name: str) -> Figure:
        """One kind of request as a figure: its median, with p99 and the rate of all clients together."""
        extra = {
            "p99_ms": round(self.milliseconds(name, 0.99), 1),
            "per_second": round(len(self.took[name]) / self.seconds, 1),
            "errors": sum(self.errors.values()),
        }
        return Figure(title, seconds=[percentile(self.took[name], 0.5)], extra=extra)


@dataclass
class Client:
    """One person's connection."""

    http: aiohttp.ClientSession
    answers: Answers

    async def send(self, name: str, method: str, path: str, body: Any = None) -> Any:
        """Sends and reads one request, timed under `name`; None when the answer is no success."""
        started = time.perf_counter()
        async with self.http.request(method, path, json=body) as answer:
            found = await answer.json(content_type=None)
        self.answers.took[name].append(time.perf_counter() - started)
        if answer.status >= 300:
            self.answers.errors[answer.status] += 1
            return None
        return found


Work = Callable[[Client, int], Awaitable[None]]


def at_once(url: str, tokens: Sequence[str], work: Work, *, scheme: str = "Bearer") -> Answers:
    """Runs `work(client, number)` for each token, all at the same time, and returns what they got."""
    return asyncio.run(_at_once(url, tokens, work, scheme))


async def _at_once(url: str, tokens: Sequence[str], work: Work, scheme: str) -> Answers:
    answers = Answers()
    clients = [
        aiohttp.ClientSession(
            url, headers={"Authorization": f"{scheme} {token}"}, connector=aiohttp.TCPConnector(limit=1)
        )
        for token in tokens
    ]
    try:
        started = time.perf_counter()
        await asyncio.gather(*(work(Client(http, answers), number) for number, http in enumerate(clients)))
        answers.seconds = time.perf_counter() - started
    finally:
        await asyncio.gather(*(http.close() for http in clients))
    return answers
