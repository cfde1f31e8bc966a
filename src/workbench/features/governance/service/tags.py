"""Tags on sources: set, read with what is inherited, list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.governance import schemas, tag_rules
from workbench.features.governance.queries import origin as queries
from workbench.features.governance.service.exits import bump_gate
from workbench.features.governance.service.origin import classification_of
from workbench.features.governance.tables import TagRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Forbidden, Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import Classification

LONGEST_KEY, LONGEST_VALUE = 100, 200


class TagProtected(Forbidden):
    """Taking this tag away would allow what it prohibits, which only a governor may."""


class TagsChanged(Conflict):
    """Someone else changed the tags since they were read; `details["current"]` are those it has now."""


def set_tags(
    session: Session, actor: Actor, source: str, tags: Mapping[str, str], seen: Mapping[str, str] | None = None
) -> schemas.SourceTags:
    """Makes these all the tags that the source itself has (key → value, possibly empty).

    `seen` are those it had when they were read: it then raises `TagsChanged` when they are others by now. Removing or
    lowering a tag that the gate listens to widens what is allowed, so that needs `governance.waive` (`TagProtected`).
    Raises `Invalid` on a bad source, key or value.
    """
    source = _check(source, tags)
    rows = queries.tags_on(session, actor.workspace_id, [source])
    before = {row.key: row.value for row in rows}
    if seen is not None and dict(seen) != before:
        raise TagsChanged(
            f"Someone else changed the tags of {source} meanwhile.",
            field="seen",
            fix="Load them again and repeat your change.",
            details={"current": before},
        )
    after = {key.strip(): value.strip() for key, value in tags.items()}
    if before == after:
        return get_tags(session, actor, source)
    lost = tag_rules.loosened(before, after)
    if lost and not actor.may("governance.waive"):
        raise TagProtected(
            f"The tag {lost[0]} on {source} limits what its content may be used for; only a governor may take it away.",
            field="tags",
            fix="Ask a governor of the workspace.",
        )
    changed = [row for row in rows if after.get(row.key) != row.value]
    queries.remove_tags(session, changed)
    for key, value in after.items():
        if before.get(key) != value:
            session.add(
                TagRow(
                    id=new_id(),
                    workspace_id=actor.workspace_id,
                    source=source,
                    key=key,
                    value=value,
                    set_by=actor.id,
                    set_by_name=actor.name,
                    set_at=now(),
                )
            )
    session.flush()
    audit.record(session, actor, "tags.set", "source", source, {"before": before, "after": after})
    if any(before.get(key) != after.get(key) for key in before.keys() | after.keys() if tag_rules.governs(key)):
        bump_gate(session, actor.workspace_id)
    return get_tags(session, actor, source)


def own_tags(session: Session, workspace_id: UUID, sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """The tags that are set on exactly these sources, by the source as it was asked for: key → value."""
    asked = {source: tag_rules.normalized(source) for source in sources}
    found: dict[str, dict[str, str]] = {}
    for row in sorted(queries.tags_on(session, workspace_id, asked.values()), key=_key):
        found.setdefault(row.source, {})[row.key] = row.value
    return {source: dict(found.get(name, {})) for source, name in asked.items()}


def get_tags(session: Session, actor: Actor, source: str) -> schemas.SourceTags:
    """The tags of one source: its own, and all in force on it."""
    source = _check(source, {})
    return schemas.SourceTags(
        source=source,
        own=own_tags(session, actor.workspace_id, [source])[source],
        inherited=tags_of(session, actor.workspace_id, [source])[source],
        classification=classification_of(session, actor.workspace_id, sources=[source]),
    )


def tags_of(session: Session, workspace_id: UUID, sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """The tags in force on each source, with those it inherits from its table, schema and catalog; nearest wins."""
    wanted = list(sources)
    own = own_tags(session, workspace_id, {name for source in wanted for name in tag_rules.ancestry(source)})
    return {source: tag_rules.inherited(source, own) for source in wanted}


def list_tags(
    session: Session,
    actor: Actor,
    *,
    search: str | None = None,
    key: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[schemas.Tag]:
    """Tags where they are set, by source. `search` looks in source and value; `key` ignores case."""
    size = clamp_limit(limit)
    after = cursor_key(cursor, str, UUID)
    rows = queries.tag_page(
        session,
        actor.workspace_id,
        after=(after[0], after[1]) if after else None,
        limit=size + 1,
        search=search,
        key=key,
    )
    last = rows[size - 1] if len(rows) > size else None
    return Page(
        items=[
            schemas.Tag(
                source=row.source,
                key=row.key,
                value=row.value,
                governs=tag_rules.governs(row.key),
                set_by_name=row.set_by_name,
                set_at=row.set_at,
            )
            for row in rows[:size]
        ],
        next_cursor=encode_cursor(last.source, str(last.id)) if last else None,
    )


def _key(row: TagRow) -> str:
    return row.key


def _check(source: str, tags: Mapping[str, str]) -> str:
    """The source as it is kept. Raises `Invalid`."""
    if not tag_rules.is_source(source) or len(source) > 400:
        raise Invalid(
            f"{source[:100]!r} is not a source.",
            field="source",
            fix="Write catalog, catalog.schema, catalog.schema.table or catalog.schema.table#column.",
        )
    seen: set[str] = set()
    for key, value in tags.items():
        if not key.strip() or len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise Invalid(
                f"The tag {key[:100]!r} is empty or too long.",
                field="tags",
                fix=f"Keys have 1 to {LONGEST_KEY} characters, values at most {LONGEST_VALUE}.",
            )
        if key.strip().upper() in seen:
            raise Invalid(f"The tag {key!r} comes twice.", field="tags", fix="Keys do not tell case apart.")
        seen.add(key.strip().upper())
        if key.strip().upper() == tag_rules.CLASSIFICATION_TAG and not tag_rules.is_classification(value):
            raise Invalid(
                f"{value!r} is not a classification.",
                field="tags",
                fix=f"Use {', '.join(Classification)}.",
            )
    return tag_rules.normalized(source)
