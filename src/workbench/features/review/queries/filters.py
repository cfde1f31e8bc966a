"""What a filter of pairs means in SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from workbench.features.generation.queries.pairs import is_outdated
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.review.schemas import PairFilter


def conditions(sheet: TrainingSheetRow, wanted: PairFilter) -> list[ColumnElement[bool]]:
    """The conditions of a filter on a training sheet's pairs; none for an empty one."""
    found: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        found.append(PairRow.status.in_(wanted.status))
    if wanted.origin is not None:
        found.append(PairRow.origin.in_(wanted.origin))
    if wanted.stale is not None:
        found.append(PairRow.stale.is_not(None) if wanted.stale else PairRow.stale.is_(None))
    if wanted.failed is not None:
        found.append(PairRow.problem.is_not(None) if wanted.failed else PairRow.problem.is_(None))
    if wanted.outdated is not None:
        found.append(is_outdated(sheet) if wanted.outdated else ~is_outdated(sheet))
    if wanted.search:
        found.append(PairRow.item_ref.icontains(wanted.search, autoescape=True))
    if wanted.least_confidence is not None:
        found.append(PairRow.model_confidence >= wanted.least_confidence)
    if wanted.most_confidence is not None:
        found.append(PairRow.model_confidence <= wanted.most_confidence)
    if wanted.reviewed_by is not None:
        found.append(PairRow.reviewed_by == wanted.reviewed_by)
    return found
