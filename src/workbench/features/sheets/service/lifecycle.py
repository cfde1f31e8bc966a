"""A sheet's life: drafted, published, edited into the next version, duplicated, compared, archived."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.audit import service as audit
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import Node, NodeKind
from workbench.features.sheets import queries, rules
from workbench.features.sheets.reading import OpenSheet
from workbench.features.sheets.schemas import (
    Difference,
    DraftChange,
    DuplicateSheet,
    NewSheet,
    Sheet,
    SheetChange,
    SheetDefinition,
    SheetVersion,
)
from workbench.features.sheets.service.items import open_definition
from workbench.features.sheets.tables import SheetRow, SheetVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, decode_cursor, encode_cursor
from workbench.kernel.schema import Change
from workbench.kernel.vocabulary import AssetState

SORTS = ("name", "-created_at")


class SheetChanged(Conflict):
    """Someone else changed the sheet since it was read; `details["current"]` is the sheet as it is now."""


class SheetNameTaken(Conflict):
    """Another sheet of the workspace has this name."""


# --- look -----------------------------------------------------------------------------------------------------------


def list_sheets(
    session: Session,
    actor: Actor,
    *,
    search: str | None = None,
    state: AssetState | None = None,
    primary_table: str | None = None,
    sort: str = "-created_at",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Sheet]:
    """Sheets of the workspace, archived ones only when asked for. `sort` is `name` or `-created_at`."""
    size = clamp_limit(limit)
    rows = queries.sheet_page(
        session,
        actor.workspace_id,
        sort=sort,
        after=decode_cursor(cursor, 1),
        limit=size + 1,
        search=search,
        state=state,
        primary_table=primary_table,
    )
    last = rows[size - 1] if len(rows) > size else None
    more = encode_cursor(last.name if sort == "name" else str(last.id)) if last else None
    return Page(items=[as_sheet(row) for row in rows[:size]], next_cursor=more)


def get_sheet(session: Session, actor: Actor, sheet_id: UUID) -> Sheet:
    """One sheet. Raises `NotFound`."""
    return as_sheet(_require(session, actor, sheet_id))


def find_sheet(session: Session, actor: Actor, name: str) -> Sheet:
    """The sheet of this name. Raises `NotFound`."""
    row = queries.sheet_by_name(session, actor.workspace_id, name)
    if row is None:
        raise NotFound(f"There is no sheet called {name!r}.", field="name", fix="List the sheets to see their names.")
    return as_sheet(row)


def list_sheet_versions(session: Session, actor: Actor, sheet_id: UUID) -> list[SheetVersion]:
    """All versions of a sheet, newest first."""
    row = _require(session, actor, sheet_id)
    return [as_version(row, version) for version in queries.sheet_versions(session, row.id)]


def require_sheet_version(
    session: Session, actor: Actor, sheet_id: UUID, number: int | str | None = None
) -> SheetVersion:
    """One version: by number, the newest `published` one, the `draft`, or (None) the draft or else the newest.

    Raises `NotFound` for another workspace's sheet or a number that is not there, `Conflict` for a sheet that has no
    published version or no draft.
    """
    row = _require(session, actor, sheet_id)
    wanted = number
    if number is None:
        wanted = row.draft_number or row.published_number
    elif number == "published":
        wanted = row.published_number
    elif number == "draft":
        wanted = row.draft_number
    if wanted is None:
        fix = "Publish it first." if number == "published" else "Edit the sheet to begin one."
        raise Conflict(f"The sheet {row.name!r} has no {number} version.", field="number", fix=fix)
    return as_version(row, _version(session, row, int(wanted)))


def sheet_version_by_id(session: Session, actor: Actor, version_id: UUID) -> SheetVersion:
    """The version with this id. Raises `NotFound`."""
    found = queries.sheet_version_by_id(session, version_id, actor.workspace_id)
    if found is None:
        raise NotFound(f"There is no sheet version {version_id}.", field="sheet_version_id")
    return as_version(*found)


def diff_sheet_versions(session: Session, actor: Actor, sheet_id: UUID, before: int, after: int) -> list[Difference]:
    """Where the definitions of two versions differ."""
    row = _require(session, actor, sheet_id)
    one, other = (_version(session, row, number).definition for number in (before, after))
    return [Difference(path=path, before=a, after=b) for path, a, b in rules.differences(one, other)]


# --- change ---------------------------------------------------------------------------------------------------------


def create_sheet(session: Session, actor: Actor, backends: Backends, body: NewSheet) -> Sheet:
    """A new sheet with draft 1. Raises what opening the definition raises, and `SheetNameTaken`."""
    opened = open_definition(backends, actor, body.definition)  # reads files: before the transaction begins
    _require_free_name(session, actor, body.name)
    moment = now()
    row = SheetRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        name=body.name,
        description=body.description,
        primary_table=opened.definition.primary_table,
        item_count=None,
        draft_number=1,
        published_number=None,
        archived=False,
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=moment,
        changed_at=moment,
    )
    session.add(row)
    session.flush()
    session.add(_draft(session, actor, row, 1, opened))
    session.flush()
    audit.record(session, actor, "sheet.create", "sheet", row.id, {"name": row.name})
    return as_sheet(row)


def change_sheet(session: Session, actor: Actor, sheet_id: UUID, body: SheetChange) -> Sheet:
    """Renames or describes a sheet; its versions stay as they are."""
    row = _require(session, actor, sheet_id, body.version)
    if body.name is not None and body.name != row.name:
        _require_free_name(session, actor, body.name)
        row.name = body.name
    if body.description is not None:
        row.description = body.description
    return _changed(session, actor, row, "sheet.change", {"name": row.name})


def save_draft(session: Session, actor: Actor, backends: Backends, sheet_id: UUID, body: DraftChange) -> Sheet:
    """Gives the sheet's draft a definition; without a draft, begins the next version. Published ones never change."""
    opened = open_definition(backends, actor, body.definition)
    row = _require_open(session, actor, sheet_id, body.version)
    if row.draft_number is None:
        row.draft_number = (row.published_number or 0) + 1
    else:
        queries.remove_version(session, _version(session, row, row.draft_number))
    session.add(_draft(session, actor, row, row.draft_number, opened))
    row.primary_table = opened.definition.primary_table
    return _changed(session, actor, row, "sheet.edit", {"number": row.draft_number})


def discard_draft(session: Session, actor: Actor, sheet_id: UUID, body: Change) -> Sheet:
    """Drops the draft; the newest published version stands. Raises `Conflict` when nothing was ever published."""
    row = _require_open(session, actor, sheet_id, body.version)
    if row.draft_number is None or row.published_number is None:
        missing = "draft" if row.draft_number is None else "published version to go back to"
        raise Conflict(f"The sheet has no {missing}.", fix="Delete the sheet instead, or leave it as it is.")
    number = row.draft_number
    queries.remove_version(session, _version(session, row, number))
    row.draft_number = None
    row.primary_table = _version(session, row, row.published_number).definition["primary_table"]
    return _changed(session, actor, row, "sheet.discard_draft", {"number": number})


def publish_sheet(session: Session, actor: Actor, backends: Backends, sheet_id: UUID, body: Change) -> SheetVersion:
    """Makes the draft the published version, for good.

    Raises `KeyNotUnique` naming the first offenders unless the key names every row of the primary table exactly once
    and one-to-one joins are that; `Conflict` without a draft.
    """
    with backends.database.read() as reading:  # counting rows takes time, and no lock is held meanwhile
        draft = require_sheet_version(reading, actor, sheet_id, "draft")
        seen = get_sheet(reading, actor, sheet_id).version
    opened = open_definition(backends, actor, draft.definition)
    opened.check()
    count = opened.count()
    row = _require_open(session, actor, sheet_id, body.version)
    _require_version(row, seen)
    version = _version(session, row, draft.number)
    moment = now()
    version.definition = opened.definition.model_dump(mode="json")
    version.fields = [field.model_dump(mode="json") for field in opened.fields]
    version.state, version.item_count = AssetState.PUBLISHED, count
    version.published_by_name, version.published_at = actor.name, moment
    row.published_number, row.draft_number, row.item_count = draft.number, None, count
    _changed(session, actor, row, "sheet.publish", {"number": draft.number, "items": count})
    target = Node(kind=NodeKind.SHEET, ref=str(row.id), name=row.name)
    for source in (opened.definition, *opened.definition.secondary_sources):
        name = source.primary_table if isinstance(source, SheetDefinition) else source.name
        lineage.connect(
            session, actor, Node(kind=NodeKind.TABLE, ref=name, name=name), target, {"number": draft.number}
        )
    return as_version(row, version)


def duplicate_sheet(session: Session, actor: Actor, sheet_id: UUID, body: DuplicateSheet) -> Sheet:
    """A new sheet whose draft 1 is a copy of a version of this one; labels are shared, as the items are the same."""
    origin = require_sheet_version(session, actor, sheet_id, body.number)
    _require_free_name(session, actor, body.name)
    moment = now()
    source = _require(session, actor, sheet_id)
    row = SheetRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        name=body.name,
        description=source.description,
        primary_table=origin.definition.primary_table,
        item_count=None,
        draft_number=1,
        published_number=None,
        archived=False,
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=moment,
        changed_at=moment,
    )
    session.add(row)
    session.flush()
    copied = _version(session, source, origin.number)
    session.add(_version_row(actor, row, 1, copied.definition, copied.fields, copied.space_id))
    session.flush()
    details = {"name": row.name, "from": str(sheet_id), "number": origin.number}
    audit.record(session, actor, "sheet.duplicate", "sheet", row.id, details)
    return as_sheet(row)


def archive_sheet(session: Session, actor: Actor, sheet_id: UUID, body: Change) -> Sheet:
    """Puts the sheet away: nothing new is made from it; what was made from it stays readable."""
    row = _require(session, actor, sheet_id, body.version)
    row.archived = True
    return _changed(session, actor, row, "sheet.archive", {})


def restore_sheet(session: Session, actor: Actor, sheet_id: UUID, body: Change) -> Sheet:
    """Takes an archived sheet back."""
    row = _require(session, actor, sheet_id, body.version)
    row.archived = False
    return _changed(session, actor, row, "sheet.restore", {})


def delete_sheet(session: Session, actor: Actor, sheet_id: UUID, version: int) -> None:
    """Removes a sheet that was never published. Raises `Conflict` for any other: those are archived."""
    row = _require(session, actor, sheet_id, version)
    if row.published_number is not None:
        raise Conflict("A sheet that was published is never deleted.", fix="Archive it instead.")
    queries.remove_sheet(session, row)
    audit.record(session, actor, "sheet.delete", "sheet", sheet_id, {"name": row.name})


# --- rows and shapes ------------------------------------------------------------------------------------------------


def as_sheet(row: SheetRow) -> Sheet:
    """The wire shape of a sheet."""
    shown = {name: getattr(row, name) for name in Sheet.model_fields if name != "state"}
    return Sheet(**shown, state=_state(row))


def as_version(row: SheetRow, version: SheetVersionRow) -> SheetVersion:
    """The wire shape of a version; those of an archived sheet are archived."""
    shown = {name: getattr(version, name) for name in SheetVersion.model_fields if name != "state"}
    return SheetVersion(**shown, state=AssetState.ARCHIVED if row.archived else AssetState(version.state))


def _state(row: SheetRow) -> AssetState:
    if row.archived:
        return AssetState.ARCHIVED
    return AssetState.DRAFT if row.published_number is None else AssetState.PUBLISHED


def _require(session: Session, actor: Actor, sheet_id: UUID, version: int | None = None) -> SheetRow:
    row = queries.sheet(session, sheet_id, actor.workspace_id)
    if row is None:
        raise NotFound(f"There is no sheet {sheet_id}.", field="sheet_id", fix="List the sheets to see what there is.")
    if version is not None:
        _require_version(row, version)
    return row


def _require_version(row: SheetRow, version: int) -> None:
    if row.version != version:
        raise SheetChanged(
            f"The sheet {row.name!r} was changed meanwhile.",
            field="version",
            fix="Look at it as it is now, and repeat your change.",
            details={"current": as_sheet(row).model_dump(mode="json")},
        )


def _require_open(session: Session, actor: Actor, sheet_id: UUID, version: int) -> SheetRow:
    row = _require(session, actor, sheet_id, version)
    if row.archived:
        raise Conflict(f"The sheet {row.name!r} is archived.", fix="Restore it first.")
    return row


def _require_free_name(session: Session, actor: Actor, name: str) -> None:
    taken = queries.sheet_by_name(session, actor.workspace_id, name)
    if taken is not None:
        what = "an archived sheet" if taken.archived else "a sheet"
        raise SheetNameTaken(f"There is {what} called {name!r} already.", field="name", fix="Choose another name.")


def _version(session: Session, row: SheetRow, number: int) -> SheetVersionRow:
    version = queries.sheet_version(session, row.id, number)
    if version is None:
        raise NotFound(f"The sheet {row.name!r} has no version {number}.", field="number")
    return version


def _draft(session: Session, actor: Actor, row: SheetRow, number: int, opened: OpenSheet) -> SheetVersionRow:
    definition = opened.definition
    space = queries.item_space(session, actor.workspace_id, definition.primary_table, definition.item_key)
    fields = [field.model_dump(mode="json") for field in opened.fields]
    return _version_row(actor, row, number, definition.model_dump(mode="json"), fields, space.id)


def _version_row(
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
