"""What people do with templates by name: make, find, rename, duplicate, archive, delete."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.labels import service as labels
from workbench.features.labels.service.definitions import require_labelset
from workbench.features.templates import queries, rules
from workbench.features.templates.schemas import Template, TemplateChange, TemplateCopy, TemplateIn
from workbench.features.templates.service.versions import (
    checked_model,
    copy_as_draft,
    numbers,
    read_prompts,
    refuse_stale,
    require_template,
)
from workbench.features.templates.tables import TemplateRow, TemplateVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import AssetState

SORTS = ("name", "newest")


class TemplateNameTaken(Conflict):
    """Another template of the workspace has this name."""


def create_template(session: Session, actor: Actor, body: TemplateIn) -> Template:
    """A new template with a first draft. Raises `TemplateNameTaken`, and `NotFound` for its labelset or model."""
    labelset = labels.require_published(session, actor, body.label_type, body.labelset_version)
    row = _add(session, actor, body.name, body.description, labelset.labelset_id)
    major, minor, patch = rules.FIRST
    draft = TemplateVersionRow(
        id=new_id(),
        template_id=row.id,
        major=major,
        minor=minor,
        patch=patch,
        state=AssetState.DRAFT,
        labelset_version_id=labelset.id,
        system_prompt=body.system_prompt,
        user_prompt=body.user_prompt,
        model=checked_model(session, actor, body.model),
        notes=body.notes,
        created_by_name=actor.name,
        created_at=now(),
    )
    read_prompts(draft)
    session.add(draft)
    session.flush()
    audit.record(session, actor, "template.create", "template", row.id, {"name": row.name})
    return get_template(session, actor, row.id)


def get_template(session: Session, actor: Actor, template_id: UUID) -> Template:
    """One template. Raises `NotFound`."""
    return _as_templates(session, actor, [require_template(session, actor, template_id)])[0]


def list_templates(
    session: Session,
    actor: Actor,
    *,
    search: str | None = None,
    label_type: str | None = None,
    archived: bool | None = False,
    sort: str = "name",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Template]:
    """Templates of the workspace, by name or newest first."""
    if sort not in SORTS:
        raise Invalid(f"Templates cannot be sorted by {sort[:40]!r}.", field="sort", fix=f"Use {' or '.join(SORTS)}.")
    size, after = clamp_limit(limit), cursor_key(cursor, str if sort == "name" else UUID)
    rows = queries.page(
        session,
        actor.workspace_id,
        search=search,
        labelset_id=require_labelset(session, actor, label_type).id if label_type else None,
        archived=archived,
        sort=sort,
        after=after[0] if after else None,
        limit=size + 1,
    )
    last = rows[size - 1] if len(rows) > size else None
    more = encode_cursor(last.name if sort == "name" else str(last.id)) if last else None
    return Page(items=_as_templates(session, actor, rows[:size]), next_cursor=more)


def change_template(session: Session, actor: Actor, template_id: UUID, body: TemplateChange) -> Template:
    """Renames or describes a template."""
    row = _require_at(session, actor, template_id, body.version)
    if body.name is not None and body.name != row.name:
        _require_free(session, actor, body.name)
        row.name = body.name
    row.description = body.description if body.description is not None else row.description
    return _changed(session, actor, row, "template.change")


def archive_template(session: Session, actor: Actor, template_id: UUID, version: int) -> Template:
    """Takes a template out of the lists people choose from; what was generated from it stays."""
    row = _require_at(session, actor, template_id, version)
    row.archived = True
    return _changed(session, actor, row, "template.archive")


def restore_template(session: Session, actor: Actor, template_id: UUID, version: int) -> Template:
    """Puts an archived template back into the lists."""
    row = _require_at(session, actor, template_id, version)
    row.archived = False
    return _changed(session, actor, row, "template.restore")


def duplicate_template(session: Session, actor: Actor, template_id: UUID, body: TemplateCopy) -> Template:
    """A new template whose draft begins with a version of this one."""
    source = require_template(session, actor, template_id)
    versions = queries.versions(session, [source.id])
    wanted = rules.numbers_of(body.number) if body.number else numbers(versions[-1])
    version = next((each for each in versions if numbers(each) == wanted), None)
    if version is None:
        raise NotFound(f"{source.name} has no version {body.number}.", field="number")
    row = _add(session, actor, body.name, source.description, source.labelset_id)
    session.add(copy_as_draft(actor, version, row.id, rules.FIRST))
    session.flush()
    audit.record(session, actor, "template.duplicate", "template", row.id, {"from": str(source.id)})
    return get_template(session, actor, row.id)


def delete_template(session: Session, actor: Actor, template_id: UUID, version: int) -> None:
    """Removes a template that was never published. Raises `Conflict` for one that was: archive it instead."""
    row = _require_at(session, actor, template_id, version)
    versions = queries.versions(session, [row.id])
    if any(each.state != AssetState.DRAFT for each in versions):
        raise Conflict(
            f"{row.name} was published, so training sheets may have been made from it.", fix="Archive it instead."
        )
    for each in versions:
        session.delete(each)
    session.flush()
    session.delete(row)
    audit.record(session, actor, "template.delete", "template", row.id, {"name": row.name})
    session.flush()


def _add(session: Session, actor: Actor, name: str, description: str, labelset_id: UUID) -> TemplateRow:
    _require_free(session, actor, name)
    moment = now()
    row = TemplateRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        name=name,
        description=description,
        labelset_id=labelset_id,
        archived=False,
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=moment,
        changed_at=moment,
    )
    session.add(row)
    session.flush()
    return row


def _require_free(session: Session, actor: Actor, name: str) -> None:
    taken = queries.by_name(session, name, actor.workspace_id)
    if taken is not None:
        raise TemplateNameTaken(
            f"There is a template called {name} already.",
            field="name",
            fix="Choose another name, or make a new version of that template.",
            details={"template_id": str(taken.id)},
        )


def _require_at(session: Session, actor: Actor, template_id: UUID, version: int) -> TemplateRow:
    row = require_template(session, actor, template_id)
    refuse_stale(row, version)
    return row


def _changed(session: Session, actor: Actor, row: TemplateRow, action: str) -> Template:
    row.changed_at = now()
    session.flush()
    audit.record(session, actor, action, "template", row.id, {"name": row.name})
    return get_template(session, actor, row.id)


def _as_templates(session: Session, actor: Actor, rows: Sequence[TemplateRow]) -> list[Template]:
    published: dict[UUID, TemplateVersionRow] = {}
    drafts: dict[UUID, TemplateVersionRow] = {}
    for each in queries.versions(session, [row.id for row in rows]):
        if each.state == AssetState.PUBLISHED:
            published[each.template_id] = each
        elif each.state == AssetState.DRAFT:
            drafts[each.template_id] = each
    types = {
        labelset_id: require_labelset(session, actor, labelset_id).label_type
        for labelset_id in {row.labelset_id for row in rows}
    }

    def as_template(row: TemplateRow) -> Template:
        newest, draft = published.get(row.id), drafts.get(row.id)
        return Template(
            id=row.id,
            name=row.name,
            description=row.description,
            labelset_id=row.labelset_id,
            label_type=types[row.labelset_id],
            archived=row.archived,
            published=rules.spelled(numbers(newest)) if newest else None,
            published_id=newest.id if newest else None,
            draft=rules.spelled(numbers(draft)) if draft else None,
            draft_id=draft.id if draft else None,
            created_by_name=row.created_by_name,
            created_at=row.created_at,
            changed_at=row.changed_at,
            version=row.version,
        )

    return [as_template(row) for row in rows]
