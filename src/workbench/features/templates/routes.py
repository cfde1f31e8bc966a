"""REST of templates: make, change, publish, diff, try on items."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from workbench.features.templates import service
from workbench.features.templates.schemas import (
    Publish,
    Template,
    TemplateChange,
    TemplateCheck,
    TemplateCopy,
    TemplateDiff,
    TemplateDraftChange,
    TemplateIn,
    TemplateTrial,
    TemplateVersion,
    TrialResult,
)
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.kernel.schema import Change
from workbench.requests import DbSession, Wired, allow, once

router = APIRouter(prefix="/templates", tags=["templates"])

Reader = Annotated[Actor, allow("templates.read")]
Writer = Annotated[Actor, allow("templates.write")]


@router.get("")
def list_templates(
    actor: Reader,
    session: DbSession,
    search: str | None = None,
    label_type: str | None = None,
    archived: bool | None = False,
    sort: str = "name",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Template]:
    """Templates of the workspace, by `name` or `newest` first."""
    return service.list_templates(
        session, actor, search=search, label_type=label_type, archived=archived, sort=sort, cursor=cursor, limit=limit
    )


@router.post("", status_code=201)
def create_template(body: TemplateIn, actor: Writer, session: DbSession) -> Template:
    """Makes a template with a first draft."""
    return service.create_template(session, actor, body)


@router.get("/{template_id}")
def get_template(template_id: UUID, actor: Reader, session: DbSession) -> Template:
    """One template."""
    return service.get_template(session, actor, template_id)


@router.patch("/{template_id}")
def change_template(template_id: UUID, body: TemplateChange, actor: Writer, session: DbSession) -> Template:
    """Renames or describes a template."""
    return service.change_template(session, actor, template_id, body)


@router.delete("/{template_id}", status_code=204)
def delete_template(template_id: UUID, version: int, actor: Writer, session: DbSession) -> None:
    """Removes a template that was never published."""
    service.delete_template(session, actor, template_id, version)


@router.post("/{template_id}/archive")
def archive_template(template_id: UUID, body: Change, actor: Writer, session: DbSession) -> Template:
    """Takes a template out of the lists people choose from."""
    return service.archive_template(session, actor, template_id, body.version)


@router.post("/{template_id}/restore")
def restore_template(template_id: UUID, body: Change, actor: Writer, session: DbSession) -> Template:
    """Puts an archived template back."""
    return service.restore_template(session, actor, template_id, body.version)


@router.post("/{template_id}/duplicate", status_code=201)
def duplicate_template(template_id: UUID, body: TemplateCopy, actor: Writer, session: DbSession) -> Template:
    """Makes a new template that begins as this one."""
    return service.duplicate_template(session, actor, template_id, body)


@router.get("/{template_id}/versions")
def list_template_versions(template_id: UUID, actor: Reader, session: DbSession) -> list[TemplateVersion]:
    """All versions of a template, newest first."""
    return service.list_template_versions(session, actor, template_id)


@router.get("/{template_id}/versions/{number}")
def get_template_version(template_id: UUID, number: str, actor: Reader, session: DbSession) -> TemplateVersion:
    """One version of a template, such as 1.2.0."""
    return service.get_template_version(session, actor, template_id, number)


@router.post("/{template_id}/versions/{number}/archive")
def archive_template_version(
    template_id: UUID, number: str, body: Change, actor: Writer, session: DbSession
) -> TemplateVersion:
    """Retires a published version."""
    return service.archive_template_version(session, actor, template_id, number, body.version)


@router.post("/{template_id}/draft", status_code=201)
def start_template_draft(template_id: UUID, actor: Writer, session: DbSession) -> TemplateVersion:
    """Starts the next draft from the newest version."""
    return service.start_template_draft(session, actor, template_id)


@router.patch("/{template_id}/draft")
def change_template_draft(
    template_id: UUID, body: TemplateDraftChange, actor: Writer, session: DbSession
) -> TemplateVersion:
    """Changes the draft."""
    return service.change_template_draft(session, actor, template_id, body)


@router.delete("/{template_id}/draft", status_code=204)
def discard_template_draft(template_id: UUID, version: int, actor: Writer, session: DbSession) -> None:
    """Throws the draft away."""
    service.discard_template_draft(session, actor, template_id, version)


@router.post("/{template_id}/draft/publish")
def publish_template_draft(template_id: UUID, body: Publish, actor: Writer, session: DbSession) -> TemplateVersion:
    """Publishes the draft; it never changes again."""
    return service.publish_template_draft(session, actor, template_id, body)


@router.get("/{template_id}/diff")
def diff_template_versions(
    template_id: UUID, before: str, after: str, actor: Reader, session: DbSession
) -> TemplateDiff:
    """What changed from one version to another."""
    return service.diff_template_versions(session, actor, template_id, before, after)


@router.get("/{template_id}/versions/{number}/check")
def check_template(
    template_id: UUID, number: str, sheet_id: UUID, actor: Reader, backends: Wired, sheet_version: int | None = None
) -> TemplateCheck:
    """Whether a sheet has every field that a version reads, in its loops too."""
    return service.check_template(backends, actor, template_id, number, sheet_id, sheet_version)


@router.post("/{template_id}/versions/{number}/try", dependencies=[once()])
def try_template(template_id: UUID, number: str, body: TemplateTrial, actor: Writer, backends: Wired) -> TrialResult:
    """Renders a version for some items of a sheet, and asks its model when wanted."""
    return service.try_template(backends, actor, template_id, number, body)
