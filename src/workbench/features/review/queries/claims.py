"""Claims: who holds which pair of a queue, and until when. A claim that ran out counts as none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Row, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from workbench.features.generation.tables import PairRow
from workbench.features.identity.tables import PersonRow

# What is asked for every pair that is reviewed is spelled once: SQLAlchemy spends more on a statement than SQLite does.
_PAIRS = cast(Table, PairRow.__table__)
_FREE = (
    select(PairRow.id, PairRow.position, PairRow.item_ref, PairRow.version)
    .where(
        PairRow.training_sheet_id == bindparam("sheet"),
        or_(
            PairRow.claimed_by.is_(None),
            PairRow.claimed_by == bindparam("actor"),
            PairRow.claimed_until < bindparam("moment"),
        ),
    )
    .order_by(PairRow.position)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(_PAIRS)
    .where(_PAIRS.c.id.in_(bindparam("pairs", expanding=True)))
    .values(claimed_by=bindparam("actor"), claimed_until=bindparam("until"))
)


def take(
    session: Session,
    training_sheet_id: UUID,
    matching: Sequence[ColumnElement[bool]],
    *,
    actor_id: UUID,
    moment: datetime,
    until: datetime,
    limit: int,
    after: int | None = None,
) -> list[Row[UUID, int, str, int]]:
    """Claims the first free pairs by position, with those the actor holds already: (id, position, item_ref, version).

    PostgreSQL passes over rows that another claim is taking at this moment; SQLite has one writer at a time. So no
    pair is ever handed to two people.
    """
    query = _FREE.where(*matching)
    if after is not None:
        query = query.where(PairRow.position > after)
    asked = {"sheet": training_sheet_id, "actor": actor_id, "moment": moment, "most": limit}
    rows = list(session.execute(query, asked))
    if rows:
        session.execute(_CLAIM, {"pairs": [row.id for row in rows], "actor": actor_id, "until": until})
    return rows


def extend(
    session: Session, training_sheet_id: UUID, pair_ids: Sequence[UUID], *, actor_id: UUID, until: datetime
) -> set[UUID]:
    """Holds the pairs longer; returns those the actor still held. A claim that ran out is taken up again if free."""
    result = session.execute(
        update(PairRow)
        .where(PairRow.training_sheet_id == training_sheet_id, PairRow.id.in_(pair_ids), PairRow.claimed_by == actor_id)
        .values(claimed_until=until)
        .returning(PairRow.id)
        .execution_options(synchronize_session=False)
    )
    return set(result.scalars())


def release(
    session: Session, training_sheet_id: UUID, *, actor_id: UUID, pair_ids: Sequence[UUID] | None = None
) -> int:
    """Gives pairs back to the queue, all of the actor's when none are named; returns how many."""
    query = update(PairRow).where(PairRow.training_sheet_id == training_sheet_id, PairRow.claimed_by == actor_id)
    if pair_ids is not None:
        query = query.where(PairRow.id.in_(pair_ids))
    result = session.execute(
        query.values(claimed_by=None, claimed_until=None).execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


_HELD = (
    select(
        PairRow.claimed_by.label("actor_id"),
        PersonRow.name.label("actor_name"),
        PairRow.id.label("pair_id"),
        PairRow.position,
        PairRow.item_ref,
        PairRow.claimed_until,
    )
    .join(PersonRow, PersonRow.id == PairRow.claimed_by)
    .where(PairRow.claimed_by.is_not(None), PairRow.claimed_until >= bindparam("moment"))
)
_OF_SHEET = _HELD.where(PairRow.training_sheet_id == bindparam("sheet")).order_by(PersonRow.name, PairRow.position)
_OF_PAIR = _HELD.where(PairRow.id == bindparam("pair"))


def held(session: Session, training_sheet_id: UUID, moment: datetime) -> list[Row[Any]]:
    """Who holds what now, by name and position; see `PairClaim`."""
    return list(session.execute(_OF_SHEET, {"sheet": training_sheet_id, "moment": moment}))


def of_pair(
    session: Session, pair_id: UUID, moment: datetime
) -> Row[UUID | None, str, UUID, int, str, datetime | None] | None:
    """Who holds a pair now."""
    return session.execute(_OF_PAIR, {"pair": pair_id, "moment": moment}).one_or_none()


def count_matching(session: Session, training_sheet_id: UUID, matching: Sequence[ColumnElement[bool]]) -> int:
    """How many pairs of the sheet are in this queue, claimed or not."""
    return (
        session.scalar(select(func.count()).where(and_(PairRow.training_sheet_id == training_sheet_id, *matching))) or 0
    )
