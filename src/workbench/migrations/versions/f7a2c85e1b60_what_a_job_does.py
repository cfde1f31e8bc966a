"""A job says what it does while nothing counts up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f7a2c85e1b60"
down_revision = "e4c1906d7f5b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("doing", sa.String(200), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
