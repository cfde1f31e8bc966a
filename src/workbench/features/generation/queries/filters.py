"""What a filter of pairs means in SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, literal_column, select
from sqlalchemy.orm import aliased

from workbench.features.generation.schemas import PairFilter
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.kernel.vocabulary import Verdict


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


def is_outdated(sheet: TrainingSheetRow) -> ColumnElement[bool]:
    """The condition that a pair's label says something newer than what the pair pins.

    Only labels that said something more than once are looked at. They have an index, and are few.
    """
    label = aliased(CanonicalLabelRow)
    newer = select(label.id).where(
        label.id == PairRow.label_id, label.number > PairRow.label_number, label.verdict != Verdict.RETRACTED
    )
    return PairRow.item_ref.in_(changed_items(sheet)) & newer.exists()


def changed_items(sheet: TrainingSheetRow) -> Select[str]:
    """The items of a training sheet's space whose labels said something more than once."""
    label = aliased(CanonicalLabelRow)
    return select(label.item_ref).where(
        label.space_id == sheet.space_id,
        label.labelset_id == sheet.labelset_id,
        label.number > literal_column("1"),  # written out, since the index is of these alone
    )
