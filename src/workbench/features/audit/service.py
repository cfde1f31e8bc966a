"""What is done with the audit trail: record, seal, verify, search."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workbench.features.audit import queries, rules
from workbench.features.audit.schemas import AuditEvent, BrokenLink, ChainReport
from workbench.features.audit.tables import CONTENT, AuditEventRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now, problem_of_moment
from workbench.kernel.errors import Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor

SYSTEM = "the workbench"
CHUNK = 1000


def record(
    session: Session,
    actor: Actor | None,
    action: str,
    subject_kind: str,
    subject_id: UUID | str | None,
    details: dict[str, Any],
    *,
    workspace_id: UUID | None = None,
) -> None:
    """Writes down, in the caller's transaction, that `actor` did `action` (`noun.verb`) to a subject.

    `actor` is None for the workbench itself; `workspace_id` is then where the event shows, or None for nowhere but the
    chain. `details` are JSON and small: names, counts and ids, never content, secrets or tokens.
    """
    assert rules.is_action(action), f"{action!r} is not spelled noun.verb"
    event = {
        "id": new_id(),
        "at": now(),
        "workspace_id": workspace_id or (actor.workspace_id if actor else None),
        "actor_id": actor.id if actor else None,
        "actor_name": actor.name if actor else SYSTEM,
        "token_id": actor.token_id if actor else None,
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": str(subject_id) if subject_id is not None else None,
        "details": details,
    }
    queries.add(session, event)


def seal(session: Session, limit: int = 10_000) -> int:
    """Seals up to `limit` waiting events in order, each hash building on the one before; returns how many."""
    session.flush()
    head = queries.lock_head(session)
    position, previous = head.position, head.hash
    seals = []
    for row in queries.unsealed(session, limit):
        position += 1
        previous = rules.chain_hash(previous, _content(row, position))
        seals.append({"event_id": row.id, "place": position, "digest": previous})
    if seals:
        queries.write_seals(session, seals)
        head.position, head.hash = position, previous
        session.flush()
        session.expire_all()
    return len(seals)


def verify(session: Session) -> ChainReport:
    """Walks the whole chain and names the first event that was changed, removed or put in."""
    end, head = queries.head(session)
    position, previous, broken = 0, rules.GENESIS, None
    for row in queries.chain(session, CHUNK):
        position += 1
        if row.position != position:
            broken = BrokenLink(position=position, event_id=None, reason="The event at this place is missing.")
            break
        expected = rules.chain_hash(previous, _content(row, position))
        if row.hash != expected:
            broken = BrokenLink(position=position, event_id=row.id, reason="The event is not what was sealed.")
            break
        previous = expected
    if broken is None and (position, previous) != (end, head):
        missing = "Events at the end are missing." if position < end else "Events were added past the sealed end."
        broken = BrokenLink(position=min(position, end) + 1, event_id=None, reason=missing)
    return ChainReport(
        intact=broken is None, sealed=end, unsealed=queries.count_unsealed(session), head=head, broken=broken
    )


def list_events(
    session: Session,
    actor: Actor,
    *,
    actor_id: UUID | None = None,
    action: str | None = None,
    subject_kind: str | None = None,
    subject_id: str | None = None,
    text: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[AuditEvent]:
    """Events of the actor's workspace, newest first. `action` is `noun.verb` or a noun; times must carry a zone."""
    for field, moment in (("since", since), ("until", until)):
        problem = problem_of_moment(moment) if moment is not None else None
        if problem:
            raise Invalid(f"{field}: {problem}", field=field, fix="Write it as 2030-01-31T12:00:00Z.")
    size, key = clamp_limit(limit), cursor_key(cursor, rules.read_moment, UUID)
    rows = queries.page(
        session,
        actor.workspace_id,
        before=(key[0], key[1]) if key else None,
        limit=size + 1,
        actor_id=actor_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        text=text,
        since=since,
        until=until,
    )
    last = rows[size - 1] if len(rows) > size else None
    more = encode_cursor(last.at.isoformat(), str(last.id)) if last else None
    return Page(items=[_as_event(row) for row in rows[:size]], next_cursor=more)


def _content(row: Row[Any], position: int) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in CONTENT}, "position": position}


def _as_event(row: AuditEventRow) -> AuditEvent:
    return AuditEvent(
        id=row.id,
        at=row.at,
        who=row.actor_name,
        did=rules.deed(row.action),
        what=rules.subject_phrase(row.subject_kind, row.subject_id, row.details),
        actor_id=row.actor_id,
        through_token=row.token_id,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        details=row.details,
        position=row.position,
        hash=row.hash,
    )
