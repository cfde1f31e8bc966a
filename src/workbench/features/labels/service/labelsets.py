"""What people do with labelsets: define, find, duplicate, archive, and see how they are used."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.labels.kinds import KINDS, kind_of
from workbench.features.labels.queries import labelsets as queries
from workbench.features.labels.rules import labelsets as rules
from workbench.features.labels.schemas import (
    ClassUse,
    Definition,
    LabelKind,
    Labelset,
    LabelsetChange,
    LabelsetCopy,
    LabelsetIn,
    LabelsetUsage,
    LabelsetVersion,
    VersionUse,
)
from workbench.features.labels.service.definitions import add_draft, require_labelset, require_labelset_at, versions_of
from workbench.features.labels.tables import LabelsetRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import AssetState

SORTS = ("name", "newest")
DISTINCT_ANSWERS = 10_000  # of a kind with classes; beyond, the rarest combinations are not counted


class LabelTypeTaken(Conflict):
    """Another labelset of the workspace has this label type."""


def list_kinds() -> list[LabelKind]:
    """The kinds of labels there are."""
    return [
        LabelKind(
            name=kind.name,
            title=kind.title,
            description=kind.description,
            takes_classes=kind.takes_classes,
            takes_schema=kind.takes_schema,
            example=kind.example,
        )
        for kind in KINDS
    ]


def create_labelset(session: Session, actor: Actor, body: LabelsetIn) -> Labelset:
    """A new labelset with a first draft. Raises `LabelTypeTaken`, `DefinitionInvalid`."""
    _require_free(session, actor, body.label_type)
    definition = Definition(
        kind=kind_of(body.kind).name,
        classes=rules.name_classes(body.classes),
        response_schema=body.response_schema,
        instructions=body.instructions,
    )
    row = _add(session, actor, body.label_type, definition.kind, body.name, body.description)
    add_draft(session, actor, row, definition, number=1)
    audit.record(session, actor, "labelset.create", "labelset", row.id, {"label_type": row.label_type})
    return get_labelset(session, actor, row.id)


def get_labelset(session: Session, actor: Actor, labelset_id: UUID) -> Labelset:
    """One labelset. Raises `NotFound`."""
    return _as_labelsets(session, [require_labelset(session, actor, labelset_id)])[0]


def list_labelsets(
    session: Session,
    actor: Actor,
    *,
    search: str | None = None,
    kind: str | None = None,
    archived: bool | None = False,
    sort: str = "name",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Labelset]:
    """Labelsets of the workspace, by name or newest first."""
    if sort not in SORTS:
        raise Invalid(f"Labelsets cannot be sorted by {sort!r}.", field="sort", fix=f"Use {' or '.join(SORTS)}.")
    size = clamp_limit(limit)
    rows = queries.page(
        session,
        actor.workspace_id,
        search=search,
        kind=kind,
        archived=archived,
        after=_after(cursor, sort),
        newest_first=sort == "newest",
        limit=size + 1,
    )
    more = None
    if len(rows) > size:
        last = rows[size - 1]
        more = encode_cursor(last.name, str(last.id)) if sort == "name" else encode_cursor(str(last.id))
    return Page(items=_as_labelsets(session, rows[:size]), next_cursor=more)


def _after(cursor: str | None, sort: str) -> tuple[str | None, UUID] | None:
    """The name and id that the page before ended with; no name when sorted by age."""
    key = cursor_key(cursor, str, UUID) if sort == "name" else cursor_key(cursor, UUID)
    return (key[0] if sort == "name" else None, key[-1]) if key else None


def change_labelset(session: Session, actor: Actor, labelset_id: UUID, body: LabelsetChange) -> Labelset:
    """Renames or describes a labelset. Raises `Conflict` when someone changed it since."""
    row = require_labelset_at(session, actor, labelset_id, body.version)
    row.name = body.name if body.name is not None else row.name
    row.description = body.description if body.description is not None else row.description
    return _changed(session, actor, row, "labelset.change")


def archive_labelset(session: Session, actor: Actor, labelset_id: UUID, version: int) -> Labelset:
    """Takes a labelset out of the lists people choose from; its labels stay and stay usable."""
    row = require_labelset_at(session, actor, labelset_id, version)
    row.archived = True
    return _changed(session, actor, row, "labelset.archive")


def restore_labelset(session: Session, actor: Actor, labelset_id: UUID, version: int) -> Labelset:
    """Puts an archived labelset back into the lists."""
    row = require_labelset_at(session, actor, labelset_id, version)
    row.archived = False
    return _changed(session, actor, row, "labelset.restore")


def duplicate_labelset(session: Session, actor: Actor, labelset_id: UUID, body: LabelsetCopy) -> Labelset:
    """A new labelset that begins with a draft of the newest definition of this one. Labels are not copied."""
    source = require_labelset(session, actor, labelset_id)
    _require_free(session, actor, body.label_type)
    newest = versions_of(session, source)[-1]
    row = _add(session, actor, body.label_type, source.kind, body.name, source.description)
    add_draft(session, actor, row, newest, number=1)
    audit.record(session, actor, "labelset.duplicate", "labelset", row.id, {"from": str(source.id)})
    return get_labelset(session, actor, row.id)


def usage_of_labelset(session: Session, actor: Actor, labelset_id: UUID) -> LabelsetUsage:
    """How many labels hold what: by verdict, by version and by class."""
    row = require_labelset(session, actor, labelset_id)
    versions = {each.id: each for each in versions_of(session, row)}
    counts = queries.label_counts(session, [row.id]).get(row.id, queries.LabelCounts(0, 0, 0, 0))
    by_version = queries.labels_by_version(session, actor.workspace_id, row.id)
    return LabelsetUsage(
        answered=counts.answered,
        unlabelable=counts.unlabelable,
        retracted=counts.retracted,
        item_spaces=counts.item_spaces,
        versions=[
            VersionUse(number=each.number, labels=by_version[each.id])
            for each in versions.values()
            if each.id in by_version
        ],
        classes=_class_uses(session, actor, row, versions) if kind_of(row.kind).takes_classes else [],
    )


def delete_labelset(session: Session, actor: Actor, labelset_id: UUID, version: int) -> None:
    """Removes a labelset that was never published. Raises `Conflict` for one that was: archive it instead."""
    row = require_labelset_at(session, actor, labelset_id, version)
    if any(each.state is not AssetState.DRAFT for each in versions_of(session, row)):
        raise Conflict(
            f"The labelset {row.label_type} was published, so labels and templates may name it.",
            fix="Archive it instead.",
        )
    queries.delete_drafts(session, row.id)
    session.delete(row)
    audit.record(session, actor, "labelset.delete", "labelset", row.id, {"label_type": row.label_type})
    session.flush()


def _class_uses(
    session: Session, actor: Actor, row: LabelsetRow, versions: dict[UUID, LabelsetVersion]
) -> list[ClassUse]:
    """Labels per class in the terms of the newest version: a merged class counts for the one it went to."""
    newest = list(versions.values())[-1]
    uses = dict.fromkeys(newest.class_names, 0)
    for value, version_id, labels in queries.labels_by_value(session, actor.workspace_id, row.id, DISTINCT_ANSWERS):
        moved = newest.migrations.get(version_id, {})
        for each in value if isinstance(value, list) else [value]:
            kept = moved.get(each, each)
            if kept in uses:
                uses[kept] += labels
    return [ClassUse(id=each, name=newest.class_names[each], labels=labels) for each, labels in uses.items()]


def _require_free(session: Session, actor: Actor, label_type: str) -> None:
    taken = queries.by_label_type(session, label_type, actor.workspace_id)
    if taken is not None:
        raise LabelTypeTaken(
            f"The labelset “{taken.name}” has the label type {label_type} already.",
            field="label_type",
            fix="Choose another label type, or make a new version of that labelset.",
            details={"labelset_id": str(taken.id)},
        )


def _add(session: Session, actor: Actor, label_type: str, kind: str, name: str, description: str) -> LabelsetRow:
    moment = now()
    row = LabelsetRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        label_type=label_type,
        kind=kind,
        name=name,
        description=description,
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=moment,
        changed_at=moment,
    )
    session.add(row)
    session.flush()
    return row


def _changed(session: Session, actor: Actor, row: LabelsetRow, action: str) -> Labelset:
    row.changed_at = now()
    audit.record(session, actor, action, "labelset", row.id, {"label_type": row.label_type})
    session.flush()
    return _as_labelsets(session, [row])[0]


def _as_labelsets(session: Session, rows: list[LabelsetRow]) -> list[Labelset]:
    ids = [row.id for row in rows]
    numbers = queries.numbers(session, ids)
    counts = queries.label_counts(session, ids)
    return [
        Labelset(
            **{name: getattr(row, name) for name in Labelset.model_fields if hasattr(row, name)},
            published=numbers[row.id].get(AssetState.PUBLISHED),
            draft=numbers[row.id].get(AssetState.DRAFT),
            labels=counts[row.id].answered + counts[row.id].unlabelable if row.id in counts else 0,
        )
        for row in rows
    ]
