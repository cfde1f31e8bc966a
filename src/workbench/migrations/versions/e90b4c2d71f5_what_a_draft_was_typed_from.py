"""A draft keeps what it was typed from, so that it is shown only while that may be seen."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

import workbench.backends.database

revision = "e90b4c2d71f5"
down_revision = "d7b2f0a96c13"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("annotation", Column("exposure_id", workbench.backends.database.Id(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
