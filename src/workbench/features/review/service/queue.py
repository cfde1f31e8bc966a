"""The queue of a training sheet: take the next pairs, hold them while at work, give them back, see who has what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.generation.queries import filters
from workbench.features.generation.schemas import PairFilter
from workbench.features.generation.service import require_training_sheet
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.labels import service as labels
from workbench.features.labels.rules import LabelHead
from workbench.features.review import rules
from workbench.features.review.queries import claims, pairs
from workbench.features.review.rules import Standing
from workbench.features.review.schemas import (
    ActionKind,
    ClaimedPair,
    ClaimedPairs,
    ClaimPairs,
    HeldPairs,
    HoldPairs,
    PairClaim,
    QueueState,
    ReleasedPairs,
    ReleasePairs,
)
from workbench.features.review.service import changes
from workbench.features.review.service.changes import Change
from workbench.features.review.service.clearance import require_sheet_view
from workbench.features.review.service.freshness import Known, Look, compare_with_items
from workbench.features.review.service.opening import counts_of, require_open
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.vocabulary import PairStatus

LOOK_AHEAD = 20  # pairs whose labels are looked up at once
LOOK_AT_MOST = 500  # pairs that one request fills from labels before it answers


def claim_pairs(
    session: Session, actor: Actor, backends: Backends, training_sheet_id: UUID, wish: ClaimPairs
) -> ClaimedPairs:
    """Hands out the next pairs; nobody else gets them until they are decided, given back, or the claim runs out.

    Asking again gives the same pairs, so a lost answer loses nothing. A pair whose item got a fresh canonical label
    since generation is filled from it and leaves the queue. That the queue is done is known in this transaction.
    """
    wanted = wish.filter.model_copy(update={"status": wish.filter.status or [PairStatus.UNLABELED]})
    with backends.database.read() as reading:  # may read files, which no write transaction should wait for
        known = _compare_ahead(reading, actor, backends, training_sheet_id, wanted, wish)
    sheet = require_training_sheet(session, actor, training_sheet_id)
    matching = filters.conditions(sheet, wanted)
    require_open(sheet)
    require_sheet_view(session, actor, sheet)
    moment = now()
    until = moment + timedelta(minutes=backends.settings.claim_minutes)
    after, filled = wish.after, 0
    while True:
        rows = claims.take(
            session, sheet.id, matching, actor_id=actor.id, moment=moment, until=until, limit=wish.n, after=after
        )
        if not rows and after is not None:
            after = None
            continue
        refs = {row.id: row.item_ref for row in rows}
        fresh = _fill(session, actor, sheet, refs, known) if filled < LOOK_AT_MOST else 0
        if not fresh:
            break
        filled += fresh
    state, held = QueueState.PAIRS, 0
    if not rows:
        held = claims.count_matching(session, sheet.id, matching)
        state = QueueState.HELD if held else QueueState.DONE
    return ClaimedPairs(
        state=state,
        pairs=[ClaimedPair(**row._mapping, claimed_until=until) for row in rows],
        held=held,
        filled=filled,
        counts=counts_of(session, sheet.id),
    )


def _compare_ahead(
    session: Session,
    actor: Actor,
    backends: Backends,
    training_sheet_id: UUID,
    wanted: PairFilter,
    wish: ClaimPairs,
) -> Known:
    """Which labels of the pairs at the head of the queue match their items, until enough pairs need a reviewer."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    matching = filters.conditions(sheet, wanted)
    known: set[tuple[str, int]] = set()
    after, looked, without = -1 if wish.after is None else wish.after, 0, 0
    while without < wish.n and looked < LOOK_AT_MOST:
        most = LOOK_AHEAD if looked else wish.n  # mostly nobody has labeled any of them meanwhile
        ahead = pairs.standing(session, sheet.id, matching, after=after, limit=most)
        heads = labels.heads(session, sheet.space_id, sheet.labelset_id, [pair.item_ref for pair in ahead])
        known |= compare_with_items(session, backends, actor, sheet, ahead, heads)
        look = Look(session, actor, known)
        without += sum(_filling(look, pair, heads.get(pair.item_ref)) is None for pair in ahead)
        looked += len(ahead)
        if len(ahead) < most:
            break
        after = ahead[-1].position
    return known


def _fill(session: Session, actor: Actor, sheet: TrainingSheetRow, claimed: dict[UUID, str], known: Known) -> int:
    """Fills those of the pairs whose items were labeled since; returns how many."""
    heads = labels.heads(session, sheet.space_id, sheet.labelset_id, sorted(set(claimed.values())))
    if not heads or sheet.state != "review":
        return 0
    labeled = {id: ref for id, ref in claimed.items() if ref in heads}
    look, found = Look(session, actor, known), []
    for pair in pairs.lock(session, sheet, labeled, siblings=False):
        fields = _filling(look, pair, heads[pair.item_ref])
        if fields:
            found.append(Change(pair, ActionKind.FOLLOW, fields))
    if found:
        changes.apply(session, actor, sheet, found, [])
    return len(found)


def _filling(look: Look, pair: Standing, head: LabelHead | None) -> dict[str, Any] | None:
    """What the label makes of the pair; None when a reviewer has to look."""
    return rules.follow(pair, look.at(head, pair)) if head is not None else None


def hold_pairs(
    session: Session, actor: Actor, backends: Backends, training_sheet_id: UUID, held: HoldPairs
) -> HeldPairs:
    """A heartbeat: holds the pairs longer, and tells which of them are not the actor's any more."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    until = now() + timedelta(minutes=backends.settings.claim_minutes)
    mine = claims.extend(session, sheet.id, held.pair_ids, actor_id=actor.id, until=until)
    return HeldPairs(
        pair_ids=[id for id in held.pair_ids if id in mine],
        lost=[id for id in held.pair_ids if id not in mine],
        claimed_until=until,
    )


def release_pairs(session: Session, actor: Actor, training_sheet_id: UUID, release: ReleasePairs) -> ReleasedPairs:
    """Gives pairs back to the queue. Taking them from somebody else needs `training_sheets.write`."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    holder = release.actor_id or actor.id
    if holder != actor.id:
        actor.require("training_sheets.write")
    return ReleasedPairs(released=claims.release(session, sheet.id, actor_id=holder, pair_ids=release.pair_ids))


def list_claims(session: Session, actor: Actor, training_sheet_id: UUID) -> list[PairClaim]:
    """Who holds which pair now, by name and position."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    labels.require_space(session, actor, sheet.space_id)
    return [PairClaim.model_validate(row._mapping) for row in claims.held(session, sheet.id, now())]
