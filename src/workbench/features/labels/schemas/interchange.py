"""Wire shapes of labels coming in and going out as JSON Lines."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from workbench.kernel.schema import Schema
from workbench.kernel.vocabulary import Classification, Use


class ImportPolicy(StrEnum):
    """What to do with an item that has a label: leave it, replace it, or refuse the whole file. Rows that are wrong are
    left out and reported, except under `fail`, which takes all or nothing."""

    SKIP = "skip"
    OVERWRITE = "overwrite"
    FAIL = "fail"


class RowProblem(Schema):
    """One row of a file that could not be taken: its number from 1, the field at fault, and why."""

    row: int
    field: str | None
    message: str


class LabelImportReport(Schema):
    """What an import did, or would do when it is a dry run. Each row is counted once; `problems` are the first."""

    dry_run: bool
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    invalid: int = 0
    problems: list[RowProblem] = []


class LabelExportRequest(Schema):
    """Which labels to write as JSON Lines and for which use; those that the gate does not allow for it stay behind.

    `sheet_id` narrows to the items of that sheet's table.
    """

    label_type: str
    use: Use
    sheet_id: UUID | None = None


class LabelExport(Schema):
    """What a finished export of labels holds: the result of its job.

    `file` is the name it is handed out under; `excluded` counts the rest by reason.
    """

    file: str
    rows: int
    sha256: str
    use: Use
    gate_revision: int
    classification: Classification
    excluded: dict[str, int]
