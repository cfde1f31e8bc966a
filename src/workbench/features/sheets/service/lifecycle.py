"""A sheet's life: drafted, published, edited into the next version, duplicated, archived."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.audit import service as audit
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import Node, NodeKind
from workbench.features.sheets import queries
from workbench.features.sheets.keys import KeyNotUnique
from workbench.features.sheets.reading import OpenSheet
from workbench.features.sheets.schemas import (
    DraftChange,
    DuplicateSheet,
    NewSheet,
    Sheet,
    SheetChange,
    SheetDefinition,
    SheetVersion,
)
from workbench.features.sheets.service.items import open_definition
from workbench.features.sheets.service.lookup import (
    as_sheet,
    as_version,
    require_sheet,
    require_sheet_version,
    require_version,
    version_row,
)
from workbench.features.sheets.service.previews import require_steering, sees_key
from workbench.features.sheets.tables import SheetRow, SheetVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict
from workbench.kernel.ids import new_id
from workbench.kernel.schema import Change
from workbench.kernel.vocabulary import AssetState


class SheetNameTaken(Conflict):
    """Another sheet of the workspace has this name."""


def create_sheet(session: Session, actor: Actor, backends: Backends, body: NewSheet) -> Sheet:
    """A new sheet with draft 1. Raises what opening the definition raises, and `SheetNameTaken`."""
    opened = open_definition(backends, actor, body.definition)  # reads files: before the transaction begins
    require_steering(session, actor, opened)
    row = _new_sheet(session, actor, body.name, body.description, opened.definition.primary_table)
    session.add(_draft(session, actor, row, 1, opened))
    session.flush()
    audit.record(session, actor, "sheet.create", "sheet", row.id, {"name": row.name})
    return as_sheet(row)


def change_sheet(session: Session, actor: Actor, sheet_id: UUID, body: SheetChange) -> Sheet:
    """Renames or describes a sheet; its versions stay as they are."""
    row = require_sheet(session, actor, sheet_id, body.version)
    if body.name is not None and body.name != row.name:
        _require_free_name(session, actor, body.name)
        row.name = body.name
    if body.description is not None:
        row.description = body.description
    return _changed(session, actor, row, "sheet.change", {"name": row.name})


def save_draft(session: Session, actor: Actor, backends: Backends, sheet_id: UUID, body: DraftChange) -> Sheet:
    """Gives the sheet's draft a definition; without a draft, begins the next version. Published ones never change."""
    opened = open_definition(backends, actor, body.definition)
    require_steering(session, actor, opened)
    row = _require_open(session, actor, sheet_id, body.version)
    if row.draft is None:
        row.draft = (row.published or 0) + 1
    else:
        queries.remove_version(session, version_row(session, row, row.draft))
    session.add(_draft(session, actor, row, row.draft, opened))
    row.primary_table = opened.definition.primary_table
    return _changed(session, actor, row, "sheet.edit", {"number": row.draft})


def discard_draft(session: Session, actor: Actor, sheet_id: UUID, body: Change) -> Sheet:
    """Drops the draft; the newest published version stands. Raises `Conflict` when nothing was ever published."""
    row = _require_open(session, actor, sheet_id, body.version)
    if row.draft is None or row.published is None:
        missing = "draft" if row.draft is None else "published version to go back to"
        raise Conflict(f"The sheet has no {missing}.", fix="Delete the sheet instead, or leave it as it is.")
    number = row.draft
    queries.remove_version(session, version_row(session, row, number))
    row.draft = None
    row.primary_table = version_row(session, row, row.published).definition["primary_table"]
    return _changed(session, actor, row, "sheet.discard_draft", {"number": number})


def publish_sheet(session: Session, actor: Actor, backends: Backends, sheet_id: UUID, body: Change) -> SheetVersion:
    """Makes the draft the published version, for good.

    Raises `KeyNotUnique` unless the key names every row of the primary table exactly once and one-to-one joins are
    that, naming the first offenders to those who may see them; `Conflict` without a draft.
    """
    with backends.database.read() as reading:  # counting rows takes time, and no lock is held meanwhile
        draft = require_sheet_version(reading, actor, sheet_id, "draft")
        seen = require_sheet(reading, actor, sheet_id).version
        may_see_key = sees_key(reading, actor, draft)
    opened = open_definition(backends, actor, draft.definition)
    try:
        opened.check()
    except KeyNotUnique as error:
        raise error if may_see_key else error.without_values() from None
    count = opened.count()
    row = _require_open(session, actor, sheet_id, body.version)
    require_version(row, seen)
    version = version_row(session, row, draft.number)
    moment = now()
    version.definition = opened.definition.model_dump(mode="json")
    version.fields = [field.model_dump(mode="json") for field in opened.fields]
    version.state, version.item_count = AssetState.PUBLISHED, count
    version.published_by_name, version.published_at = actor.name, moment
    row.published, row.draft, row.item_count = draft.number, None, count
    _changed(session, actor, row, "sheet.publish", {"number": draft.number, "items": count})
    _connect_sources(session, actor, row, opened.definition, draft.number)
    return as_version(row, version)


def duplicate_sheet(session: Session, actor: Actor, sheet_id: UUID, body: DuplicateSheet) -> Sheet:
    """A new sheet whose draft 1 is a copy of a version of this one; labels are shared, as the items are the same."""
    origin = require_sheet_version(session, actor, sheet_id, body.number)
    source = require_sheet(session, actor, sheet_id)
    row = _new_sheet(session, actor, body.name, source.description, origin.definition.primary_table)
    copied = version_row(session, source, origin.number)
    session.add(_new_version(actor, row, 1, copied.definition, copied.fields, copied.space_id))
    session.flush()
    details = {"name": row.name, "from": str(sheet_id), "number": origin.number}
    audit.record(session, actor, "sheet.duplicate", "sheet", row.id, details)
    return as_sheet(row)


def archive_sheet(session: Session, actor: Actor, sheet_id: UUID, body: Change) -> Sheet:
    """Puts the sheet away: nothing new is made from it; what was made from it stays readable."""
    row = require_sheet(session, actor, sheet_id, body.version)
    row.archived = True
    return _changed(session, actor, row, "sheet.archive", {})


def restore_sheet(session: Session, actor: Actor, sheet_id: UUID, body: Change) -> Sheet:
    """Takes an archived sheet back."""
    row = require_sheet(session, actor, sheet_id, body.version)
    row.archived = False
    return _changed(session, actor, row, "sheet.restore", {})


def delete_sheet(session: Session, actor: Actor, sheet_id: UUID, version: int) -> None:
    """Removes a sheet that was never published. Raises `Conflict` for any other: those are archived."""
    row = require_sheet(session, actor, sheet_id, version)
    if row.published is not None:
        raise Conflict("A sheet that was published is never deleted.", fix="Archive it instead.")
    queries.remove_sheet(session, row)
    audit.record(session, actor, "sheet.delete", "sheet", sheet_id, {"name": row.name})


def _require_open(session: Session, actor: Actor, sheet_id: UUID, version: int) -> SheetRow:
    row = require_sheet(session, actor, sheet_id, version)
    if row.archived:
        raise Conflict(f"The sheet {row.name!r} is archived.", fix="Restore it first.")
    return row


def _require_free_name(session: Session, actor: Actor, name: str) -> None:
    taken = queries.sheet_by_name(session, actor.workspace_id, name)
    if taken is not None:
        what = "an archived sheet" if taken.archived else "a sheet"
        raise SheetNameTaken(f"There is {what} called {name!r} already.", field="name", fix="Choose another name.")


def _connect_sources(session: Session, actor: Actor, row: SheetRow, definition: SheetDefinition, number: int) -> None:
    target = Node(kind=NodeKind.SHEET, ref=str(row.id), name=row.name)
    sources = [(NodeKind.TABLE, definition.primary_table)]
    sources += [(NodeKind(source.kind), source.name) for source in definition.secondary_sources]
    for kind, name in sources:
        lineage.connect(session, actor, Node(kind=kind, ref=name, name=name), target, {"number": number})


def _new_sheet(session: Session, actor: Actor, name: str, description: str, primary_table: str) -> SheetRow:
    _require_free_name(session, actor, name)
    moment = now()
    row = SheetRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        name=name,
        description=description,
        primary_table=primary_table,
        item_count=None,
        draft=1,
        published=None,
        archived=False,
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=moment,
        changed_at=moment,
    )
    session.add(row)
    session.flush()
    return row


def _draft(session: Session, actor: Actor, row: SheetRow, number: int, opened: OpenSheet) -> SheetVersionRow:
    definition = opened.definition
    space = queries.item_space(session, actor.workspace_id, definition.primary_table, definition.item_key)
    fields = [field.model_dump(mode="json") for field in opened.fields]
    return _new_version(actor, row, number, definition.model_dump(mode="json"), fields, space.id)


def _new_version(
    actor: Actor, row: SheetRow, number: int, definition: dict[str, Any], fields: list[Any], space_id: UUID
) -> SheetVersionRow:
    return SheetVersionRow(
        id=new_id(),
        sheet_id=row.id,
        number=number,
        state=AssetState.DRAFT,
        definition=definition,
        fields=fields,
        space_id=space_id,
        item_count=None,
        created_by_name=actor.name,
        created_at=now(),
        published_by_name=None,
        published_at=None,
    )


def _changed(session: Session, actor: Actor, row: SheetRow, action: str, details: dict[str, Any]) -> Sheet:
    row.changed_at = now()
    session.flush()
    audit.record(session, actor, action, "sheet", row.id, details)
    return as_sheet(row)
