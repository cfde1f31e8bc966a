"""What canonical labels said, and how far pairs lag behind them: read here, written only through the labels feature."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.generation.queries.filters import changed_items
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.labels.tables import CanonicalLabelRow, LabelVersionRow
from workbench.kernel.vocabulary import PairStatus, Verdict

Place = tuple[UUID, int]  # a label and the number of one of its versions


def said(session: Session, places: Sequence[Place]) -> dict[Place, LabelVersionRow]:
    """What the labels said at these places."""
    wanted, found = set(places), {}
    for chunk in in_chunks({label_id for label_id, _ in places}):
        rows = session.scalars(select(LabelVersionRow).where(LabelVersionRow.label_id.in_(chunk)))
        found.update({(row.label_id, row.number): row for row in rows if (row.label_id, row.number) in wanted})
    return found


def pinned(session: Session, label_id: UUID | None, number: int | None) -> Row[UUID, str] | None:
    """Of the label version that a pair pins: its exposure, and the verdict of the label now."""
    if label_id is None or number is None:
        return None
    return session.execute(
        select(LabelVersionRow.exposure_id, CanonicalLabelRow.verdict.label("verdict_now"))
        .join(CanonicalLabelRow, CanonicalLabelRow.id == LabelVersionRow.label_id)
        .where(LabelVersionRow.label_id == label_id, LabelVersionRow.number == number)
    ).one_or_none()


def count_outdated(session: Session, sheet: TrainingSheetRow) -> tuple[int, int]:
    """How many labeled pairs pin an older version than their label's newest, and how many a retracted label."""
    retracted = case((CanonicalLabelRow.verdict == Verdict.RETRACTED, 1), else_=0)
    row = session.execute(
        select(func.count(), func.sum(retracted))
        .select_from(PairRow)
        .join(CanonicalLabelRow, CanonicalLabelRow.id == PairRow.label_id)
        .where(
            PairRow.training_sheet_id == sheet.id,
            PairRow.item_ref.in_(changed_items(sheet)),
            PairRow.status == PairStatus.LABELED,
            CanonicalLabelRow.number > PairRow.label_number,
        )
    ).one()
    gone = int(row[1] or 0)
    return row[0] - gone, gone
