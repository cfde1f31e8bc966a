"""Statements on labelsets and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, or_, select, tuple_
from sqlalchemy.orm import Session

from workbench.features.labels.tables import CanonicalLabelRow, LabelCountRow, LabelsetRow, LabelsetVersionRow
from workbench.kernel.vocabulary import AssetState, Verdict


class LabelCounts(NamedTuple):
    """How many labels of each verdict a labelset has, and on how many item spaces."""

    answered: int
    unlabelable: int
    retracted: int
    item_spaces: int


def get(session: Session, labelset_id: UUID, workspace_id: UUID) -> LabelsetRow | None:
    """The labelset, if it belongs to the workspace."""
    return session.scalar(
        select(LabelsetRow).where(LabelsetRow.id == labelset_id, LabelsetRow.workspace_id == workspace_id)
    )


def by_label_type(session: Session, label_type: str, workspace_id: UUID) -> LabelsetRow | None:
    """The labelset of a label type."""
    return session.scalar(
        select(LabelsetRow).where(LabelsetRow.label_type == label_type, LabelsetRow.workspace_id == workspace_id)
    )


def page(
    session: Session,
    workspace_id: UUID,
    *,
    search: str | None,
    kind: str | None,
    archived: bool | None,
    after: tuple[str | None, UUID] | None,
    newest_first: bool,
    limit: int,
) -> list[LabelsetRow]:
    """Labelsets by name, or newest first."""
    query = select(LabelsetRow).where(LabelsetRow.workspace_id == workspace_id)
    if search:
        found = [column.icontains(search, autoescape=True) for column in (LabelsetRow.name, LabelsetRow.label_type)]
        query = query.where(or_(*found))
    if kind is not None:
        query = query.where(LabelsetRow.kind == kind)
    if archived is not None:
        query = query.where(LabelsetRow.archived == archived)
    if newest_first:
        query = query.order_by(LabelsetRow.id.desc())
        query = query.where(LabelsetRow.id < after[1]) if after else query
    else:
        query = query.order_by(LabelsetRow.name, LabelsetRow.id)
        if after:
            query = query.where(tuple_(LabelsetRow.name, LabelsetRow.id) > after)
    return list(session.scalars(query.limit(limit)))


def versions(session: Session, labelset_id: UUID) -> list[LabelsetVersionRow]:
    """All versions of a labelset, oldest first."""
    return list(
        session.scalars(
            select(LabelsetVersionRow)
            .where(LabelsetVersionRow.labelset_id == labelset_id)
            .order_by(LabelsetVersionRow.number)
        )
    )


_OF_VERSION = (
    select(LabelsetRow, LabelsetVersionRow)
    .join(LabelsetVersionRow, LabelsetRow.id == LabelsetVersionRow.labelset_id)
    .where(
        LabelsetRow.id
        == select(LabelsetVersionRow.labelset_id)
        .where(LabelsetVersionRow.id == bindparam("version_id"))
        .scalar_subquery(),
        LabelsetRow.workspace_id == bindparam("workspace_id"),
    )
    .order_by(LabelsetVersionRow.number)
)


def labelset_of_version(
    session: Session, version_id: UUID, workspace_id: UUID
) -> tuple[LabelsetRow, list[LabelsetVersionRow]] | None:
    """The labelset that a version belongs to with all its versions, oldest first, if it belongs to the workspace."""
    rows = session.execute(_OF_VERSION, {"version_id": version_id, "workspace_id": workspace_id}).all()
    return (rows[0][0], [row[1] for row in rows]) if rows else None


def numbers(session: Session, labelset_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """The highest version number of each state, per labelset."""
    rows = session.execute(
        select(LabelsetVersionRow.labelset_id, LabelsetVersionRow.state, func.max(LabelsetVersionRow.number))
        .where(LabelsetVersionRow.labelset_id.in_(labelset_ids))
        .group_by(LabelsetVersionRow.labelset_id, LabelsetVersionRow.state)
    )
    found: dict[UUID, dict[str, int]] = {each: {} for each in labelset_ids}
    for labelset_id, state, number in rows:
        found[labelset_id][state] = number
    return found


def label_counts(session: Session, labelset_ids: Sequence[UUID]) -> dict[UUID, LabelCounts]:
    """The counts of each labelset that has labels."""
    rows = session.execute(
        select(
            LabelCountRow.labelset_id,
            func.sum(LabelCountRow.answered).label("answered"),
            func.sum(LabelCountRow.unlabelable).label("unlabelable"),
            func.sum(LabelCountRow.retracted).label("retracted"),
            func.count().label("item_spaces"),
        )
        .where(LabelCountRow.labelset_id.in_(labelset_ids))
        .group_by(LabelCountRow.labelset_id)
    )
    return {labelset_id: LabelCounts(*numbers) for labelset_id, *numbers in rows}


def labels_by_version(session: Session, workspace_id: UUID, labelset_id: UUID) -> dict[UUID, int]:
    """How many labels stand under each version."""
    rows = session.execute(
        select(CanonicalLabelRow.labelset_version_id, func.count())
        .where(
            CanonicalLabelRow.workspace_id == workspace_id,
            CanonicalLabelRow.labelset_id == labelset_id,
            CanonicalLabelRow.verdict != Verdict.RETRACTED,
        )
        .group_by(CanonicalLabelRow.labelset_version_id)
    )
    return dict(rows.all())


def labels_by_value(session: Session, workspace_id: UUID, labelset_id: UUID, limit: int) -> list[tuple[Any, UUID, int]]:
    """Answers as they are kept, the version they were given under, and how many labels say so; most frequent first."""
    rows = session.execute(
        select(CanonicalLabelRow.value, CanonicalLabelRow.labelset_version_id, func.count())
        .where(
            CanonicalLabelRow.workspace_id == workspace_id,
            CanonicalLabelRow.labelset_id == labelset_id,
            CanonicalLabelRow.verdict == Verdict.ANSWERED,
        )
        .group_by(CanonicalLabelRow.value, CanonicalLabelRow.labelset_version_id)
        .order_by(func.count().desc())
        .limit(limit)
    )
    return list(rows)


def delete_drafts(session: Session, labelset_id: UUID) -> None:
    """Removes the version of a labelset that was never published."""
    session.execute(
        delete(LabelsetVersionRow).where(
            LabelsetVersionRow.labelset_id == labelset_id, LabelsetVersionRow.state == AssetState.DRAFT
        )
    )
