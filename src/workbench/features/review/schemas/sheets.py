"""Wire shapes of deciding for many pairs, and of the training sheet as a whole."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from workbench.features.generation.schemas import PairCounts, PairFilter, TrainingSheetState
from workbench.features.review.schemas.decisions import Notes
from workbench.kernel.schema import Change, Schema


class BulkAction(StrEnum):
    """What can be done to many pairs at once."""

    APPROVE = "approve"
    REJECT = "reject"
    FLAG = "flag"
    RESET = "reset"


class BulkDecision(Schema):
    """One decision for every pair that matches, now and not only on the visible page.

    `expected` is the number of pairs the person was shown; when another number matches by now, nothing happens.
    """

    action: BulkAction
    filter: PairFilter
    notes: Notes | None = None
    expected: int | None = Field(None, ge=0)


class BulkEstimate(Schema):
    """How many pairs match a filter, and how they stand."""

    matching: int
    unlabeled: int
    labeled: int
    rejected: int
    flagged: int


class TrainingSheetApproval(Change):
    """Approves a training sheet. While pairs are unlabeled or flagged it takes `incomplete` to say that this is meant:
    they stay behind and are never exported."""

    incomplete: bool = False


class ReviewerTally(Schema):
    """What one person decided in a training sheet."""

    reviewer: str
    labeled: int
    rejected: int
    flagged: int


class ReviewProgress(Schema):
    """Where the review of a training sheet stands. `to_review` = unlabeled + rejected + flagged; `held` pairs are with
    reviewers now."""

    state: TrainingSheetState
    counts: PairCounts
    to_review: int
    held: int


class OutdatedPairs(Schema):
    """Labeled pairs whose canonical label says something newer, or was retracted, so that nothing may use them."""

    outdated: int
    retracted: int
