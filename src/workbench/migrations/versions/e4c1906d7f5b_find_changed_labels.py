"""Labels that said something more than once are found without reading the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e4c1906d7f5b"
down_revision = "e90b4c2d71f5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    changed = sa.text("number > 1")
    op.create_index(
        "ix_canonical_label_changed",
        "canonical_label",
        ["space_id", "labelset_id", "item_ref"],
        sqlite_where=changed,
        postgresql_where=changed,
    )


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
