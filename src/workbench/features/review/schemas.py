"""Wire shapes of review: what reviewers send, what they get back, and what a lead sees."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from workbench.features.generation.schemas import Origin, PairCounts, TrainingSheetState
from workbench.features.governance.schemas import Explanation
from workbench.features.labels.schemas import DraftContent, LabelDraft, LabelsetVersion
from workbench.features.sheets.schemas import ItemField, Withheld
from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import Confidence, PairStatus, Verdict

Notes = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]
MOST_CLAIMS = 5


class ActionKind(StrEnum):
    """What was done to a pair. `follow`: its item's canonical label changed elsewhere, and the pair went with it."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    FLAG = "flag"
    RESET = "reset"
    FOLLOW = "follow"
    UNDO = "undo"
    REDO = "redo"


class PairFilter(Schema):
    """Which pairs of a training sheet are meant: all conditions hold at once, and an absent one does not count.

    `stale`: filled from a stale label. `failed`: the model gave no usable answer. `outdated`: the item's canonical
    label says something newer. `search`: part of the item_ref.
    `least_confidence` and `most_confidence` bound the model's confidence; pairs without one match neither.
    """

    status: list[PairStatus] | None = Field(None, min_length=1)
    origin: list[Origin] | None = Field(None, min_length=1)
    stale: bool | None = None
    failed: bool | None = None
    outdated: bool | None = None
    search: Annotated[str, StringConstraints(max_length=512, pattern=r"^[^\x00]*$")] | None = None
    least_confidence: float | None = Field(None, ge=0, le=1)
    most_confidence: float | None = Field(None, ge=0, le=1)
    reviewed_by: UUID | None = None


# --- the queue ------------------------------------------------------------------------------------------------------


class ClaimPairs(Schema):
    """Asks for the next `n` pairs: those the actor holds already, topped up with free ones, by position.

    `after` starts behind a position and goes on from the beginning when nothing is left behind it. Without a status
    in the filter, unlabeled pairs are meant.
    """

    n: int = Field(1, ge=1, le=MOST_CLAIMS)
    filter: PairFilter = PairFilter()
    after: int | None = None


class ClaimedPair(Schema):
    """A pair that is the actor's until `claimed_until`."""

    id: UUID
    position: int
    item_ref: str
    version: int
    claimed_until: datetime


class QueueState(StrEnum):
    """What the queue had: `pairs` to review, only pairs `held` by others, or nothing: it is `done`."""

    PAIRS = "pairs"
    HELD = "held"
    DONE = "done"


class ClaimedPairs(Schema):
    """The pairs handed out, and how things stood in the same transaction. `held` counts those with other people, when
    there was nothing else; `filled` the pairs that left the queue because their item had been labeled meanwhile."""

    state: QueueState
    pairs: list[ClaimedPair]
    held: int
    filled: int
    counts: PairCounts


class HoldPairs(Schema):
    """The pairs that the actor still has open."""

    pair_ids: list[UUID] = Field(min_length=1, max_length=100)


class HeldPairs(Schema):
    """Which of the pairs are still the actor's, until when, and which another took after the claim ran out."""

    pair_ids: list[UUID]
    lost: list[UUID]
    claimed_until: datetime


class ReleasePairs(Schema):
    """The pairs to give back; all of the actor's when absent. A lead names somebody else in `actor_id`."""

    pair_ids: list[UUID] | None = Field(None, max_length=1000)
    actor_id: UUID | None = None


class ReleasedPairs(Schema):
    """How many pairs went back to the queue."""

    released: int


class PairClaim(Schema):
    """Who holds which pair until when."""

    actor_id: UUID
    actor_name: str
    pair_id: UUID
    position: int
    item_ref: str
    claimed_until: datetime


# --- decisions ------------------------------------------------------------------------------------------------------


class PairDecision(Change):
    """Base of every decision: `version` is the pair's as it was seen. Notes that are absent stay as they are."""

    notes: Notes | None = None


class PairApproval(PairDecision):
    """The answer is right: it becomes the item's canonical label.

    `label_number` is needed only to decide against a canonical label that the pair does not pin: the `number` of the
    one that was seen. Without a `confidence`, an unchanged label keeps its own and a new one has `high`.
    """

    label_number: int | None = None
    confidence: Confidence | None = None


class PairEdit(PairApproval):
    """Corrects the answer, the prompt, or both; what is absent stays. The prompt's correction is this pair's alone.

    With `approve` false the work is kept in the pair, which is then unlabeled.
    """

    value: Any = None
    messages: list[dict[str, Any]] | None = None
    approve: bool = True


class PairRejection(PairDecision):
    """The pair is unusable. With `unlabelable`, the item itself cannot be answered: that becomes its canonical label,
    so that it does not come back with the next template."""

    unlabelable: bool = False
    label_number: int | None = None


class PairFlag(PairDecision):
    """Somebody else should look at it."""


class PairReset(PairDecision):
    """Back to unlabeled; the canonical label stays."""


class PairNote(Change):
    """New notes of a pair; its status stays."""

    notes: Notes


class ReviewedPair(Schema):
    """A pair after a decision, with the counters of its training sheet in the same transaction.

    `followed` counts pairs of other training sheets that took over the item's new label.
    """

    id: UUID
    training_sheet_id: UUID
    item_ref: str
    version: int
    status: PairStatus
    value: Any
    stale: str | None
    label_id: UUID | None
    label_number: int | None
    reviewed_by_name: str | None
    reviewed_at: datetime | None
    notes: str | None
    action_id: UUID | None
    followed: int
    counts: PairCounts


class PairDraft(Schema):
    """What the actor has typed so far. `version` is null the first time, then the one that was answered last."""

    content: DraftContent
    version: int | None = None


# --- one pair -------------------------------------------------------------------------------------------------------


class BadgeKind(StrEnum):
    """What a badge speaks of."""

    USES = "uses"
    CLASSIFICATION = "classification"
    STALE = "stale"
    OUTDATED = "outdated"
    FAILED = "failed"
    CONFIDENCE = "confidence"
    AT_WORK = "at_work"


class Badge(Schema):
    """A short remark beside the pair, such as “Training prohibited: PHI”; a `severe` one needs a look."""

    kind: BadgeKind
    text: str
    severe: bool


class LabelSeen(Schema):
    """The item's canonical label as it stands. `fresh`: made from the content that this pair shows. When its content is
    above the reader's clearance, `withheld` says why."""

    id: UUID
    number: int
    verdict: Verdict
    value: Any
    summary: str | None
    confidence: Confidence
    notes: str | None
    labeled_by_name: str
    labeled_at: datetime
    fresh: bool
    withheld: str | None


class SeenElsewhere(Schema):
    """What became of the same item in another training sheet."""

    training_sheet_id: UUID
    name: str
    status: PairStatus
    summary: str | None
    reviewed_by_name: str | None


class TrainingSheetSeen(Schema):
    """The training sheet around a pair, with its counters."""

    id: UUID
    name: str
    state: TrainingSheetState
    mode: str
    sheet_id: UUID
    sheet_version: int
    label_type: str
    counts: PairCounts


class PairDetail(Schema):
    """Everything the review page shows of one pair, in one answer.

    `item` holds the fields of the source row as the training sheet pinned it; when they cannot be read, it is null and
    `item_problem` says why. `fields` describe them, `withheld` are those above the reader's clearance. `form` is the
    labelset version that answers are checked against, `rendered` the target turn that exits would write. `explanation`
    says what the pair may be used for once it is labeled. `at_work` names others who typed something for this item
    just now.
    """

    id: UUID
    position: int
    item_ref: str
    ordinal: int
    version: int
    status: PairStatus
    origin: Origin
    messages: list[Any]
    value: Any
    rendered: str | None
    model_confidence: float | None
    stale: str | None
    problem: dict[str, Any] | None
    notes: str | None
    reviewed_by_name: str | None
    reviewed_at: datetime | None
    item: dict[str, Any] | None
    item_problem: str | None
    fields: list[ItemField]
    withheld: list[Withheld]
    form: LabelsetVersion
    explanation: Explanation
    badges: list[Badge]
    label: LabelSeen | None
    elsewhere: list[SeenElsewhere]
    claim: PairClaim | None
    at_work: list[str]
    draft: LabelDraft | None
    previous_id: UUID | None
    next_id: UUID | None
    training_sheet: TrainingSheetSeen


class PairAction(Schema):
    """One thing that was done to a pair. `before` and `after` hold the fields that it changed; without content in the
    list of a whole training sheet."""

    id: UUID
    pair_id: UUID
    kind: ActionKind
    before: dict[str, Any]
    after: dict[str, Any]
    undone: bool
    batch_id: UUID | None
    actor_name: str
    at: datetime


# --- many pairs -----------------------------------------------------------------------------------------------------


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
