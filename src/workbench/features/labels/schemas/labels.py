"""Wire shapes of canonical labels, their history, and drafts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import StringConstraints

from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import Confidence, Verdict

ItemRef = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=r"^[^\x00]*$")]
Notes = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]


class Staleness(StrEnum):
    """Why a label is stale: what it read of its item changed, or it does not fit the labelset any more."""

    ITEM = "item"
    LABELSET = "labelset"


class ChangeKind(StrEnum):
    """What a submission did."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


class Label(Schema):
    """The canonical label of an item, as it stands now. `number` counts its versions and is what an edit must name.

    `value` is in the labelset's terms (class ids, text, an object), `rendered` is how a target turn says it and
    `summary` a short line for lists. When the data it was made from is above the reader's clearance, these are null
    and `withheld` says why. `stale` is null when fresh, and also when `stale_known` is false.
    """

    id: UUID
    space_id: UUID
    item_ref: str
    labelset_id: UUID
    label_type: str
    labelset_version: int
    number: int
    verdict: Verdict
    value: Any
    rendered: str | None
    summary: str | None
    confidence: Confidence
    notes: str | None
    labeled_by_name: str
    labeled_at: datetime
    changed_by_name: str
    changed_at: datetime
    stale: Staleness | None = None
    stale_known: bool = False
    withheld: str | None = None


class LabelIn(Schema):
    """An answer for one item of a sheet. Name the labelset by its label type; the newest published version is meant
    unless `labelset_version` says otherwise.

    `version` is the `number` of the label that the expert saw, or null when there was none. `fields` are the
    item's fields that the expert looked at (null: all of the sheet's); when one of them changes, the label turns stale.
    """

    sheet_id: UUID
    sheet_version: int | None = None
    item_ref: ItemRef
    label_type: str
    labelset_version: int | None = None
    verdict: Literal[Verdict.ANSWERED, Verdict.UNLABELABLE] = Verdict.ANSWERED
    value: Any = None
    confidence: Confidence = Confidence.HIGH
    notes: Notes = ""
    fields: list[str] | None = None
    version: int | None


class LabelOutcome(Schema):
    """What became of a submitted answer, and the label as it stands now."""

    change: ChangeKind
    label: Label


class RetractLabel(Change):
    """Takes a label back. `version` is the label's `number` as it was seen."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class RevertLabel(Change):
    """Makes version `to` of a label its newest one again. `version` is the label's `number` as it was seen."""

    to: int
    notes: Notes | None = None


class ValueDifference(Schema):
    """One place that differs between two versions of a label: a JSON Pointer, and both sides as text."""

    path: str
    before: str | None
    after: str | None


class LabelVersion(Schema):
    """One thing a canonical label said. `changes` compares it with the version before."""

    number: int
    verdict: Verdict
    value: Any
    rendered: str | None
    labelset_version: int
    confidence: Confidence
    notes: str | None
    source: str
    pair_id: UUID | None
    actor_name: str
    at: datetime
    changes: list[ValueDifference]
    withheld: str | None = None


class LabelHistory(Schema):
    """Every version of a label, newest first."""

    label: Label
    versions: list[LabelVersion]


class DraftContent(Schema):
    """What an expert has typed so far; `messages` are the pair's edited prompt turns when reviewing. Without `notes` or
    `messages` those stand that are there; `beside` are the notes that stood when these were typed."""

    value: Any = None
    notes: Notes | None = None
    beside: Notes | None = None
    confidence: Confidence = Confidence.HIGH
    messages: list[dict[str, Any]] | None = None


class LabelDraftIn(Schema):
    """A draft to keep. `version` is null the first time, then the one that was answered last."""

    sheet_id: UUID
    item_ref: ItemRef
    label_type: str
    content: DraftContent
    version: int | None = None


class LabelDraft(Schema):
    """An expert's own unfinished answer for an item."""

    id: UUID
    item_ref: str
    labelset_id: UUID
    content: DraftContent
    changed_at: datetime
    version: int
