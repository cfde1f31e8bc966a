"""Training sheets as review changes them: their exact counters, their state, and who decided how much."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Row, Table, Update, bindparam, case, func, select, update
from sqlalchemy.orm import Session

from workbench.features.generation.tables import PairCountRow, PairRow, TrainingSheetRow
from workbench.kernel.vocabulary import PairStatus

_COUNTS = cast(Table, PairCountRow.__table__)
_SHEETS = cast(Table, TrainingSheetRow.__table__)
# What is asked for every pair that is reviewed is spelled once: SQLAlchemy spends more on a statement than SQLite does.
_REOPEN = (
    update(_SHEETS)
    .where(_SHEETS.c.id == bindparam("sheet"), _SHEETS.c.state == "approved")
    .values(state="review", approved_by_name=None, approved_at=None, version=_SHEETS.c.version + 1)
)
_COUNTS_OF = select(*_COUNTS.c).where(_COUNTS.c.training_sheet_id == bindparam("sheet"))


def counts_of(session: Session, training_sheet_id: UUID) -> Row[Any] | None:
    """The counters of a training sheet, as this transaction sees them."""
    return session.execute(_COUNTS_OF, {"sheet": training_sheet_id}).one_or_none()


@cache
def _shifting(names: tuple[str, ...]) -> Update:
    return (
        update(_COUNTS)
        .where(_COUNTS.c.training_sheet_id == bindparam("sheet"))
        .values({name: _COUNTS.c[name] + bindparam(f"by_{name}") for name in names})
    )


def shift_counts(session: Session, training_sheet_id: UUID, shift: Mapping[str, int]) -> None:
    """Moves the counters of a training sheet, in the transaction that moves its pairs."""
    if shift:
        by = {f"by_{name}": by for name, by in shift.items()}
        session.execute(_shifting(tuple(sorted(shift))), {"sheet": training_sheet_id, **by})


def reopen(session: Session, training_sheet_id: UUID) -> bool:
    """Returns an approved training sheet to review, whatever this transaction read of it before; whether it did."""
    result = session.execute(_REOPEN, {"sheet": training_sheet_id})
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
