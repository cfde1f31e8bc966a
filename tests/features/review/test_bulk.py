"""Bulk decisions on a query, their undo, and refreshing a training sheet from its labels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.features.review.conftest import Bench
from tests.features.review.test_decisions import approve, label_directly, run

from workbench.backends.bundle import Backends
from workbench.features.generation.schemas import PairFilter
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job, JobStatus
from workbench.features.labels import service as labels
from workbench.features.review import tasks
from workbench.features.review.schemas import BulkAction, BulkDecision, PairEdit
from workbench.features.review.service import bulk, decisions, refresh, undo
from workbench.features.review.service.opening import NotUnderReview
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Forbidden


def finish(bench: Bench, backends: Backends, job: Job, actor: Actor) -> Job:
    jobs.run_job(backends, tasks.JOB_KINDS, job.id, job.attempt)
    with bench.db.read() as session:
        return jobs.get_job(session, actor, job.id)


def decide(bench: Bench, backends: Backends, actor: Actor, sheet: UUID, action: str, **more: Any) -> Job:
    body = BulkDecision(action=BulkAction(action), filter=more.pop("filter", PairFilter()), **more)
    with bench.db.begin() as session:
        job = bulk.decide_in_bulk(session, actor, backends, sheet, body)
    return finish(bench, backends, job, actor)


def take_back(bench: Bench, backends: Backends, actor: Actor, job: Job) -> Job:
    with bench.db.begin() as session:
        undo = bulk.undo_bulk(session, actor, backends, job.id)
    return finish(bench, backends, undo, actor)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 4)
    monkeypatch.setattr(refresh, "BATCH", 4)


def test_approving_in_bulk_labels_every_match_and_counts_the_rest(
    bench: Bench, backends: Backends, ada: Actor, ben: Actor
) -> None:
    sheet = bench.sheet(["bridge"] * 8 + [None, "Nonsense"])
    approve(bench, ben, bench.pairs(sheet)[0])
    label_directly(bench, ben, 1, "scratch", fields="other")
    job = decide(bench, backends, ada, sheet, "approve", expected=10)
    assert job.status == JobStatus.SUCCEEDED
    assert job.result == {
        "decided": 6, "already_so": 1, "label_changed": 1, "no_answer": 1, "answer_does_not_fit": 1,
    }  # fmt: skip
    assert job.done == job.total == 10
    assert bench.check_counts(sheet).labeled == 7
    assert bench.head("i:1").value == "scratch"
    assert [pair.reviewed_by_name for pair in bench.pairs(sheet)[:3]] == ["Ben Sample", None, "Ada Sample"]


def test_undoing_a_bulk_leaves_what_others_changed(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    spring = bench.sheet(["bridge"] * 9)
    summer = bench.sheet(["scratch"] * 9, name="Boards, summer")
    job = decide(bench, backends, ada, spring, "approve")
    assert bench.check_counts(summer).labeled == 9
    pair = bench.pairs(spring)[5]
    run(bench, decisions.edit_pair, ben, pair, PairEdit(version=pair.version, value="scratch"))
    with bench.db.begin() as session, pytest.raises(Forbidden):
        bulk.undo_bulk(session, ben, backends, job.id)
    undone = take_back(bench, backends, ada, job)
    assert undone.result == {"batch_id": str(job.id), "undone": 8, "changed_since": 1, "followed": 8}
    assert (bench.check_counts(spring).labeled, bench.check_counts(summer).labeled) == (1, 1)
    assert [bench.head(f"i:{i}") is not None for i in range(9)] == [i == 5 for i in range(9)]


def test_a_single_undo_does_not_pass_over_what_was_decided_in_bulk(
    bench: Bench, backends: Backends, ada: Actor
) -> None:
    sheet = bench.sheet(["bridge"] * 4)
    approve(bench, ada, bench.pairs(sheet)[0])
    job = decide(bench, backends, ada, sheet, "flag", filter=PairFilter(status=["unlabeled"]))
    with bench.db.begin() as session, pytest.raises(undo.DecidedInBulk) as caught:
        undo.undo_review(session, ada, sheet)
    assert caught.value.details == {"job_id": job.id}
    take_back(bench, backends, ada, job)
    with bench.db.begin() as session:
        assert undo.undo_review(session, ada, sheet).status == "unlabeled"


def test_a_bulk_is_undone_once(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet()
    job = decide(bench, backends, ada, sheet, "flag", notes="look together")
    assert bench.check_counts(sheet).flagged == 3
    assert bench.pairs(sheet)[0].notes == "look together"
    take_back(bench, backends, ada, job)
    assert bench.check_counts(sheet).unlabeled == 3
    assert bench.pairs(sheet)[0].notes is None
    with bench.db.begin() as session, pytest.raises(Conflict):
        bulk.undo_bulk(session, ada, backends, job.id)


def test_the_number_shown_must_still_hold(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    with pytest.raises(bulk.MatchChanged) as caught:
        decide(bench, backends, ada, sheet, "reject", filter=PairFilter(status=["unlabeled"]), expected=3)
    assert caught.value.details == {"matching": 2}
    with bench.db.read() as session:
        estimate = bulk.estimate_bulk(session, ada, sheet, PairFilter())
    assert (estimate.matching, estimate.labeled, estimate.unlabeled) == (3, 1, 2)


def test_a_stopped_bulk_goes_on_where_it_stopped(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet(["bridge"] * 10)
    body = BulkDecision(action=BulkAction.APPROVE, filter=PairFilter())
    with bench.db.begin() as session:
        job = bulk.decide_in_bulk(session, ada, backends, sheet, body)
    steps = 0

    def stopping(work: Any) -> dict[str, Any]:
        nonlocal steps
        inner = work.step

        def step() -> Any:
            nonlocal steps
            steps += 1
            if steps == 3:
                raise RuntimeError("the power is gone")
            return inner()

        work.step = step
        return tasks.decide(work)

    jobs.run_job(backends, {bulk.DECIDE: jobs.JobKind("pairs.review", stopping)}, job.id, 1)
    assert bench.check_counts(sheet).labeled == 8
    with bench.db.begin() as session:
        again = jobs.retry_job(session, ada, backends, job.id)
    done = finish(bench, backends, again, ada)
    assert (done.status, done.result, done.done) == (JobStatus.SUCCEEDED, {"decided": 10}, 10)
    assert bench.check_counts(sheet).labeled == 10


def refreshed(bench: Bench, backends: Backends, actor: Actor, sheet: UUID) -> dict[str, Any]:
    with bench.db.begin() as session:
        job = refresh.refresh_training_sheet(session, actor, backends, sheet)
    result = finish(bench, backends, job, actor).result
    assert result is not None
    return result


def test_refresh_follows_what_was_labeled_corrected_and_retracted(
    bench: Bench, backends: Backends, ada: Actor, ben: Actor
) -> None:
    sheet = bench.sheet(["bridge"] * 9)
    for position in (0, 1):
        approve(bench, ada, bench.pairs(sheet)[position])
    label_directly(bench, ben, 0, "scratch", expected=1)
    with bench.db.begin() as session:
        labels.retract(session, ben, bench.head("i:1").id, expected_version=1, reason="wrong board")
    for item in (5, 8):
        label_directly(bench, ben, item, "scratch")
    assert refreshed(bench, backends, ada, sheet) == {"updated": 1, "sent_back": 1, "filled": 2}
    assert [pair.status == "labeled" for pair in bench.pairs(sheet)] == [i in (0, 5, 8) for i in range(9)]
    assert bench.pairs(sheet)[0].value == "scratch"
    assert refreshed(bench, backends, ada, sheet) == {}
    bench.check_counts(sheet)


def test_refresh_does_not_fill_what_was_sent_back_on_purpose(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    decide(bench, backends, ada, sheet, "reset")
    assert refreshed(bench, backends, ada, sheet) == {}
    assert bench.check_counts(sheet).unlabeled == 3


def test_an_approved_training_sheet_keeps_its_pins(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet(state="approved")
    with bench.db.begin() as session, pytest.raises(NotUnderReview):
        refresh.refresh_training_sheet(session, ada, backends, sheet)
