"""Every statement on the audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, Text, bindparam, func, or_, select, tuple_, type_coerce, update
from sqlalchemy.orm import Session

from workbench.backends.database import insert_many
from workbench.features.audit.rules import GENESIS
from workbench.features.audit.tables import CONTENT, AuditEventRow, AuditHeadRow

_EVENT = cast(Table, AuditEventRow.__table__)
_CONTENT = [_EVENT.c[name] for name in CONTENT]


def add(session: Session, event: dict[str, Any]) -> None:
    """Writes an event down. Whatever changes anything calls this, so it takes the short way."""
    insert_many(session, _EVENT, [event])


def page(
    session: Session,
    workspace_id: UUID,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
    actor_id: UUID | None,
    action: str | None,
    subject_kind: str | None,
    subject_id: str | None,
    text: str | None,
    since: datetime | None,
    until: datetime | None,
) -> list[AuditEventRow]:
    """Events of a workspace, newest first; `action` is a whole action or only its noun."""
    query = select(AuditEventRow).where(AuditEventRow.workspace_id == workspace_id)
    if before is not None:
        query = query.where(tuple_(AuditEventRow.at, AuditEventRow.id) < before)
    if actor_id is not None:
        query = query.where(AuditEventRow.actor_id == actor_id)
    if action is not None:
        whole = AuditEventRow.action == action
        query = query.where(whole if "." in action else AuditEventRow.action.startswith(f"{action}.", autoescape=True))
    if subject_kind is not None:
        query = query.where(AuditEventRow.subject_kind == subject_kind)
    if subject_id is not None:
        query = query.where(AuditEventRow.subject_id == subject_id)
    if since is not None:
        query = query.where(AuditEventRow.at >= since)
    if until is not None:
        query = query.where(AuditEventRow.at < until)
    if text:
        details = type_coerce(_EVENT.c.details, Text)
        fields = (AuditEventRow.actor_name, AuditEventRow.action, AuditEventRow.subject_id, details)
        query = query.where(or_(*(field.icontains(text, autoescape=True) for field in fields)))
    return list(session.scalars(query.order_by(AuditEventRow.at.desc(), AuditEventRow.id.desc()).limit(limit)))


def lock_head(session: Session) -> AuditHeadRow:
    """The end of the chain, locked until the transaction ends; made on first use."""
    head = session.get(AuditHeadRow, 1, with_for_update=True)
    if head is None:
        head = AuditHeadRow(id=1, position=0, hash=GENESIS)
        session.add(head)
        session.flush()
    return head


def head(session: Session) -> tuple[int, str]:
    """Position and hash of the end of the chain."""
    row = session.get(AuditHeadRow, 1)
    return (row.position, row.hash) if row else (0, GENESIS)


def unsealed(session: Session, limit: int) -> Sequence[Row[Any]]:
    """Content of the oldest events that are not sealed yet."""
    return session.execute(
        select(*_CONTENT).where(_EVENT.c.position.is_(None)).order_by(_EVENT.c.id).limit(limit)
    ).all()


def count_unsealed(session: Session) -> int:
    """How many events are not sealed yet."""
    return session.scalar(select(func.count()).select_from(_EVENT).where(_EVENT.c.position.is_(None))) or 0


def write_seals(session: Session, seals: list[dict[str, Any]]) -> None:
    """Fills in the seals: dicts of `event_id`, `place`, `digest`."""
    statement = update(AuditEventRow).where(_EVENT.c.id == bindparam("event_id"))
    session.connection().execute(statement.values(position=bindparam("place"), hash=bindparam("digest")), seals)


def chain(session: Session, chunk: int) -> Iterator[Any]:
    """Every sealed event in the chain's order, read in chunks: its content, then `position` and `hash`."""
    after = 0
    while True:
        rows: Sequence[Any] = session.execute(
            select(*_CONTENT, _EVENT.c.position, _EVENT.c.hash)
            .where(_EVENT.c.position > after)
            .order_by(_EVENT.c.position)
            .limit(chunk)
        ).all()
        yield from rows
        if len(rows) < chunk:
            return
        after = rows[-1].position
