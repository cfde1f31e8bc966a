"""Sheets name their versions as labelsets and templates do; kinds of jobs read `<subject>.<verb>`, as audit actions do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c3d81e5f4a07"
down_revision = "a1f5c07be921"
branch_labels = None
depends_on = None

KINDS = {
    "import_table": "table.import",
    "label_import": "label.import",
    "label_export": "label.export",
    "export": "export.create",
    "review.decide": "pair.decide",
    "review.undo": "pair.undo",
    "review.refresh": "training_sheet.refresh",
}


def upgrade() -> None:
    for name in ("draft", "published"):
        op.execute(f"ALTER TABLE sheet RENAME COLUMN {name}_number TO {name}")
    job = sa.table("job", sa.column("kind"))
    for old, new in KINDS.items():
        op.execute(job.update().where(job.c.kind == old).values(kind=new))


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
