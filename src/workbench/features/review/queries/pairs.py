"""Pairs as review reads and changes them, their counters, and the training sheets they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.generation.tables import PairCountRow, PairRow, TrainingSheetRow
from workbench.features.review.rules import Standing

_COLUMNS = (
    PairRow.id,
    PairRow.training_sheet_id,
    PairRow.position,
    PairRow.item_ref,
    PairRow.ordinal,
    PairRow.version,
    PairRow.digest,
    PairRow.status,
    PairRow.value,
    PairRow.stale,
    PairRow.problem,
    PairRow.label_id,
    PairRow.label_number,
    PairRow.reviewed_by,
    PairRow.reviewed_by_name,
    PairRow.reviewed_at,
    PairRow.notes,
)


def training_sheet(session: Session, training_sheet_id: UUID, workspace_id: UUID) -> TrainingSheetRow | None:
    """The training sheet, if it belongs to the workspace."""
    return session.scalar(
        select(TrainingSheetRow).where(
            TrainingSheetRow.id == training_sheet_id, TrainingSheetRow.workspace_id == workspace_id
        )
    )


def training_sheet_of(session: Session, pair_id: UUID, workspace_id: UUID) -> TrainingSheetRow | None:
    """The training sheet of a pair, if it belongs to the workspace."""
    return session.scalar(
        select(TrainingSheetRow)
        .join(PairRow, PairRow.training_sheet_id == TrainingSheetRow.id)
        .where(PairRow.id == pair_id, TrainingSheetRow.workspace_id == workspace_id)
    )


def counts(session: Session, training_sheet_id: UUID) -> PairCountRow | None:
    """The counters of a training sheet, as this transaction sees them."""
    return session.get(PairCountRow, training_sheet_id, populate_existing=True)


def pair(session: Session, pair_id: UUID) -> PairRow | None:
    """One whole pair."""
    return session.get(PairRow, pair_id, populate_existing=True)


def neighbours(session: Session, training_sheet_id: UUID, position: int) -> tuple[UUID | None, UUID | None]:
    """The pairs before and after a position."""
    base = select(PairRow.id).where(PairRow.training_sheet_id == training_sheet_id).limit(1)
    return (
        session.scalar(base.where(PairRow.position < position).order_by(PairRow.position.desc())),
        session.scalar(base.where(PairRow.position > position).order_by(PairRow.position)),
    )


def elsewhere(session: Session, sheet: TrainingSheetRow, item_ref: str, limit: int = 20) -> list[Row[Any]]:
    """What became of the same item in other training sheets of the same labelset, newest first."""
    return list(
        session.execute(
            select(TrainingSheetRow.id, TrainingSheetRow.name, PairRow.status, PairRow.value, PairRow.reviewed_by_name)
            .join(PairRow, PairRow.training_sheet_id == TrainingSheetRow.id)
            .where(
                TrainingSheetRow.space_id == sheet.space_id,
                TrainingSheetRow.labelset_id == sheet.labelset_id,
                TrainingSheetRow.workspace_id == sheet.workspace_id,
                TrainingSheetRow.id != sheet.id,
                TrainingSheetRow.archived.is_(False),
                PairRow.item_ref == item_ref,
                PairRow.ordinal == 0,
            )
            .order_by(TrainingSheetRow.id.desc())
            .limit(limit)
        )
    )


def matching(
    session: Session, training_sheet_id: UUID, where: Sequence[ColumnElement[bool]], *, after: int, limit: int
) -> list[Row[tuple[UUID, int, str, int]]]:
    """The next pairs by position that match: (id, position, item_ref, version)."""
    return list(
        session.execute(
            select(PairRow.id, PairRow.position, PairRow.item_ref, PairRow.version)
            .where(PairRow.training_sheet_id == training_sheet_id, PairRow.position > after, *where)
            .order_by(PairRow.position)
            .limit(limit)
        )
    )


def lock(
    session: Session, sheet: TrainingSheetRow, pairs: Mapping[UUID, str], *, messages: bool = False
) -> list[Standing]:
    """Locks the pairs (id → item_ref), and with them the pairs of the same items that follow the same labels in other
    training sheets under review. All are locked in the order of their ids, so that two reviewers never deadlock."""
    found: list[Standing] = []
    columns = (*_COLUMNS, PairRow.messages) if messages else _COLUMNS
    for chunk in in_chunks(sorted(pairs.items(), key=lambda pair: pair[0].bytes)):
        ids, refs = [id for id, _ in chunk], sorted({ref for _, ref in chunk})
        query: Select[Any] = (
            select(*columns)
            .join(TrainingSheetRow, TrainingSheetRow.id == PairRow.training_sheet_id)
            .where(
                TrainingSheetRow.space_id == sheet.space_id,
                TrainingSheetRow.labelset_id == sheet.labelset_id,
                TrainingSheetRow.workspace_id == sheet.workspace_id,
                PairRow.item_ref.in_(refs),
                or_(
                    PairRow.id.in_(ids),
                    (TrainingSheetRow.state == "review") & TrainingSheetRow.archived.is_(False) & (PairRow.ordinal == 0),
                ),
            )
            .order_by(PairRow.id)
            .with_for_update(of=PairRow)
        )
        found.extend(Standing(**row._mapping) for row in session.execute(query))
    return found


def write(session: Session, changes: Iterable[tuple[UUID, Mapping[str, Any]]]) -> None:
    """Gives each pair its new fields and the next version; pairs that get the same fields are written together."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for pair_id, fields in changes:
        alike[tuple(sorted(fields))].append({"pair_id": pair_id, **{f"new_{k}": v for k, v in fields.items()}})
    table = PairRow.__table__
    connection = session.connection()
    for names, rows in alike.items():
        values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
        statement = update(table).where(table.c.id == bindparam("pair_id", type_=table.c.id.type))  # type: ignore[arg-type]
        connection.execute(statement.values(**values, version=table.c.version + 1), rows)


def shift_counts(session: Session, training_sheet_id: UUID, shift: Mapping[str, int]) -> None:
    """Moves the counters of a training sheet, in the transaction that moves its pairs."""
    if shift:
        session.execute(
            update(PairCountRow)
            .where(PairCountRow.training_sheet_id == training_sheet_id)
            .values({name: getattr(PairCountRow, name) + by for name, by in shift.items()})
            .execution_options(synchronize_session=False)
        )


