"""Every statement on sheets, their versions and item spaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workbench.features.sheets.tables import ItemSpaceRow, SheetRow, SheetVersionRow
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import AssetState


def sheet(session: Session, sheet_id: UUID, workspace_id: UUID) -> SheetRow | None:
    """The sheet, if it belongs to the workspace."""
    return session.scalar(select(SheetRow).where(SheetRow.id == sheet_id, SheetRow.workspace_id == workspace_id))


def sheet_by_name(session: Session, workspace_id: UUID, name: str) -> SheetRow | None:
    """The sheet of this name."""
    return session.scalar(select(SheetRow).where(SheetRow.workspace_id == workspace_id, SheetRow.name == name))


def sheet_page(
    session: Session,
    workspace_id: UUID,
    *,
    sort: str,
    after: Sequence[Any] | None,
    limit: int,
    search: str | None,
    state: AssetState | None,
    primary_table: str | None,
) -> list[SheetRow]:
    """Sheets by name (`name`), or newest first (`-created_at`)."""
    query = select(SheetRow).where(SheetRow.workspace_id == workspace_id)
    if search:
        query = query.where(
            or_(
                SheetRow.name.icontains(search, autoescape=True),
                SheetRow.description.icontains(search, autoescape=True),
            )
        )
    if primary_table:
        query = query.where(SheetRow.primary_table == primary_table.lower())
    query = query.where(SheetRow.archived if state == AssetState.ARCHIVED else ~SheetRow.archived)
    if state == AssetState.PUBLISHED:
        query = query.where(SheetRow.published.is_not(None))
    if state == AssetState.DRAFT:
        query = query.where(SheetRow.published.is_(None))
    if sort == "name":
        if after is not None:
            query = query.where(SheetRow.name > after[0])
        return list(session.scalars(query.order_by(SheetRow.name).limit(limit)))
    if after is not None:
        query = query.where(SheetRow.id < after[0])
    return list(session.scalars(query.order_by(SheetRow.id.desc()).limit(limit)))


def sheet_version(session: Session, sheet_id: UUID, number: int) -> SheetVersionRow | None:
    """One version of a sheet."""
    return session.scalar(
        select(SheetVersionRow).where(SheetVersionRow.sheet_id == sheet_id, SheetVersionRow.number == number)
    )


_VERSION = (  # asked for every pair that is shown, so it is spelled once
    select(SheetRow, SheetVersionRow)
    .join(SheetVersionRow, SheetVersionRow.sheet_id == SheetRow.id)
    .where(SheetVersionRow.id == bindparam("version_id"), SheetRow.workspace_id == bindparam("workspace_id"))
)


def sheet_version_by_id(
    session: Session, version_id: UUID, workspace_id: UUID
) -> tuple[SheetRow, SheetVersionRow] | None:
    """One version with its sheet, if it belongs to the workspace."""
    row = session.execute(_VERSION, {"version_id": version_id, "workspace_id": workspace_id}).one_or_none()
    return None if row is None else (row[0], row[1])


def sheet_versions(session: Session, sheet_id: UUID) -> list[SheetVersionRow]:
    """All versions of a sheet, newest first."""
    return list(
        session.scalars(
            select(SheetVersionRow).where(SheetVersionRow.sheet_id == sheet_id).order_by(SheetVersionRow.number.desc())
        )
    )


def remove_version(session: Session, row: SheetVersionRow) -> None:
    """Removes a draft."""
    session.execute(delete(SheetVersionRow).where(SheetVersionRow.id == row.id))
    session.expunge(row)


def remove_sheet(session: Session, row: SheetRow) -> None:
    """Removes a sheet and all its versions."""
    session.execute(delete(SheetVersionRow).where(SheetVersionRow.sheet_id == row.id))
    session.delete(row)
    session.flush()


def item_space(session: Session, workspace_id: UUID, source_table: str, key_columns: list[str]) -> ItemSpaceRow:
    """The item space of a table under a key, made when it is new."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(ItemSpaceRow)
        .values(id=new_id(), workspace_id=workspace_id, source_table=source_table, key_columns=key_columns)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(ItemSpaceRow).where(
            ItemSpaceRow.workspace_id == workspace_id,
            ItemSpaceRow.source_table == source_table,
            ItemSpaceRow.key_columns == key_columns,
        )
    ).one()
