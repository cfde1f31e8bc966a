"""Every statement on exports, and the pairs that an export reads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, literal, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from workbench.features.exports.rules import DIGITS, threshold
from workbench.features.exports.schemas import ExportOptions, ExportState, Split
from workbench.features.exports.tables import ExportRow
from workbench.features.generation.queries.pairs import pairs_leaving
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance.gate import Leaving
from workbench.features.jobs.tables import JobRow
from workbench.features.labels.tables import CanonicalLabelRow, LabelsetRow, LabelVersionRow
from workbench.features.sheets.tables import ItemSpaceRow, SheetVersionRow
from workbench.features.templates.tables import TemplateVersionRow
from workbench.kernel.vocabulary import PairStatus


def export(session: Session, workspace_id: UUID, export_id: UUID) -> Row[ExportRow, str] | None:
    """An export and the status of its job."""
    return session.execute(
        _with_job().where(ExportRow.id == export_id, ExportRow.workspace_id == workspace_id)
    ).one_or_none()


def page(
    session: Session,
    workspace_id: UUID,
    *,
    before: UUID | None,
    limit: int,
    training_sheet_id: UUID | None,
    state: ExportState | None,
    search: str | None,
) -> Sequence[Row[ExportRow, str]]:
    """Exports with the status of their jobs, newest first."""
    query = _with_job().where(ExportRow.workspace_id == workspace_id)
    if before is not None:
        query = query.where(ExportRow.id < before)
    if training_sheet_id is not None:
        query = query.where(ExportRow.training_sheet_id == training_sheet_id)
    if search:
        query = query.where(ExportRow.training_sheet_name.icontains(search, autoescape=True))
    if state in (ExportState.FAILED, ExportState.CANCELLED):
        query = query.where(ExportRow.state == ExportState.WRITING, JobRow.status == state.value)
    elif state is not None:
        query = query.where(ExportRow.state == state)
        if state is ExportState.WRITING:
            query = query.where(JobRow.status.not_in([ExportState.FAILED.value, ExportState.CANCELLED.value]))
    return session.execute(query.order_by(ExportRow.id.desc()).limit(limit)).all()


def _with_job() -> Select[ExportRow, str]:
    return select(ExportRow, JobRow.status).join(JobRow, JobRow.id == ExportRow.job_id)


def ready_of(session: Session, training_sheet_ids: Sequence[UUID], limit: int) -> list[ExportRow]:
    """The finished exports of these training sheets, newest first."""
    return list(
        session.scalars(
            select(ExportRow)
            .where(ExportRow.training_sheet_id.in_(training_sheet_ids), ExportRow.state == ExportState.READY)
            .order_by(ExportRow.id.desc())
            .limit(limit)
        )
    )


def training_sheet_of(session: Session, workspace_id: UUID, training_sheet_id: UUID) -> TrainingSheetRow | None:
    """The training sheet of an export, also while it is being deleted."""
    return session.scalar(
        select(TrainingSheetRow).where(
            TrainingSheetRow.id == training_sheet_id, TrainingSheetRow.workspace_id == workspace_id
        )
    )


def pinned(session: Session, sheet: TrainingSheetRow) -> tuple[TemplateVersionRow | None, SheetVersionRow | None]:
    """The template version and the sheet version that a training sheet was made from."""
    return session.get(TemplateVersionRow, sheet.template_version_id), session.get(
        SheetVersionRow, sheet.sheet_version_id
    )


class raw_id(FunctionElement[Any]):
    """The 16 bytes of an id, for where a million UUID objects would cost more than the rows they stand in."""

    inherit_cache = True
    type = NullType()  # bytes as the driver gives them


@compiles(raw_id)
def _as_kept(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(raw_id, "postgresql")
def _sent(element: Any, compiler: Any, **options: Any) -> str:
    return f"uuid_send({compiler.process(element.clauses, **options)})"


# what a line is made of: position, and messages and value as the JSON they are kept as
SHOWN = (PairRow.position, type_coerce(PairRow.messages, Text), type_coerce(PairRow.value, Text))
# what is written of each pair, in the order of `writing.Written`
WRITTEN = (
    raw_id(PairRow.id),
    PairRow.position,
    raw_id(PairRow.label_id),
    PairRow.label_number,
    raw_id(LabelVersionRow.exposure_id),
    type_coerce(PairRow.messages, Text),
    type_coerce(PairRow.value, Text),
)


def split_leaving(session: Session, sheet: TrainingSheetRow, options: ExportOptions, split: Split) -> Leaving:
    """The pairs of one split of a training sheet, for the gate to judge."""
    where = None
    if options.validation_fraction:
        place = _bucket(session, options.seed)
        border = threshold(options.validation_fraction)
        where = place < border if split is Split.VALIDATION else place >= border
    return pairs_leaving(sheet, where=where)


def still_leaving(sheet: TrainingSheetRow, exposures: Sequence[UUID], pair_ids: Sequence[UUID]) -> Leaving:
    """These pairs of a training sheet and everything that a file with them was made from.

    They were labeled when they were written; what is asked is whether the rules still let them be used.
    """
    now = pairs_leaving(sheet, where=PairRow.id.in_(pair_ids))
    labeled = literal(PairStatus.LABELED.value).label("status")
    columns = [labeled if column.name == "status" else column for column in now.rows.selected_columns]
    return replace(now, rows=now.rows.with_only_columns(*columns), exposures=tuple(exposures))


def spaces_over(session: Session, workspace_id: UUID, table: str) -> list[UUID]:
    """The item spaces over a table: one for each key it was used with."""
    return list(
        session.scalars(
            select(ItemSpaceRow.id).where(ItemSpaceRow.workspace_id == workspace_id, ItemSpaceRow.source_table == table)
        )
    )


def labels_on(session: Session, space_ids: Sequence[UUID], refs: Sequence[str]) -> list[Row[CanonicalLabelRow, str]]:
    """The canonical labels on items, with their label type."""
    return list(
        session.execute(
            select(CanonicalLabelRow, LabelsetRow.label_type)
            .join(LabelsetRow, LabelsetRow.id == CanonicalLabelRow.labelset_id)
            .where(CanonicalLabelRow.space_id.in_(space_ids), CanonicalLabelRow.item_ref.in_(refs))
            .order_by(LabelsetRow.label_type, CanonicalLabelRow.id)
        )
    )


def pairs_on(session: Session, space_ids: Sequence[UUID], refs: Sequence[str]) -> list[Row[Any]]:
    """The pairs made from items, with their training sheet's name, newest training sheet first."""
    return list(
        session.execute(
            select(
                PairRow.id,
                PairRow.item_ref,
                PairRow.training_sheet_id,
                TrainingSheetRow.name,
                PairRow.status,
                PairRow.label_number,
            )
            .join(TrainingSheetRow, TrainingSheetRow.id == PairRow.training_sheet_id)
            .where(TrainingSheetRow.space_id.in_(space_ids), PairRow.item_ref.in_(refs))
            .order_by(TrainingSheetRow.id.desc(), PairRow.ordinal)
        )
    )


def item_of(session: Session, pair_id: UUID) -> Row[str, str, list[str], UUID] | None:
    """The item that a pair was made from, its item space, and the sheet."""
    return session.execute(
        select(PairRow.item_ref, ItemSpaceRow.source_table, ItemSpaceRow.key_columns, TrainingSheetRow.sheet_id)
        .join(TrainingSheetRow, TrainingSheetRow.id == PairRow.training_sheet_id)
        .join(ItemSpaceRow, ItemSpaceRow.id == TrainingSheetRow.space_id)
        .where(PairRow.id == pair_id)
    ).one_or_none()


def mark(session: Session, export_id: UUID, **values: Any) -> None:
    """Changes an export's row."""
    row = session.get(ExportRow, export_id)
    assert row is not None
    for name, value in values.items():
        setattr(row, name, value)


def _bucket(session: Session, seed: int) -> ColumnElement[str]:
    """A number between 0 and 1 that belongs to each pair's item under this seed: the first hexadecimal digits of the
    SHA-256 of `seed:item_ref`, the same in every training sheet and export."""
    text = cast(str(seed) + ":", Text) + PairRow.item_ref
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        digest: ColumnElement[str] = func.encode(func.sha256(func.convert_to(text, "UTF8")), "hex").collate("C")
    else:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)
        digest = func.sha256_hex(text)
    return type_coerce(func.substr(digest, 1, DIGITS), Text)


def _sha256_hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
