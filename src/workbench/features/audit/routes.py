"""REST of the audit trail: search events, verify the chain."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from workbench.features.audit import service
from workbench.features.audit.schemas import AuditEvent, ChainReport
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.requests import DbSession, Wired, allow

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("/events")
def list_audit_events(
    actor: Annotated[Actor, allow("audit.read")],
    session: DbSession,
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
    """What happened in the workspace, newest first. `action` is a whole action or its noun; `until` is exclusive."""
    return service.list_events(
        session,
        actor,
        actor_id=actor_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        text=text,
        since=since,
        until=until,
        cursor=cursor,
        limit=limit,
    )


@router.post("/verify", dependencies=[allow("audit.read")])
def verify_audit(backends: Wired) -> ChainReport:
    """Walks the sealed chain of the whole workbench and names the first event that does not hold."""
    with backends.database.read() as session:  # a long walk must not hold the request's write transaction
        return service.verify(session)
