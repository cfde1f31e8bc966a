"""An export keeps the state that its training sheet was in; of those made before, only the manifest tells."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b8d4f1a39c27"
down_revision = "f7a2c85e1b60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("export", sa.Column("training_sheet_state", sa.String(20), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
