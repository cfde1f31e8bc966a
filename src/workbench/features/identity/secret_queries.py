"""Every statement on what people sign in with: browser sessions, links, failures, tokens, invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Row, bindparam, delete, select, update
from sqlalchemy.orm import Session

from workbench.features.identity.queries import memberships
from workbench.features.identity.tables import (
    BrowserSessionRow,
    InvitationRow,
    MemberRow,
    PersonRow,
    SignInFailureRow,
    SignInLinkRow,
    TokenRow,
    WorkspaceRow,
)

TokenOwner = Row[MemberRow, PersonRow, WorkspaceRow, TokenRow]
SessionOwner = Row[MemberRow, PersonRow, WorkspaceRow, BrowserSessionRow]

_OPEN = (InvitationRow.accepted_at.is_(None), InvitationRow.revoked_at.is_(None))

# Spelled once, for every request asks one of them.
_TOKEN_OWNER = (
    memberships()
    .join(TokenRow, (TokenRow.person_id == MemberRow.person_id) & (TokenRow.workspace_id == MemberRow.workspace_id))
    .add_columns(TokenRow)
    .where(TokenRow.digest == bindparam("digest"))
)
_SESSION_OWNER = (
    memberships()
    .join(BrowserSessionRow, BrowserSessionRow.person_id == MemberRow.person_id)
    .add_columns(BrowserSessionRow)
    .where(BrowserSessionRow.digest == bindparam("digest"))
    .order_by(MemberRow.disabled, MemberRow.joined_at, MemberRow.workspace_id)
    .limit(1)
)


def token_owner(session: Session, digest: bytes) -> TokenOwner | None:
    """A token and the member who made it; none once they have left."""
    return session.execute(_TOKEN_OWNER, {"digest": digest}).one_or_none()


def token_of(session: Session, workspace_id: UUID, person_id: UUID, token_id: UUID) -> TokenRow | None:
    """A person's own token that was not revoked."""
    return session.scalar(
        select(TokenRow).where(
            TokenRow.id == token_id,
            TokenRow.workspace_id == workspace_id,
            TokenRow.person_id == person_id,
            TokenRow.revoked_at.is_(None),
        )
    )


def tokens_page(
    session: Session, workspace_id: UUID, person_id: UUID, *, before: UUID | None, limit: int
) -> list[TokenRow]:
    """A person's tokens that were not revoked, newest first."""
    query = select(TokenRow).where(
        TokenRow.workspace_id == workspace_id, TokenRow.person_id == person_id, TokenRow.revoked_at.is_(None)
    )
    if before is not None:
        query = query.where(TokenRow.id < before)
    return list(session.scalars(query.order_by(TokenRow.id.desc()).limit(limit)))


def revoke_tokens(
    session: Session, workspace_id: UUID, person_id: UUID, moment: datetime, *, name: str | None = None
) -> None:
    """Revokes every token of a member, or those of one name."""
    statement = update(TokenRow).where(
        TokenRow.workspace_id == workspace_id, TokenRow.person_id == person_id, TokenRow.revoked_at.is_(None)
    )
    if name is not None:
        statement = statement.where(TokenRow.name == name)
    session.execute(statement.values(revoked_at=moment))


def touch(session: Session, *, session_digest: bytes | None, token_id: UUID | None, moment: datetime) -> None:
    """Notes that a browser session or token was used."""
    if session_digest is not None:
        session.execute(
            update(BrowserSessionRow).where(BrowserSessionRow.digest == session_digest).values(last_seen_at=moment)
        )
    if token_id is not None:
        session.execute(update(TokenRow).where(TokenRow.id == token_id).values(last_used_at=moment))


def close_session(session: Session, digest: bytes) -> BrowserSessionRow | None:
    """Ends one browser session and returns what it was."""
    return session.scalar(
        delete(BrowserSessionRow).where(BrowserSessionRow.digest == digest).returning(BrowserSessionRow)
    )


def close_sessions(session: Session, person_id: UUID, *, but: bytes | None = None) -> int:
    """Ends a person's browser sessions, all or all but one; returns how many."""
    statement = delete(BrowserSessionRow).where(BrowserSessionRow.person_id == person_id)
    return _count(session, statement if but is None else statement.where(BrowserSessionRow.digest != but))


def forget_dead_sessions(session: Session, person_id: UUID, seen_before: datetime) -> None:
    """Deletes a person's sessions that nobody used since."""
    session.execute(
        delete(BrowserSessionRow).where(
            BrowserSessionRow.person_id == person_id, BrowserSessionRow.last_seen_at < seen_before
        )
    )


def take_link(session: Session, digest: bytes) -> SignInLinkRow | None:
    """Uses a sign-in link up: of two who try at once, one gets it."""
    return session.scalar(delete(SignInLinkRow).where(SignInLinkRow.digest == digest).returning(SignInLinkRow))


def drop_links(session: Session, person_id: UUID) -> None:
    """Makes every earlier link of a person useless."""
    session.execute(delete(SignInLinkRow).where(SignInLinkRow.person_id == person_id))


def failures(session: Session, email_digest: bytes) -> SignInFailureRow | None:
    """Failed sign-ins in a row for an address, locked for counting."""
    return session.get(SignInFailureRow, email_digest, with_for_update=True)


def forget_failures(session: Session, *, email_digest: bytes | None = None, before: datetime | None = None) -> None:
    """Starts counting afresh for one address, or for all that have been quiet."""
    if email_digest is not None:
        session.execute(delete(SignInFailureRow).where(SignInFailureRow.email_digest == email_digest))
    if before is not None:
        session.execute(delete(SignInFailureRow).where(SignInFailureRow.last_at < before))


def session_owner(session: Session, digest: bytes, slug: str | None) -> SessionOwner | None:
    """A browser session and its person, in the workspace of that slug or else in the first they joined."""
    query = _SESSION_OWNER if slug is None else _SESSION_OWNER.where(WorkspaceRow.slug == slug)
    return session.execute(query, {"digest": digest}).one_or_none()


def open_invitations(session: Session, workspace_id: UUID) -> list[InvitationRow]:
    """Invitations that were neither accepted nor revoked, newest first."""
    mine = InvitationRow.workspace_id == workspace_id
    return list(session.scalars(select(InvitationRow).where(mine, *_OPEN).order_by(InvitationRow.id.desc())))


def open_invitation(session: Session, workspace_id: UUID, invitation_id: UUID) -> InvitationRow | None:
    """One of them."""
    mine = InvitationRow.workspace_id == workspace_id
    return session.scalar(select(InvitationRow).where(InvitationRow.id == invitation_id, mine, *_OPEN))


def invitation_by_digest(session: Session, digest: bytes) -> Row[InvitationRow, WorkspaceRow] | None:
    """The invitation behind a link, locked, with its workspace."""
    return session.execute(
        select(InvitationRow, WorkspaceRow)
        .join(WorkspaceRow, WorkspaceRow.id == InvitationRow.workspace_id)
        .where(InvitationRow.digest == digest, *_OPEN)
        .with_for_update(of=InvitationRow)
    ).one_or_none()


def _count(session: Session, statement: Any) -> int:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount
