"""The OpenAI SDK asking a stub endpoint, so many calls in flight."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from bench.measure import Watch, report_from_child


async def ask(base_url: str, calls: int, in_flight: int) -> dict[str, Any]:
    """Asks until every call is answered."""
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=base_url, api_key="none")
    waiting = iter(range(calls))

    async def ask_on() -> int:
        done = 0
        for number in waiting:
            turns: Any = [{"role": "user", "content": f"Question {number}"}]
            answer = await client.chat.completions.create(model="stub", messages=turns)
            assert answer.choices[0].message.content
            done += 1
        return done

    watch = Watch()
    answered = sum(await asyncio.gather(*(ask_on() for _ in range(in_flight))))
    assert answered == calls
    return dict(watch.read())


if __name__ == "__main__":
    _, base_url, calls, in_flight = sys.argv[1:]
    report_from_child(lambda: asyncio.run(ask(base_url, int(calls), int(in_flight))))
