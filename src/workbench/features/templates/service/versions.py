"""What people do with the versions of a template: draft, change, publish, diff, archive."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.models import service as models
from workbench.features.templates import queries, rules
from workbench.features.templates.schemas import (
    Bump,
    ModelSettings,
    Publish,
    TemplateDiff,
    TemplateDraftChange,
    TemplateVersion,
)
from workbench.features.templates.tables import TemplateRow, TemplateVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import AssetState


class TemplateChanged(Conflict):
    """Someone else changed the template meanwhile; `details["current"]` is how it stands."""


class TemplateInvalid(Invalid):
    """The draft's prompts do not hold together; `details["problems"]` say where and why."""


class TemplateNotPublished(Conflict):
    """Only a published template version can be generated from."""


def list_template_versions(session: Session, actor: Actor, template_id: UUID) -> list[TemplateVersion]:
    """All versions of a template, newest first."""
    return versions_of(session, actor, require_template(session, actor, template_id))[::-1]


def get_template_version(session: Session, actor: Actor, template_id: UUID, number: str) -> TemplateVersion:
    """One version by its number, `1.2.0`. Raises `NotFound`."""
    row = require_template(session, actor, template_id)
    return _numbered(row, versions_of(session, actor, row), number)


def require_template_version(
    session: Session, actor: Actor, version_id: UUID, *, published: bool = False
) -> TemplateVersion:
    """A version by its own id, as training sheets name it. Raises `NotFound`, `TemplateNotPublished`."""
    row = queries.template_of_version(session, version_id, actor.workspace_id)
    if row is None:
        raise NotFound(f"There is no template version {version_id}.", field="template_version_id")
    version = next(each for each in versions_of(session, actor, row) if each.id == version_id)
    if published and version.state is not AssetState.PUBLISHED:
        raise TemplateNotPublished(
            f"Version {version.number} of {row.name} is {version.state}.",
            field="template_version_id",
            fix="Publish it, or choose a published version.",
        )
    return version


def start_template_draft(session: Session, actor: Actor, template_id: UUID) -> TemplateVersion:
    """The next draft, with the content of the newest version. Raises `Conflict` when there is a draft already."""
    row = require_template(session, actor, template_id)
    newest = queries.versions(session, [row.id])[-1]
    if newest.state == AssetState.DRAFT:
        raise Conflict(f"{row.name} has a draft already: {rules.spelled(numbers(newest))}.", fix="Change that one.")
    draft = copy_as_draft(actor, newest, row.id, rules.raised(numbers(newest), Bump.PATCH))
    session.add(draft)
    return _changed(session, actor, row, "template.draft", draft)


def change_template_draft(
    session: Session, actor: Actor, template_id: UUID, body: TemplateDraftChange
) -> TemplateVersion:
    """Changes the draft. Its prompts may be unfinished: what keeps them from publication comes back as `problems`."""
    row, draft = _require_draft(session, actor, template_id, body.version)
    if body.labelset_version is not None:
        draft.labelset_version_id = labels.require_published(session, actor, row.labelset_id, body.labelset_version).id
    if body.model is not None:
        draft.model = checked_model(session, actor, body.model)
    for name in ("system_prompt", "user_prompt", "notes"):
        value = getattr(body, name)
        if value is not None:
            setattr(draft, name, value)
    read_prompts(draft)
    return _changed(session, actor, row, "template.change_draft", draft)


def discard_template_draft(session: Session, actor: Actor, template_id: UUID, version: int) -> None:
    """Throws the draft away. Raises `Conflict` when nothing else would be left of the template."""
    row, draft = _require_draft(session, actor, template_id, version)
    if len(queries.versions(session, [row.id])) == 1:
        raise Conflict(f"The draft is all there is of {row.name}.", fix="Delete the template instead.")
    session.delete(draft)
    audit.record(session, actor, "template.discard_draft", "template", row.id, {})
    session.flush()


def publish_template_draft(session: Session, actor: Actor, template_id: UUID, body: Publish) -> TemplateVersion:
    """Publishes the draft under its final number; it never changes again. Raises `TemplateInvalid`."""
    row, draft = _require_draft(session, actor, template_id, body.version)
    *earlier, now_draft = versions_of(session, actor, row)
    if now_draft.problems:
        first = now_draft.problems[0]
        raise TemplateInvalid(
            f"The template cannot be published: {first.message}",
            field=first.field,
            row=first.line,
            fix=first.fix,
            details={"problems": [problem.model_dump() for problem in now_draft.problems]},
        )
    if earlier:
        bump = body.bump or now_draft.suggested or Bump.MINOR
        draft.major, draft.minor, draft.patch = rules.raised(rules.numbers_of(earlier[-1].number), bump)
    draft.state = AssetState.PUBLISHED
    draft.published_at = now()
    return _changed(session, actor, row, "template.publish", draft)


def archive_template_version(
    session: Session, actor: Actor, template_id: UUID, number: str, version: int
) -> TemplateVersion:
    """Retires a published version: nothing new is generated from it, and what was generated stays."""
    row = require_template(session, actor, template_id)
    wanted = rules.numbers_of(number)
    found = next((each for each in queries.versions(session, [row.id]) if numbers(each) == wanted), None)
    if found is None:
        raise NotFound(f"{row.name} has no version {number}.", field="number")
    refuse_stale(found, version)
    if found.state != AssetState.PUBLISHED:
        raise Conflict(f"Version {number} is {found.state}.", fix="Only a published version can be archived.")
    found.state = AssetState.ARCHIVED
    return _changed(session, actor, row, "template.archive_version", found)


def diff_template_versions(session: Session, actor: Actor, template_id: UUID, before: str, after: str) -> TemplateDiff:
    """What changed from one version to another."""
    row = require_template(session, actor, template_id)
    versions = versions_of(session, actor, row)
    return rules.diff(_numbered(row, versions, before), _numbered(row, versions, after))


# --- for the other services of this feature ---------------------------------------------------------------------------


def require_template(session: Session, actor: Actor, template_id: UUID) -> TemplateRow:
    """The template with this id. Raises `NotFound`."""
    row = queries.get(session, template_id, actor.workspace_id)
    if row is None:
        raise NotFound(f"There is no template {template_id}.", field="template_id")
    return row


def versions_of(session: Session, actor: Actor, row: TemplateRow) -> list[TemplateVersion]:
    """All versions of a template, oldest first; a draft knows what is wrong with it and what its changes ask for."""
    versions: list[TemplateVersion] = []
    pinned: dict[UUID, LabelsetVersion] = {}
    for each in queries.versions(session, [row.id]):
        if each.labelset_version_id not in pinned:
            pinned[each.labelset_version_id] = labels.require_version(session, actor, each.labelset_version_id)
        version = _as_version(each, pinned[each.labelset_version_id])
        if version.state is AssetState.DRAFT:
            version.problems = rules.prompt_of(each.system_prompt, each.user_prompt)[1]
            version.suggested = rules.suggested_bump(versions[-1], version) if versions else None
        versions.append(version)
    return versions


def checked_model(session: Session, actor: Actor, settings: ModelSettings) -> dict[str, object]:
    """The settings as they are kept. Raises `NotFound` for an endpoint that is not there."""
    if settings.endpoint_id is not None:
        models.get_model_endpoint(session, actor, settings.endpoint_id)
    return settings.model_dump(mode="json")


def read_prompts(row: TemplateVersionRow) -> None:
    """Notes what the prompts of a draft read; nothing while they cannot be read themselves."""
    prompt, _ = rules.prompt_of(row.system_prompt, row.user_prompt)
    row.variables = prompt.variables if prompt else []
    row.image_fields = prompt.image_fields if prompt else []


def copy_as_draft(
    actor: Actor, source: TemplateVersionRow, template_id: UUID, number: rules.Numbers
) -> TemplateVersionRow:
    """A draft with the content of another version."""
    content = {
        name: getattr(source, name)
        for name in (
            "labelset_version_id", "system_prompt", "user_prompt", "variables", "image_fields", "model", "notes"
        )
    }  # fmt: skip
    major, minor, patch = number
    return TemplateVersionRow(
        id=new_id(),
        template_id=template_id,
        major=major,
        minor=minor,
        patch=patch,
        state=AssetState.DRAFT,
        created_by_name=actor.name,
        created_at=now(),
        **content,
    )


def numbers(row: TemplateVersionRow) -> rules.Numbers:
    """The version number in a row."""
    return row.major, row.minor, row.patch


def refuse_stale(row: TemplateRow | TemplateVersionRow, version: int) -> None:
    """Raises `TemplateChanged` unless the row is as the editor saw it."""
    if row.version != version:
        raise TemplateChanged(
            "Someone else changed the template meanwhile.",
            field="version",
            fix="Load it again and repeat your change.",
            details={"current": {"version": row.version}},
        )


def _require_draft(
    session: Session, actor: Actor, template_id: UUID, version: int
) -> tuple[TemplateRow, TemplateVersionRow]:
    row = require_template(session, actor, template_id)
    newest = queries.versions(session, [row.id])[-1]
    if newest.state != AssetState.DRAFT:
        raise Conflict(
            f"Version {rules.spelled(numbers(newest))} of {row.name} is {newest.state} and never changes.",
            fix="Start a draft of the next version.",
        )
    refuse_stale(newest, version)
    return row, newest


def _changed(
    session: Session, actor: Actor, row: TemplateRow, action: str, version: TemplateVersionRow
) -> TemplateVersion:
    row.changed_at = now()
    session.flush()
    number = rules.spelled(numbers(version))
    audit.record(session, actor, action, "template", row.id, {"name": row.name, "number": number})
    return _numbered(row, versions_of(session, actor, row), number)


def _numbered(row: TemplateRow, versions: Sequence[TemplateVersion], number: str) -> TemplateVersion:
    wanted = rules.spelled(rules.numbers_of(number))
    for each in versions:
        if each.number == wanted:
            return each
    raise NotFound(f"{row.name} has no version {wanted}.", field="number")


def _as_version(row: TemplateVersionRow, labelset: LabelsetVersion) -> TemplateVersion:
    return TemplateVersion(
        id=row.id,
        template_id=row.template_id,
        number=rules.spelled(numbers(row)),
        state=AssetState(row.state),
        label_type=labelset.label_type,
        labelset_version_id=row.labelset_version_id,
        labelset_version=labelset.number,
        system_prompt=row.system_prompt,
        user_prompt=row.user_prompt,
        variables=row.variables,
        image_fields=row.image_fields,
        model=ModelSettings.model_validate(row.model),
        notes=row.notes,
        created_by_name=row.created_by_name,
        created_at=row.created_at,
        published_at=row.published_at,
        version=row.version,
    )
