"""The audit trail: search what happened, verify that the record of it is whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from workbench.features.audit.schemas import AuditEvent, ChainReport
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part


class Audit(Part):
    """What happened in the workspace, and who did it."""

    def list(
        self,
        *,
        actor_id: UUID | None = None,
        action: str | None = None,
        subject_kind: str | None = None,
        subject_id: str | None = None,
        text: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Pages[AuditEvent]:
        """Events, newest first. `action` is a whole action or its noun; `until` is exclusive; times carry a zone."""
        return self._http.pages(
            "/audit/events",
            AuditEvent,
            actor_id=actor_id,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            text=text,
            since=since,
            until=until,
        )

    def verify(self) -> ChainReport:
        """Walks the sealed chain and names the first event that does not hold."""
        return self._http.post("/audit/verify", ChainReport)
