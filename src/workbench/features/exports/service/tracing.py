"""Lineage of single rows: from a line of an exported file back to its source row, and from a source row forward."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.exports import queries, rules, writing
from workbench.features.exports.places import place_of
from workbench.features.exports.schemas import (
    ExportState,
    RowTrace,
    Split,
    TracedExport,
    TracedLabel,
    TracedLine,
    TracedPair,
)
from workbench.features.exports.service.asking import ExportNotReady, file_gone, require_export, require_key, state_of
from workbench.features.exports.tables import ExportRow
from workbench.features.governance import service as governance
from workbench.features.labels.service import as_labels, require_space
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.features.sheets.rules import key_values
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid, NotFound
from workbench.kernel.vocabulary import Classification

MOST_EXPORTS = 50  # files looked through for one source row


def trace_line(
    session: Session, actor: Actor, backends: Backends, export_id: UUID, split: Split, line: int
) -> TracedLine:
    """What stands behind a line, counted from 1, of an exported file. Raises `NotFound` past its end."""
    row, status = require_export(session, actor, export_id)
    if state_of(row, status) is not ExportState.READY:
        raise ExportNotReady("The export has no files.", fix="Trace lines of an export that is ready.")
    governance.require_view(actor, Classification.of_rank(row.classification or 0))
    require_key(session, actor, row.training_sheet_id)
    wanted = [("split", "==", split.value), ("line", "==", line)]
    try:
        found = pq.read_table(place_of(backends, row) / writing.ROWS, filters=wanted).to_pylist()
    except FileNotFoundError:
        raise file_gone(writing.ROWS) from None
    if not found:
        raise _no_line(row, split, line)
    (pair,) = found
    item = queries.item_of(session, pair["pair_id"])
    if item is None:
        raise NotFound(f"The pair on line {line} is no longer there.", field="line")
    values = (value if isinstance(value, int | str) else str(value) for value in key_values(item.item_ref))
    return TracedLine(
        export_id=row.id,
        split=split,
        line=line,
        training_sheet_id=row.training_sheet_id,
        pair_id=pair["pair_id"],
        position=pair["position"],
        sheet_id=item.sheet_id,
        source_table=item.source_table,
        key=dict(zip(item.key_columns, values, strict=True)),
        item_ref=item.item_ref,
        label_id=pair["label_id"],
        label_number=pair["label_number"],
    )


def _no_line(row: ExportRow, split: Split, line: int) -> NotFound:
    counts = {file.get("split"): file.get("rows") for file in row.files}
    if split not in counts:
        return NotFound(f"This export has no {split} file.", field="split", fix="Trace a line of a file that it has.")
    there = counts[split] or 0
    lines = "1 line" if there == 1 else f"{there:,} lines"
    fix = f"It has {lines}, counted from 1." if there else "It is empty."
    return NotFound(f"The {split} file has no line {line}.", field="line", fix=fix)


def trace_row(
    session: Session, actor: Actor, backends: Backends, table: str, key: list[str], item_ref: str | None = None
) -> RowTrace:
    """Everything that was made from a row of a table, named by its key values as text, or by its `item_ref`.

    Raises `NotFound` when nothing was, and `AboveClearance` for the key: else asking would tell which rows there are.
    """
    if bool(key) == bool(item_ref):
        raise Invalid("Name the row by its key or by its item_ref.", field="key", fix="Send one of the two.")
    table = table.strip().lower()
    refs = [item_ref] if item_ref else rules.refs_of(key)
    spaces = queries.spaces_over(session, actor.workspace_id, table)
    for space_id in spaces:
        require_space(session, actor, space_id)
    labels = queries.labels_on(session, spaces, refs)
    pairs = queries.pairs_on(session, spaces, refs)
    if not labels and not pairs:
        raise NotFound(
            f"Nothing was made from row {', '.join(key) or item_ref} of {table}.",
            field="key",
            fix="Check the table's full name and the row's key.",
        )
    sheets = list(dict.fromkeys(pair.training_sheet_id for pair in pairs))
    exports = queries.ready_of(session, sheets, MOST_EXPORTS + 1)
    pair_ids = [pair.id for pair in pairs]
    lines = [
        TracedExport(
            export_id=export.id,
            training_sheet_id=export.training_sheet_id,
            training_sheet_name=export.training_sheet_name,
            created_at=export.created_at,
            **line,
        )
        for export in exports[:MOST_EXPORTS]
        for line in _lines_with(place_of(backends, export) / writing.ROWS, pair_ids)
    ]
    return RowTrace(
        source_table=table,
        item_ref=labels[0][0].item_ref if labels else pairs[0].item_ref,
        labels=_as_traced(session, actor, [label for label, _ in labels]),
        pairs=[
            TracedPair(
                pair_id=pair.id,
                training_sheet_id=pair.training_sheet_id,
                training_sheet_name=pair.name,
                status=pair.status,
                label_number=pair.label_number,
            )
            for pair in pairs
        ],
        exports=lines,
        truncated=len(exports) > MOST_EXPORTS,
    )


def _as_traced(session: Session, actor: Actor, rows: Sequence[CanonicalLabelRow]) -> list[TracedLabel]:
    """The labels with what they answer, as far as the actor may see it."""
    shown = ("labelset_id", "label_type", "verdict", "summary", "withheld", "number", "labeled_by_name", "changed_at")
    return [
        TracedLabel(label_id=label.id, **{name: getattr(label, name) for name in shown})
        for _, of_labelset in groupby(rows, key=attrgetter("labelset_id"))  # they come labelset by labelset
        for label in as_labels(session, actor, list(of_labelset))
    ]


def _lines_with(listed: Path, pair_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Where these pairs stand in the files of an export: `split`, `line`, `pair_id`; nowhere once they are removed."""
    try:
        rows = pq.read_table(listed, columns=["split", "line", "pair_id"])
    except FileNotFoundError:
        return []
    wanted = pa.array([each.bytes for each in pair_ids], pa.binary(16))
    found: list[dict[str, Any]] = rows.filter(pc.is_in(rows["pair_id"].cast(pa.binary(16)), wanted)).to_pylist()
    return found
