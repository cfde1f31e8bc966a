"""Looking at sheets: lists, versions, and what differs between two of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.sheets import queries, rules
from workbench.features.sheets.schemas import Difference, Sheet, SheetVersion
from workbench.features.sheets.tables import SheetRow, SheetVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import AssetState


class SheetChanged(Conflict):
    """Someone else changed the sheet since it was read; `details["current"]` is the sheet as it is now."""


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
        after=cursor_key(cursor, str if sort == "name" else UUID),
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
    return as_sheet(require_sheet(session, actor, sheet_id))


def list_sheet_versions(session: Session, actor: Actor, sheet_id: UUID) -> list[SheetVersion]:
    """All versions of a sheet, newest first."""
    row = require_sheet(session, actor, sheet_id)
    return [as_version(row, version) for version in queries.sheet_versions(session, row.id)]


def require_sheet_version(
    session: Session, actor: Actor, sheet_id: UUID, number: int | str | None = None
) -> SheetVersion:
    """One version: by number, the newest `published` one, the `draft`, or (None) the draft or else the newest.

    Raises `NotFound` for another workspace's sheet or a number that is not there, `Conflict` for a sheet that has no
    published version or no draft.
    """
    row = require_sheet(session, actor, sheet_id)
    wanted = number
    if number is None:
        wanted = row.draft or row.published
    elif number == "published":
        wanted = row.published
    elif number == "draft":
        wanted = row.draft
    if wanted is None:
        fix = "Publish it first." if number == "published" else "Edit the sheet to begin one."
        raise Conflict(f"The sheet {row.name!r} has no {number} version.", field="number", fix=fix)
    return as_version(row, version_row(session, row, int(wanted)))


def sheet_version_by_id(session: Session, actor: Actor, version_id: UUID) -> SheetVersion:
    """The version with this id. Raises `NotFound`."""
    found = queries.sheet_version_by_id(session, version_id, actor.workspace_id)
    if found is None:
        raise NotFound(f"There is no sheet version {version_id}.", field="sheet_version_id")
    return as_version(*found)


def diff_sheet_versions(session: Session, actor: Actor, sheet_id: UUID, before: int, after: int) -> list[Difference]:
    """Where the definitions of two versions differ."""
    row = require_sheet(session, actor, sheet_id)
    one, other = (version_row(session, row, number).definition for number in (before, after))
    return [Difference(path=path, before=a, after=b) for path, a, b in rules.differences(one, other)]


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
    return AssetState.DRAFT if row.published is None else AssetState.PUBLISHED


def require_sheet(session: Session, actor: Actor, sheet_id: UUID, version: int | None = None) -> SheetRow:
    """The sheet's row, at the version the editor saw when one is given. Raises `NotFound`, `SheetChanged`."""
    row = queries.sheet(session, sheet_id, actor.workspace_id)
    if row is None:
        raise NotFound(f"There is no sheet {sheet_id}.", field="sheet_id", fix="List the sheets to see what there is.")
    if version is not None:
        require_version(row, version)
    return row


def require_version(row: SheetRow, version: int) -> None:
    """Raises `SheetChanged` when the sheet is no longer at the version the editor saw."""
    if row.version != version:
        raise SheetChanged(
            f"The sheet {row.name!r} was changed meanwhile.",
            field="version",
            fix="Look at it as it is now, and repeat your change.",
            details={"current": as_sheet(row).model_dump(mode="json")},
        )


def version_row(session: Session, row: SheetRow, number: int) -> SheetVersionRow:
    """One version's row. Raises `NotFound`."""
    version = queries.sheet_version(session, row.id, number)
    if version is None:
        raise NotFound(f"The sheet {row.name!r} has no version {number}.", field="number")
    return version
