"""Invitations: the only way to become a member. The link is handed over by whoever invites; no mail is sent."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from workbench.backends.database import Database
from workbench.features.audit import service as audit
from workbench.features.identity import access, queries, rules, secret_queries
from workbench.features.identity.actors import as_actor
from workbench.features.identity.schemas import Acceptance, Invitation, NewInvitation, OpenedInvitation
from workbench.features.identity.tables import InvitationRow, MemberRow, PersonRow, WorkspaceRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page
from workbench.kernel.vocabulary import Role


class AlreadyMember(Conflict):
    """The person is in the workspace already."""


class InvitationSpent(NotFound):
    """The link was used, replaced, revoked, or is too old."""


def invite(session: Session, actor: Actor, body: NewInvitation) -> Invitation:
    """Invites someone by address; the answer carries the link. Raises `AlreadyMember`, or `Conflict` if invited."""
    email = rules.clean_email(body.email)
    known = queries.person_by_email(session, email)
    if known is not None and queries.member(session, actor.workspace_id, known.id) is not None:
        raise AlreadyMember(f"{email} is a member already.", field="email", fix="Change their role under Members.")
    if any(row.email == email for row in secret_queries.open_invitations(session, actor.workspace_id)):
        raise Conflict(f"{email} is invited already.", field="email", fix="Send that invitation again, or revoke it.")
    moment, secret = now(), access.new_secret()
    row = InvitationRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        email=email,
        role=body.role,
        digest=rules.digest_of(secret),
        invited_by=actor.id,
        invited_by_name=actor.name,
        created_at=moment,
        expires_at=moment + rules.INVITATION_LASTS,
        accepted_at=None,
        revoked_at=None,
    )
    session.add(row)
    audit.record(session, actor, "invitation.send", "invitation", row.id, {"email": email, "role": body.role})
    return _as_invitation(row, secret)


def list_invitations(session: Session, actor: Actor) -> Page[Invitation]:
    """Invitations of the workspace that are still open, expired ones too, newest first."""
    rows = secret_queries.open_invitations(session, actor.workspace_id)
    return Page(items=[_as_invitation(row) for row in rows], total=len(rows))


def resend_invitation(session: Session, actor: Actor, invitation_id: UUID) -> Invitation:
    """Gives an invitation a new link and a new week; the older link stops working. Raises `NotFound`."""
    row, secret = _require(session, actor, invitation_id), access.new_secret()
    row.digest = rules.digest_of(secret)
    row.expires_at = now() + rules.INVITATION_LASTS
    audit.record(session, actor, "invitation.resend", "invitation", row.id, {"email": row.email})
    return _as_invitation(row, secret)


def revoke_invitation(session: Session, actor: Actor, invitation_id: UUID) -> None:
    """Makes an invitation useless. Raises `NotFound`."""
    row = _require(session, actor, invitation_id)
    row.revoked_at = now()
    audit.record(session, actor, "invitation.revoke", "invitation", row.id, {"email": row.email})


def open_invitation(session: Session, token: str) -> OpenedInvitation:
    """What a link offers, before it is accepted. Raises `InvitationSpent`."""
    row, workspace = _by_token(session, token)
    known = queries.person_by_email(session, row.email) is not None
    return OpenedInvitation(
        workspace=workspace.name,
        invited_by_name=row.invited_by_name,
        email=row.email,
        role=Role(row.role),
        known=known,
    )


def accept_invitation(database: Database, body: Acceptance, *, replacing: str | None = None) -> str:
    """Makes the invited person a member and signs them in; returns the browser session's secret.

    Someone new gives their name and chooses a password; someone known proves theirs. Raises `InvitationSpent`,
    `Invalid`, `SignInRefused`.
    """
    with database.read() as session:
        row, _workspace = _by_token(session, body.token)
        known = queries.person_by_email(session, row.email)
    if known is not None:
        with access.proven(database, row.email, body.password) as (session, person_id):
            return _join(session, body.token, person_id, replacing)
    if body.name is None:
        raise Invalid("Say what your name is.", field="name")
    name = rules.clean_name(body.name)
    rules.check_password(body.password, email=row.email, name=name)
    hashed, person_id = access.hash_password(body.password), new_id()
    newcomer = PersonRow(id=person_id, email=row.email, name=name, password_hash=hashed, created_at=now())
    with database.begin() as session:
        return _join(session, body.token, person_id, replacing, newcomer)


def _join(
    session: Session, token: str, person_id: UUID, replacing: str | None, newcomer: PersonRow | None = None
) -> str:
    row, workspace = _by_token(session, token)
    if newcomer is not None:
        session.add(newcomer)
        session.flush()
    if queries.member(session, workspace.id, person_id) is not None:
        raise AlreadyMember("You are a member of this workspace already.", fix="Sign in.")
    moment = now()
    member = MemberRow(workspace_id=workspace.id, person_id=person_id, role=row.role, clearance=None, joined_at=moment)
    session.add(member)
    session.flush()
    row.accepted_at = moment
    actor = as_actor(member, session.get_one(PersonRow, person_id), workspace)
    audit.record(session, actor, "invitation.accept", "invitation", row.id, {"email": row.email, "role": row.role})
    return access.open_session(session, person_id, by_link=False, replacing=replacing)


def _by_token(session: Session, token: str) -> Row[InvitationRow, WorkspaceRow]:
    found = secret_queries.invitation_by_digest(session, rules.digest_of(token))
    if found is None or found[0].expires_at <= now():
        raise InvitationSpent(
            "This invitation was used, replaced or revoked, or has expired.", fix="Ask for a new one, or sign in."
        )
    return found


def _require(session: Session, actor: Actor, invitation_id: UUID) -> InvitationRow:
    row = secret_queries.open_invitation(session, actor.workspace_id, invitation_id)
    if row is None:
        raise NotFound(f"There is no open invitation {invitation_id}.", field="invitation_id")
    return row


def _as_invitation(row: InvitationRow, secret: str | None = None) -> Invitation:
    return Invitation(
        id=row.id,
        email=row.email,
        role=Role(row.role),
        invited_by_name=row.invited_by_name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        expired=row.expires_at <= now(),
        link=f"/invitation/{secret}" if secret else None,
    )
