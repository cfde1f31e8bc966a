"""Waivers: a governor lets some uses pass despite one layer, with a reason, until they expire or are revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.governance import tag_rules
from workbench.features.governance.queries import constraints as queries
from workbench.features.governance.rules import mask, uses_in
from workbench.features.governance.schemas import SubjectKind, Waiver
from workbench.features.governance.service.exits import bump_gate, settle_gate
from workbench.features.governance.tables import WaiverRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now, problem_of_moment
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import Use


class WaiverStands(Conflict):
    """The subject has a waiver already."""


def grant_waiver(
    session: Session,
    actor: Actor,
    *,
    subject_kind: SubjectKind,
    subject_ref: str,
    uses: list[Use],
    reason: str,
    expires_at: datetime | None = None,
) -> Waiver:
    """Grants a waiver; the caller has made sure that the subject is of the actor's workspace.

    Raises `WaiverStands` when there is one already, `Invalid` on a subject, reason or expiry that makes no sense.
    """
    actor.require("governance.waive")
    if subject_kind is SubjectKind.SOURCE:
        subject_ref = tag_rules.normalized(subject_ref)
    subject_id = _subject_id(subject_kind, subject_ref)
    moment = now()
    if not reason.strip():
        raise Invalid("Say why this may pass.", field="reason", fix="Name who allowed it and on what ground.")
    if not uses:
        raise Invalid("Say which uses may pass.", field="uses", fix=f"Choose among {', '.join(Use)}.")
    if expires_at is not None and (problem_of_moment(expires_at) or expires_at <= moment):
        raise Invalid("A waiver ends in the future, in a stated time zone.", field="expires_at")
    settle_gate(session, actor.workspace_id)
    standing = queries.standing_waivers(session, actor.workspace_id, subject_kind, [subject_ref], moment)
    if standing:
        current = _as_waiver(standing[subject_ref], moment)
        raise WaiverStands(
            f"A waiver by {current.granted_by_name} stands already.",
            fix="Revoke it first.",
            details={"current": current.model_dump(mode="json")},
        )
    row = WaiverRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        subject_kind=subject_kind,
        subject_ref=subject_ref,
        subject_id=subject_id,
        uses=mask(uses),
        reason=reason.strip(),
        granted_by=actor.id,
        granted_by_name=actor.name,
        granted_at=moment,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    waiver = _as_waiver(row, moment)
    audit.record(session, actor, "waiver.grant", subject_kind, subject_ref, _details(waiver))
    bump_gate(session, actor.workspace_id)
    return waiver


def revoke_waiver(session: Session, actor: Actor, waiver_id: UUID) -> Waiver:
    """Ends a waiver now. Raises `NotFound`, or `Conflict` when it has ended already."""
    actor.require("governance.waive")
    row = queries.waiver(session, actor.workspace_id, waiver_id)
    if row is None:
        raise NotFound(f"There is no waiver {waiver_id}.", field="waiver_id")
    moment = now()
    if not _as_waiver(row, moment).stands:
        raise Conflict("This waiver has ended already.", fix="There is nothing left to revoke.")
    row.revoked_at, row.revoked_by_name = moment, actor.name
    session.flush()
    waiver = _as_waiver(row, moment)
    audit.record(session, actor, "waiver.revoke", row.subject_kind, row.subject_ref, _details(waiver))
    bump_gate(session, actor.workspace_id)
    return waiver


def list_waivers(
    session: Session,
    actor: Actor,
    *,
    subject_kind: SubjectKind | None = None,
    subject_ref: str | None = None,
    standing: bool | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Waiver]:
    """Waivers of the workspace, newest first; `standing` keeps those in force, or those that ended."""
    size, after, moment = clamp_limit(limit), cursor_key(cursor, UUID), now()
    rows = queries.waiver_page(
        session,
        actor.workspace_id,
        before=after[0] if after else None,
        limit=size + 1,
        search=search,
        kind=subject_kind,
        subject_ref=subject_ref,
        standing=standing,
        moment=moment,
    )
    more = encode_cursor(str(rows[size - 1].id)) if len(rows) > size else None
    return Page(items=[_as_waiver(row, moment) for row in rows[:size]], next_cursor=more)


def _subject_id(kind: SubjectKind, ref: str) -> UUID | None:
    if kind is SubjectKind.ORGANISATION:
        raise Invalid("The organisation's default is changed, not waived.", field="subject_kind")
    if kind is SubjectKind.SOURCE:
        if not tag_rules.is_source(ref):
            raise Invalid(f"{ref!r} is not a source.", field="subject_ref", fix="Write catalog.schema.table#column.")
        return None
    try:
        subject_id = UUID(ref)
    except ValueError:
        subject_id = None
    if subject_id is None or str(subject_id) != ref:
        raise Invalid(f"{ref!r} is not the id of a {kind}.", field="subject_ref", fix="Send its id.")
    return subject_id


def _as_waiver(row: WaiverRow, moment: datetime) -> Waiver:
    return Waiver(
        id=row.id,
        subject_kind=SubjectKind(row.subject_kind),
        subject_ref=row.subject_ref,
        uses=uses_in(row.uses),
        reason=row.reason,
        granted_by_name=row.granted_by_name,
        granted_at=row.granted_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        revoked_by_name=row.revoked_by_name,
        stands=row.revoked_at is None and (row.expires_at is None or row.expires_at > moment),
    )


def _details(waiver: Waiver) -> dict[str, Any]:
    return waiver.model_dump(mode="json", include={"id", "uses", "reason", "expires_at"})
