"""REST of labelsets: define, version, publish, diff."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from workbench.features.labels import service
from workbench.features.labels.schemas import (
    LabelKind,
    Labelset,
    LabelsetChange,
    LabelsetCopy,
    LabelsetDiff,
    LabelsetDraftChange,
    LabelsetIn,
    LabelsetUsage,
    LabelsetVersion,
)
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.kernel.schema import Change
from workbench.requests import DbSession, allow

router = APIRouter(prefix="/labelsets", tags=["labelsets"])

Reader = Annotated[Actor, allow("labelsets.read")]
Writer = Annotated[Actor, allow("labelsets.write")]


@router.get("/kinds")
def list_label_kinds(_actor: Reader) -> list[LabelKind]:
    """The kinds of labels there are, each with an example definition."""
    return service.list_kinds()


@router.get("")
def list_labelsets(
    actor: Reader,
    session: DbSession,
    search: str | None = None,
    kind: str | None = None,
    archived: Annotated[bool | None, Query(description="Null lists both.")] = False,
    sort: Annotated[str, Query(description="`name` or `newest`.")] = "name",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Labelset]:
    """Labelsets of the workspace."""
    return service.list_labelsets(
        session, actor, search=search, kind=kind, archived=archived, sort=sort, cursor=cursor, limit=limit
    )


@router.post("", status_code=201)
def create_labelset(body: LabelsetIn, actor: Writer, session: DbSession) -> Labelset:
    """Makes a labelset with a first draft."""
    return service.create_labelset(session, actor, body)


@router.get("/{labelset_id}")
def get_labelset(labelset_id: UUID, actor: Reader, session: DbSession) -> Labelset:
    """One labelset."""
    return service.get_labelset(session, actor, labelset_id)


@router.patch("/{labelset_id}")
def change_labelset(labelset_id: UUID, body: LabelsetChange, actor: Writer, session: DbSession) -> Labelset:
    """Renames or describes a labelset."""
    return service.change_labelset(session, actor, labelset_id, body)


@router.delete("/{labelset_id}", status_code=204)
def delete_labelset(labelset_id: UUID, version: int, actor: Writer, session: DbSession) -> None:
    """Removes a labelset that was never published."""
    service.delete_labelset(session, actor, labelset_id, version)


@router.post("/{labelset_id}/archive")
def archive_labelset(labelset_id: UUID, body: Change, actor: Writer, session: DbSession) -> Labelset:
    """Takes a labelset out of the lists; its labels stay."""
    return service.archive_labelset(session, actor, labelset_id, body.version)


@router.post("/{labelset_id}/restore")
def restore_labelset(labelset_id: UUID, body: Change, actor: Writer, session: DbSession) -> Labelset:
    """Puts an archived labelset back into the lists."""
    return service.restore_labelset(session, actor, labelset_id, body.version)


@router.post("/{labelset_id}/duplicate", status_code=201)
def duplicate_labelset(labelset_id: UUID, body: LabelsetCopy, actor: Writer, session: DbSession) -> Labelset:
    """Makes a new labelset with a draft of the newest definition of this one."""
    return service.duplicate_labelset(session, actor, labelset_id, body)


@router.get("/{labelset_id}/usage")
def get_labelset_usage(labelset_id: UUID, actor: Reader, session: DbSession) -> LabelsetUsage:
    """How many labels hold what: by verdict, version and class."""
    return service.usage_of_labelset(session, actor, labelset_id)


@router.get("/{labelset_id}/versions")
def list_labelset_versions(labelset_id: UUID, actor: Reader, session: DbSession) -> list[LabelsetVersion]:
    """All versions of a labelset, newest first."""
    return service.list_versions(session, actor, labelset_id)


@router.get("/{labelset_id}/versions/{number}")
def get_labelset_version(labelset_id: UUID, number: int, actor: Reader, session: DbSession) -> LabelsetVersion:
    """One version of a labelset."""
    return service.get_version(session, actor, labelset_id, number)


@router.post("/{labelset_id}/versions/{number}/archive")
def archive_labelset_version(
    labelset_id: UUID, number: int, body: Change, actor: Writer, session: DbSession
) -> LabelsetVersion:
    """Retires a published version; what pins it goes on working."""
    return service.archive_version(session, actor, labelset_id, number, body.version)


@router.get("/{labelset_id}/diff")
def diff_labelset_versions(
    labelset_id: UUID, before: int, after: int, actor: Reader, session: DbSession
) -> LabelsetDiff:
    """What changed from one version to another."""
    return service.diff_labelset_versions(session, actor, labelset_id, before, after)


@router.post("/{labelset_id}/draft", status_code=201)
def start_labelset_draft(labelset_id: UUID, actor: Writer, session: DbSession) -> LabelsetVersion:
    """Begins the next version with the definition of the newest one."""
    return service.start_draft(session, actor, labelset_id)


@router.patch("/{labelset_id}/draft")
def change_labelset_draft(
    labelset_id: UUID, body: LabelsetDraftChange, actor: Writer, session: DbSession
) -> LabelsetVersion:
    """Changes the draft; `problems` say what still keeps it from being published."""
    return service.change_draft(session, actor, labelset_id, body)


@router.delete("/{labelset_id}/draft", status_code=204)
def discard_labelset_draft(labelset_id: UUID, version: int, actor: Writer, session: DbSession) -> None:
    """Throws the draft away."""
    service.discard_version(session, actor, labelset_id, version)


@router.post("/{labelset_id}/draft/publish")
def publish_labelset(labelset_id: UUID, body: Change, actor: Writer, session: DbSession) -> LabelsetVersion:
    """Publishes the draft; it never changes again."""
    return service.publish_draft(session, actor, labelset_id, body.version)
