"""Wire shapes of training sheets, of generating them, and of reading their pairs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from workbench.features.labels.schemas import Staleness
from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import PairStatus, Verdict

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]

MOST_PREVIEWED = 20  # pairs of one preview


class Mode(StrEnum):
    """Where an answer comes from when no canonical label has it: a model, a person, or a column of the data."""

    AI_GENERATED = "ai_generated"
    MANUAL = "manual"
    EXISTING_COLUMN = "existing_column"


class Origin(StrEnum):
    """Where a pair's answer came from; it never changes."""

    CANONICAL = "canonical"
    AI_GENERATED = "ai_generated"
    MANUAL = "manual"
    EXISTING_COLUMN = "existing_column"


class TrainingSheetState(StrEnum):
    """The life of a training sheet."""

    GENERATING = "generating"
    REVIEW = "review"
    APPROVED = "approved"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Recipe(Schema):
    """How pairs are made: a published template version applied to a published sheet version (the newest unless
    `sheet_version` says otherwise), always after the canonical labels.

    `column` holds the answers in mode `existing_column`; `trusted` makes them canonical labels at once. `endpoint_id`
    replaces the template's model in mode `ai_generated`. `reuse_answers` takes answers that the same model gave to the
    same prompt before. `limit` makes pairs of the first items only.
    """

    sheet_id: UUID
    sheet_version: int | None = None
    template_version_id: UUID
    mode: Mode
    column: str | None = Field(None, max_length=200)
    trusted: bool = False
    endpoint_id: UUID | None = None
    reuse_answers: bool = True
    limit: int | None = Field(None, ge=1)


class GenerateIn(Recipe):
    """A training sheet to make."""

    name: Name
    description: Text = ""


class PairPreviewIn(Recipe):
    """A training sheet to look at before it is made: its first `count` pairs. No model is asked."""

    count: int = Field(5, ge=1, le=MOST_PREVIEWED)


class TrainingSheetCopy(Schema):
    """A training sheet made like another one: over the newest version of its sheet, with another template version or
    mode where given. Its canonical labels are reused."""

    name: Name
    description: Text | None = None
    template_version_id: UUID | None = None
    mode: Mode | None = None
    column: str | None = Field(None, max_length=200)
    trusted: bool | None = None
    endpoint_id: UUID | None = None


class TrainingSheetChange(Change):
    """New name or description; what is left out stays."""

    name: Name | None = None
    description: Text | None = None


class PairCounts(Schema):
    """How many pairs stand where, exact. `reused` came from canonical labels at generation, ready or rejected as
    unlabelable; `stale` still wait with an answer from a stale label, `failed` without a usable answer."""

    total: int = 0
    unlabeled: int = 0
    labeled: int = 0
    rejected: int = 0
    flagged: int = 0
    reused: int = 0
    stale: int = 0
    failed: int = 0


class TrainingSheet(Schema):
    """One template version applied to one sheet version. `pins` are the states of the sources it read; `job_id` is
    what generates it, or generated it; `expected` is how many pairs it will have, while that is known."""

    id: UUID
    name: str
    description: str
    state: TrainingSheetState
    sheet_id: UUID
    sheet_name: str
    sheet_version_id: UUID
    sheet_version: int
    template_id: UUID
    template_name: str
    template_version_id: UUID
    template_version: str
    labelset_id: UUID
    labelset_version_id: UUID
    label_type: str
    space_id: UUID
    mode: Mode
    recipe: Recipe
    pins: dict[str, str]
    expected: int | None
    counts: PairCounts
    job_id: UUID | None
    created_by_name: str
    created_at: datetime
    approved_by_name: str | None
    approved_at: datetime | None
    archived: bool
    version: int


class LabelCoverage(Schema):
    """How much of a sheet is labeled already, as generating would find it: `labeled` and `unlabelable` are reused,
    `stale` prefilled, `unlabeled` need an answer. Asked of a column, `unfit` of the unlabeled have no answer there that
    the labelset takes. Where `sampled` is less than `total`, the numbers are an estimate from the first items."""

    total: int
    sampled: int
    labeled: int
    unlabelable: int
    stale: int
    unlabeled: int
    unfit: int | None = None


class PairPreview(Schema):
    """A pair as it would be made. `rendered` is its answer as a target turn; null where a model or a person is yet to
    answer, where `problem` says why there is none, or where `withheld` says why its label may not be seen."""

    item_ref: str
    messages: list[dict[str, Any]]
    status: PairStatus
    origin: Origin
    value: Any
    rendered: str | None
    stale: Staleness | None
    problem: dict[str, Any] | None
    withheld: str | None


class PairPreviews(Schema):
    """The first pairs of a training sheet to be; `withheld` says why none is shown."""

    pairs: list[PairPreview]
    withheld: str | None


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


class PairPage(PairFilter):
    """A page of the pairs that are meant."""

    cursor: str | None = None
    limit: int | None = None


class PairLine(Schema):
    """A pair in a list: how it stands and a short form of its answer, without its prompt. When the data behind it is
    above the reader's clearance, `withheld` is true, and `summary`, `notes` and the words of `problem` are left out."""

    id: UUID
    position: int
    item_ref: str
    ordinal: int
    status: PairStatus
    origin: Origin
    summary: str | None
    label_id: UUID | None
    label_number: int | None
    outdated: bool
    stale: Staleness | None
    problem: dict[str, Any] | None
    model_confidence: float | None
    reviewed_by_name: str | None
    reviewed_at: datetime | None
    notes: str | None
    withheld: bool
    version: int


class Pair(PairLine):
    """A whole pair: `messages` are the prompt's turns, `value` the answer in the labelset's terms and `rendered` the
    target turn. `label_verdict` is what its item's canonical label says now."""

    training_sheet_id: UUID
    messages: list[dict[str, Any]] | None
    value: Any
    rendered: str | None
    label_verdict: Verdict | None


class RetryFailures(Schema):
    """Which failures to ask the model about again: of these kinds, or all."""

    kinds: list[str] | None = None
