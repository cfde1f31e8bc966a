"""What people do with the versions of a labelset: draft, publish with a migration, compare, archive."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.kinds.answers import storable
from workbench.features.labels.queries import labelsets as queries
from workbench.features.labels.rules import labelsets as rules
from workbench.features.labels.schemas import (
    Definition,
    LabelsetDiff,
    LabelsetDraftChange,
    LabelsetVersion,
    Migration,
    Problem,
)
from workbench.features.labels.tables import LabelsetRow, LabelsetVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import AssetState


class DefinitionInvalid(Invalid):
    """A labelset version does not hold together; `details["problems"]` say where and why."""


class LabelsetNotPublished(Conflict):
    """Only a published labelset version can be labeled with."""


class LabelsetChanged(Conflict):
    """Someone else changed the labelset meanwhile; `details["current"]` is how it stands."""


def list_versions(session: Session, actor: Actor, labelset_id: UUID) -> list[LabelsetVersion]:
    """All versions of a labelset, newest first."""
    return versions_of(session, require_labelset(session, actor, labelset_id))[::-1]


def get_version(session: Session, actor: Actor, labelset_id: UUID, number: int) -> LabelsetVersion:
    """One version of a labelset by its number. Raises `NotFound`."""
    row = require_labelset(session, actor, labelset_id)
    return _numbered(row, versions_of(session, row), number)


def require_version(session: Session, actor: Actor, version_id: UUID) -> LabelsetVersion:
    """A labelset version by its own id, as templates and labels name it. Raises `NotFound`."""
    row = queries.labelset_of_version(session, version_id, actor.workspace_id)
    if row is None:
        raise NotFound(f"There is no labelset version {version_id}.", field="labelset_version_id")
    return next(each for each in versions_of(session, row) if each.id == version_id)


def require_published(
    session: Session, actor: Actor, labelset: UUID | str, number: int | None = None
) -> LabelsetVersion:
    """The newest published version of a labelset, named by its id or label type, or the version with this number.

    Raises `NotFound`, and `LabelsetNotPublished` for a draft.
    """
    row = require_labelset(session, actor, labelset)
    versions = versions_of(session, row)
    if number is not None:
        version = _numbered(row, versions, number)
        if version.state is not AssetState.DRAFT:
            return version
    published = [each for each in versions if each.state is AssetState.PUBLISHED]
    if number is not None or not published:
        raise LabelsetNotPublished(
            f"The labelset {row.label_type} has no published version{f' {number}' if number is not None else ''}.",
            field="label_type",
            fix="Publish it before labeling with it.",
        )
    return published[-1]


def start_draft(session: Session, actor: Actor, labelset_id: UUID) -> LabelsetVersion:
    """The next draft, with the definition of the newest version. Raises `Conflict` when there is a draft already."""
    row = require_labelset(session, actor, labelset_id)
    newest = versions_of(session, row)[-1]
    if newest.state is AssetState.DRAFT:
        raise Conflict(
            f"The labelset {row.label_type} has a draft already: version {newest.number}.", fix="Change that one."
        )
    draft = add_draft(session, actor, row, newest, number=newest.number + 1)
    audit.record(session, actor, "labelset.draft", "labelset", row.id, {"number": draft.number})
    return draft


def change_draft(session: Session, actor: Actor, labelset_id: UUID, body: LabelsetDraftChange) -> LabelsetVersion:
    """Changes the draft. It may be incomplete: what keeps it from being published comes back as `problems`."""
    row, draft = _require_draft(session, actor, labelset_id, body.version)
    if body.classes is not None:
        draft.classes = [each.model_dump() for each in rules.name_classes(body.classes)]
    if body.response_schema is not None:
        draft.response_schema = body.response_schema
    if body.instructions is not None:
        draft.instructions = body.instructions
    if body.migration is not None:
        draft.migration = body.migration.model_dump()
    _refuse_unkeepable(_definition(row, draft))
    row.changed_at = now()
    audit.record(session, actor, "labelset.change_draft", "labelset", row.id, {"number": draft.number})
    session.flush()
    return versions_of(session, row)[-1]


def discard_version(session: Session, actor: Actor, labelset_id: UUID, version: int) -> None:
    """Throws the draft away. Raises `Conflict` when nothing else would be left of the labelset."""
    row, draft = _require_draft(session, actor, labelset_id, version)
    if draft.number == 1:
        raise Conflict(f"The draft is all there is of {row.label_type}.", fix="Delete the labelset instead.")
    session.delete(draft)
    audit.record(session, actor, "labelset.discard", "labelset", row.id, {"number": draft.number})
    session.flush()


def publish_draft(session: Session, actor: Actor, labelset_id: UUID, version: int) -> LabelsetVersion:
    """Publishes the draft; it never changes again. Raises `DefinitionInvalid` naming everything that is amiss, also
    classes that are gone without a decision on their labels."""
    row, draft = _require_draft(session, actor, labelset_id, version)
    found = versions_of(session, row)[-1].problems
    if found:
        raise DefinitionInvalid(
            f"The labelset {row.label_type} cannot be published: {found[0].message}",
            field=found[0].path.lstrip("/") or None,
            fix="Mend the draft and publish again.",
            details={"problems": [each.model_dump() for each in found]},
        )
    draft.state = AssetState.PUBLISHED
    draft.published_at = row.changed_at = now()
    audit.record(session, actor, "labelset.publish", "labelset", row.id, {"number": draft.number})
    session.flush()
    return versions_of(session, row)[-1]


def archive_version(session: Session, actor: Actor, labelset_id: UUID, number: int, version: int) -> LabelsetVersion:
    """Retires a published version: nothing new begins with it, and what pins it goes on working."""
    row = require_labelset(session, actor, labelset_id)
    found = next((each for each in queries.versions(session, row.id) if each.number == number), None)
    if found is None:
        raise NotFound(f"The labelset {row.label_type} has no version {number}.", field="number")
    _refuse_stale(found, version)
    if found.state != AssetState.PUBLISHED:
        raise Conflict(f"Version {number} is {found.state}.", fix="Only a published version can be archived.")
    found.state = AssetState.ARCHIVED
    row.changed_at = now()
    audit.record(session, actor, "labelset.archive_version", "labelset", row.id, {"number": number})
    session.flush()
    return get_version(session, actor, labelset_id, number)


def compare_versions(session: Session, actor: Actor, labelset_id: UUID, frm: int, to: int) -> LabelsetDiff:
    """What changed from one version to another."""
    row = require_labelset(session, actor, labelset_id)
    versions = versions_of(session, row)
    return rules.compare(_numbered(row, versions, frm), _numbered(row, versions, to), frm, to)


# --- for the other services of this feature ---------------------------------------------------------------------------


def require_labelset(session: Session, actor: Actor, labelset: UUID | str) -> LabelsetRow:
    """The labelset with this id or label type. Raises `NotFound`."""
    if isinstance(labelset, UUID):
        row = queries.get(session, labelset, actor.workspace_id)
        named = f"There is no labelset {labelset}."
    else:
        row = queries.by_label_type(session, labelset, actor.workspace_id)
        named = f"There is no labelset for the label type {labelset[:100]!r}."
    if row is None:
        raise NotFound(named, field="labelset_id" if isinstance(labelset, UUID) else "label_type")
    return row


def require_labelset_at(session: Session, actor: Actor, labelset_id: UUID, version: int) -> LabelsetRow:
    """The labelset, if nobody changed it since it was seen. Raises `NotFound`, `LabelsetChanged`."""
    row = require_labelset(session, actor, labelset_id)
    _refuse_stale(row, version)
    return row


def add_draft(
    session: Session, actor: Actor, row: LabelsetRow, definition: Definition, *, number: int
) -> LabelsetVersion:
    """A draft version with this definition."""
    _refuse_unkeepable(definition)
    session.add(
        LabelsetVersionRow(
            id=new_id(),
            labelset_id=row.id,
            number=number,
            state=AssetState.DRAFT,
            classes=[each.model_dump() for each in definition.classes],
            response_schema=definition.response_schema,
            instructions=definition.instructions,
            migration=Migration().model_dump(),
            created_by_name=actor.name,
            created_at=now(),
        )
    )
    session.flush()
    return versions_of(session, row)[-1]


def versions_of(session: Session, row: LabelsetRow) -> list[LabelsetVersion]:
    """All versions of a labelset, oldest first, each knowing what becomes of labels made under those before it."""
    versions: list[LabelsetVersion] = []
    for each in queries.versions(session, row.id):
        migrations: dict[UUID, dict[str, str | None]] = {}
        moved = each.migration.get("classes", {})
        for older in versions:
            whole = rules.compose([versions[-1].migrations.get(older.id, {}), moved])
            migrations |= {older.id: whole} if whole else {}
        versions.append(_as_version(row, each, migrations, versions[-1] if versions else None))
    return versions


def _as_version(
    row: LabelsetRow,
    each: LabelsetVersionRow,
    migrations: dict[UUID, dict[str, str | None]],
    before: LabelsetVersion | None,
) -> LabelsetVersion:
    definition = _definition(row, each)
    moved: dict[str, str | None] = each.migration.get("classes", {})
    found: list[Problem] = []
    if each.state == AssetState.DRAFT:
        found = rules.definition_problems(definition)
        found += rules.undecided_classes(before, definition, moved) if before else []
    return LabelsetVersion(
        **definition.model_dump(),
        id=each.id,
        labelset_id=row.id,
        label_type=row.label_type,
        number=each.number,
        state=AssetState(each.state),
        migration=Migration(classes=moved),
        migrations=migrations,
        answer_schema=kind_of(row.kind).response_schema(definition.classes, definition.response_schema),
        problems=found,
        created_by_name=each.created_by_name,
        created_at=each.created_at,
        published_at=each.published_at,
        version=each.version,
    )


def _definition(row: LabelsetRow, each: LabelsetVersionRow) -> Definition:
    return Definition(
        kind=row.kind, classes=each.classes, response_schema=each.response_schema, instructions=each.instructions
    )


def _numbered(row: LabelsetRow, versions: list[LabelsetVersion], number: int) -> LabelsetVersion:
    for each in versions:
        if each.number == number:
            return each
    raise NotFound(f"The labelset {row.label_type} has no version {number}.", field="number")


def _require_draft(
    session: Session, actor: Actor, labelset_id: UUID, version: int
) -> tuple[LabelsetRow, LabelsetVersionRow]:
    row = require_labelset(session, actor, labelset_id)
    newest = queries.versions(session, row.id)[-1]
    if newest.state != AssetState.DRAFT:
        raise Conflict(
            f"Version {newest.number} of {row.label_type} is {newest.state} and never changes.",
            fix="Start a draft of the next version.",
        )
    _refuse_stale(newest, version)
    return row, newest


def _refuse_stale(row: LabelsetRow | LabelsetVersionRow, version: int) -> None:
    if row.version != version:
        raise LabelsetChanged(
            "Someone else changed the labelset meanwhile.",
            field="version",
            fix="Load it again and repeat your change.",
            details={"current": {"version": row.version}},
        )


def _refuse_unkeepable(definition: Definition) -> None:
    """A draft may be incomplete, but what cannot be kept as JSON, or has no end, is refused at once."""
    found = storable(definition.response_schema) or rules.too_many_classes(definition.classes)
    if found:
        raise DefinitionInvalid(
            found[0].message,
            field="response_schema" if not found[0].path else found[0].path.lstrip("/"),
            details={"problems": [each.model_dump() for each in found]},
        )
