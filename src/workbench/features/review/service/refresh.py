"""Bringing a training sheet under review up to its canonical labels, as a job that reads first and writes in steps."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.generation.service import require_training_sheet
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job
from workbench.features.labels import service as labels
from workbench.features.labels.rules import LabelHead
from workbench.features.review import rules
from workbench.features.review.queries import pairs
from workbench.features.review.rules import Standing
from workbench.features.review.schemas import ActionKind
from workbench.features.review.service import changes
from workbench.features.review.service.changes import Change
from workbench.features.review.service.freshness import Known, Look, compare_with_items
from workbench.features.review.service.opening import NotUnderReview, counts_of, require_open
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import PairStatus

REFRESH = "training_sheet.refresh"
BATCH = 500


def refresh_training_sheet(session: Session, actor: Actor, backends: Backends, training_sheet_id: UUID) -> Job:
    """Submits a job that lets every pair follow its item's label: fills what was labeled since generation, re-pins what
    was corrected, sends back what was retracted. An approved training sheet keeps its pins; reopen it first."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    require_open(sheet)
    if sheet.state != "review":
        raise NotUnderReview(f"The training sheet {sheet.name!r} is {sheet.state}.", fix="Reopen it first.")
    return jobs.submit(
        session,
        actor,
        backends,
        kind=REFRESH,
        title=f"Bring {sheet.name} up to its labels",
        subject_kind="training_sheet",
        subject_id=sheet.id,
        arguments={},
        total=counts_of(session, sheet.id).total,
        unit="pairs",
    )


def look_ahead(
    session: Session, backends: Backends, actor: Actor, training_sheet_id: UUID, after: int
) -> tuple[list[Standing], Known]:
    """The next pairs behind a position, and which of their labels match their items. Reads only."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    rows = pairs.standing(session, sheet.id, after=after, limit=BATCH)
    heads = labels.heads(session, sheet.space_id, sheet.labelset_id, [pair.item_ref for pair in rows])
    return rows, compare_with_items(session, backends, actor, sheet, rows, heads)


def follow_labels(
    session: Session,
    actor: Actor,
    training_sheet_id: UUID,
    seen: list[Standing],
    known: Known,
    *,
    batch_id: UUID | None,
) -> Counter[str]:
    """Lets these pairs follow their labels as both stand now; gives a tally."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    if sheet.state != "review":
        raise NotUnderReview(f"The training sheet {sheet.name!r} is {sheet.state} by now.", fix="Reopen it first.")
    look, tally = Look(session, actor, known), Counter[str]()
    heads = labels.heads(session, sheet.space_id, sheet.labelset_id, [pair.item_ref for pair in seen])
    candidates = {pair.id: pair.item_ref for pair in seen if _lags(pair, heads.get(pair.item_ref))}
    found = []
    for pair in pairs.lock(session, sheet, candidates, siblings=False) if candidates else []:
        head = heads.get(pair.item_ref)
        fields = rules.follow(pair, look.at(head, pair) if head else None)
        if fields:
            found.append(Change(pair, ActionKind.FOLLOW, fields))
            tally[_what(pair, fields["status"])] += 1
    if found:
        changes.apply(session, actor, sheet, found, [], batch_id=batch_id)
    return tally


def _lags(pair: Standing, head: LabelHead | None) -> bool:
    pin = (pair.label_id, pair.label_number)
    return pin != ((head.id, head.number) if head else (None, None))


def _what(pair: Standing, status: str) -> str:
    if status == PairStatus.UNLABELED:
        return "sent_back"
    return "updated" if pair.status == status else "filled" if status == PairStatus.LABELED else "set_aside"
