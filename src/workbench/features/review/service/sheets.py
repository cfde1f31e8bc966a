"""A training sheet as a whole: how far its review is, approving and reopening it, bringing it up to its labels."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.generation.schemas import TrainingSheet, TrainingSheetState
from workbench.features.generation.service import get_training_sheet, require_training_sheet
from workbench.features.generation.service.training_sheets import require_training_sheet_at
from workbench.features.jobs import service as jobs
from workbench.features.review.queries import claims, counting, labels
from workbench.features.review.schemas import (
    OutdatedPairs,
    ReviewerTally,
    ReviewProgress,
    TrainingSheetApproval,
)
from workbench.features.review.service.opening import NotUnderReview, counts_of
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict
from workbench.kernel.schema import Change


class ReviewIncomplete(Conflict):
    """Pairs still wait for a decision; `details` count them."""


def show_progress(session: Session, actor: Actor, training_sheet_id: UUID) -> ReviewProgress:
    """Where the review stands; counted at every change, so that it is cheap at any size."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    counts = counts_of(session, sheet.id)
    return ReviewProgress(
        state=sheet.state,
        counts=counts,
        to_review=counts.unlabeled + counts.rejected + counts.flagged,
        held=len(claims.held(session, sheet.id, now())),
    )


def list_reviewers(session: Session, actor: Actor, training_sheet_id: UUID) -> list[ReviewerTally]:
    """Who decided how much, most first. What canonical labels filled counts for those who labeled."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    return [ReviewerTally.model_validate(row._mapping) for row in counting.by_reviewer(session, sheet.id)]


def count_outdated(session: Session, actor: Actor, training_sheet_id: UUID) -> OutdatedPairs:
    """How many labeled pairs lag behind their canonical label, and how many of those labels were retracted."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    newer, retracted = labels.count_outdated(session, sheet)
    return OutdatedPairs(outdated=newer, retracted=retracted)


def approve_training_sheet(
    session: Session, actor: Actor, training_sheet_id: UUID, approval: TrainingSheetApproval
) -> TrainingSheet:
    """Approves the whole. Raises `ReviewIncomplete` while pairs are unlabeled or flagged and that was not confirmed."""
    sheet = require_training_sheet_at(session, actor, training_sheet_id, approval.version)
    if sheet.state != TrainingSheetState.REVIEW:
        raise NotUnderReview(f"The training sheet {sheet.name!r} is {sheet.state}.", details={"state": sheet.state})
    working = jobs.list_active_jobs(session, sheet.id)
    if working:
        raise Conflict(
            f"A job still works on this training sheet: {working[0].title}.",
            fix="Wait for it, or cancel it.",
            details={"job_id": str(working[0].id)},
        )
    counting.lock_counts(session, sheet.id)
    counts = counts_of(session, sheet.id)
    if counts.total == 0:
        raise Conflict("This training sheet has no pairs.", fix="Generate it first.")
    waiting = counts.unlabeled + counts.flagged
    if waiting and not approval.incomplete:
        raise ReviewIncomplete(
            f"{counts.unlabeled} pairs are unlabeled and {counts.flagged} are flagged.",
            field="incomplete",
            fix="Decide them, or approve with `incomplete` to leave them out.",
            details={"unlabeled": counts.unlabeled, "flagged": counts.flagged},
        )
    sheet.state, sheet.approved_by_name, sheet.approved_at = TrainingSheetState.APPROVED, actor.name, now()
    session.flush()
    details = {"name": sheet.name, "labeled": counts.labeled, "total": counts.total, "left_out": waiting}
    audit.record(session, actor, "training_sheet.approve", "training_sheet", sheet.id, details)
    return get_training_sheet(session, actor, sheet.id)


def reopen_training_sheet(session: Session, actor: Actor, training_sheet_id: UUID, change: Change) -> TrainingSheet:
    """Takes an approval back."""
    sheet = require_training_sheet_at(session, actor, training_sheet_id, change.version)
    if sheet.state != TrainingSheetState.APPROVED:
        raise NotUnderReview(f"The training sheet {sheet.name!r} is {sheet.state}.", details={"state": sheet.state})
    sheet.state, sheet.approved_by_name, sheet.approved_at = TrainingSheetState.REVIEW, None, None
    session.flush()
    audit.record(session, actor, "training_sheet.reopen", "training_sheet", sheet.id, {"name": sheet.name})
    return get_training_sheet(session, actor, sheet.id)
