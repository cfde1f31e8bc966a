"""Wire shapes of the queue: asking for pairs, holding them, giving them back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from workbench.features.generation.schemas import PairCounts, PairFilter
from workbench.kernel.schema import Schema

MOST_CLAIMS = 5


class ClaimPairs(Schema):
    """Asks for the next `n` pairs: those the actor holds already, topped up with free ones, by position.

    `after` starts behind a position and goes on from the beginning when nothing is left behind it. Without a status
    in the filter, unlabeled pairs are meant.
    """

    n: int = Field(1, ge=1, le=MOST_CLAIMS)
    filter: PairFilter = PairFilter()
    after: int | None = None


class ClaimedPair(Schema):
    """A pair that is the actor's until `claimed_until`."""

    id: UUID
    position: int
    item_ref: str
    version: int
    claimed_until: datetime


class QueueState(StrEnum):
    """What the queue had: `pairs` to review, only pairs `held` by others, or nothing: it is `done`."""

    PAIRS = "pairs"
    HELD = "held"
    DONE = "done"


class ClaimedPairs(Schema):
    """The pairs handed out, and how things stood in the same transaction. `held` counts those with other people, when
    there was nothing else; `filled` the pairs that left the queue because their item had been labeled meanwhile."""

    state: QueueState
    pairs: list[ClaimedPair]
    held: int
    filled: int
    counts: PairCounts


class HoldPairs(Schema):
    """The pairs that the actor still has open."""

    pair_ids: list[UUID] = Field(min_length=1, max_length=100)


class HeldPairs(Schema):
    """Which of the pairs are still the actor's, until when, and which another took after the claim ran out."""

    pair_ids: list[UUID]
    lost: list[UUID]
    claimed_until: datetime


class ReleasePairs(Schema):
    """The pairs to give back; all of the actor's when absent. A lead names somebody else in `actor_id`."""

    pair_ids: list[UUID] | None = Field(None, max_length=1000)
    actor_id: UUID | None = None


class ReleasedPairs(Schema):
    """How many pairs went back to the queue."""

    released: int


class PairClaim(Schema):
    """Who holds which pair until when."""

    actor_id: UUID
    actor_name: str
    pair_id: UUID
    position: int
    item_ref: str
    claimed_until: datetime
