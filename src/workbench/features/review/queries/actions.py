"""Actions: what was done to pairs, read newest first; undone actions stay and name what undid them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks, insert_many
from workbench.features.generation.tables import PairRow
from workbench.features.review.schemas import ActionKind
from workbench.features.review.tables import ReviewActionRow

_TABLE = cast(Table, ReviewActionRow.__table__)
_MINE = [ActionKind.APPROVE, ActionKind.EDIT, ActionKind.REJECT, ActionKind.FLAG, ActionKind.RESET]


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Writes actions down."""
    insert_many(session, _TABLE, rows)


def mark_reversed(session: Session, reversals: Mapping[UUID, UUID]) -> None:
    """Names, on each action, the one that reversed it."""
    if reversals:
        statement = (
            update(_TABLE)
            .where(_TABLE.c.id == bindparam("action", type_=_TABLE.c.id.type))
            .values(reversed_by=bindparam("reversal", type_=_TABLE.c.reversed_by.type))
        )
        session.connection().execute(statement, [{"action": a, "reversal": by} for a, by in reversals.items()])


def newest_to_undo(session: Session, training_sheet_id: UUID, actor_id: UUID) -> ReviewActionRow | None:
    """The actor's newest own action that stands, also one of a bulk job."""
    return session.scalar(
        select(ReviewActionRow)
        .where(
            ReviewActionRow.training_sheet_id == training_sheet_id,
            ReviewActionRow.actor_id == actor_id,
            ReviewActionRow.kind.in_([*_MINE, ActionKind.REDO]),
            ReviewActionRow.reversed_by.is_(None),
        )
        .order_by(ReviewActionRow.id.desc())
        .limit(1)
    )


def newest_to_redo(session: Session, training_sheet_id: UUID, actor_id: UUID) -> ReviewActionRow | None:
    """The actor's newest undo that stands, unless they did something new since."""
    mine = (
        ReviewActionRow.training_sheet_id == training_sheet_id,
        ReviewActionRow.actor_id == actor_id,
        ReviewActionRow.batch_id.is_(None),
    )
    undo = session.scalar(
        select(ReviewActionRow)
        .where(*mine, ReviewActionRow.kind == ActionKind.UNDO, ReviewActionRow.reversed_by.is_(None))
        .order_by(ReviewActionRow.id.desc())
        .limit(1)
    )
    if undo is None:
        return None
    fresh = select(ReviewActionRow.id).where(*mine, ReviewActionRow.kind.in_(_MINE), ReviewActionRow.id > undo.id)
    return None if session.scalar(fresh.limit(1)) is not None else undo


def before_following(session: Session, pair_ids: Sequence[UUID]) -> dict[tuple[UUID, int], dict[str, Any]]:
    """How each of these pairs stood before it followed a label: by its id and the version that it has had since."""
    found: dict[tuple[UUID, int], dict[str, Any]] = {}
    for chunk in in_chunks(pair_ids):
        followed = select(ReviewActionRow.pair_id, ReviewActionRow.pair_version, ReviewActionRow.before).where(
            ReviewActionRow.pair_id.in_(chunk), ReviewActionRow.kind == ActionKind.FOLLOW
        )
        found.update({(pair_id, version): before for pair_id, version, before in session.execute(followed)})
    return found


def get(session: Session, action_id: UUID) -> ReviewActionRow | None:
    """One action."""
    return session.get(ReviewActionRow, action_id)


def of_batch(session: Session, batch_id: UUID, *, after: UUID | None, limit: int) -> list[ReviewActionRow]:
    """Actions of one bulk job that still stand, in order."""
    query = select(ReviewActionRow).where(
        ReviewActionRow.batch_id == batch_id,
        ReviewActionRow.reversed_by.is_(None),
        ReviewActionRow.kind.in_(_MINE),
    )
    if after is not None:
        query = query.where(ReviewActionRow.id > after)
    return list(session.scalars(query.order_by(ReviewActionRow.id).limit(limit)))


def count_of_batch(session: Session, batch_id: UUID) -> int:
    """How many actions of one bulk job still stand."""
    return (
        session.scalar(
            select(func.count()).where(
                ReviewActionRow.batch_id == batch_id,
                ReviewActionRow.reversed_by.is_(None),
                ReviewActionRow.kind.in_(_MINE),
            )
        )
        or 0
    )


def page(
    session: Session,
    *,
    training_sheet_id: UUID | None = None,
    pair_id: UUID | None = None,
    actor_id: UUID | None = None,
    kind: str | None = None,
    before: UUID | None,
    limit: int,
) -> Sequence[Row[ReviewActionRow, str | None]]:
    """Actions on a training sheet or on one pair, newest first, each with the item that its pair was made from."""
    query = select(ReviewActionRow, PairRow.item_ref).outerjoin(PairRow, PairRow.id == ReviewActionRow.pair_id)
    for column, value in (
        (ReviewActionRow.training_sheet_id, training_sheet_id),
        (ReviewActionRow.pair_id, pair_id),
        (ReviewActionRow.actor_id, actor_id),
        (ReviewActionRow.kind, kind),
    ):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(ReviewActionRow.id < before)
    return session.execute(query.order_by(ReviewActionRow.id.desc()).limit(limit)).all()
