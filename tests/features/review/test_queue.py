"""The queue: claims, leases, filters, and an empty answer that can be trusted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from tests.features.review.conftest import Bench
from tests.features.review.test_decisions import approve, label_directly, run

from workbench.backends.bundle import Backends
from workbench.features.generation.schemas import PairFilter
from workbench.features.generation.tables import PairRow
from workbench.features.review.schemas import ClaimedPairs, ClaimPairs, HoldPairs, PairFlag, ReleasePairs
from workbench.features.review.service import decisions, queue
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Forbidden, NotFound


def claim(bench: Bench, backends: Backends, actor: Actor, sheet: UUID, n: int = 1, **more: Any) -> ClaimedPairs:
    with bench.db.begin() as session:
        return queue.claim_pairs(session, actor, backends, sheet, ClaimPairs(n=n, **more))


def positions(claimed: ClaimedPairs) -> list[int]:
    return [pair.position for pair in claimed.pairs]


def expire(bench: Bench, sheet: UUID) -> None:
    with bench.db.begin() as session:
        past = now() - timedelta(seconds=1)
        session.execute(update(PairRow).where(PairRow.training_sheet_id == sheet).values(claimed_until=past))


def test_two_people_never_get_the_same_pair(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet(["bridge"] * 6)
    assert positions(claim(bench, backends, ada, sheet, 2)) == [0, 1]
    assert positions(claim(bench, backends, ben, sheet, 2)) == [2, 3]
    assert positions(claim(bench, backends, ada, sheet, 2)) == [0, 1], "asking again gives the same"
    approve(bench, ada, bench.pairs(sheet)[0])
    assert positions(claim(bench, backends, ada, sheet, 2)) == [1, 4], "topped up"


def test_held_by_others_is_not_done(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet(["bridge"] * 2)
    claim(bench, backends, ada, sheet, 2)
    assert (held := claim(bench, backends, ben, sheet)).state == "held"
    assert held.held == 2
    for pair in bench.pairs(sheet):
        approve(bench, ada, pair)
    assert claim(bench, backends, ben, sheet).state == "done"
    assert claim(bench, backends, ada, sheet).counts.labeled == 2


def test_a_claim_runs_out_and_a_heartbeat_tells(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet(["bridge"] * 2)
    mine = [pair.id for pair in claim(bench, backends, ada, sheet, 2).pairs]
    expire(bench, sheet)
    assert positions(claim(bench, backends, ben, sheet)) == [0]
    with bench.db.begin() as session:
        held = queue.hold_pairs(session, ada, backends, sheet, HoldPairs(pair_ids=mine))
    assert (held.pair_ids, held.lost) == ([mine[1]], [mine[0]])
    assert positions(claim(bench, backends, ben, sheet, 2)) == [0], "the heartbeat took the second one up again"


def test_giving_back_and_taking_back(bench: Bench, backends: Backends, actor: Any, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet(["bridge"] * 3)
    mine = claim(bench, backends, ada, sheet, 3).pairs
    with bench.db.begin() as session:
        assert queue.release_pairs(session, ada, sheet, ReleasePairs(pair_ids=[mine[0].id])).released == 1
    assert positions(claim(bench, backends, ben, sheet)) == [0]
    with bench.db.begin() as session, pytest.raises(Forbidden):
        queue.release_pairs(session, ben, sheet, ReleasePairs(actor_id=ada.id))
    lead = actor("engineer", name="Lea Lead")
    with bench.db.read() as session:
        claims = queue.list_claims(session, lead, sheet)
    assert [(c.actor_name, c.position) for c in claims] == [("Ada Sample", 1), ("Ada Sample", 2), ("Ben Sample", 0)]
    with bench.db.begin() as session:
        assert queue.release_pairs(session, lead, sheet, ReleasePairs(actor_id=ada.id)).released == 2


def test_a_decision_ends_the_claim(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet()
    claim(bench, backends, ada, sheet)
    run(bench, decisions.flag_pair, ada, bench.pairs(sheet)[0], PairFlag(version=1))
    assert bench.pairs(sheet)[0].claimed_by is None


def test_filters_choose_and_after_goes_on_from_the_start(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet(["bridge"] * 4)
    run(bench, decisions.flag_pair, ada, bench.pairs(sheet)[2], PairFlag(version=1))
    assert positions(claim(bench, backends, ada, sheet, filter=PairFilter(status=["flagged"]))) == [2]
    assert positions(claim(bench, backends, ada, sheet, after=1)) == [3]
    assert positions(claim(bench, backends, ada, sheet, after=3)) == [0]
    assert positions(claim(bench, backends, ada, sheet, filter=PairFilter(search="i:1"))) == [1]
    assert claim(bench, backends, ada, sheet, filter=PairFilter(stale=True)).state == "done"


def test_what_was_labeled_meanwhile_is_not_handed_out(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet(["bridge"] * 12)
    for item in range(10):
        label_directly(bench, ben, item, "scratch")
    claimed = claim(bench, backends, ada, sheet, 3)
    assert (positions(claimed), claimed.filled) == ([10, 11], 10)
    assert claimed.counts.labeled == 10
    assert bench.pairs(sheet)[0].value == "scratch"
    bench.check_counts(sheet)


def test_stale_pairs_do_not_slow_the_queue_down(
    bench: Bench, backends: Backends, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pair that pins its stale label needs a reviewer: nothing beyond it is looked up."""
    sheet = bench.sheet(["bridge"] * 12, stale="item")
    for item in range(12):
        label_directly(bench, ada, item, "bridge", fields="before it changed")
        with bench.db.begin() as session:
            pin = {"label_id": bench.head(f"i:{item}").id, "label_number": 1}
            mine = (PairRow.training_sheet_id == sheet, PairRow.position == item)
            session.execute(update(PairRow).where(*mine).values(**pin))
    looks: list[int] = []
    real = queue.compare_with_items
    monkeypatch.setattr(queue, "compare_with_items", lambda *given: looks.append(1) or real(*given))
    assert positions(claim(bench, backends, ada, sheet, 3)) == [0, 1, 2]
    assert len(looks) == 1


def test_a_label_of_other_content_fills_nothing(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet(["bridge"])
    label_directly(bench, ben, 0, "scratch", fields="changed since")
    assert positions(claim(bench, backends, ada, sheet)) == [0]


def test_another_workspace_has_no_queue_here(bench: Bench, backends: Backends, actor: Any) -> None:
    sheet = bench.sheet()
    with pytest.raises(NotFound):
        claim(bench, backends, actor("expert", slug="elsewhere"), sheet)
