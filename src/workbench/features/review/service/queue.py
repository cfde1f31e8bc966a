"""The queue of a training sheet: take the next pairs, hold them while at work, give them back, see who has what."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.review import rules
from workbench.features.review.queries import claims, filters, pairs
from workbench.features.review.schemas import (
    ActionKind,
    Claim,
    Claimed,
    ClaimedPair,
    ClaimIn,
    Held,
    HoldIn,
    QueueState,
    Released,
    ReleaseIn,
)
from workbench.features.review.service import changes
from workbench.features.review.service.changes import Change
from workbench.features.review.service.opening import counts_of, require_open, require_sheet
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.vocabulary import PairStatus

LOOK_AT_MOST = 100  # rounds of filling pairs whose items were labeled meanwhile, before an answer is given


def claim_pairs(session: Session, actor: Actor, backends: Backends, training_sheet_id: UUID, wish: ClaimIn) -> Claimed:
    """Hands out the next pairs; nobody else gets them until they are decided, given back, or the claim runs out.

    Asking again gives the same pairs, so a lost answer loses nothing. A pair whose item got a fresh canonical label
    since generation is filled from it and leaves the queue. That the queue is done is known in this transaction.
    """
    sheet = require_sheet(session, actor, training_sheet_id)
    require_open(sheet)
    wanted = wish.filter.model_copy(update={"status": wish.filter.status or [PairStatus.UNLABELED]})
    matching = filters.conditions(wanted)
    moment = now()
    until = moment + timedelta(minutes=backends.settings.claim_minutes)
    after, filled = wish.after, 0
    for _ in range(LOOK_AT_MOST):
        rows = claims.take(
            session, sheet.id, matching, actor_id=actor.id, moment=moment, until=until, limit=wish.n, after=after
        )
        if not rows and after is not None:
            after = None
            continue
        fresh = _fill(session, actor, sheet, {row.id: row.item_ref for row in rows})
        filled += fresh
        if not fresh:
            break
    if rows:
        state, held = QueueState.PAIRS, 0
    else:
        held = claims.count_matching(session, sheet.id, matching)
        state = QueueState.HELD if held else QueueState.DONE
    return Claimed(
        state=state,
        pairs=[
            ClaimedPair(
                id=row.id, position=row.position, item_ref=row.item_ref, version=row.version, claimed_until=until
            )
            for row in rows
        ],
        held=held,
        filled=filled,
        counts=counts_of(session, sheet.id),
    )


def _fill(session: Session, actor: Actor, sheet: TrainingSheetRow, claimed: dict[UUID, str]) -> int:
    """Fills those of the pairs whose items were labeled since; returns how many."""
    heads = labels.heads(session, sheet.space_id, sheet.labelset_id, sorted(set(claimed.values())))
    if not heads or sheet.state != "review":
        return 0
    labeled = {id: ref for id, ref in claimed.items() if ref in heads}
    versions: dict[UUID, LabelsetVersion] = {}
    found = []
    for pair in pairs.lock(session, sheet, labeled, siblings=False):
        fields = rules.follow(pair, changes.seen_by(session, actor, pair, heads[pair.item_ref], versions))
        if fields:
            found.append(Change(pair, ActionKind.FOLLOW, fields))
    if found:
        changes.apply(session, actor, sheet, found, [])
    return len(found)


def hold_pairs(session: Session, actor: Actor, backends: Backends, training_sheet_id: UUID, held: HoldIn) -> Held:
    """A heartbeat: holds the pairs longer, and tells which of them are not the actor's any more."""
    sheet = require_sheet(session, actor, training_sheet_id)
    until = now() + timedelta(minutes=backends.settings.claim_minutes)
    mine = claims.extend(session, sheet.id, held.pair_ids, actor_id=actor.id, until=until)
    return Held(
        pair_ids=[id for id in held.pair_ids if id in mine],
        lost=[id for id in held.pair_ids if id not in mine],
        claimed_until=until,
    )


def release_pairs(session: Session, actor: Actor, training_sheet_id: UUID, release: ReleaseIn) -> Released:
    """Gives pairs back to the queue. Taking them from somebody else needs `training_sheets.write`."""
    sheet = require_sheet(session, actor, training_sheet_id)
    holder = release.actor_id or actor.id
    if holder != actor.id:
        actor.require("training_sheets.write")
    return Released(released=claims.release(session, sheet.id, actor_id=holder, pair_ids=release.pair_ids))


def list_claims(session: Session, actor: Actor, training_sheet_id: UUID) -> list[Claim]:
    """Who holds which pair now, by name and position."""
    sheet = require_sheet(session, actor, training_sheet_id)
    return [Claim.model_validate(row._mapping) for row in claims.held(session, sheet.id, now())]
