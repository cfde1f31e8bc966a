"""The API's whole path against a bare FastAPI: reading a pair against reading a row, answering it against one update.

Ours signs in, checks roles and clearance, passes the gate, writes label, history, counts, audit; the floor does none.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from uuid import UUID

import httpx2
from tests.e2e.served import Served

from bench import desk, serving
from bench.clients import Answers, Client, at_once
from bench.measure import Bar, Figure, show

CLIENTS = 8
TURNS = 40  # requests of each kind that each client sends in one run


def measure(*, rows: int, runs: int) -> None:
    """Prints the figures and the bars; sides take turns."""
    source, sheet = desk.generated(rows)
    home = desk.scratch() / "api"
    shutil.copytree(source, home)
    sides = ("row read", "pair read", "row update", "pair answer")
    found: dict[str, list[Answers]] = {side: [] for side in sides}
    with serving.workbench(home) as served, serving.running("bench.bare", str(desk.scratch() / "bare-api.db")) as bare:
        tokens = [served.invite(f"reviewer{n}", "expert") for n in range(CLIENTS)]
        waiting = _waiting(served, sheet, CLIENTS * TURNS * runs)
        for _ in range(runs):
            batch, waiting = waiting[: CLIENTS * TURNS], waiting[CLIENTS * TURNS :]
            rows_ = [f"/notes/{n}" for n in range(len(batch))]
            pairs = [f"/api/v1/review/pairs/{pair}" for pair in batch]
            found["row read"].append(each(bare, [""] * CLIENTS, "GET", rows_))
            found["pair read"].append(each(served.url, tokens, "GET", pairs))
            found["row update"].append(each(bare, [""] * CLIENTS, "POST", rows_))
            edits = [f"{path}/edit" for path in pairs]
            found["pair answer"].append(each(served.url, tokens, "POST", edits, {"version": 1, "value": "lost"}))
    figures = {side: _together(side, answers) for side, answers in found.items()}

    def times(ours: str, floor: str) -> float:
        return figures[floor].median / figures[ours].median

    failed = sum(sum(one.errors.values()) for answers in found.values() for one in answers)
    show(
        f"api with {CLIENTS} clients: {rows:,} pairs",
        list(figures.values()),
        [
            Bar("rate of reads, of bare FastAPI", times("pair read", "row read"), 0.5, at_least=True),
            Bar("rate of answers, of bare updates", times("pair answer", "row update"), 0.5, at_least=True),
            Bar("requests that failed", failed, 0, at_least=False),
        ],
    )


def each(url: str, tokens: Sequence[str], method: str, paths: Sequence[str], body: object = None) -> Answers:
    """Sends one request to each path, shared among the clients."""
    waiting = iter(paths)

    async def work(client: Client, number: int) -> None:
        for path in waiting:
            await client.send(method, method, path, body)

    return at_once(url, tokens, work)


def _together(side: str, runs: Sequence[Answers]) -> Figure:
    """The runs of one side: seconds of a whole run, with the rate of all clients together."""
    figure = Figure(side, seconds=[one.seconds for one in runs])
    figure.extra["per_second"] = round(CLIENTS * TURNS / figure.median, 1)
    return figure


def _waiting(served: Served, sheet: UUID, count: int) -> list[str]:
    """Ids of pairs that wait for review."""
    found: list[str] = []
    cursor: str | None = None
    headers = {"Authorization": f"Bearer {(served.home / 'token').read_text()}"}
    with httpx2.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=60) as http:
        while len(found) < count:
            wanted = {"status": "unlabeled", "limit": "500", **({"cursor": cursor} if cursor else {})}
            page = http.get(f"/training-sheets/{sheet}/pairs", params=wanted).raise_for_status().json()
            found += [pair["id"] for pair in page["items"]]
            cursor = page["next_cursor"]
    return found[:count]
