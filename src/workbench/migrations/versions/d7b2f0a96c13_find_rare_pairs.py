"""Pairs that are stale or failed are found without reading the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d7b2f0a96c13"
down_revision = "c3d81e5f4a07"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("stale", "problem"):
        found = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_pair_{name}",
            "pair",
            ["training_sheet_id", "position"],
            sqlite_where=found,
            postgresql_where=found,
        )


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
