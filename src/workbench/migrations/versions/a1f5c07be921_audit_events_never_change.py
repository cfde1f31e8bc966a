"""The database itself refuses to rewrite audit events."""

from __future__ import annotations

from alembic import op

revision = "a1f5c07be921"
down_revision = "6ac7fc0a3d56"
branch_labels = None
depends_on = None

CONTENT = (
    "id",
    "at",
    "workspace_id",
    "actor_id",
    "actor_name",
    "token_id",
    "action",
    "subject_kind",
    "subject_id",
    "details",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in CONTENT)
        op.execute(
            f"""CREATE TRIGGER audit_event_keep_content BEFORE UPDATE ON audit_event
            WHEN OLD.position IS NOT NULL OR {changed}
            BEGIN SELECT RAISE(ABORT, 'audit events never change'); END"""
        )
        op.execute(
            """CREATE TRIGGER audit_event_keep BEFORE DELETE ON audit_event
            BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END"""
        )
        return
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in CONTENT)
    op.execute(
        """CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'audit events never change' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
    )
    op.execute(
        f"""CREATE TRIGGER audit_event_keep_content BEFORE UPDATE ON audit_event FOR EACH ROW
        WHEN (OLD.position IS NOT NULL OR {changed})
        EXECUTE FUNCTION audit_event_refuse()"""
    )
    op.execute(
        """CREATE TRIGGER audit_event_keep BEFORE DELETE ON audit_event FOR EACH ROW
        EXECUTE FUNCTION audit_event_refuse()"""
    )
    op.execute(
        """CREATE TRIGGER audit_event_keep_all BEFORE TRUNCATE ON audit_event
        EXECUTE FUNCTION audit_event_refuse()"""
    )


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
