"""What people do with the versions of a labelset: draft, publish with a migration, diff, archive."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.labels.kinds.answers import field_of
from workbench.features.labels.queries import labelsets as queries
from workbench.features.labels.rules import labelsets as rules
from workbench.features.labels.schemas import (
    LabelsetDiff,
    LabelsetDraftChange,
    LabelsetVersion,
)
from workbench.features.labels.service.definitions import (
    DefinitionInvalid,
    add_draft,
    as_versions,
    definition_of,
    refuse_stale,
    refuse_unkeepable,
    require_labelset,
    versions_of,
)
from workbench.features.labels.tables import LabelsetRow, LabelsetVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.vocabulary import AssetState


class LabelsetNotPublished(Conflict):
    """Only a published labelset version can be labeled with."""


def list_versions(session: Session, actor: Actor, labelset_id: UUID) -> list[LabelsetVersion]:
    """All versions of a labelset, newest first."""
    return versions_of(session, require_labelset(session, actor, labelset_id))[::-1]


def get_version(session: Session, actor: Actor, labelset_id: UUID, number: int) -> LabelsetVersion:
    """One version of a labelset by its number. Raises `NotFound`."""
    row = require_labelset(session, actor, labelset_id)
    return _numbered(row, versions_of(session, row), number)


def require_version(session: Session, actor: Actor, version_id: UUID) -> LabelsetVersion:
    """A labelset version by its own id, as templates and labels name it. Raises `NotFound`."""
    found = queries.labelset_of_version(session, version_id, actor.workspace_id)
    if found is None:
        raise NotFound(f"There is no labelset version {version_id}.", field="labelset_version_id")
    return next(each for each in as_versions(*found) if each.id == version_id)


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
    refuse_unkeepable(definition_of(row, draft))
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
    audit.record(session, actor, "labelset.discard_draft", "labelset", row.id, {"number": draft.number})
    session.flush()


def publish_draft(session: Session, actor: Actor, labelset_id: UUID, version: int) -> LabelsetVersion:
    """Publishes the draft; it never changes again. Raises `DefinitionInvalid` naming everything that is amiss, also
    classes that are gone without a decision on their labels."""
    row, draft = _require_draft(session, actor, labelset_id, version)
    found = versions_of(session, row)[-1].problems
    if found:
        raise DefinitionInvalid(
            f"The labelset {row.label_type} cannot be published: {found[0].message}",
            field=field_of(found[0].path),
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
    refuse_stale(found, version)
    if found.state != AssetState.PUBLISHED:
        raise Conflict(f"Version {number} is {found.state}.", fix="Only a published version can be archived.")
    found.state = AssetState.ARCHIVED
    row.changed_at = now()
    audit.record(session, actor, "labelset.archive_version", "labelset", row.id, {"number": number})
    session.flush()
    return get_version(session, actor, labelset_id, number)


def diff_labelset_versions(session: Session, actor: Actor, labelset_id: UUID, before: int, after: int) -> LabelsetDiff:
    """What changed from one version to another."""
    row = require_labelset(session, actor, labelset_id)
    versions = versions_of(session, row)
    return rules.diff(_numbered(row, versions, before), _numbered(row, versions, after), (before, after))


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
    refuse_stale(newest, version)
    return row, newest
