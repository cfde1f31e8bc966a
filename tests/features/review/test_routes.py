"""Review over HTTP: shapes, permissions, conflicts as problem+json, nothing kept of a refused request."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import SignIn
from tests.features.review.conftest import Bench

from workbench.kernel.actor import Actor

API = "/api/v1/review"


def test_a_reviewer_works_through_the_queue(bench: Bench, signed_in: SignIn, ada: Actor) -> None:
    sheet = bench.sheet()
    http = signed_in(ada)
    seen = []
    while True:
        claimed = http.post(f"{API}/training-sheets/{sheet}/next", json={"n": 2}).json()
        if claimed["state"] != "pairs":
            break
        for claim in claimed["pairs"]:
            detail = http.get(f"{API}/pairs/{claim['id']}").json()
            assert detail["claim"]["actor_name"] == "Ada Sample"
            body = {"version": detail["version"], "confidence": "medium"}
            answer = http.post(f"{API}/pairs/{claim['id']}/approve", json=body)
            assert answer.status_code == 200, answer.text
            seen.append(answer.json()["counts"]["labeled"])
    assert (claimed["state"], seen) == ("done", [1, 2, 3])
    assert http.get(f"{API}/training-sheets/{sheet}/progress").json()["to_review"] == 0
    assert http.post(f"{API}/training-sheets/{sheet}/undo").json()["status"] == "unlabeled"
    assert http.post(f"{API}/training-sheets/{sheet}/redo").json()["status"] == "labeled"
    bench.check_counts(sheet)


def test_a_conflict_carries_both_sides_and_changes_nothing(
    bench: Bench, signed_in: SignIn, ada: Actor, ben: Actor
) -> None:
    pair = bench.pairs(bench.sheet())[0]
    assert signed_in(ada).post(f"{API}/pairs/{pair.id}/approve", json={"version": 1}).status_code == 200
    mine = {"version": 1, "value": "scratch", "notes": "I see a scratch"}
    answer = signed_in(ben).post(f"{API}/pairs/{pair.id}/edit", json=mine)
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "pair-changed"
    assert problem["details"]["current"]["value"] == "bridge"
    assert problem["details"]["current"]["version"] == 2
    assert problem["details"]["yours"] == mine
    assert problem["fix"]
    mine["version"] = problem["details"]["current"]["version"]
    assert signed_in(ben).post(f"{API}/pairs/{pair.id}/edit", json=mine).status_code == 200


def test_drafts_survive_a_conflict(bench: Bench, signed_in: SignIn, ada: Actor, ben: Actor) -> None:
    pair = bench.pairs(bench.sheet())[0]
    http = signed_in(ben)
    draft = {"content": {"value": "scratch", "notes": "half typed"}, "version": None}
    assert http.put(f"{API}/pairs/{pair.id}/draft", json=draft).status_code == 200
    assert signed_in(ada).post(f"{API}/pairs/{pair.id}/approve", json={"version": 1}).status_code == 200
    assert http.post(f"{API}/pairs/{pair.id}/edit", json={"version": 1, "value": "scratch"}).status_code == 409
    assert http.get(f"{API}/pairs/{pair.id}").json()["draft"]["content"]["notes"] == "half typed"
    assert http.delete(f"{API}/pairs/{pair.id}/draft").status_code == 204


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("edit", {"version": 1, "value": "Nonsense"}, "value"),
        ("edit", {"version": 1, "messages": [{"role": "robot", "content": "x"}]}, "messages.0"),
        ("edit", {"version": 1, "messages": "x"}, "messages"),
        ("approve", {}, "version"),
        ("approve", {"version": 1, "surprise": 1}, "surprise"),
        ("approve", {"version": 1, "confidence": "certain"}, "confidence"),
        ("reject", {"version": 1, "notes": "x" * 10_001}, "notes"),
        ("flag", {"version": 1, "notes": "\x00"}, "notes"),
    ],
)
def test_bad_input_is_refused_by_field(
    bench: Bench, signed_in: SignIn, ada: Actor, verb: str, body: Any, field: str
) -> None:
    pair = bench.pairs(bench.sheet())[0]
    answer = signed_in(ada).post(f"{API}/pairs/{pair.id}/{verb}", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert bench.pairs(pair.training_sheet_id)[0].version == 1


@pytest.mark.parametrize(
    "body",
    [
        {"n": 0},
        {"n": 6},
        {"filter": {"status": []}},
        {"filter": {"status": ["done"]}},
        {"filter": {"sql": "1=1"}},
        {"filter": {"most_confidence": 2}},
    ],
)
def test_a_queue_is_asked_for_properly(bench: Bench, signed_in: SignIn, ada: Actor, body: Any) -> None:
    sheet = bench.sheet()
    assert signed_in(ada).post(f"{API}/training-sheets/{sheet}/next", json=body).status_code == 422


def test_viewers_look_and_do_not_touch(bench: Bench, signed_in: SignIn, actor: Any) -> None:
    sheet = bench.sheet()
    pair = bench.pairs(sheet)[0]
    viewer = signed_in(actor("viewer"))
    assert viewer.get(f"{API}/pairs/{pair.id}").status_code == 200
    assert viewer.get(f"{API}/training-sheets/{sheet}/claims").status_code == 200
    assert viewer.post(f"{API}/pairs/{pair.id}/approve", json={"version": 1}).status_code == 403
    assert viewer.post(f"{API}/training-sheets/{sheet}/next", json={}).status_code == 403
    expert = signed_in(actor("expert"))
    approval = {"version": 1, "incomplete": True}
    assert expert.post(f"{API}/training-sheets/{sheet}/approve", json=approval).status_code == 403


def test_a_repeated_decision_is_answered_again_and_done_once(bench: Bench, signed_in: SignIn, ada: Actor) -> None:
    pair = bench.pairs(bench.sheet())[0]
    http = signed_in(ada)
    headers = {"Idempotency-Key": "the-same-key"}
    answers = [http.post(f"{API}/pairs/{pair.id}/approve", json={"version": 1}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert bench.pairs(pair.training_sheet_id)[0].version == 2


def test_bulk_and_approval_over_http(bench: Bench, signed_in: SignIn, ada: Actor, actor: Any) -> None:
    sheet = bench.sheet()
    http = signed_in(ada)
    estimate = http.post(f"{API}/training-sheets/{sheet}/estimate", json={"status": ["unlabeled"]}).json()
    assert estimate["matching"] == 3
    body = {"action": "approve", "filter": {"status": ["unlabeled"]}, "expected": 3}
    job = http.post(f"{API}/training-sheets/{sheet}/bulk", json=body)
    assert (job.status_code, job.json()["total"]) == (202, 3)
    body["expected"] = 2
    assert http.post(f"{API}/training-sheets/{sheet}/bulk", json=body).json()["type"] == "match-changed"
    refused = signed_in(actor("engineer")).post(f"{API}/training-sheets/{sheet}/approve", json={"version": 1})
    assert refused.status_code == 409
