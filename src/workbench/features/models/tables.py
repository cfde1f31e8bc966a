"""Rows of model endpoints and of the answers already paid for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, Json, key_string


class ModelEndpointRow(Base):
    """A model that may be called, and the highest classification it may see. Its key stays in the environment."""

    __tablename__ = "model_endpoint"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(key_string(200))
    kind: Mapped[str] = mapped_column(String(40))  # a file of the models shelf
    base_url: Mapped[str | None] = mapped_column(String(500))
    model: Mapped[str | None] = mapped_column(String(200))
    key_name: Mapped[str | None] = mapped_column(String(100))
    max_classification: Mapped[int]
    concurrency: Mapped[int]
    timeout_seconds: Mapped[int]
    takes_images: Mapped[bool]
    enabled: Mapped[bool] = mapped_column(default=True)
    created_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
    __mapper_args__ = {"version_id_col": version}


class ModelAnswerRow(Base):
    """An answer by the digest of everything that was sent, so that a resumed job never pays twice."""

    __tablename__ = "model_answer"

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    answer: Mapped[Any] = mapped_column(Json)
    at: Mapped[datetime]
