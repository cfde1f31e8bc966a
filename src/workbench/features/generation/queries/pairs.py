"""Statements on pairs: writing them in bulk, reading a page or one, asking again about those that failed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Row, Select, and_, case, select, update
from sqlalchemy.orm import Session, aliased

from workbench.backends.database import Base, in_chunks, insert_columns
from workbench.features.generation.queries.filters import conditions
from workbench.features.generation.schemas import PairFilter
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance.gate import Leaving
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.tables import UsageConstraintRow
from workbench.features.labels.tables import CanonicalLabelRow, LabelVersionRow
from workbench.kernel.vocabulary import PairStatus, Verdict

PAIRS = Base.metadata.tables[PairRow.__tablename__]

LINE = (
    PairRow.id, PairRow.training_sheet_id, PairRow.position, PairRow.item_ref, PairRow.ordinal, PairRow.status,
    PairRow.origin, PairRow.value, PairRow.label_id, PairRow.label_number, PairRow.stale, PairRow.problem,
    PairRow.model_confidence, PairRow.reviewed_by_name, PairRow.reviewed_at, PairRow.notes, PairRow.version,
    CanonicalLabelRow.number.label("label_now"), CanonicalLabelRow.verdict.label("label_verdict"),
    LabelVersionRow.exposure_id.label("label_exposure_id"),
)  # fmt: skip


def write(session: Session, columns: Mapping[str, Sequence[Any]]) -> None:
    """Writes new pairs, given by column."""
    insert_columns(session, PAIRS, columns)


def present(session: Session, training_sheet_id: UUID, item_refs: Iterable[str]) -> set[str]:
    """Which of these items have a pair already."""
    found: set[str] = set()
    for refs in in_chunks(item_refs):
        found.update(
            session.scalars(
                select(PairRow.item_ref).where(
                    PairRow.training_sheet_id == training_sheet_id, PairRow.item_ref.in_(refs), PairRow.ordinal == 0
                )
            )
        )
    return found


def page(
    session: Session, sheet: TrainingSheetRow, wanted: PairFilter, *, after: int | None, limit: int
) -> list[Row[Any]]:
    """Pairs by position, without their prompts."""
    query = _with_label(select(*LINE)).where(PairRow.training_sheet_id == sheet.id, *conditions(sheet, wanted))
    if after is not None:
        query = query.where(PairRow.position > after)
    # Few are outdated: they are found by their labels and then sorted, where an index by position would find them late.
    position = PairRow.position + 0 if wanted.outdated else PairRow.position
    return list(session.execute(query.order_by(position).limit(limit)))


def get(session: Session, pair_id: UUID, workspace_id: UUID) -> Row[Any] | None:
    """A whole pair and its training sheet, if they belong to the workspace."""
    return session.execute(
        _with_label(select(TrainingSheetRow, PairRow.messages, *LINE))
        .join(TrainingSheetRow, TrainingSheetRow.id == PairRow.training_sheet_id)
        .where(PairRow.id == pair_id, TrainingSheetRow.workspace_id == workspace_id)
    ).one_or_none()


def own_classifications(session: Session, workspace_id: UUID, subject_ids: Collection[UUID]) -> dict[UUID, int]:
    """The classifications that were set on pairs and labels themselves."""
    found: dict[UUID, int] = {}
    for ids in in_chunks(subject_ids):
        rows = session.execute(
            select(UsageConstraintRow.subject_id, UsageConstraintRow.classification).where(
                UsageConstraintRow.workspace_id == workspace_id,
                UsageConstraintRow.subject_id.in_(ids),
                UsageConstraintRow.subject_kind.in_([SubjectKind.PAIR, SubjectKind.LABEL]),
                UsageConstraintRow.classification.is_not(None),
            )
        )
        for subject_id, rank in rows:
            found[subject_id] = max(rank or 0, found.get(subject_id, 0))
    return found


def failed(
    session: Session, training_sheet_id: UUID, *, kinds: Collection[str], after: int, limit: int
) -> list[Row[Any]]:
    """Unlabeled pairs by position whose problem is of one of these kinds: id, position, item_ref, messages, version."""
    found: list[Row[Any]] = []
    while len(found) < limit:
        rows = session.execute(
            select(PairRow.id, PairRow.position, PairRow.item_ref, PairRow.messages, PairRow.problem, PairRow.version)
            .where(
                PairRow.training_sheet_id == training_sheet_id,
                PairRow.status == PairStatus.UNLABELED,
                PairRow.problem.is_not(None),
                PairRow.position > after,
            )
            .order_by(PairRow.position)
            .limit(limit)
        ).all()
        found += [row for row in rows if row.problem.get("kind") in kinds]
        if len(rows) < limit:
            break
        after = rows[-1].position
    return found[:limit]


def answer(session: Session, pair_id: UUID, version: int, values: dict[str, Any]) -> bool:
    """Gives an unlabeled pair what a model said of it since; False when somebody changed the pair meanwhile."""
    result = session.execute(
        update(PairRow)
        .where(PairRow.id == pair_id, PairRow.version == version, PairRow.status == PairStatus.UNLABELED)
        .values(**values, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def pairs_leaving(sheet: TrainingSheetRow, *columns: ColumnElement[Any] | Any, where: Any = None) -> Leaving:
    """The pairs of a training sheet in their order, with these columns, for the gate to judge.

    What a pair says comes from the label version it pins, so that version's exposure counts, and whether it still
    stands: a label that was retracted and says something again has not taken the retraction of older versions back.
    """
    rows = _with_label(
        select(
            PairRow.id.label("pair_id"),
            PairRow.status,
            PairRow.label_id.label("label_id"),
            LabelVersionRow.exposure_id.label("label_exposure_id"),
            _verdict_on_pinned().label("label_verdict"),
            *columns,
        )
    ).where(PairRow.training_sheet_id == sheet.id)
    return Leaving(
        SubjectKind.PAIR,
        (rows if where is None else rows.where(where)).order_by(PairRow.position),
        exposures=(sheet.exposure_id,),
        sheet_id=sheet.sheet_id,
        labelset_id=sheet.labelset_id,
    )


def _verdict_on_pinned() -> ColumnElement[Any]:
    """The verdict on the label version that a pair pins: the label's own, unless it was retracted since."""
    since = aliased(LabelVersionRow)
    retracted_since = (
        select(since.seq)
        .where(
            since.label_id == PairRow.label_id,
            since.number > PairRow.label_number,
            since.verdict == Verdict.RETRACTED,
        )
        .correlate(PairRow)
        .exists()
    )
    return case(
        (CanonicalLabelRow.number == PairRow.label_number, CanonicalLabelRow.verdict),
        (retracted_since, Verdict.RETRACTED.value),
        else_=CanonicalLabelRow.verdict,
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
