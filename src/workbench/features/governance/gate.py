"""The gate in SQL: the same verdict as `rules.verdict`, for every row of a query at once.

What all rows share (organisation, prompt's sources, sheet, labelset) is decided once in Python and enters as a
constant. What differs by row is joined: the exposure its label was made from, and the constraints and waivers of its
label and of the pair itself. Only `release` may run the result, so that nothing leaves without an exit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
_LABELED = literal(PairStatus.LABELED.value)
When = tuple[ColumnElement[bool], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Pairs or labels (`what`) that want to leave, and the part of their origin that they share.

    `rows` selects, with whatever else is wanted, the columns that the gate judges by. Of pairs: `status`, `pair_id`,
    and what follows for the label each one pins, NULL where it pins none. Of labels: `label_id`;
    `label_exposure_id`, what the *pinned version* of the label was made from; `label_verdict` as it stands *now*.
    Outer-join the label, so that a missing one denies. `rows` selects from one chain of joins and has its own order.

    `exposures` are what the prompts read, `sources` what else of the items goes along; `sheet_id` and `labelset_id`
    are whose constraints apply. `keys` are the key columns, as sources, by the item space that `rows` selects as
    `space_id`: for what names its items as it leaves. Each is left out only where there is none.
    """

    what: SubjectKind
    rows: Select[Any]
    exposures: tuple[UUID, ...] = ()
    sources: tuple[str, ...] = ()
    keys: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    sheet_id: UUID | None = None
    labelset_id: UUID | None = None

    def __post_init__(self) -> None:
        assert self.what in (SubjectKind.PAIR, SubjectKind.LABEL), f"{self.what} cannot leave"
        needed = (OF_PAIRS if self.what is SubjectKind.PAIR else OF_LABELS) + (("space_id",) if self.keys else ())
        missing = [name for name in needed if name not in self.rows.selected_columns]
        assert not missing, f"the gate cannot judge rows without {', '.join(missing)}"


@dataclass(frozen=True, slots=True)
class Gated:
    """The query with the gate's joins, and for each use the first reason in a row's way (NULL: it may leave).

    `classification` is what all rows share; `ranks` are those that differ by row.
    """

    rows: Select[Any]
    reasons: dict[Use, ColumnElement[str | None]]
    classification: Classification
    ranks: tuple[ColumnElement[int | None], ...]


def gate(
    leaving: Leaving,
    uses: Sequence[Use],
    workspace_id: UUID,
    *,
    shared: Sequence[Layer],
    read: Mapping[UUID, Sequence[Layer]],
    named: Mapping[UUID, Sequence[Layer]],
    constrained: Collection[SubjectKind],
    moment: datetime,
) -> Gated:
    """Judges every row for some uses.

    `shared` are the layers of all rows, `read` those of everything that a label's exposure read, `named` those of the
    keys of each item space in `leaving.keys`; `moment` decides which waivers have run out. `constrained` says whether
    any label or pair has constraints of its own: where none has, looking for those of each row is left out.
    """
    column = leaving.rows.selected_columns
    exposure = aliased(ExposureRow)
    rows = leaving.rows.outerjoin(
        exposure, and_(exposure.id == column.label_exposure_id, exposure.workspace_id == workspace_id)
    )
    own = [_Own(kind) for kind in dict.fromkeys((SubjectKind.LABEL, leaving.what)) if kind in constrained]
    for each in own:
        rows = each.join(rows, column[f"{each.kind.value}_id"], workspace_id, moment)
    whole = effective(shared)
    missing = literal("missing")
    has_label = column.label_id.is_not(None)
    label_verdict = func.coalesce(column.label_verdict, missing)
    status = func.coalesce(column.status, missing) if leaving.what is SubjectKind.PAIR else _LABELED
    reasons: dict[Use, ColumnElement[str | None]] = {}
    for use in uses:
        whens: list[When] = [(status != _LABELED, literal("status: ") + status)]
        if whole.reasons[use]:
            whens.append((true(), literal(whole.reasons[use][0].text)))
        whens += _whens(exposure.id, {each: _first_reason(layers, use) for each, layers in read.items()})
        whens += [
            (and_(has_label, exposure.id.is_(None)), literal(NOTHING_READ.text)),
            (and_(has_label, label_verdict != literal(Verdict.ANSWERED.value)), literal("label: ") + label_verdict),
            *(each.forbids(use) for each in own),
        ]
        if named:
            whens += _whens(column.space_id, {each: _first_reason(layers, use) for each, layers in named.items()})
            whens.append((func.coalesce(column.space_id.not_in(named), true()), literal(NOTHING_READ.text)))
        reasons[use] = case(*whens, else_=null())
    ranks = [_by_value(exposure.id, {each: _highest_rank(layers) for each, layers in read.items()})]
    ranks += [type_coerce(each.constraint.classification, Integer) for each in own]
    if named:
        ranks.append(_by_value(column.space_id, {each: _highest_rank(layers) for each, layers in named.items()}))
    return Gated(rows, reasons, whole.classification, tuple(ranks))


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


class _Own:
    """What the constraints and the waiver of a row's own label or pair say."""

    def __init__(self, kind: SubjectKind) -> None:
        self.kind = kind
        self.constraint = aliased(UsageConstraintRow)
        self.waiver = aliased(WaiverRow)

    def join(
        self, rows: Select[Any], subject_id: ColumnElement[Any], workspace_id: UUID, moment: datetime
    ) -> Select[Any]:
        """The rows with both, where there are any."""
        constraint, waiver = self.constraint, self.waiver
        return rows.outerjoin(
            constraint,
            and_(
                constraint.subject_kind == self.kind.value,
                constraint.subject_id == subject_id,
                constraint.workspace_id == workspace_id,
            ),
        ).outerjoin(
            waiver,
            and_(
                waiver.subject_kind == self.kind.value,
                waiver.subject_id == subject_id,
                waiver.workspace_id == workspace_id,
                waiver.revoked_at.is_(None),
                or_(waiver.expires_at.is_(None), waiver.expires_at > moment),
            ),
        )

    def forbids(self, use: Use) -> When:
        """`Layer.forbids` and `Layer.text`."""
        constraint, this = self.constraint, bit(use)
        unknown = func.coalesce(~constraint.classification.between(0, MOST_SENSITIVE.rank), false())
        waived = func.coalesce(self.waiver.uses, 0).bitwise_and(this) != 0
        prohibited = or_(constraint.prohibited.bitwise_and(this) != 0, constraint.allowed.bitwise_and(this) == 0)
        given = case((constraint.reason == "", literal(NO_REASON)), else_=constraint.reason)
        why = literal(f"{self.kind.value}: ") + case((unknown, literal(UNKNOWN_CLASSIFICATION)), else_=given)
        return or_(unknown, and_(~waived, func.coalesce(prohibited, false()))), why


@dataclass(frozen=True, slots=True)
class Line:
    """How many rows share a status (labels count as labeled) and, for each use, a first reason (None: allowed), and
    the highest classification among them of what differs by row."""

    status: str
    reasons: dict[Use, str | None]
    count: int
    rank: int


def tally(session: Session, gated: Gated) -> list[Line]:
    """Counts the rows by status and reasons, in one pass for all uses."""
    status = gated.rows.selected_columns.get("status", _LABELED)
    judged = gated.rows.with_only_columns(
        func.coalesce(status, literal("missing")).label("status"),
        *(reason.label(f"for_{use}") for use, reason in gated.reasons.items()),
        *(rank.label(f"rank_{place}") for place, rank in enumerate(gated.ranks)),
    )
    lines = judged.order_by(None).subquery()
    groups = [lines.c.status, *(lines.c[f"for_{use}"] for use in gated.reasons)]
    highest = [func.coalesce(func.max(lines.c[f"rank_{place}"]), 0) for place in range(len(gated.ranks))]
    found = session.execute(select(func.count(), *highest, *groups).group_by(*groups))
    result = []
    for count, *values in found:
        ranks, (name, *reasons) = values[: len(highest)], values[len(highest) :]
        result.append(Line(name, dict(zip(gated.reasons, reasons, strict=True)), count, max(ranks)))
    return result


def stream(
    session: Session, gated: Gated, use: Use, columns: Sequence[Any] | None, limit: int | None
) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """The rows allowed for a use in the query's own order, these columns or all, in batches read as they are taken."""
    allowed = gated.rows.where(gated.reasons[use].is_(None)).limit(limit)
    if columns is not None:
        allowed = allowed.with_only_columns(*columns)
    # past the ORM, whose own handling of rows would cost more than reading them
    yield from session.connection().execute(allowed, execution_options={"yield_per": FETCH}).partitions()
