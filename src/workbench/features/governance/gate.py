"""The gate in SQL: the same verdict as `rules.verdict`, for every row of a query at once.

What all rows share (organisation, prompt's sources, sheet, labelset) is decided once in Python and enters as a
constant. What differs by row is joined: the exposure its label was made from, and the constraints and waivers of its
label and of the pair itself. Only `release` may run the result, so that nothing leaves without an exit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, literal, null, or_, select, true
from sqlalchemy.orm import Session, aliased

from workbench.features.governance.rules import (
    MOST_SENSITIVE,
    NO_REASON,
    UNKNOWN_CLASSIFICATION,
    bit,
)
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.tables import ExposureRow, UsageConstraintRow, WaiverRow
from workbench.features.governance.tag_rules import NOTHING_READ
from workbench.kernel.vocabulary import PairStatus, Use, Verdict

OF_LABELS = ("label_id", "label_exposure_id", "label_verdict")
OF_PAIRS = ("status", "pair_id", *OF_LABELS)
FETCH = 2000  # rows held at a time
When = tuple[ColumnElement[bool], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Pairs or labels (`what`) that want to leave, and the part of their origin that they share.

    `rows` selects, with whatever else is wanted, the columns that the gate judges by. Of pairs: `status`, `pair_id`,
    and what follows for the label each one pins, NULL where it pins none. Of labels: `label_id`;
    `label_exposure_id`, what the *pinned version* of the label was made from; `label_verdict` as it stands *now*.
    Outer-join the label, so that a missing one denies. `rows` selects from one chain of joins and has its own order.

    `exposures` are what the prompts read; `sheet_id` and `labelset_id` are whose constraints apply. Each is left out
    only where there is none.
    """

    what: SubjectKind
    rows: Select[Any]
    exposures: tuple[UUID, ...] = ()
    sheet_id: UUID | None = None
    labelset_id: UUID | None = None

    def __post_init__(self) -> None:
        assert self.what in (SubjectKind.PAIR, SubjectKind.LABEL), f"{self.what} cannot leave"
        needed = OF_PAIRS if self.what is SubjectKind.PAIR else OF_LABELS
        missing = [name for name in needed if name not in self.rows.selected_columns]
        assert not missing, f"the gate cannot judge rows without {', '.join(missing)}"


@dataclass(frozen=True, slots=True)
class Gated:
    """The query with the gate's joins, and the first reason that stands in each row's way (NULL: it may leave)."""

    rows: Select[Any]
    reason: ColumnElement[str | None]

    @property
    def allowed(self) -> ColumnElement[bool]:
        """The predicate that lets only allowed rows through."""
        return self.reason.is_(None)


def gate(
    leaving: Leaving,
    use: Use,
    workspace_id: UUID,
    *,
    shared: str | None,
    by_exposure: Mapping[UUID, str],
    moment: datetime,
) -> Gated:
    """Judges every row for a use.

    `shared` is the first reason among the shared layers, or None; `by_exposure` the first reason of each label
    exposure that has one; `moment` decides which waivers have expired.
    """
    column = leaving.rows.selected_columns
    exposure = aliased(ExposureRow)
    rows = leaving.rows.outerjoin(
        exposure, and_(exposure.id == column.label_exposure_id, exposure.workspace_id == workspace_id)
    )
    rows, label = _judge(rows, SubjectKind.LABEL, column.label_id, use, workspace_id, moment)
    has_label = column.label_id.is_not(None)
    label_verdict = func.coalesce(column.label_verdict, literal("missing"))
    whens: list[When] = [
        *_by_exposure(exposure, by_exposure),
        (and_(has_label, exposure.id.is_(None)), literal(NOTHING_READ.text)),
        (and_(has_label, label_verdict != literal(Verdict.ANSWERED.value)), literal("label: ") + label_verdict),
        label,
    ]
    if shared is not None:
        whens.insert(0, (true(), literal(shared)))
    if leaving.what is SubjectKind.PAIR:
        status = func.coalesce(column.status, literal("missing"))
        whens.insert(0, (status != literal(PairStatus.LABELED.value), literal("status: ") + status))
        rows, pair = _judge(rows, SubjectKind.PAIR, column.pair_id, use, workspace_id, moment)
        whens.append(pair)
    return Gated(rows, case(*whens, else_=null()))


def _by_exposure(exposure: Any, reasons: Mapping[UUID, str]) -> list[When]:
    by_reason: dict[str, list[UUID]] = {}
    for exposure_id, reason in reasons.items():
        by_reason.setdefault(reason, []).append(exposure_id)
    return [(exposure.id.in_(ids), literal(reason)) for reason, ids in by_reason.items()]


def _judge(
    rows: Select[Any],
    kind: SubjectKind,
    subject_id: ColumnElement[Any],
    use: Use,
    workspace_id: UUID,
    moment: datetime,
) -> tuple[Select[Any], When]:
    """Joins a subject's own constraints and waiver; gives when they prohibit the use, and the reason."""
    constraint, waiver = aliased(UsageConstraintRow), aliased(WaiverRow)
    rows = rows.outerjoin(
        constraint,
        and_(
            constraint.subject_kind == kind.value,
            constraint.subject_id == subject_id,
            constraint.workspace_id == workspace_id,
        ),
    ).outerjoin(
        waiver,
        and_(
            waiver.subject_kind == kind.value,
            waiver.subject_id == subject_id,
            waiver.workspace_id == workspace_id,
            waiver.revoked_at.is_(None),
            or_(waiver.expires_at.is_(None), waiver.expires_at > moment),
        ),
    )
    this = bit(use)
    unknown = func.coalesce(~constraint.classification.between(0, MOST_SENSITIVE.rank), false())
    waived = func.coalesce(waiver.uses, 0).bitwise_and(this) != 0
    prohibited = or_(constraint.prohibited.bitwise_and(this) != 0, constraint.allowed.bitwise_and(this) == 0)
    given = case((constraint.reason == "", literal(NO_REASON)), else_=constraint.reason)
    why = literal(f"{kind.value}: ") + case((unknown, literal(UNKNOWN_CLASSIFICATION)), else_=given)
    return rows, (or_(unknown, and_(~waived, func.coalesce(prohibited, false()))), why)


def tally(session: Session, gated: Gated) -> list[tuple[str, str | None, int]]:
    """How many rows there are of each status (labels count as labeled) and first reason; None: allowed."""
    status = gated.rows.selected_columns.get("status", literal(PairStatus.LABELED.value))
    judged = gated.rows.with_only_columns(
        func.coalesce(status, literal("missing")).label("status"), gated.reason.label("reason")
    )
    lines = judged.order_by(None).subquery()
    found = session.execute(
        select(lines.c.status, lines.c.reason, func.count()).group_by(lines.c.status, lines.c.reason)
    )
    return [(status, reason, count) for status, reason, count in found]


def stream(session: Session, gated: Gated, limit: int | None) -> Iterator[Row[Any]]:
    """The allowed rows, in the query's own order, read as they are taken."""
    allowed = gated.rows.where(gated.allowed).limit(limit)
    yield from session.execute(allowed, execution_options={"yield_per": FETCH})
