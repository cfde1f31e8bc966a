"""Many reviewers at once, over real threads and the whole application: nobody gets another's pair, nothing is lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient
from tests.conftest import SignIn
from tests.features.review.conftest import Bench, bench  # noqa: F401 - the fixture

from workbench.backends.bundle import Backends
from workbench.features.jobs import service as jobs
from workbench.features.review import tasks
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Role

API = "/api/v1/review"
REVIEWERS = 20
PAIRS = 80


def at_once(work: Callable[[int], Any], count: int) -> list[Any]:
    """Runs `work(0) … work(count - 1)` in as many threads, all starting together."""
    gate = threading.Barrier(count)

    def start(number: int) -> Any:
        gate.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))


@pytest.fixture
def reviewers(signed_in: SignIn, actor: Callable[..., Actor]) -> Sequence[TestClient]:
    """Twenty signed-in experts."""
    return [signed_in(actor(Role.EXPERT, name=f"Reviewer {number}")) for number in range(REVIEWERS)]


def test_twenty_reviewers_on_one_queue(bench: Bench, reviewers: Sequence[TestClient]) -> None:  # noqa: F811
    sheet = bench.sheet(["bridge", "scratch"] * (PAIRS // 2))

    def review(number: int) -> list[str]:
        http, mine = reviewers[number], []
        while True:
            claimed = http.post(f"{API}/training-sheets/{sheet}/next", json={"n": 3})
            assert claimed.status_code == 200, claimed.text
            if claimed.json()["state"] == "done":
                return mine
            for pair in claimed.json()["pairs"]:
                answer = http.post(f"{API}/pairs/{pair['id']}/approve", json={"version": pair["version"]})
                assert answer.status_code == 200, answer.text
                mine.append(pair["id"])

    handed_out = Counter(pair for mine in at_once(review, REVIEWERS) for pair in mine)
    assert handed_out == Counter({str(pair.id): 1 for pair in bench.pairs(sheet)})
    assert bench.check_counts(sheet).labeled == PAIRS
    assert all(bench.head(f"i:{item}").number == 1 for item in range(PAIRS))


def test_two_reviewers_on_one_pair(bench: Bench, reviewers: Sequence[TestClient]) -> None:  # noqa: F811
    sheet = bench.sheet([None] * 8)

    def edit(pair_id: UUID, body: Sequence[dict[str, Any]], who: int) -> Any:
        return reviewers[who].post(f"{API}/pairs/{pair_id}/edit", json=body[who])

    for pair in bench.pairs(sheet):
        values = ("bridge", "scratch")
        body = [{"version": 1, "value": value, "notes": f"I see a {value}"} for value in values]
        answers = at_once(partial(edit, pair.id, body), 2)
        assert sorted(answer.status_code for answer in answers) == [200, 409], [a.text for a in answers]
        winner = 0 if answers[0].status_code == 200 else 1
        lost = answers[1 - winner].json()["details"]
        assert lost["current"]["value"] == values[winner]
        assert lost["yours"]["value"] == values[1 - winner]
        assert bench.head(pair.item_ref).value == values[winner]
    assert bench.check_counts(sheet).labeled == 8


def test_the_same_items_reviewed_from_several_training_sheets_at_once(
    bench: Bench,  # noqa: F811
    reviewers: Sequence[TestClient],
    backends: Backends,
) -> None:
    """Labels, siblings and counters are locked in one order: nobody deadlocks, and every pair ends up decided."""
    sheets = [bench.sheet(["bridge"] * 24, name=f"Boards {number}") for number in range(3)]
    listed = [bench.pairs(sheet) for sheet in sheets]
    with_job = reviewers[0].post(
        f"{API}/training-sheets/{sheets[2]}/bulk", json={"action": "approve", "filter": {"status": ["unlabeled"]}}
    )
    job_id = UUID(with_job.json()["id"])

    def work(number: int) -> None:
        if number == 0:
            jobs.run_job(backends, tasks.JOB_KINDS, job_id, 1)
            return
        pairs = listed[number % 2]
        for pair in pairs if number % 4 < 2 else reversed(pairs):
            version = reviewers[number].get(f"{API}/pairs/{pair.id}").json()["version"]
            body = {"version": version, "value": "scratch" if number % 3 else "bridge"}
            answer = reviewers[number].post(f"{API}/pairs/{pair.id}/edit", json=body)
            assert answer.status_code in (200, 409), answer.text

    at_once(work, 7)
    for sheet in sheets:
        assert bench.check_counts(sheet).labeled == 24
    for item in range(24):
        label = bench.head(f"i:{item}")
        assert [(p[item].value, p[item].label_number) for p in map(bench.pairs, sheets)] == [
            (label.value, label.number)
        ] * 3
