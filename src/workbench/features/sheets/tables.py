"""Rows of sheets, their versions, and item spaces."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, key_string


class ItemSpaceRow(Base):
    """Which items are the same items: those of one table under one key. Immutable; sheets and labels point at it."""

    __tablename__ = "item_space"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    source_table: Mapped[str] = mapped_column(key_string(400))
    key_columns: Mapped[list[str]]

    __table_args__ = (UniqueConstraint("workspace_id", "source_table", "key_columns"),)

    @property
    def key_sources(self) -> list[str]:
        """The key columns as sources; every `item_ref` spells what they hold."""
        return [f"{self.source_table}#{column}" for column in self.key_columns]


class SheetRow(Base):
    """A sheet as a whole. `version` counts every change to it or its draft."""

    __tablename__ = "sheet"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(key_string(200))
    description: Mapped[str] = mapped_column(Text, default="")
    primary_table: Mapped[str] = mapped_column(String(400))  # of the newest version
    item_count: Mapped[int | None]  # of the newest published version
    draft: Mapped[int | None]
    published: Mapped[int | None]
    archived: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[UUID]
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("workspace_id", "name"), Index("ix_sheet_list", "workspace_id", "id"))
    __mapper_args__ = {"version_id_col": version}


class SheetVersionRow(Base):
    """One version of a sheet's definition, with the fields its items have. A published one never changes."""

    __tablename__ = "sheet_version"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    definition: Mapped[dict[str, Any]]
    fields: Mapped[list[Any]]
    space_id: Mapped[UUID] = mapped_column(ForeignKey("item_space.id"))
    item_count: Mapped[int | None]
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    published_by_name: Mapped[str | None] = mapped_column(String(200))
    published_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("sheet_id", "number"), Index("ix_sheet_version_space", "space_id"))
