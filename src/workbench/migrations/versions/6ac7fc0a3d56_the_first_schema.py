"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.backends import database

revision = "6ac7fc0a3d56"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "annotation",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("space_id", database.Id(), nullable=False),
        sa.Column("item_ref", database.key_string(512), nullable=False),
        sa.Column("labelset_id", database.Id(), nullable=False),
        sa.Column("actor_id", database.Id(), nullable=False),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("content", database.Json(), nullable=False),
        sa.Column("changed_at", database.Time(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation")),
        sa.UniqueConstraint(
            "space_id",
            "labelset_id",
            "item_ref",
            "actor_id",
            name=op.f("uq_annotation_space_id_labelset_id_item_ref_actor_id"),
        ),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("at", database.Time(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=True),
        sa.Column("actor_id", database.Id(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("token_id", database.Id(), nullable=True),
        sa.Column("action", database.key_string(80), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=300), nullable=True),
        sa.Column("details", database.Json(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("position", name=op.f("uq_audit_event_position")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_actor", ["workspace_id", "actor_id", "at"], unique=False)
        batch_op.create_index("ix_audit_event_list", ["workspace_id", "at", "id"], unique=False)
        batch_op.create_index("ix_audit_event_subject", ["workspace_id", "subject_id", "at"], unique=False)
        batch_op.create_index(
            "ix_audit_event_unsealed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("position IS NULL"),
            postgresql_where=sa.text("position IS NULL"),
        )

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "canonical_label",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("space_id", database.Id(), nullable=False),
        sa.Column("item_ref", database.key_string(512), nullable=False),
        sa.Column("labelset_id", database.Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("value", database.Json(), nullable=True),
        sa.Column("labelset_version_id", database.Id(), nullable=False),
        sa.Column("exposure_id", database.Id(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("labeled_by", database.Id(), nullable=False),
        sa.Column("labeled_by_name", sa.String(length=200), nullable=False),
        sa.Column("labeled_at", database.Time(), nullable=False),
        sa.Column("changed_by_name", sa.String(length=200), nullable=False),
        sa.Column("changed_at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canonical_label")),
        sa.UniqueConstraint(
            "space_id", "labelset_id", "item_ref", name=op.f("uq_canonical_label_space_id_labelset_id_item_ref")
        ),
    )
    with op.batch_alter_table("canonical_label", schema=None) as batch_op:
        batch_op.create_index("ix_canonical_label_list", ["workspace_id", "labelset_id", "id"], unique=False)

    op.create_table(
        "exit",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", database.Id(), nullable=True),
        sa.Column("gate_revision", sa.Integer(), nullable=False),
        sa.Column("considered", sa.Integer(), nullable=False),
        sa.Column("released", sa.Integer(), nullable=False),
        sa.Column("excluded", database.Json(), nullable=False),
        sa.Column("actor_id", database.Id(), nullable=False),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit")),
    )
    with op.batch_alter_table("exit", schema=None) as batch_op:
        batch_op.create_index("ix_exit_list", ["workspace_id", "id"], unique=False)
        batch_op.create_index("ix_exit_subject", ["subject_id"], unique=False)

    op.create_table(
        "export",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("training_sheet_id", database.Id(), nullable=False),
        sa.Column("training_sheet_name", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("options", database.Json(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("job_id", database.Id(), nullable=False),
        sa.Column("gate_revision", sa.Integer(), nullable=True),
        sa.Column("standing_revision", sa.Integer(), nullable=True),
        sa.Column("exposures", database.Json(), nullable=False),
        sa.Column("classification", sa.Integer(), nullable=True),
        sa.Column("counts", database.Json(), nullable=False),
        sa.Column("files", database.Json(), nullable=False),
        sa.Column("created_by", database.Id(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("finished_at", database.Time(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.create_index("ix_export_list", ["workspace_id", "id"], unique=False)
        batch_op.create_index("ix_export_sheet", ["training_sheet_id", "id"], unique=False)

    op.create_table(
        "exposure",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("fields", database.Json(), nullable=False),
        sa.Column("sources", database.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
        sa.UniqueConstraint("workspace_id", "digest", name=op.f("uq_exposure_workspace_id_digest")),
    )
    op.create_table(
        "gate_revision",
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_gate_revision")),
    )
    op.create_table(
        "item_space",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("source_table", database.key_string(400), nullable=False),
        sa.Column("key_columns", database.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_space")),
        sa.UniqueConstraint(
            "workspace_id",
            "source_table",
            "key_columns",
            name=op.f("uq_item_space_workspace_id_source_table_key_columns"),
        ),
    )
    op.create_table(
        "job",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", database.Id(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("arguments", database.Json(), nullable=False),
        sa.Column("checkpoint", database.Json(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("done_before_attempt", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("result", database.Json(), nullable=True),
        sa.Column("problem", database.Json(), nullable=True),
        sa.Column("created_by", database.Id(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("started_at", database.Time(), nullable=True),
        sa.Column("finished_at", database.Time(), nullable=True),
        sa.Column("changed_at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_changed", ["workspace_id", "changed_at"], unique=False)
        batch_op.create_index("ix_job_list", ["workspace_id", "id"], unique=False)
        batch_op.create_index("ix_job_subject", ["subject_id"], unique=False)

    op.create_table(
        "kept_answer",
        sa.Column("actor_id", database.Id(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "key", name=op.f("pk_kept_answer")),
    )
    op.create_table(
        "label_count",
        sa.Column("space_id", database.Id(), nullable=False),
        sa.Column("labelset_id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("unlabelable", sa.Integer(), nullable=False),
        sa.Column("retracted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("space_id", "labelset_id", name=op.f("pk_label_count")),
    )
    op.create_table(
        "label_version",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("label_id", database.Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("value", database.Json(), nullable=True),
        sa.Column("labelset_version_id", database.Id(), nullable=False),
        sa.Column("exposure_id", database.Id(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("pair_id", database.Id(), nullable=True),
        sa.Column("actor_id", database.Id(), nullable=False),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_label_version")),
        sa.UniqueConstraint("label_id", "number", name=op.f("uq_label_version_label_id_number")),
    )
    op.create_table(
        "labelset",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("label_type", database.key_string(100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", database.key_string(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_by", database.Id(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("changed_at", database.Time(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labelset")),
        sa.UniqueConstraint("workspace_id", "label_type", name=op.f("uq_labelset_workspace_id_label_type")),
    )
    with op.batch_alter_table("labelset", schema=None) as batch_op:
        batch_op.create_index("ix_labelset_list", ["workspace_id", "name"], unique=False)

    op.create_table(
        "lineage_edge",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("from_kind", sa.String(length=40), nullable=False),
        sa.Column("from_ref", database.key_string(400), nullable=False),
        sa.Column("to_kind", sa.String(length=40), nullable=False),
        sa.Column("to_ref", database.key_string(400), nullable=False),
        sa.Column("details", database.Json(), nullable=False),
        sa.Column("at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage_edge")),
        sa.UniqueConstraint(
            "workspace_id",
            "from_kind",
            "from_ref",
            "to_kind",
            "to_ref",
            name=op.f("uq_lineage_edge_workspace_id_from_kind_from_ref_to_kind_to_ref"),
        ),
    )
    with op.batch_alter_table("lineage_edge", schema=None) as batch_op:
        batch_op.create_index("ix_lineage_edge_back", ["workspace_id", "to_kind", "to_ref"], unique=False)

    op.create_table(
        "model_answer",
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", database.Json(), nullable=False),
        sa.Column("at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "digest", name=op.f("pk_model_answer")),
    )
    op.create_table(
        "model_endpoint",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("name", database.key_string(200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("base_url", sa.String(length=500), nullable=True),
        sa.Column("model", sa.String(length=200), nullable=True),
        sa.Column("key_name", sa.String(length=100), nullable=True),
        sa.Column("max_classification", sa.Integer(), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("timeout_seconds", sa.Integer(), nullable=False),
        sa.Column("takes_images", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_endpoint")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_model_endpoint_workspace_id_name")),
    )
    op.create_table(
        "pair",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("training_sheet_id", database.Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_ref", database.key_string(512), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("messages", database.Json(), nullable=False),
        sa.Column("value", database.Json(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("label_id", database.Id(), nullable=True),
        sa.Column("label_number", sa.Integer(), nullable=True),
        sa.Column("stale", sa.String(length=12), nullable=True),
        sa.Column("model_confidence", sa.Double(), nullable=True),
        sa.Column("problem", database.Json(), nullable=True),
        sa.Column("reviewed_by", database.Id(), nullable=True),
        sa.Column("reviewed_by_name", sa.String(length=200), nullable=True),
        sa.Column("reviewed_at", database.Time(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("claimed_by", database.Id(), nullable=True),
        sa.Column("claimed_until", database.Time(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair")),
        sa.UniqueConstraint(
            "training_sheet_id", "item_ref", "ordinal", name=op.f("uq_pair_training_sheet_id_item_ref_ordinal")
        ),
        sa.UniqueConstraint("training_sheet_id", "position", name=op.f("uq_pair_training_sheet_id_position")),
    )
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pair_claimed",
            ["training_sheet_id", "claimed_by"],
            unique=False,
            sqlite_where=sa.text("claimed_by IS NOT NULL"),
            postgresql_where=sa.text("claimed_by IS NOT NULL"),
        )
        batch_op.create_index("ix_pair_queue", ["training_sheet_id", "status", "position"], unique=False)

    op.create_table(
        "pair_count",
        sa.Column("training_sheet_id", database.Id(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("unlabeled", sa.Integer(), nullable=False),
        sa.Column("labeled", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("reused", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("training_sheet_id", name=op.f("pk_pair_count")),
    )
    op.create_table(
        "person",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", database.key_string(100), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "review_action",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("training_sheet_id", database.Id(), nullable=False),
        sa.Column("pair_id", database.Id(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("batch_id", database.Id(), nullable=True),
        sa.Column("reverses", database.Id(), nullable=True),
        sa.Column("reversed_by", database.Id(), nullable=True),
        sa.Column("before", database.Json(), nullable=False),
        sa.Column("after", database.Json(), nullable=False),
        sa.Column("pair_version", sa.Integer(), nullable=False),
        sa.Column("actor_id", database.Id(), nullable=False),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_action")),
    )
    with op.batch_alter_table("review_action", schema=None) as batch_op:
        batch_op.create_index("ix_review_action_batch", ["batch_id"], unique=False)
        batch_op.create_index("ix_review_action_mine", ["training_sheet_id", "actor_id", "id"], unique=False)
        batch_op.create_index("ix_review_action_pair", ["pair_id", "id"], unique=False)

    op.create_table(
        "sheet",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("name", database.key_string(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("primary_table", sa.String(length=400), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=True),
        sa.Column("draft_number", sa.Integer(), nullable=True),
        sa.Column("published_number", sa.Integer(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_by", database.Id(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("changed_at", database.Time(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_sheet_workspace_id_name")),
    )
    with op.batch_alter_table("sheet", schema=None) as batch_op:
        batch_op.create_index("ix_sheet_list", ["workspace_id", "id"], unique=False)

    op.create_table(
        "sign_in_failure",
        sa.Column("email_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("email_digest", name=op.f("pk_sign_in_failure")),
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_failure_last_at"), ["last_at"], unique=False)

    op.create_table(
        "source_comment",
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("source", database.key_string(400), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("changed_by_name", sa.String(length=200), nullable=False),
        sa.Column("changed_at", database.Time(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "source", name=op.f("pk_source_comment")),
    )
    op.create_table(
        "tag",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("source", database.key_string(400), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("set_by", database.Id(), nullable=False),
        sa.Column("set_by_name", sa.String(length=200), nullable=False),
        sa.Column("set_at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("workspace_id", "source", "key", name=op.f("uq_tag_workspace_id_source_key")),
    )
    op.create_table(
        "template",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("name", database.key_string(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("labelset_id", database.Id(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_by", database.Id(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("changed_at", database.Time(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_template_workspace_id_name")),
    )
    op.create_table(
        "training_sheet",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("name", database.key_string(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sheet_id", database.Id(), nullable=False),
        sa.Column("sheet_version_id", database.Id(), nullable=False),
        sa.Column("template_id", database.Id(), nullable=False),
        sa.Column("template_version_id", database.Id(), nullable=False),
        sa.Column("labelset_id", database.Id(), nullable=False),
        sa.Column("labelset_version_id", database.Id(), nullable=False),
        sa.Column("space_id", database.Id(), nullable=False),
        sa.Column("exposure_id", database.Id(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("config", database.Json(), nullable=False),
        sa.Column("pins", database.Json(), nullable=False),
        sa.Column("job_id", database.Id(), nullable=True),
        sa.Column("created_by", database.Id(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("approved_by_name", sa.String(length=200), nullable=True),
        sa.Column("approved_at", database.Time(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_sheet")),
    )
    with op.batch_alter_table("training_sheet", schema=None) as batch_op:
        batch_op.create_index("ix_training_sheet_list", ["workspace_id", "id"], unique=False)
        batch_op.create_index("ix_training_sheet_space", ["space_id", "labelset_id"], unique=False)

    op.create_table(
        "usage_constraint",
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=True),
        sa.Column("prohibited", sa.Integer(), nullable=False),
        sa.Column("classification", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", database.Id(), nullable=True),
        sa.Column("set_by_name", sa.String(length=200), nullable=False),
        sa.Column("set_at", database.Time(), nullable=False),
        sa.Column("floor", database.Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_usage_constraint")),
    )
    op.create_table(
        "waiver",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_ref", database.key_string(400), nullable=False),
        sa.Column("subject_id", database.Id(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", database.Id(), nullable=False),
        sa.Column("granted_by_name", sa.String(length=200), nullable=False),
        sa.Column("granted_at", database.Time(), nullable=False),
        sa.Column("expires_at", database.Time(), nullable=True),
        sa.Column("revoked_at", database.Time(), nullable=True),
        sa.Column("revoked_by_name", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.create_index("ix_waiver_list", ["workspace_id", "id"], unique=False)
        batch_op.create_index(
            "ix_waiver_subject", ["subject_id", "subject_kind", "workspace_id", "revoked_at"], unique=False
        )
        batch_op.create_index(
            "uq_waiver_standing",
            ["subject_ref", "subject_kind", "workspace_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "workspace",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("slug", name=op.f("uq_workspace_slug")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("person_id", database.Id(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hint", sa.String(length=10), nullable=False),
        sa.Column("scopes", database.Json(), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("expires_at", database.Time(), nullable=True),
        sa.Column("last_used_at", database.Time(), nullable=True),
        sa.Column("revoked_at", database.Time(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_api_token_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index("ix_api_token_list", ["workspace_id", "person_id", "id"], unique=False)

    op.create_table(
        "browser_session",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", database.Id(), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("last_seen_at", database.Time(), nullable=False),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_browser_session_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_browser_session")),
    )
    with op.batch_alter_table("browser_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_browser_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("invited_by", database.Id(), nullable=False),
        sa.Column("invited_by_name", sa.String(length=100), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("expires_at", database.Time(), nullable=False),
        sa.Column("accepted_at", database.Time(), nullable=True),
        sa.Column("revoked_at", database.Time(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_invitation_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "labelset_version",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("labelset_id", database.Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("classes", database.Json(), nullable=False),
        sa.Column("response_schema", database.Json(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("migration", database.Json(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("published_at", database.Time(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["labelset_id"], ["labelset.id"], name=op.f("fk_labelset_version_labelset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labelset_version")),
        sa.UniqueConstraint("labelset_id", "number", name=op.f("uq_labelset_version_labelset_id_number")),
    )
    op.create_table(
        "member",
        sa.Column("workspace_id", database.Id(), nullable=False),
        sa.Column("person_id", database.Id(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("clearance", sa.String(length=20), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("joined_at", database.Time(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_member_person_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_member_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index("ix_member_person", ["person_id", "joined_at"], unique=False)

    op.create_table(
        "sheet_version",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("sheet_id", database.Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("definition", database.Json(), nullable=False),
        sa.Column("fields", database.Json(), nullable=False),
        sa.Column("space_id", database.Id(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("published_by_name", sa.String(length=200), nullable=True),
        sa.Column("published_at", database.Time(), nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_version_sheet_id")),
        sa.ForeignKeyConstraint(["space_id"], ["item_space.id"], name=op.f("fk_sheet_version_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_version")),
        sa.UniqueConstraint("sheet_id", "number", name=op.f("uq_sheet_version_sheet_id_number")),
    )
    with op.batch_alter_table("sheet_version", schema=None) as batch_op:
        batch_op.create_index("ix_sheet_version_space", ["space_id"], unique=False)

    op.create_table(
        "sign_in_link",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", database.Id(), nullable=False),
        sa.Column("expires_at", database.Time(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_link_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_link")),
    )
    op.create_table(
        "template_version",
        sa.Column("id", database.Id(), nullable=False),
        sa.Column("template_id", database.Id(), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("patch", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("labelset_version_id", database.Id(), nullable=False),
        sa.Column("system_prompt", sa.Text(), nullable=False),
        sa.Column("user_prompt", sa.Text(), nullable=False),
        sa.Column("variables", database.Json(), nullable=False),
        sa.Column("image_fields", database.Json(), nullable=False),
        sa.Column("model", database.Json(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", database.Time(), nullable=False),
        sa.Column("published_at", database.Time(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["template_id"], ["template.id"], name=op.f("fk_template_version_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_version")),
        sa.UniqueConstraint(
            "template_id", "major", "minor", "patch", name=op.f("uq_template_version_template_id_major_minor_patch")
        ),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore a backup made before the upgrade instead.")
