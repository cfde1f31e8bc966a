"""Statements on labels that leave as a file."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.features.governance.gate import Leaving
from workbench.features.governance.schemas import SubjectKind
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.features.sheets.tables import ItemSpaceRow


def leaving_labels(
    workspace_id: UUID,
    labelset_id: UUID,
    spaces: Mapping[UUID, ItemSpaceRow],
    *,
    space_id: UUID | None = None,
    sheet_id: UUID | None = None,
) -> Leaving:
    """The labels of a labelset on their way out, oldest first: what the gate judges by, and what a line says.

    A line names its item, so the keys of the item spaces leave too.
    """
    row = CanonicalLabelRow
    rows = (
        select(
            row.id.label("label_id"),
            row.exposure_id.label("label_exposure_id"),
            row.verdict.label("label_verdict"),
            row.item_ref,
            row.value,
            row.labelset_version_id,
            row.confidence,
            row.notes,
            row.number,
            row.labeled_by_name,
            row.labeled_at,
            row.space_id,
        )
        .where(row.workspace_id == workspace_id, row.labelset_id == labelset_id)
        .order_by(row.id)
    )
    if space_id is not None:
        rows = rows.where(row.space_id == space_id)
    keys = {each.id: each.key_sources for each in spaces.values()}
    return Leaving(SubjectKind.LABEL, rows, keys=keys, sheet_id=sheet_id, labelset_id=labelset_id)


def spaces(session: Session, workspace_id: UUID) -> dict[UUID, ItemSpaceRow]:
    """The item spaces of a workspace."""
    found = session.scalars(select(ItemSpaceRow).where(ItemSpaceRow.workspace_id == workspace_id))
    return {row.id: row for row in found}
