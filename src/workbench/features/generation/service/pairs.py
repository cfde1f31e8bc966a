"""Reading the pairs of a training sheet: a page, one, or all that may be used, as Arrow."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pyarrow as pa
from sqlalchemy import Row
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.generation.queries import pairs as queries
from workbench.features.generation.schemas import Pair, PairLine, PairPage
from workbench.features.generation.service.training_sheets import require_training_sheet
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.sheets.tables import ItemSpaceRow
from workbench.features.templates.sandbox import as_json
from workbench.kernel.actor import Actor
from workbench.kernel.errors import NotFound
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import Use, Verdict

BATCH = 5_000  # pairs of one Arrow batch
ARROW = pa.schema(
    [
        pa.field("pair_id", pa.string(), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("item_ref", pa.string(), nullable=False),
        pa.field("messages", pa.string(), nullable=False),
        pa.field("response", pa.string(), nullable=False),
        pa.field("value", pa.string(), nullable=False),
    ]
)


def list_pairs(
    session: Session,
    actor: Actor,
    training_sheet_id: UUID,
    wanted: PairPage,
) -> Page[PairLine]:
    """Pairs by position, without their prompts. Raises `AboveClearance` for the key."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    labels.require_space(session, actor, sheet.space_id)
    size, after = clamp_limit(wanted.limit), cursor_key(wanted.cursor, _position)
    rows = queries.page(session, sheet, wanted, after=after[0] if after else None, limit=size + 1)
    more = encode_cursor(rows[size - 1].position) if len(rows) > size else None
    labelset = labels.require_version(session, actor, sheet.labelset_version_id)
    hidden = _withheld(session, actor, sheet, rows[:size])
    return Page(items=[PairLine(**_line(row, labelset, row.id in hidden)) for row in rows[:size]], next_cursor=more)


def get_pair(session: Session, actor: Actor, pair_id: UUID) -> Pair:
    """A whole pair; prompt and answer are withheld when they are above the actor's clearance.

    Raises `NotFound`, and `AboveClearance` for the key that its item is named by.
    """
    row = queries.get(session, pair_id, actor.workspace_id)
    if row is None:
        raise NotFound(f"There is no pair {pair_id}.", field="pair_id")
    sheet: TrainingSheetRow = row.TrainingSheetRow
    labels.require_space(session, actor, sheet.space_id)
    labelset = labels.require_version(session, actor, sheet.labelset_version_id)
    withheld = bool(_withheld(session, actor, sheet, [row]))
    shown = not withheld and row.value is not None
    return Pair(
        **_line(row, labelset, withheld),
        training_sheet_id=sheet.id,
        messages=None if withheld else row.messages,
        value=None if withheld else row.value,
        rendered=kind_of(labelset.kind).render(row.value, labelset) if shown else None,
        label_verdict=Verdict(row.label_verdict) if row.label_verdict else None,
    )


def read_pairs(backends: Backends, actor: Actor, training_sheet_id: UUID, use: Use) -> Iterator[pa.RecordBatch]:
    """The pairs of a training sheet that the gate allows for a use, in their order, as Arrow batches.

    `messages` and `value` are JSON, `response` is the target turn. Each row names its item, so the tags on the key
    count too. Leaves an exit. Raises `AboveClearance`.
    """
    with backends.database.read() as session:
        sheet = require_training_sheet(session, actor, training_sheet_id)
        labelset = labels.require_version(session, actor, sheet.labelset_version_id)
        kind = kind_of(labelset.kind)
        leaving = replace(
            queries.pairs_leaving(sheet, PairRow.position, PairRow.item_ref, PairRow.messages, PairRow.value),
            sources=tuple(session.get_one(ItemSpaceRow, sheet.space_id).key_sources),
        )
        with governance.release(
            session, actor, leaving, use=use, kind="read", subject_kind="training_sheet", subject_id=sheet.id
        ) as released:
            governance.require_view(actor, released.summary.classification)
            rows: list[tuple[Any, ...]] = []
            for row in released:
                turn = kind.render(row.value, labelset)
                rows.append(
                    (str(row.pair_id), row.position, row.item_ref, as_json(row.messages), turn, as_json(row.value))
                )
                if len(rows) == BATCH:
                    yield _batch(rows)
                    rows = []
            if rows:
                yield _batch(rows)


def as_stream(batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    """The batches in Arrow's streaming format, in memory of one batch."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, ARROW) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


def _position(part: Any) -> int:
    if not isinstance(part, int) or not 0 <= part < 2**31:
        raise ValueError(part)
    return part


def _batch(rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    return pa.record_batch(
        [pa.array(column, field.type) for column, field in zip(columns, ARROW, strict=True)], schema=ARROW
    )


def _withheld(session: Session, actor: Actor, sheet: TrainingSheetRow, rows: Sequence[Row[Any]]) -> set[UUID]:
    """Those of the pairs whose content is more sensitive than the actor may see."""
    of_sheet = governance.classification_of(
        session,
        actor.workspace_id,
        exposures=[sheet.exposure_id],
        sheet_id=sheet.sheet_id,
        labelset_id=sheet.labelset_id,
    )
    if not governance.may_view(actor, of_sheet):
        return {row.id for row in rows}
    of_labels = {
        each: governance.classification_of(session, actor.workspace_id, exposures=[each]).rank
        for each in {row.label_exposure_id for row in rows if row.label_exposure_id is not None}
    }
    subjects = {row.id for row in rows} | {row.label_id for row in rows if row.label_id is not None}
    own = queries.own_classifications(session, actor.workspace_id, subjects)
    return {
        row.id
        for row in rows
        if max(own.get(row.id, 0), own.get(row.label_id, 0), of_labels.get(row.label_exposure_id, 0))
        > actor.clearance.rank
    }


def _line(row: Row[Any], labelset: LabelsetVersion, withheld: bool) -> dict[str, Any]:
    shared = {name: getattr(row, name) for name in PairLine.model_fields if hasattr(row, name)}
    says = None if withheld or row.value is None else kind_of(labelset.kind).summarize(row.value, labelset)
    stands = row.label_verdict is not None and row.label_verdict != Verdict.RETRACTED
    return shared | {
        "summary": says,
        "outdated": bool(stands and row.label_number is not None and row.label_now > row.label_number),
        "problem": {"kind": row.problem["kind"]} if withheld and row.problem else row.problem,  # its words may quote
        "notes": None if withheld else row.notes,
        "withheld": withheld,
    }
