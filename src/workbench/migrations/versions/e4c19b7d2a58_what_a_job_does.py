"""A job says what it does while nothing counts up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e4c19b7d2a58"
down_revision = "e90b4c2d71f5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("doing", sa.String(200), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
