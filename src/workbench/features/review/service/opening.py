"""Opens what a reviewer is about to change: the pair, locked and as they saw it, in a training sheet under review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.generation.schemas import PairCounts, TrainingSheetState
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.labels import service as labels
from workbench.features.labels.rules import LabelHead
from workbench.features.review.queries import counting, pairs
from workbench.features.review.rules import Standing
from workbench.features.review.schemas import ReviewedPair
from workbench.features.review.service.clearance import require_pair_view
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, NotFound

OPEN_STATES = (
    TrainingSheetState.REVIEW,
    TrainingSheetState.APPROVED,
)  # a change to an approved training sheet returns it to review


class PairChanged(Conflict):
    """Somebody else changed the pair since it was seen; `details` hold `current`, how it stands, and `yours`."""


class NotUnderReview(Conflict):
    """The training sheet is not in a state in which its pairs are reviewed."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A locked pair with everything that has to change along with it."""

    sheet: TrainingSheetRow
    pair: Standing
    locked: list[Standing]  # this pair, and those of the same item that may follow
    label: LabelHead | None


def open_pair(
    session: Session, actor: Actor, pair_id: UUID, version: int, yours: dict[str, Any], *, messages: bool = False
) -> Opened:
    """The pair as the reviewer saw it.

    Raises `NotFound`, `AboveClearance`, `NotUnderReview`, or `PairChanged` carrying both sides.
    """
    found = pairs.find(session, pair_id, actor.workspace_id)
    if found is None:
        raise NotFound(f"There is no pair {pair_id}.", field="pair_id")
    sheet, item_ref = found
    require_open(sheet)
    locked = pairs.lock(session, sheet, {pair_id: item_ref}, messages=messages)
    pair = next((each for each in locked if each.id == pair_id), None)
    if pair is None:
        raise NotFound(f"The pair {pair_id} is gone.", field="pair_id")
    require_pair_view(session, actor, sheet, pair)
    if pair.version != version:
        raise PairChanged(
            f"{pair.reviewed_by_name or 'Somebody'} changed this pair since you opened it.",
            field="version",
            fix="Compare both, and send yours again with the current version if it shall stand.",
            details={"current": as_current(pair), "yours": yours},
        )
    label = labels.heads(session, sheet.space_id, sheet.labelset_id, [pair.item_ref]).get(pair.item_ref)
    if label is not None and pair.ordinal == 0:
        labels.require_label_view(session, actor, sheet.labelset_id, (label.id, label.exposure_id))
    return Opened(sheet, pair, locked, label if pair.ordinal == 0 else None)


def require_open(sheet: TrainingSheetRow) -> None:
    """Raises `NotUnderReview` unless the training sheet's pairs can be reviewed."""
    if sheet.archived:
        raise NotUnderReview(f"The training sheet {sheet.name!r} is archived.", fix="Take it out of the archive first.")
    if sheet.state not in OPEN_STATES:
        raise NotUnderReview(
            f"The training sheet {sheet.name!r} is {sheet.state}.",
            fix="Wait until it is generated. A generation that stopped can be taken up again, or finished as it is.",
            details={"state": sheet.state},
        )


def as_current(pair: Standing) -> dict[str, Any]:
    """How a pair stands, for the other side of a conflict."""
    return {
        "version": pair.version,
        "status": pair.status,
        "value": pair.value,
        "notes": pair.notes,
        "label_number": pair.label_number,
        "reviewed_by_name": pair.reviewed_by_name,
        "reviewed_at": pair.reviewed_at,
    }


def counts_of(session: Session, training_sheet_id: UUID) -> PairCounts:
    """The counters of a training sheet, with what this transaction has changed so far."""
    row = counting.counts_of(session, training_sheet_id)
    return PairCounts.model_validate(row) if row else PairCounts()


def as_reviewed(
    session: Session, pair: Standing, fields: dict[str, Any], action_id: UUID | None, followed: int
) -> ReviewedPair:
    """The pair after a change, with the counters of its training sheet."""
    shown = {name: fields.get(name, getattr(pair, name)) for name in ReviewedPair.model_fields if hasattr(pair, name)}
    return ReviewedPair(
        **(shown | {"version": pair.version + 1}),
        action_id=action_id,
        followed=followed,
        counts=counts_of(session, pair.training_sheet_id),
    )
