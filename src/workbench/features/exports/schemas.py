"""Wire shapes of exports."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from workbench.features.governance.schemas import GateSummary
from workbench.kernel.schema import Schema

ImageWay = Literal["reference", "embed"]


class Split(StrEnum):
    """Which file a pair goes to; each has its own use, so each passes the gate on its own."""

    TRAIN = "train"
    VALIDATION = "validation"


class ExportState(StrEnum):
    """Where an export stands."""

    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELETED = "deleted"


class ExportOptions(Schema):
    """How to write. `validation_fraction` of the items (not of the pairs) go to a file of their own; the same `seed`
    always sends an item the same way, whatever else is exported. Images are named (`reference`) or put into the file
    whole (`embed`)."""

    format: str = "openai_chat"
    validation_fraction: float = Field(0.0, ge=0.0, le=0.9, allow_inf_nan=False)
    seed: int = Field(0, ge=0, lt=2**31)
    images: ImageWay = "reference"


class ExportRequest(ExportOptions):
    """A training sheet to export, and how."""

    training_sheet_id: UUID


class SplitSummary(Schema):
    """What the gate says of the pairs of one split; `sentence` says it in words."""

    split: Split
    gate: GateSummary
    sentence: str


class ExportSummary(Schema):
    """What an export would hold, and why the rest stays behind."""

    training_sheet_id: UUID
    training_sheet_name: str
    splits: list[SplitSummary]


class ExportPreview(Schema):
    """The first lines of one split as the file would have them."""

    split: Split
    lines: list[str]
    summary: SplitSummary


class ExportFile(Schema):
    """One file of an export. `split` and `rows` are null for the manifest; `rows.parquet` says which pair stands on
    which line of which split."""

    name: str
    split: Split | None
    rows: int | None
    bytes: int
    sha256: str


class Export(Schema):
    """One export. `gate_revision` names the rules it obeyed; `files` and `splits` are empty until it is ready.

    `training_sheet_state` is the one in which it was written (`approved`, `review`): null until then, and for exports
    of older versions, whose manifest tells it.
    """

    id: UUID
    training_sheet_id: UUID
    training_sheet_name: str
    training_sheet_state: str | None
    options: ExportOptions
    state: ExportState
    job_id: UUID
    gate_revision: int | None
    splits: list[SplitSummary]
    files: list[ExportFile]
    created_by_name: str
    created_at: datetime
    finished_at: datetime | None


class FileVerification(Schema):
    """Whether a file is still the one that was written."""

    name: str
    intact: bool
    problem: str | None


class ExportVerification(Schema):
    """Whether an export's files are what was written, and whether all they hold may still be used."""

    intact: bool
    files: list[FileVerification]
    standing: bool
    obstacles: dict[str, int]


class FormatInfo(Schema):
    """A file format that exports can be written in."""

    name: str
    title: str
    description: str
    suffix: str
    sample: list[str]


class TracedLine(Schema):
    """Where one line of an exported file comes from: the pair, the label version it pins, and the source row."""

    export_id: UUID
    split: Split
    line: int
    training_sheet_id: UUID
    pair_id: UUID
    position: int
    sheet_id: UUID
    source_table: str
    key: dict[str, str | int | bool]
    item_ref: str
    label_id: UUID | None
    label_number: int | None


class TracedLabel(Schema):
    """A canonical label on a source row. `summary` is its answer in few words; `withheld` says why it is not shown."""

    label_id: UUID
    labelset_id: UUID
    label_type: str
    verdict: str
    summary: str | None
    withheld: str | None
    number: int
    labeled_by_name: str
    changed_at: datetime


class TracedPair(Schema):
    """A pair made from a source row."""

    pair_id: UUID
    training_sheet_id: UUID
    training_sheet_name: str
    status: str
    label_number: int | None


class TracedExport(Schema):
    """A line that a source row has in an exported file. `training_sheet_name` is as it was when it was exported."""

    export_id: UUID
    training_sheet_id: UUID
    training_sheet_name: str
    created_at: datetime
    split: Split
    line: int
    pair_id: UUID


class RowTrace(Schema):
    """Everything that was made from one source row. `truncated`: there are more exports than were looked through."""

    source_table: str
    item_ref: str
    labels: list[TracedLabel]
    pairs: list[TracedPair]
    exports: list[TracedExport]
    truncated: bool
