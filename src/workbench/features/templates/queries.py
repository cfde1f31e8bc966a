"""Every statement on templates and their versions."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.features.templates.tables import TemplateRow, TemplateVersionRow

NUMBER = (TemplateVersionRow.major, TemplateVersionRow.minor, TemplateVersionRow.patch)


def get(session: Session, template_id: UUID, workspace_id: UUID) -> TemplateRow | None:
    """The template, if it belongs to the workspace."""
    return session.scalar(
        select(TemplateRow).where(TemplateRow.id == template_id, TemplateRow.workspace_id == workspace_id)
    )


def by_name(session: Session, name: str, workspace_id: UUID) -> TemplateRow | None:
    """The template of this name."""
    return session.scalar(select(TemplateRow).where(TemplateRow.name == name, TemplateRow.workspace_id == workspace_id))


def template_of_version(session: Session, version_id: UUID, workspace_id: UUID) -> TemplateRow | None:
    """The template that a version belongs to."""
    return session.scalar(
        select(TemplateRow)
        .join(TemplateVersionRow, TemplateVersionRow.template_id == TemplateRow.id)
        .where(TemplateVersionRow.id == version_id, TemplateRow.workspace_id == workspace_id)
    )


def versions(session: Session, template_ids: Iterable[UUID]) -> list[TemplateVersionRow]:
    """All versions of some templates, oldest number first."""
    return list(
        session.scalars(
            select(TemplateVersionRow).where(TemplateVersionRow.template_id.in_(list(template_ids))).order_by(*NUMBER)
        )
    )


def page(
    session: Session,
    workspace_id: UUID,
    *,
    search: str | None,
    labelset_id: UUID | None,
    archived: bool | None,
    sort: str,
    after: str | UUID | None,
    limit: int,
) -> list[TemplateRow]:
    """Templates by `name`, or `newest` first; `after` is the name or id that the page before ended with."""
    query = select(TemplateRow).where(TemplateRow.workspace_id == workspace_id)
    if search:
        query = query.where(TemplateRow.name.icontains(search, autoescape=True))
    if labelset_id is not None:
        query = query.where(TemplateRow.labelset_id == labelset_id)
    if archived is not None:
        query = query.where(TemplateRow.archived == archived)
    if sort == "newest":
        query = query.where(TemplateRow.id < after) if after else query
        return list(session.scalars(query.order_by(TemplateRow.id.desc()).limit(limit)))
    query = query.where(TemplateRow.name > after) if after else query
    return list(session.scalars(query.order_by(TemplateRow.name).limit(limit)))
