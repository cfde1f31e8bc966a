"""REST of governance: the organisation's default, tags and waivers to look at, and what left through the gate."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from workbench.features.governance import service
from workbench.features.governance.schemas import (
    Constraints,
    ConstraintsChange,
    Exit,
    SourceTags,
    SubjectKind,
    Tag,
    Waiver,
)
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.kernel.vocabulary import Use
from workbench.requests import DbSession, allow

router = APIRouter(prefix="/governance", tags=["governance"])


@router.get("/organisation")
def get_organisation_default(actor: Annotated[Actor, allow("governance.read")], session: DbSession) -> Constraints:
    """What the organisation allows where nothing else says less; version 0: no default, so nothing may be used."""
    return service.constraints_of(session, actor, SubjectKind.ORGANISATION, actor.workspace_id)


@router.put("/organisation")
def set_organisation_default(
    body: ConstraintsChange, actor: Annotated[Actor, allow("governance.waive")], session: DbSession
) -> Constraints:
    """Changes the organisation's default."""
    return service.narrow(
        session,
        actor,
        SubjectKind.ORGANISATION,
        actor.workspace_id,
        allowed=body.allowed_uses,
        prohibited=body.prohibited_uses,
        classification=body.classification,
        reason=body.reason,
        version=body.version,
    )


@router.get("/tags")
def list_tags(
    actor: Annotated[Actor, allow("catalog.read")],
    session: DbSession,
    search: str | None = None,
    key: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Tag]:
    """Tags where they are set, by source."""
    return service.list_tags(session, actor, search=search, key=key, cursor=cursor, limit=limit)


@router.get("/tags/of")
def get_tags(actor: Annotated[Actor, allow("catalog.read")], session: DbSession, source: str) -> SourceTags:
    """The tags of one source: its own, and all in force on it."""
    return service.get_tags(session, actor, source)


@router.get("/waivers")
def list_waivers(
    actor: Annotated[Actor, allow("governance.read")],
    session: DbSession,
    subject_kind: SubjectKind | None = None,
    subject_ref: str | None = None,
    standing: bool | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Waiver]:
    """Waivers, newest first."""
    return service.list_waivers(
        session,
        actor,
        subject_kind=subject_kind,
        subject_ref=subject_ref,
        standing=standing,
        search=search,
        cursor=cursor,
        limit=limit,
    )


@router.post("/waivers/{waiver_id}/revoke")
def revoke_waiver(waiver_id: UUID, actor: Annotated[Actor, allow("governance.waive")], session: DbSession) -> Waiver:
    """Ends a waiver now."""
    return service.revoke_waiver(session, actor, waiver_id)


@router.get("/exits")
def list_exits(
    actor: Annotated[Actor, allow("governance.read")],
    session: DbSession,
    use: Use | None = None,
    kind: str | None = None,
    subject_id: UUID | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Exit]:
    """What left through the gate, newest first."""
    return service.list_exits(
        session, actor, use=use, kind=kind, subject_id=subject_id, search=search, cursor=cursor, limit=limit
    )
