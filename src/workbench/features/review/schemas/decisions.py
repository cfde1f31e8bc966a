"""Wire shapes of decisions on a pair, and of what comes of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints

from workbench.features.generation.schemas import PairCounts
from workbench.features.labels.schemas import DraftContent
from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import Confidence, PairStatus

Notes = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]


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


class PairAction(Schema):
    """One thing that was done to a pair. `before` and `after` hold the fields that it changed; without content in the
    list of a whole training sheet. `item_ref` is null for whoever may not see the key that items are named by."""

    id: UUID
    pair_id: UUID
    item_ref: str | None
    kind: ActionKind
    before: dict[str, Any]
    after: dict[str, Any]
    undone: bool
    batch_id: UUID | None
    actor_name: str
    at: datetime
