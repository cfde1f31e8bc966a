"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.backends import database

${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
