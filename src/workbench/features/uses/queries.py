"""Finding the subjects of governance, and the rows that the gate is asked about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, select
from sqlalchemy.orm import Session

from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance.gate import Leaving
from workbench.features.governance.schemas import SubjectKind
from workbench.features.labels.tables import CanonicalLabelRow, LabelsetRow, LabelVersionRow
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


def training_sheet(session: Session, workspace_id: UUID, training_sheet_id: UUID) -> TrainingSheetRow | None:
    """The training sheet, if it belongs to the workspace."""
    return session.scalar(
        select(TrainingSheetRow).where(
            TrainingSheetRow.id == training_sheet_id, TrainingSheetRow.workspace_id == workspace_id
        )
    )


def pair(session: Session, workspace_id: UUID, pair_id: UUID) -> Row[Any] | None:
    """What the gate asks of one pair, and its training sheet."""
    return session.execute(
        _with_label(select(TrainingSheetRow, PairRow.id.label("pair_id"), PairRow.status, *LABEL_FACTS))
        .join(TrainingSheetRow, TrainingSheetRow.id == PairRow.training_sheet_id)
        .where(PairRow.id == pair_id, TrainingSheetRow.workspace_id == workspace_id)
    ).one_or_none()


LABEL_FACTS: tuple[Any, ...] = (
    PairRow.label_id.label("label_id"),
    LabelVersionRow.exposure_id.label("label_exposure_id"),
    CanonicalLabelRow.verdict.label("label_verdict"),
)


def pairs_leaving(
    sheet: TrainingSheetRow,
    *columns: Any,
    where: ColumnElement[bool] | None = None,
    status: Any = PairRow.status,
) -> Leaving:
    """The pairs of a training sheet in their order, with these columns, for the gate to judge.

    What a pair says comes from the label version it pins, so that version's exposure counts; whether the label still
    stands is asked of the label as it is now.
    """
    rows = (
        _with_label(select(PairRow.id.label("pair_id"), status.label("status"), *LABEL_FACTS, *columns))
        .where(PairRow.training_sheet_id == sheet.id)
        .order_by(PairRow.position)
    )
    return Leaving(
        SubjectKind.PAIR,
        rows if where is None else rows.where(where),
        exposures=(sheet.exposure_id,),
        sheet_id=sheet.sheet_id,
        labelset_id=sheet.labelset_id,
    )


def _with_label(rows: Select[Any]) -> Select[Any]:
    return (
        rows.select_from(PairRow)
        .outerjoin(
            LabelVersionRow,
            and_(LabelVersionRow.label_id == PairRow.label_id, LabelVersionRow.number == PairRow.label_number),
        )
        .outerjoin(CanonicalLabelRow, CanonicalLabelRow.id == PairRow.label_id)
    )
