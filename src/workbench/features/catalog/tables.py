"""Rows of the catalog: what people said of sources. The sources themselves lie in the lakehouse."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, key_string


class SourceCommentRow(Base):
    """The comment on a source, spelled as tags spell it: `main.med.invoices#patient_name`."""

    __tablename__ = "source_comment"

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(key_string(400), primary_key=True)
    comment: Mapped[str] = mapped_column(Text)
    changed_by_name: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
