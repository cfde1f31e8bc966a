"""Finding the subjects of governance: sheets, labelsets, labels, pairs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session

from workbench.features.generation.queries.pairs import pairs_leaving
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance.schemas import SubjectKind
from workbench.features.labels.tables import CanonicalLabelRow, LabelsetRow
from workbench.features.sheets.tables import SheetRow


def is_there(session: Session, workspace_id: UUID, kind: SubjectKind, subject_id: UUID) -> bool:
    """Whether the workspace has this sheet, labelset, label or pair."""
    found: dict[SubjectKind, Select[Any]] = {
        SubjectKind.SHEET: select(SheetRow.id).where(SheetRow.id == subject_id, SheetRow.workspace_id == workspace_id),
        SubjectKind.LABELSET: select(LabelsetRow.id).where(
            LabelsetRow.id == subject_id, LabelsetRow.workspace_id == workspace_id
        ),
        SubjectKind.LABEL: select(CanonicalLabelRow.id).where(
            CanonicalLabelRow.id == subject_id, CanonicalLabelRow.workspace_id == workspace_id
        ),
        SubjectKind.PAIR: select(PairRow.id)
        .join(TrainingSheetRow, TrainingSheetRow.id == PairRow.training_sheet_id)
        .where(PairRow.id == subject_id, TrainingSheetRow.workspace_id == workspace_id),
    }
    return kind in found and session.scalar(select(exists(found[kind]))) is True


def pair(session: Session, workspace_id: UUID, pair_id: UUID) -> tuple[TrainingSheetRow, Row[*tuple[Any, ...]]] | None:
    """What the gate asks of one pair, and its training sheet."""
    sheet = session.scalar(
        select(TrainingSheetRow)
        .join(PairRow, PairRow.training_sheet_id == TrainingSheetRow.id)
        .where(PairRow.id == pair_id, TrainingSheetRow.workspace_id == workspace_id)
    )
    if sheet is None:
        return None
    return sheet, session.execute(pairs_leaving(sheet, where=PairRow.id == pair_id).rows).one()
