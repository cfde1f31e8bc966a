"""Pairs as review reads, locks and changes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.review.rules import Standing

_COLUMNS = (  # in the order of `Standing`
    PairRow.id,
    PairRow.training_sheet_id,
    TrainingSheetRow.exposure_id,
    TrainingSheetRow.labelset_version_id,
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

# What is asked for every pair that is reviewed is spelled once: SQLAlchemy spends more on a statement than SQLite does.
_OF_PAIR = (
    PairRow.training_sheet_id == TrainingSheetRow.id,
    PairRow.id == bindparam("pair_id"),
    TrainingSheetRow.workspace_id == bindparam("workspace_id"),
)
_FIND = select(TrainingSheetRow, PairRow.item_ref).where(*_OF_PAIR)
_WHOLE = select(TrainingSheetRow, PairRow).where(*_OF_PAIR).execution_options(populate_existing=True)
_BESIDE = select(PairRow.id).where(PairRow.training_sheet_id == bindparam("training_sheet_id")).limit(1)
_NEIGHBOURS = select(
    _BESIDE.where(PairRow.position < bindparam("position")).order_by(PairRow.position.desc()).scalar_subquery(),
    _BESIDE.where(PairRow.position > bindparam("position")).order_by(PairRow.position).scalar_subquery(),
)
_STANDING = (
    select(*_COLUMNS)
    .join(TrainingSheetRow, TrainingSheetRow.id == PairRow.training_sheet_id)
    .where(PairRow.training_sheet_id == bindparam("training_sheet_id"), PairRow.position > bindparam("after"))
    .order_by(PairRow.position)
    .limit(bindparam("most"))
)
_ELSEWHERE = (
    select(TrainingSheetRow, PairRow)
    .join(PairRow, PairRow.training_sheet_id == TrainingSheetRow.id)
    .where(
        TrainingSheetRow.space_id == bindparam("space_id"),
        TrainingSheetRow.labelset_id == bindparam("labelset_id"),
        TrainingSheetRow.workspace_id == bindparam("workspace_id"),
        TrainingSheetRow.id != bindparam("training_sheet_id"),
        TrainingSheetRow.archived.is_(False),
        PairRow.item_ref == bindparam("item_ref"),
        PairRow.ordinal == 0,
    )
    .order_by(TrainingSheetRow.id.desc())
    .limit(bindparam("most"))
)


def find(session: Session, pair_id: UUID, workspace_id: UUID) -> tuple[TrainingSheetRow, str] | None:
    """The training sheet of a pair and the pair's item_ref, if they belong to the workspace."""
    row = session.execute(_FIND, {"pair_id": pair_id, "workspace_id": workspace_id}).one_or_none()
    return (row[0], row[1]) if row else None


def whole(session: Session, pair_id: UUID, workspace_id: UUID) -> tuple[TrainingSheetRow, PairRow] | None:
    """A pair as it stands in the database now and its training sheet, if they belong to the workspace."""
    row = session.execute(_WHOLE, {"pair_id": pair_id, "workspace_id": workspace_id}).one_or_none()
    return (row[0], row[1]) if row else None


def neighbours(session: Session, training_sheet_id: UUID, position: int) -> tuple[UUID | None, UUID | None]:
    """The pairs before and after a position."""
    row = session.execute(_NEIGHBOURS, {"training_sheet_id": training_sheet_id, "position": position}).one()
    return row[0], row[1]


def elsewhere(
    session: Session, sheet: TrainingSheetRow, item_ref: str, limit: int = 20
) -> list[Row[TrainingSheetRow, PairRow]]:
    """What became of the same item in other training sheets of the same labelset, newest first."""
    asked = {"training_sheet_id": sheet.id, "item_ref": item_ref, "most": limit, **_shared(sheet)}
    return list(session.execute(_ELSEWHERE, asked))


def matching(
    session: Session, training_sheet_id: UUID, where: Sequence[ColumnElement[bool]], *, after: int, limit: int
) -> list[Row[UUID, int, str, int]]:
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
    session: Session,
    sheet: TrainingSheetRow,
    pairs: Mapping[UUID, str],
    *,
    messages: bool = False,
    siblings: bool = True,
) -> list[Standing]:
    """Locks pairs (id → item_ref) of a training sheet until the commit, and says how they stand.

    With `siblings`, also the pairs of the same items that follow the same labels in other training sheets under
    review. All are locked in the order of their ids, so that two reviewers never deadlock; whoever holds locks on
    pairs already must not ask for siblings.
    """
    found: list[Standing] = []
    by_id = sorted(pairs.items(), key=lambda pair: pair[0].bytes)
    for chunk in in_chunks(by_id):
        wanted = {"item_refs": sorted({ref for _, ref in chunk}), "pair_ids": [id for id, _ in chunk]}
        rows = session.execute(_locking(messages, siblings), wanted | _shared(sheet))
        found.extend(Standing(*row) for row in rows)
    return found


def _shared(sheet: TrainingSheetRow) -> dict[str, UUID]:
    """What training sheets have in common whose pairs follow the same labels."""
    return {"space_id": sheet.space_id, "labelset_id": sheet.labelset_id, "workspace_id": sheet.workspace_id}


@cache
def _locking(messages: bool, siblings: bool) -> Select[Any]:
    alike = (TrainingSheetRow.state == "review") & TrainingSheetRow.archived.is_(False) & (PairRow.ordinal == 0)
    return (
        select(*((*_COLUMNS, PairRow.messages) if messages else _COLUMNS))
        .join(TrainingSheetRow, TrainingSheetRow.id == PairRow.training_sheet_id)
        .where(
            TrainingSheetRow.space_id == bindparam("space_id"),
            TrainingSheetRow.labelset_id == bindparam("labelset_id"),
            TrainingSheetRow.workspace_id == bindparam("workspace_id"),
            PairRow.item_ref.in_(bindparam("item_refs", expanding=True)),
            or_(PairRow.id.in_(bindparam("pair_ids", expanding=True)), alike if siblings else false()),
        )
        .order_by(PairRow.id)
        .with_for_update(of=PairRow)
    )


def standing(
    session: Session,
    training_sheet_id: UUID,
    where: Sequence[ColumnElement[bool]] = (),
    *,
    after: int,
    limit: int,
) -> list[Standing]:
    """The next pairs by position as they stand, not locked."""
    asked = {"training_sheet_id": training_sheet_id, "after": after, "most": limit}
    return [Standing(*row) for row in session.execute(_STANDING.where(*where), asked)]


def write(session: Session, changes: Iterable[tuple[UUID, Mapping[str, Any]]]) -> None:
    """Gives each pair its new fields and the next version, and ends any claim on it.

    Pairs that get the same fields are written together.
    """
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for pair_id, fields in changes:
        alike[tuple(sorted(fields))].append({"pair_id": pair_id, **{f"new_{k}": v for k, v in fields.items()}})
    connection = session.connection()
    for names, rows in alike.items():
        connection.execute(_writing(names), rows)


@cache
def _writing(names: tuple[str, ...]) -> Update:
    table = cast(Table, PairRow.__table__)
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    statement = update(table).where(table.c.id == bindparam("pair_id", type_=table.c.id.type))
    ended = {"claimed_by": None, "claimed_until": None, "version": table.c.version + 1}
    return statement.values(**values, **ended)


def annotate(session: Session, pair_id: UUID, notes: str) -> None:
    """Writes a pair's notes; a claim on it goes on."""
    session.execute(
        update(PairRow)
        .where(PairRow.id == pair_id)
        .values(notes=notes, version=PairRow.version + 1)
        .execution_options(synchronize_session=False)
    )


def refs_of(session: Session, pair_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The item_ref of each pair that is still there."""
    found: dict[UUID, str] = {}
    for chunk in in_chunks(pair_ids):
        rows = session.execute(select(PairRow.id, PairRow.item_ref).where(PairRow.id.in_(chunk)))
        found.update((id, ref) for id, ref in rows)
    return found


def count_by_status(session: Session, training_sheet_id: UUID, where: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    """How many pairs of each status match."""
    rows = session.execute(
        select(PairRow.status, func.count())
        .where(PairRow.training_sheet_id == training_sheet_id, *where)
        .group_by(PairRow.status)
    )
    return {row.status: row[1] for row in rows}
