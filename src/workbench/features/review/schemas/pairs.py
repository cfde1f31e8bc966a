"""Wire shapes of one pair on the review page."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from workbench.features.generation.schemas import Origin, PairCounts, TrainingSheetState
from workbench.features.governance.schemas import Explanation
from workbench.features.labels.schemas import LabelDraft, LabelsetVersion
from workbench.features.review.schemas.queue import PairClaim
from workbench.features.sheets.schemas import ItemField, Withheld
from workbench.kernel.schema import Schema
from workbench.kernel.vocabulary import Confidence, PairStatus, Verdict


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
