"""Rows of templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, key_string


class TemplateRow(Base):
    """A prompt by name; what it says lives in versions."""

    __tablename__ = "template"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(key_string(200))
    description: Mapped[str] = mapped_column(Text, default="")
    labelset_id: Mapped[UUID]
    archived: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[UUID]
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
    __mapper_args__ = {"version_id_col": version}


class TemplateVersionRow(Base):
    """One semantic version of a template; published is immutable. `model`: endpoint_id, temperature, max_tokens."""

    __tablename__ = "template_version"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    template_id: Mapped[UUID] = mapped_column(ForeignKey("template.id"))
    major: Mapped[int]
    minor: Mapped[int]
    patch: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    labelset_version_id: Mapped[UUID]
    system_prompt: Mapped[str] = mapped_column(Text, default="")
    user_prompt: Mapped[str] = mapped_column(Text)
    variables: Mapped[list[str]]
    image_fields: Mapped[list[str]]
    model: Mapped[dict[str, Any]]
    notes: Mapped[str] = mapped_column(Text, default="")
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("template_id", "major", "minor", "patch"),)
    __mapper_args__ = {"version_id_col": version}
