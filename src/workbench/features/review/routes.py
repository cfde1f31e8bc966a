"""REST of review: the queue, decisions, undo, bulk, and the training sheet as a whole."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from workbench.features.generation.schemas import PairFilter, TrainingSheet
from workbench.features.jobs.schemas import Job
from workbench.features.labels.schemas import LabelDraft
from workbench.features.review.schemas import (
    ActionKind,
    BulkDecision,
    BulkEstimate,
    ClaimedPairs,
    ClaimPairs,
    HeldPairs,
    HoldPairs,
    OutdatedPairs,
    PairAction,
    PairApproval,
    PairClaim,
    PairDetail,
    PairDraft,
    PairEdit,
    PairFlag,
    PairNote,
    PairRejection,
    PairReset,
    ReleasedPairs,
    ReleasePairs,
    ReviewedPair,
    ReviewerTally,
    ReviewProgress,
    TrainingSheetApproval,
)
from workbench.features.review.service import bulk, decisions, pairs, queue, refresh, sheets, undo
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.kernel.schema import Change
from workbench.requests import DbSession, Wired, allow

router = APIRouter(prefix="/review", tags=["review"])

Reader = Annotated[Actor, allow("pairs.read")]
Reviewer = Annotated[Actor, allow("pairs.review")]
Approver = Annotated[Actor, allow("training_sheets.approve")]

# --- the queue ------------------------------------------------------------------------------------------------------


@router.post("/training-sheets/{training_sheet_id}/next")
def claim_pairs(
    training_sheet_id: UUID, body: ClaimPairs, actor: Reviewer, session: DbSession, backends: Wired
) -> ClaimedPairs:
    """Hands out the next pairs to review; nobody else gets them meanwhile."""
    return queue.claim_pairs(session, actor, backends, training_sheet_id, body)


@router.post("/training-sheets/{training_sheet_id}/hold")
def hold_pairs(
    training_sheet_id: UUID, body: HoldPairs, actor: Reviewer, session: DbSession, backends: Wired
) -> HeldPairs:
    """A heartbeat: holds claimed pairs longer."""
    return queue.hold_pairs(session, actor, backends, training_sheet_id, body)


@router.post("/training-sheets/{training_sheet_id}/release")
def release_pairs(training_sheet_id: UUID, body: ReleasePairs, actor: Reviewer, session: DbSession) -> ReleasedPairs:
    """Gives claimed pairs back to the queue."""
    return queue.release_pairs(session, actor, training_sheet_id, body)


@router.get("/training-sheets/{training_sheet_id}/claims")
def list_claims(training_sheet_id: UUID, actor: Reader, session: DbSession) -> list[PairClaim]:
    """Who holds which pair now."""
    return queue.list_claims(session, actor, training_sheet_id)


# --- one pair -------------------------------------------------------------------------------------------------------


@router.get("/pairs/{pair_id}")
def show_pair(pair_id: UUID, actor: Reader, session: DbSession, backends: Wired) -> PairDetail:
    """Everything the review page shows of a pair."""
    return pairs.show_pair(session, actor, backends, pair_id)


@router.get("/pairs/{pair_id}/history")
def list_pair_history(
    pair_id: UUID, actor: Reader, session: DbSession, cursor: str | None = None, limit: int | None = None
) -> Page[PairAction]:
    """What was done to a pair, newest first."""
    return pairs.list_pair_history(session, actor, pair_id, cursor=cursor, limit=limit)


@router.post("/pairs/{pair_id}/approve")
def approve_pair(pair_id: UUID, body: PairApproval, actor: Reviewer, session: DbSession) -> ReviewedPair:
    """The answer is right; it becomes the item's canonical label."""
    return decisions.approve_pair(session, actor, pair_id, body)


@router.post("/pairs/{pair_id}/edit")
def edit_pair(pair_id: UUID, body: PairEdit, actor: Reviewer, session: DbSession) -> ReviewedPair:
    """Corrects the answer or the prompt, and approves the result unless told otherwise."""
    return decisions.edit_pair(session, actor, pair_id, body)


@router.post("/pairs/{pair_id}/reject")
def reject_pair(pair_id: UUID, body: PairRejection, actor: Reviewer, session: DbSession) -> ReviewedPair:
    """The pair is not used."""
    return decisions.reject_pair(session, actor, pair_id, body)


@router.post("/pairs/{pair_id}/flag")
def flag_pair(pair_id: UUID, body: PairFlag, actor: Reviewer, session: DbSession) -> ReviewedPair:
    """The pair waits for somebody else."""
    return decisions.flag_pair(session, actor, pair_id, body)


@router.post("/pairs/{pair_id}/reset")
def reset_pair(pair_id: UUID, body: PairReset, actor: Reviewer, session: DbSession) -> ReviewedPair:
    """The pair is unlabeled again; the canonical label stays."""
    return decisions.reset_pair(session, actor, pair_id, body)


@router.put("/pairs/{pair_id}/notes")
def note_pair(pair_id: UUID, body: PairNote, actor: Reviewer, session: DbSession) -> ReviewedPair:
    """Writes a pair's notes."""
    return decisions.note_pair(session, actor, pair_id, body)


@router.put("/pairs/{pair_id}/draft")
def save_pair_draft(pair_id: UUID, body: PairDraft, actor: Reviewer, session: DbSession) -> LabelDraft:
    """Keeps what the reviewer has typed so far."""
    return pairs.save_pair_draft(session, actor, pair_id, body)


@router.delete("/pairs/{pair_id}/draft", status_code=204)
def discard_pair_draft(pair_id: UUID, actor: Reviewer, session: DbSession) -> None:
    """Forgets what the reviewer has typed."""
    pairs.discard_pair_draft(session, actor, pair_id)


# --- undo and bulk --------------------------------------------------------------------------------------------------


@router.post("/training-sheets/{training_sheet_id}/undo")
def undo_review(training_sheet_id: UUID, actor: Reviewer, session: DbSession) -> ReviewedPair:
    """Takes back the reviewer's newest action, and what it wrote into the canonical label."""
    return undo.undo_review(session, actor, training_sheet_id)


@router.post("/training-sheets/{training_sheet_id}/redo")
def redo_review(training_sheet_id: UUID, actor: Reviewer, session: DbSession) -> ReviewedPair:
    """Does again what the reviewer undid last."""
    return undo.redo_review(session, actor, training_sheet_id)


@router.get("/training-sheets/{training_sheet_id}/actions")
def list_review_actions(
    training_sheet_id: UUID,
    actor: Reader,
    session: DbSession,
    actor_id: UUID | None = None,
    kind: ActionKind | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[PairAction]:
    """What was done in a training sheet, newest first."""
    return pairs.list_review_actions(
        session, actor, training_sheet_id, actor_id=actor_id, kind=kind, cursor=cursor, limit=limit
    )


@router.post("/training-sheets/{training_sheet_id}/estimate")
def estimate_bulk(training_sheet_id: UUID, body: PairFilter, actor: Reader, session: DbSession) -> BulkEstimate:
    """How many pairs match a filter, and how they stand."""
    return bulk.estimate_bulk(session, actor, training_sheet_id, body)


@router.post("/training-sheets/{training_sheet_id}/bulk", status_code=202)
def decide_in_bulk(
    training_sheet_id: UUID, body: BulkDecision, actor: Reviewer, session: DbSession, backends: Wired
) -> Job:
    """Decides the same for every pair that matches, as a job."""
    return bulk.decide_in_bulk(session, actor, backends, training_sheet_id, body)


@router.post("/bulk/{job_id}/undo", status_code=202)
def undo_bulk(job_id: UUID, actor: Reviewer, session: DbSession, backends: Wired) -> Job:
    """Takes back what a bulk job did, as a job."""
    return bulk.undo_bulk(session, actor, backends, job_id)


# --- the whole ------------------------------------------------------------------------------------------------------


@router.get("/training-sheets/{training_sheet_id}/progress")
def show_review_progress(training_sheet_id: UUID, actor: Reader, session: DbSession) -> ReviewProgress:
    """Where the review stands."""
    return sheets.show_progress(session, actor, training_sheet_id)


@router.get("/training-sheets/{training_sheet_id}/reviewers")
def list_reviewers(training_sheet_id: UUID, actor: Reader, session: DbSession) -> list[ReviewerTally]:
    """Who decided how much."""
    return sheets.list_reviewers(session, actor, training_sheet_id)


@router.get("/training-sheets/{training_sheet_id}/outdated")
def count_outdated_pairs(training_sheet_id: UUID, actor: Reader, session: DbSession) -> OutdatedPairs:
    """How many labeled pairs lag behind their canonical label."""
    return sheets.count_outdated(session, actor, training_sheet_id)


@router.post("/training-sheets/{training_sheet_id}/refresh", status_code=202)
def refresh_training_sheet(training_sheet_id: UUID, actor: Reviewer, session: DbSession, backends: Wired) -> Job:
    """Lets every pair follow its item's canonical label, as a job."""
    return refresh.refresh_training_sheet(session, actor, backends, training_sheet_id)


@router.post("/training-sheets/{training_sheet_id}/approve")
def approve_training_sheet(
    training_sheet_id: UUID, body: TrainingSheetApproval, actor: Approver, session: DbSession
) -> TrainingSheet:
    """Approves the whole; pairs that still wait must be left out on purpose."""
    return sheets.approve_training_sheet(session, actor, training_sheet_id, body)


@router.post("/training-sheets/{training_sheet_id}/reopen")
def reopen_training_sheet(training_sheet_id: UUID, body: Change, actor: Approver, session: DbSession) -> TrainingSheet:
    """Takes an approval back."""
    return sheets.reopen_training_sheet(session, actor, training_sheet_id, body)
