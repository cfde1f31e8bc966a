"""Wire shapes of audit events and of a check of their chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from workbench.kernel.schema import Schema


class AuditEvent(Schema):
    """One thing that happened, with the parts of a sentence: `who` `did` `what` ("Ada Fern published sheet Invoices").

    `position` and `hash` are null until the event is sealed into the chain.
    """

    id: UUID
    at: datetime
    who: str
    did: str
    what: str
    actor_id: UUID | None
    through_token: UUID | None
    action: str
    subject_kind: str
    subject_id: str | None
    details: dict[str, Any]
    position: int | None
    hash: str | None


class BrokenLink(Schema):
    """The first event at which the chain does not hold."""

    position: int
    event_id: UUID | None
    reason: str


class ChainReport(Schema):
    """What walking the chain found. `head` is the last hash: kept elsewhere, it shows later that nothing was cut."""

    intact: bool
    sealed: int
    unsealed: int
    head: str
    broken: BrokenLink | None
