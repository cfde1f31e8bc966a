"""The gate in SQL: the same verdict as `rules.verdict`, for every row of a query at once.

What all rows share (organisation, prompt's sources, sheet, labelset) is decided once in Python and enters as a
constant. What differs by row is joined: the exposure its label was made from, and the constraints and waivers of its
label and of the pair itself. Only `release` may run the result, so that nothing leaves without an exit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from workbench.features.governance.rules import (
    MOST_SENSITIVE,
    NO_REASON,
    UNKNOWN_CLASSIFICATION,
    Layer,
    bit,
    effective,
)
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.tables import ExposureRow, UsageConstraintRow, WaiverRow
from workbench.features.governance.tag_rules import NOTHING_READ
from workbench.kernel.vocabulary import Classification, PairStatus, Use, Verdict

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

    `exposures` are what the prompts read, `sources` what else of the items goes along; `sheet_id` and `labelset_id`
    are whose constraints apply. Each is left out only where there is none.
    """

    what: SubjectKind
    rows: Select[Any]
    exposures: tuple[UUID, ...] = ()
    sources: tuple[str, ...] = ()
    sheet_id: UUID | None = None
    labelset_id: UUID | None = None

    def __post_init__(self) -> None:
        assert self.what in (SubjectKind.PAIR, SubjectKind.LABEL), f"{self.what} cannot leave"
        needed = OF_PAIRS if self.what is SubjectKind.PAIR else OF_LABELS
        missing = [name for name in needed if name not in self.rows.selected_columns]
        assert not missing, f"the gate cannot judge rows without {', '.join(missing)}"


@dataclass(frozen=True, slots=True)
class Gated:
    """The query with the gate's joins, and the first reason in each row's way (NULL: it may leave).

    `classification` is what all rows share; `ranks` are those that differ by row.
    """

    rows: Select[Any]
    reason: ColumnElement[str | None]
    classification: Classification
    ranks: tuple[ColumnElement[int | None], ...]


def gate(
    leaving: Leaving,
    use: Use,
    workspace_id: UUID,
    *,
    shared: Sequence[Layer],
    read: Mapping[UUID, Sequence[Layer]],
    moment: datetime,
) -> Gated:
    """Judges every row for a use.

    `shared` are the layers of all rows, `read` those of everything that a label's exposure read; `moment` decides
    which waivers have run out.
    """
    column = leaving.rows.selected_columns
    exposure = aliased(ExposureRow)
    rows = leaving.rows.outerjoin(
        exposure, and_(exposure.id == column.label_exposure_id, exposure.workspace_id == workspace_id)
    )
    rows, label, label_rank = _judge(rows, SubjectKind.LABEL, column.label_id, use, workspace_id, moment)
    has_label = column.label_id.is_not(None)
    label_verdict = func.coalesce(column.label_verdict, literal("missing"))
    whens: list[When] = [
        *_whens(exposure.id, {each: _first_reason(layers, use) for each, layers in read.items()}),
        (and_(has_label, exposure.id.is_(None)), literal(NOTHING_READ.text)),
        (and_(has_label, label_verdict != literal(Verdict.ANSWERED.value)), literal("label: ") + label_verdict),
        label,
    ]
    ranks = [_by_value(exposure.id, {each: _highest_rank(layers) for each, layers in read.items()}), label_rank]
    whole = effective(shared)
    if whole.reasons[use]:
        whens.insert(0, (true(), literal(whole.reasons[use][0].text)))
    if leaving.what is SubjectKind.PAIR:
        status = func.coalesce(column.status, literal("missing"))
        whens.insert(0, (status != literal(PairStatus.LABELED.value), literal("status: ") + status))
        rows, pair, pair_rank = _judge(rows, SubjectKind.PAIR, column.pair_id, use, workspace_id, moment)
        whens.append(pair)
        ranks.append(pair_rank)
    return Gated(rows, case(*whens, else_=null()), whole.classification, tuple(ranks))


def _first_reason(layers: Sequence[Layer], use: Use) -> str | None:
    return next((layer.text for layer in layers if layer.forbids(use)), None)


def _highest_rank(layers: Sequence[Layer]) -> int | None:
    return max((layer.rank for layer in layers if layer.rank is not None), default=None)


def _by_value(key: Any, values: Mapping[UUID, Any]) -> ColumnElement[Any]:
    whens = _whens(key, values)
    return case(*whens, else_=null()) if whens else cast(null(), Integer)


def _whens(key: Any, values: Mapping[UUID, Any]) -> list[When]:
    """One branch for every distinct value that is not None."""
    keys_of: dict[Any, list[UUID]] = {}
    for each, value in values.items():
        if value is not None:
            keys_of.setdefault(value, []).append(each)
    return [(key.in_(keys), literal(value)) for value, keys in keys_of.items()]


def _judge(
    rows: Select[Any],
    kind: SubjectKind,
    subject_id: ColumnElement[Any],
    use: Use,
    workspace_id: UUID,
    moment: datetime,
) -> tuple[Select[Any], When, ColumnElement[Any]]:
    """Joins a subject's own constraints and waiver: when they prohibit the use, why, and its classification."""
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
    forbids = or_(unknown, and_(~waived, func.coalesce(prohibited, false())))
    return rows, (forbids, why), type_coerce(constraint.classification, Integer)


@dataclass(frozen=True, slots=True)
class Line:
    """How many rows share a status (labels count as labeled) and a first reason (None: allowed), and the highest
    classification among them of what differs by row."""

    status: str
    reason: str | None
    count: int
    rank: int


def tally(session: Session, gated: Gated) -> list[Line]:
    """Counts the rows by status and reason."""
    status = gated.rows.selected_columns.get("status", literal(PairStatus.LABELED.value))
    ranks = [rank.label(f"rank_{place}") for place, rank in enumerate(gated.ranks)]
    judged = gated.rows.with_only_columns(
        func.coalesce(status, literal("missing")).label("status"), gated.reason.label("reason"), *ranks
    )
    lines = judged.order_by(None).subquery()
    highest = [func.coalesce(func.max(lines.c[rank.name]), 0) for rank in ranks]
    found = session.execute(
        select(lines.c.status, lines.c.reason, func.count(), *highest).group_by(lines.c.status, lines.c.reason)
    )
    return [Line(status, reason, count, max(ranks)) for status, reason, count, *ranks in found]


def stream(
    session: Session, gated: Gated, columns: Sequence[Any] | None, limit: int | None
) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """The allowed rows in the query's own order, these columns of them or all, in batches read as they are taken."""
    allowed = gated.rows.where(gated.reason.is_(None)).limit(limit)
    if columns is not None:
        allowed = allowed.with_only_columns(*columns)
    # past the ORM, whose own handling of rows would cost more than reading them
    yield from session.connection().execute(allowed, execution_options={"yield_per": FETCH}).partitions()
