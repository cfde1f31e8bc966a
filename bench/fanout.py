"""Many calls in flight to a chat endpoint that answers after 50 ms: the models shelf against bare aiohttp."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import aiohttp
import orjson

from bench import peers, stub
from bench.measure import Bar, Figure, Watch, report_from_child, run_side, show
from workbench.backends.models import Answer, ChatEndpoint, OpenAICompatible, Question

IN_FLIGHT = ((64, 0.8), (256, 0.5))
SECONDS = 8  # how long the calls would take at best
PEER_CALLS = 600  # the peer is slow, and a rate needs no more


def measure(*, rows: int, runs: int) -> None:
    """Prints the figures and the bars; the number of calls does not follow the rows."""
    del rows
    python = peers.python_with("openai")
    for in_flight, bar in IN_FLIGHT:
        calls = int(in_flight / stub.DELAY * SECONDS)
        floor, ours, peer = Figure("bare aiohttp"), Figure("ours"), Figure("openai SDK")
        with stub.serving() as url:
            for _ in range(runs):
                floor.add(run_side("bench.fanout", "floor", [url, str(calls), str(in_flight)]))
                ours.add(run_side("bench.fanout", "ours", [url, str(calls), str(in_flight)]))
                if python is not None:
                    arguments = [url, str(PEER_CALLS), str(in_flight)]
                    peer.add(run_side("bench.peers.openai_sdk", "ask", arguments, python))
        for figure, count in ((floor, calls), (ours, calls), (peer, PEER_CALLS)):
            if figure.seconds:
                figure.extra["calls_per_second"] = round(count / figure.median)
                figure.extra["cpu_ms_per_call"] = round(1000 * figure.work / count, 2)
        bars = [
            Bar("rate of bare aiohttp", floor.median / ours.median, bar, at_least=True),
            Bar("CPU of a call, ms", 1000 * ours.work / calls, 1, at_least=False),
        ]
        if peer.seconds:
            times = ours.extra["calls_per_second"] / peer.extra["calls_per_second"]
            bars.append(Bar("rate of the openai SDK", times, 1, at_least=True))
        show(f"fan-out at {in_flight}: calls of 50 ms", [floor, ours, *([peer] if peer.seconds else [])], bars)


def ours(url: str, calls: int, in_flight: int) -> dict[str, Any]:
    """As a job asks: every question through the shelf's model."""
    endpoint = ChatEndpoint(url, "stub", concurrency=in_flight, allow=["127.0.0.0/8"])
    model = OpenAICompatible(endpoint, lambda path: (b"", ""))
    questions = [Question([{"role": "user", "content": f"Question {number}"}]) for number in range(calls)]
    watch = Watch()
    answered = sum(isinstance(reply, Answer) for _, reply in model.answer(questions))
    assert answered == calls
    return dict(watch.read())


def floor(url: str, calls: int, in_flight: int) -> dict[str, Any]:
    """The shortest loop around aiohttp."""
    return asyncio.run(_bare(url, calls, in_flight))


async def _bare(url: str, calls: int, in_flight: int) -> dict[str, Any]:
    waiting = iter(range(calls))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)) as client:

        async def ask_on() -> None:
            for number in waiting:
                turns = [{"role": "user", "content": f"Question {number}"}]
                body = orjson.dumps({"model": "stub", "messages": turns})
                async with client.post(f"{url}/chat/completions", data=body) as answer:
                    orjson.loads(await answer.read())["choices"][0]["message"]["content"]

        watch = Watch()
        await asyncio.gather(*(ask_on() for _ in range(in_flight)))
        return dict(watch.read())


if __name__ == "__main__":
    side, url, calls, in_flight = sys.argv[1:]
    work = {"ours": ours, "floor": floor}[side]
    report_from_child(lambda: work(url, int(calls), int(in_flight)))
