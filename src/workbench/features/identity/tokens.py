"""API tokens: what scripts and the command line act with, for one person in one workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.identity import rules, secret_queries
from workbench.features.identity.access import Presence, new_secret, no_such_workspace
from workbench.features.identity.actors import as_actor
from workbench.features.identity.schemas import NewToken, Token
from workbench.features.identity.tables import TokenRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Forbidden, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor


class TokenRefused(Forbidden):
    """The token is unknown, expired or revoked."""


def create_token(session: Session, actor: Actor, body: NewToken) -> Token:
    """Makes a token that can do no more than its maker, nor for longer when a token makes it.

    The answer carries its secret, once.
    """
    wanted = rules.expand_scopes(body.scopes)
    lacking = {scope for scope in body.scopes if scope in rules.PERMISSIONS} - actor.permissions
    if actor.token_id is not None:
        lacking |= wanted - actor.permissions
    if lacking:
        raise Invalid(
            f"You do not have {', '.join(sorted(lacking))} yourself.",
            field="scopes",
            fix="Ask for less, or for a role.",
        )
    expires_at = now() + timedelta(days=body.days) if body.days else None
    if actor.token_id is not None:
        ends = [end for end in (expires_at, session.get_one(TokenRow, actor.token_id).expires_at) if end is not None]
        expires_at = min(ends, default=None)
    row, secret = issue(session, actor.workspace_id, actor.id, rules.clean_name(body.name), body.scopes, expires_at)
    audit.record(session, actor, "token.create", "token", row.id, {"name": row.name, "scopes": row.scopes})
    return _as_token(row, actor, secret)


def list_tokens(session: Session, actor: Actor, *, cursor: str | None = None, limit: int | None = None) -> Page[Token]:
    """The actor's own tokens in this workspace, newest first."""
    size, key = clamp_limit(limit), cursor_key(cursor, UUID)
    before = key[0] if key else None
    rows = secret_queries.tokens_page(session, actor.workspace_id, actor.id, before=before, limit=size + 1)
    more = encode_cursor(str(rows[size - 1].id)) if len(rows) > size else None
    return Page(items=[_as_token(row, actor) for row in rows[:size]], next_cursor=more)


def revoke_token(session: Session, actor: Actor, token_id: UUID) -> None:
    """Ends a token of the actor's own, at once. Raises `NotFound`."""
    row = secret_queries.token_of(session, actor.workspace_id, actor.id, token_id)
    if row is None:
        raise NotFound(f"You have no token {token_id}.", field="token_id")
    row.revoked_at = now()
    audit.record(session, actor, "token.revoke", "token", row.id, {"name": row.name})


def issue(
    session: Session,
    workspace_id: UUID,
    person_id: UUID,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
) -> tuple[TokenRow, str]:
    """A new token's row and its secret, which is kept nowhere."""
    secret = rules.TOKEN_PREFIX + new_secret()
    row = TokenRow(
        id=new_id(),
        workspace_id=workspace_id,
        person_id=person_id,
        name=name,
        digest=rules.digest_of(secret),
        hint=secret[:7],
        scopes=list(scopes),
        created_at=now(),
        expires_at=expires_at,
        last_used_at=None,
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    return row, secret


def actor_of_token(session: Session, secret: str, slug: str | None) -> Presence:
    """Who a token acts for, narrowed to its scopes. Raises `TokenRefused`, and `NotFound` for another workspace."""
    found = secret_queries.token_owner(session, rules.digest_of(secret))
    if found is None:
        raise TokenRefused("This token is not known here.", fix="Check that it is whole and of this workbench.")
    member, person, workspace, row = found
    moment = now()
    if row.revoked_at is not None:
        raise TokenRefused("This token was revoked.", fix="Make another under Settings, Tokens.")
    if row.expires_at is not None and row.expires_at <= moment:
        raise TokenRefused(
            f"This token expired on {row.expires_at:%Y-%m-%d}.", fix="Make another under Settings, Tokens."
        )
    if slug is not None and slug != workspace.slug:
        raise no_such_workspace(slug)
    actor = as_actor(member, person, workspace, scopes=row.scopes, token_id=row.id)
    return Presence(actor, touch=row.last_used_at is None or moment - row.last_used_at >= rules.TOUCH_EVERY)


def _as_token(row: TokenRow, actor: Actor, secret: str | None = None) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        hint=row.hint,
        scopes=row.scopes,
        permissions=sorted(rules.expand_scopes(row.scopes) & rules.permissions_of(actor.role)),
        created_at=row.created_at,
        expires_at=row.expires_at,
        expired=row.expires_at is not None and row.expires_at <= now(),
        last_used_at=row.last_used_at,
        secret=secret,
    )
