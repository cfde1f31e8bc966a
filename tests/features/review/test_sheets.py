"""The training sheet as a whole: progress, approval, reopening."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.features.review.conftest import Bench
from tests.features.review.test_decisions import approve, label_directly, run

from workbench.backends.bundle import Backends
from workbench.features.generation.schemas import PairFilter
from workbench.features.generation.service.training_sheets import TrainingSheetChanged
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.labels import service as labels
from workbench.features.review.schemas import (
    BulkAction,
    BulkDecision,
    ClaimPairs,
    PairFlag,
    PairNote,
    PairRejection,
    TrainingSheetApproval,
)
from workbench.features.review.service import bulk, decisions, queue, sheets, undo
from workbench.features.review.service.opening import NotUnderReview
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict
from workbench.kernel.schema import Change


def row(bench: Bench, sheet: UUID) -> TrainingSheetRow:
    with bench.db.read() as session:
        return session.scalars(select(TrainingSheetRow).where(TrainingSheetRow.id == sheet)).one()


def approve_sheet(bench: Bench, actor: Actor, sheet: UUID, **more: Any) -> Any:
    with bench.db.begin() as session:
        approval = TrainingSheetApproval(version=row(bench, sheet).version, **more)
        return sheets.approve_training_sheet(session, actor, sheet, approval)


def test_approval_needs_every_pair_decided_or_left_out_on_purpose(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    run(bench, decisions.flag_pair, ada, bench.pairs(sheet)[1], PairFlag(version=1))
    with pytest.raises(sheets.ReviewIncomplete) as caught:
        approve_sheet(bench, bench.owner, sheet)
    assert caught.value.details == {"unlabeled": 1, "flagged": 1}
    approved = approve_sheet(bench, bench.owner, sheet, incomplete=True)
    assert (approved.state, approved.approved_by_name) == ("approved", "Odile Owner")
    with pytest.raises(NotUnderReview):
        approve_sheet(bench, bench.owner, sheet)


def test_a_change_afterwards_returns_it_to_review(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet(["bridge"])
    approve(bench, ada, bench.pairs(sheet)[0])
    for verb in (
        lambda: run(bench, decisions.reject_pair, ada, bench.pairs(sheet)[0], PairRejection(version=2)),
        lambda: undone(bench, ada, sheet),
    ):
        approve_sheet(bench, bench.owner, sheet)
        verb()
        assert (row(bench, sheet).state, row(bench, sheet).approved_by_name) == ("review", None)
    approve_sheet(bench, bench.owner, sheet)
    run(bench, decisions.note_pair, ada, bench.pairs(sheet)[0], PairNote(version=4, notes="a note is no change"))
    assert row(bench, sheet).state == "approved"


def undone(bench: Bench, actor: Actor, sheet: UUID) -> None:
    with bench.db.begin() as session:
        undo.undo_review(session, actor, sheet)


def test_reopening_and_stale_versions(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet(["bridge"])
    approve(bench, ada, bench.pairs(sheet)[0])
    approve_sheet(bench, bench.owner, sheet)
    with bench.db.begin() as session, pytest.raises(TrainingSheetChanged) as caught:
        sheets.reopen_training_sheet(session, bench.owner, sheet, Change(version=99))
    current = caught.value.details["current"]["version"]
    with bench.db.begin() as session:
        assert sheets.reopen_training_sheet(session, bench.owner, sheet, Change(version=current)).state == "review"
    with bench.db.begin() as session, pytest.raises(NotUnderReview):
        sheets.reopen_training_sheet(session, bench.owner, sheet, Change(version=current + 1))


def test_approval_waits_for_jobs_and_refuses_an_empty_sheet(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet, empty = bench.sheet(["bridge"]), bench.sheet([], name="Boards, none")
    with bench.db.begin() as session:
        body = BulkDecision(action=BulkAction.APPROVE, filter=PairFilter())
        bulk.decide_in_bulk(session, ada, backends, sheet, body)
    with pytest.raises(Conflict, match="job"):
        approve_sheet(bench, bench.owner, sheet, incomplete=True)
    with pytest.raises(Conflict, match="no pairs"):
        approve_sheet(bench, bench.owner, empty)


def test_progress_reviewers_and_outdated(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet(["bridge"] * 6)
    for position, who in enumerate((ada, ada, ben)):
        approve(bench, who, bench.pairs(sheet)[position])
    run(bench, decisions.reject_pair, ada, bench.pairs(sheet)[3], PairRejection(version=1))
    label_directly(bench, ben, 0, "scratch", expected=1)
    with bench.db.begin() as session:
        labels.retract(session, ben, bench.head("i:1").id, expected_version=1, reason="wrong board")
        queue.claim_pairs(session, ada, backends, sheet, ClaimPairs(n=2))
    with bench.db.read() as session:
        progress = sheets.show_progress(session, ada, sheet)
        reviewers = sheets.list_reviewers(session, ada, sheet)
        outdated = sheets.count_outdated(session, ada, sheet)
    assert (progress.to_review, progress.held, progress.counts.labeled) == (3, 2, 3)
    assert [(r.reviewer, r.labeled, r.rejected) for r in reviewers] == [("Ada Sample", 2, 1), ("Ben Sample", 1, 0)]
    assert (outdated.outdated, outdated.retracted) == (1, 1)
