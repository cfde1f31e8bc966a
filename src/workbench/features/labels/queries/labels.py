"""Statements on canonical labels, their versions and counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from workbench.backends.database import Base, among, in_chunks, insert_many
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.tables import UsageConstraintRow
from workbench.features.labels.rules import LabelHead
from workbench.features.labels.tables import CanonicalLabelRow, LabelCountRow, LabelVersionRow
from workbench.kernel.vocabulary import Classification, Confidence, Verdict

LABELS = Base.metadata.tables[CanonicalLabelRow.__tablename__]
VERSIONS = Base.metadata.tables[LabelVersionRow.__tablename__]
COUNTS = Base.metadata.tables[LabelCountRow.__tablename__]

HEAD = [
    LABELS.c[name]
    for name in (
        "id", "item_ref", "number", "verdict", "value", "labelset_version_id", "exposure_id", "digest",
        "confidence", "notes", "labeled_by", "labeled_by_name", "labeled_at", "changed_by_name", "changed_at",
    )
]  # fmt: skip

LOOKED_UP = 5_000  # items whose labels are looked up in one statement

_VERDICTS = {each.value: each for each in Verdict}
_CONFIDENCES = {each.value: each for each in Confidence}


# What is asked for every pair that is reviewed is spelled once: SQLAlchemy spends more on a statement than SQLite does.
_OF_SPACE = (COUNTS.c.space_id == bindparam("space"), COUNTS.c.labelset_id == bindparam("labelset"))
_LOCK = select(COUNTS.c.answered).where(*_OF_SPACE).with_for_update()
_ADD = (
    update(COUNTS)
    .where(*_OF_SPACE)
    .values({verdict.value: COUNTS.c[verdict.value] + bindparam(f"more_{verdict.value}") for verdict in Verdict})
)


def lock_space(session: Session, workspace_id: UUID, space_id: UUID, labelset_id: UUID) -> None:
    """Waits until nobody else is labeling this item space with this labelset, and holds it until the commit.

    The row of counts is the lock, since whoever labels has to change it anyway; on SQLite the writer is alone already.
    """
    counted = {"space": space_id, "labelset": labelset_id}
    if session.execute(_LOCK, counted).one_or_none() is not None:
        return
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    key = {"workspace_id": workspace_id, "space_id": space_id, "labelset_id": labelset_id}
    zero = {verdict.value: 0 for verdict in Verdict}
    session.execute(insert(COUNTS).values(**key, **zero).on_conflict_do_nothing())
    session.execute(_LOCK, counted)


def heads(session: Session, space_id: UUID, labelset_id: UUID, item_refs: Iterable[str]) -> dict[str, LabelHead]:
    """The labels of these items, retracted ones too."""
    found: dict[str, LabelHead] = {}
    statement = _heads(session.get_bind().dialect.name)
    for refs in in_chunks(item_refs, LOOKED_UP):
        rows = session.execute(statement, {"space": space_id, "labelset": labelset_id, "item_refs": refs}).all()
        found.update((row[1], head_of(row)) for row in rows)
    return found


@cache
def _heads(dialect: str) -> Select[Any]:
    return select(*HEAD).where(
        LABELS.c.space_id == bindparam("space"),
        LABELS.c.labelset_id == bindparam("labelset"),
        among(dialect, LABELS.c.item_ref, "item_refs"),
    )


def head_of(row: Sequence[Any]) -> LabelHead:
    """The label in a row that begins with the columns of `HEAD`."""
    return LabelHead(
        row[0], row[1], row[2], _VERDICTS[row[3]], row[4], row[5], row[6], row[7],
        _CONFIDENCES[row[8]], row[9], row[10], row[11], row[12], row[13], row[14],
    )  # fmt: skip


def insert_labels(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Writes new labels."""
    insert_many(session, LABELS, rows)


def update_labels(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Changes labels; every row holds `id` and the same columns."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    session.connection().execute(
        update(LABELS).where(LABELS.c.id == bindparam("b_id")).values({name: bindparam(f"b_{name}") for name in names}),
        [{f"b_{name}": value for name, value in row.items()} for row in rows],
    )


def append_versions(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Writes what labels say now into their history."""
    insert_many(session, VERSIONS, rows)


def add_to_counts(session: Session, space_id: UUID, labelset_id: UUID, deltas: dict[Verdict, int]) -> None:
    """Adds to the counts of an item space and labelset."""
    more = {f"more_{verdict.value}": deltas.get(verdict, 0) for verdict in Verdict}
    if any(more.values()):
        session.execute(_ADD, {"space": space_id, "labelset": labelset_id, **more})


def get(session: Session, label_id: UUID, workspace_id: UUID) -> CanonicalLabelRow | None:
    """The label as it stands in the database now, if it belongs to the workspace."""
    return session.scalar(
        select(CanonicalLabelRow)
        .where(CanonicalLabelRow.id == label_id, CanonicalLabelRow.workspace_id == workspace_id)
        .execution_options(populate_existing=True)
    )


def rows_of(session: Session, label_ids: Collection[UUID]) -> list[CanonicalLabelRow]:
    """These labels as they stand in the database now."""
    rows: list[CanonicalLabelRow] = []
    for ids in in_chunks(label_ids):
        query = select(CanonicalLabelRow).where(CanonicalLabelRow.id.in_(ids))
        rows += session.scalars(query.execution_options(populate_existing=True))
    return rows


def of_item(session: Session, space_id: UUID, labelset_id: UUID, item_ref: str) -> CanonicalLabelRow | None:
    """The label of an item as it stands in the database now."""
    return session.scalar(
        select(CanonicalLabelRow)
        .where(
            CanonicalLabelRow.space_id == space_id,
            CanonicalLabelRow.labelset_id == labelset_id,
            CanonicalLabelRow.item_ref == item_ref,
        )
        .execution_options(populate_existing=True)
    )


def page(
    session: Session,
    workspace_id: UUID,
    labelset_id: UUID,
    *,
    spaces: Sequence[UUID],
    verdict: Verdict | None,
    confidence: Confidence | None,
    labeled_by: UUID | None,
    search: str | None,
    after: str | UUID | None,
    sort: str,
    limit: int,
) -> list[CanonicalLabelRow]:
    """Labels of a labelset on these item spaces: `newest` or `oldest` first, or by `item_ref` inside one of them.

    Without `verdict`, retracted labels are left out. `after` is the id or item_ref that the page before ended with.
    """
    row = CanonicalLabelRow
    query = select(row).where(row.workspace_id == workspace_id, row.labelset_id == labelset_id)
    query = query.where(row.verdict == verdict if verdict else row.verdict != Verdict.RETRACTED)
    query = query.where(row.space_id.in_(spaces))
    if confidence is not None:
        query = query.where(row.confidence == confidence)
    if labeled_by is not None:
        query = query.where(row.labeled_by == labeled_by)
    if search:
        query = query.where(row.item_ref.icontains(search, autoescape=True))
    if sort == "item_ref":
        query = query.order_by(row.item_ref)
        query = query.where(row.item_ref > after) if after else query
    elif sort == "oldest":
        query = query.order_by(row.id)
        query = query.where(row.id > after) if after else query
    else:
        query = query.order_by(row.id.desc())
        query = query.where(row.id < after) if after else query
    return list(session.scalars(query.limit(limit).execution_options(populate_existing=True)))


def versions(session: Session, label_id: UUID) -> list[LabelVersionRow]:
    """Everything a label ever said, newest first."""
    return list(
        session.scalars(
            select(LabelVersionRow).where(LabelVersionRow.label_id == label_id).order_by(LabelVersionRow.number.desc())
        )
    )


def version(session: Session, label_id: UUID, number: int) -> LabelVersionRow | None:
    """One thing a label said."""
    return session.scalar(
        select(LabelVersionRow).where(LabelVersionRow.label_id == label_id, LabelVersionRow.number == number)
    )


def own_classifications(
    session: Session, workspace_id: UUID, label_ids: Collection[UUID]
) -> dict[UUID, Classification]:
    """The classification of each label that was given one of its own; one that does not exist counts as the highest."""
    found: dict[UUID, Classification] = {}
    for ids in in_chunks(label_ids):
        rows = session.execute(
            select(UsageConstraintRow.subject_id, UsageConstraintRow.classification).where(
                UsageConstraintRow.workspace_id == workspace_id,
                UsageConstraintRow.subject_kind == SubjectKind.LABEL,
                UsageConstraintRow.subject_id.in_(ids),
                UsageConstraintRow.classification.is_not(None),
            )
        )
        for label_id, rank in rows:
            known = rank is not None and 0 <= rank < len(Classification)
            found[label_id] = Classification.of_rank(rank or 0) if known else Classification.RESTRICTED
    return found


def counts(session: Session, space_id: UUID, labelset_id: UUID) -> dict[Verdict, int]:
    """How many labels of each verdict an item space has for a labelset."""
    row = session.execute(
        select(COUNTS.c.answered, COUNTS.c.unlabelable, COUNTS.c.retracted).where(
            COUNTS.c.space_id == space_id, COUNTS.c.labelset_id == labelset_id
        )
    ).one_or_none()
    return dict(zip((Verdict.ANSWERED, Verdict.UNLABELABLE, Verdict.RETRACTED), row or (0, 0, 0), strict=True))


def by_person(session: Session, space_id: UUID, labelset_id: UUID) -> list[tuple[UUID, str, int, datetime]]:
    """Who labeled how much of an item space and when last, most first; retracted labels do not count."""
    rows = session.execute(
        select(
            LABELS.c.labeled_by,
            func.max(LABELS.c.labeled_by_name),
            func.count(),
            func.max(LABELS.c.labeled_at),
        )
        .where(
            LABELS.c.space_id == space_id,
            LABELS.c.labelset_id == labelset_id,
            LABELS.c.verdict != Verdict.RETRACTED,
        )
        .group_by(LABELS.c.labeled_by)
        .order_by(func.count().desc())
    )
    return list(rows)


def exposures(session: Session, space_id: UUID, labelset_id: UUID) -> list[UUID]:
    """The exposures of the labels of an item space."""
    return list(
        session.scalars(
            select(LABELS.c.exposure_id)
            .where(LABELS.c.space_id == space_id, LABELS.c.labelset_id == labelset_id)
            .distinct()
        )
    )


def spaces_of(session: Session, labelset_id: UUID) -> list[UUID]:
    """The item spaces that a labelset has labels on."""
    return list(session.scalars(select(COUNTS.c.space_id).where(COUNTS.c.labelset_id == labelset_id)))
