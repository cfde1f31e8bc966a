"""Labelsets and their versions as they are kept, for the services that change or read them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.labels.kinds import kind_of
from workbench.features.labels.kinds.answers import field_of, storable
from workbench.features.labels.queries import labelsets as queries
from workbench.features.labels.rules import labelsets as rules
from workbench.features.labels.schemas import Definition, LabelsetVersion, Migration, Problem
from workbench.features.labels.tables import LabelsetRow, LabelsetVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import AssetState


class DefinitionInvalid(Invalid):
    """A labelset version does not hold together; `details["problems"]` say where and why."""


class LabelsetChanged(Conflict):
    """Someone else changed the labelset meanwhile; `details["current"]` is how it stands."""


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
    refuse_stale(row, version)
    return row


def add_draft(
    session: Session, actor: Actor, row: LabelsetRow, definition: Definition, *, number: int
) -> LabelsetVersion:
    """A draft version with this definition."""
    refuse_unkeepable(definition)
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
    return as_versions(row, queries.versions(session, row.id))


def as_versions(row: LabelsetRow, rows: Sequence[LabelsetVersionRow]) -> list[LabelsetVersion]:
    """The wire shapes of all versions of a labelset, oldest first."""
    versions: list[LabelsetVersion] = []
    for each in rows:
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
    definition = definition_of(row, each)
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


def definition_of(row: LabelsetRow, each: LabelsetVersionRow) -> Definition:
    """What an answer may be under one version."""
    return Definition(
        kind=row.kind, classes=each.classes, response_schema=each.response_schema, instructions=each.instructions
    )


def refuse_stale(row: LabelsetRow | LabelsetVersionRow, version: int) -> None:
    """Raises `LabelsetChanged` unless this is the version that the editor saw."""
    if row.version != version:
        raise LabelsetChanged(
            "Someone else changed the labelset meanwhile.",
            field="version",
            fix="Load it again and repeat your change.",
            details={"current": {"version": row.version}},
        )


def refuse_unkeepable(definition: Definition) -> None:
    """A draft may be incomplete, but what cannot be kept as JSON, or has no end, is refused at once."""
    found = storable(definition.response_schema) or rules.too_many_classes(definition.classes)
    if found:
        raise DefinitionInvalid(
            found[0].message,
            field=field_of(found[0].path) or "response_schema",
            details={"problems": [each.model_dump() for each in found]},
        )
