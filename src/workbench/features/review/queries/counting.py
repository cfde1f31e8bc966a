"""Training sheets as review changes them: their exact counters, their state, and who decided how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CursorResult,
    Row,
    case,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from workbench.features.generation.tables import PairCountRow, PairRow, TrainingSheetRow
from workbench.kernel.vocabulary import PairStatus


def counts_of(session: Session, training_sheet_id: UUID) -> PairCountRow | None:
    """The counters of a training sheet, as this transaction sees them."""
    return session.get(PairCountRow, training_sheet_id, populate_existing=True)


def shift_counts(session: Session, training_sheet_id: UUID, shift: Mapping[str, int]) -> None:
    """Moves the counters of a training sheet, in the transaction that moves its pairs."""
    if shift:
        session.execute(
            update(PairCountRow)
            .where(PairCountRow.training_sheet_id == training_sheet_id)
            .values({name: getattr(PairCountRow, name) + by for name, by in shift.items()})
            .execution_options(synchronize_session=False)
        )


def reopen(session: Session, training_sheet_id: UUID) -> bool:
    """Returns an approved training sheet to review, whatever this transaction read of it before; whether it did."""
    result = session.execute(
        update(TrainingSheetRow)
        .where(TrainingSheetRow.id == training_sheet_id, TrainingSheetRow.state == "approved")
        .values(state="review", approved_by_name=None, approved_at=None, version=TrainingSheetRow.version + 1)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def lock_counts(session: Session, training_sheet_id: UUID) -> PairCountRow | None:
    """The counters, held until the commit: nobody changes a pair of the training sheet meanwhile."""
    return session.get(PairCountRow, training_sheet_id, populate_existing=True, with_for_update=True)


def by_reviewer(session: Session, training_sheet_id: UUID) -> list[Row[Any]]:
    """Per person: (reviewer, labeled, rejected, flagged), most first."""
    decided = [
        func.sum(case((PairRow.status == status, 1), else_=0)).label(status.value)
        for status in (PairStatus.LABELED, PairStatus.REJECTED, PairStatus.FLAGGED)
    ]
    return list(
        session.execute(
            select(PairRow.reviewed_by_name.label("reviewer"), *decided)
            .where(PairRow.training_sheet_id == training_sheet_id, PairRow.reviewed_by_name.is_not(None))
            .group_by(PairRow.reviewed_by_name)
            .order_by(func.count().desc())
        )
    )
