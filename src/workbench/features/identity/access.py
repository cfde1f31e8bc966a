"""How a person gets in and out: passwords, one-time links, browser sessions, and the lock after repeated failures.

Functions that check or make a password take the `Database` and not a session: hashing takes long on purpose, and no
transaction is held open over it. A failed attempt is committed before it is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore
from uuid import UUID

from pwdlib import PasswordHash
from sqlalchemy.orm import Session

from workbench.backends.database import Database
from workbench.features.audit import service as audit
from workbench.features.identity import queries, rules, secret_queries
from workbench.features.identity.actors import as_actor, require_person
from workbench.features.identity.tables import BrowserSessionRow, PersonRow, SignInFailureRow, SignInLinkRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Forbidden, Invalid, NotFound

HASHER = PasswordHash.recommended()
_HASHING = BoundedSemaphore(4)  # each hash takes 64 MiB, so a flood of sign-ins must queue


class SignInRefused(Forbidden):
    """Address and password do not belong together, or a link is spent."""


class SignInLocked(Forbidden):
    """Too many failures in a row for this address."""


class NoWorkspace(Forbidden):
    """The person is signed in but a member of no workspace."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Who sent a request. `touch` says that their session or token should be noted as used."""

    actor: Actor
    touch: bool


def new_secret() -> str:
    """A fresh random secret of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_password(password: str) -> str:
    """The argon2 hash to keep."""
    with _HASHING:
        return HASHER.hash(password)


@contextmanager
def proven(database: Database, email: str, password: str) -> Iterator[tuple[Session, UUID]]:
    """A transaction for what the person of this address and password may do. Raises `SignInRefused`, `SignInLocked`.

    An attempt counts as a failure from its start until it proves right, so that many at once cannot slip past the
    lock; and an address that nobody has takes as long and answers the same as a wrong password. A password that is
    changed while it is compared proves nothing any more.
    """
    email = email.strip().casefold()
    digest = rules.digest_of(email)
    with database.begin() as session:
        _count_attempt(session, digest)
        person = queries.person_by_email(session, email)
        person_id, kept = (person.id, person.password_hash) if person else (None, None)
    with _HASHING:
        right, better = HASHER.verify_and_update(password, kept or _nobodys_hash())
    with database.begin() as session:
        person = session.get(PersonRow, person_id, with_for_update=True) if person_id else None
        if right and person is not None and person.password_hash is not None and person.password_hash == kept:
            secret_queries.forget_failures(session, email_digest=digest)
            if better:
                person.password_hash = better
            yield session, person.id
            return
        if person is not None:
            _record_refusal(session, person)
    raise SignInRefused("The address or the password is not right.", field="password")


def sign_in(database: Database, email: str, password: str, *, replacing: str | None = None) -> str:
    """Opens a browser session, in place of an older one in the same browser; returns its secret for the cookie."""
    with proven(database, email, password) as (session, person_id):
        return open_session(session, person_id, by_link=False, replacing=replacing)


def sign_in_by_link(session: Session, token: str, *, replacing: str | None = None) -> str:
    """Opens a browser session with a one-time link. Raises `SignInRefused` when it was used before or is too old."""
    link = secret_queries.take_link(session, rules.digest_of(token))
    if link is None or link.expires_at <= now():
        raise SignInRefused(
            "This sign-in link was used already or has expired.", fix="Make another with `workbench sign-in-link`."
        )
    return open_session(session, link.person_id, by_link=True, replacing=replacing)


def open_session(session: Session, person_id: UUID, *, by_link: bool, replacing: str | None = None) -> str:
    """Opens a browser session for a person who proved who they are; returns its secret. Always a fresh one."""
    secret, moment = new_secret(), now()
    if replacing is not None:
        secret_queries.close_session(session, rules.digest_of(replacing))
    secret_queries.forget_dead_sessions(session, person_id, moment - rules.SESSION_AT_MOST)
    session.add(
        BrowserSessionRow(
            digest=rules.digest_of(secret), person_id=person_id, created_at=moment, last_seen_at=moment, by_link=by_link
        )
    )
    _record(session, person_id, "session.open", {"with": "link" if by_link else "password"})
    return secret


def sign_out(session: Session, secret: str) -> None:
    """Ends one browser session; ending what has ended is fine."""
    closed = secret_queries.close_session(session, rules.digest_of(secret))
    if closed is not None:
        _record(session, closed.person_id, "session.close", {})


def sign_out_everywhere(session: Session, actor: Actor) -> None:
    """Ends every browser session of the actor's person; their API tokens stay."""
    require_person(actor)
    count = secret_queries.close_sessions(session, actor.id)
    audit.record(session, actor, "session.close_all", "session", None, {"count": count})


def change_password(database: Database, actor: Actor, secret: str, current: str | None, new: str) -> None:
    """Sets the password and ends every other browser session. Raises `Invalid` when `current` is needed and wrong."""
    require_person(actor)
    digest = rules.digest_of(secret)
    with database.read() as session:
        person = session.get_one(PersonRow, actor.id)
        needed = needs_current_password(session, person, secret)
    rules.check_password(new, email=person.email, name=person.name)
    hashed = hash_password(new)
    if not needed:
        with database.begin() as session:
            return _set_password(session, actor, hashed, digest)
    try:
        with proven(database, person.email, current or "") as (session, _person_id):
            _set_password(session, actor, hashed, digest)
    except SignInRefused as refused:
        raise Invalid("The present password is not right.", field="current") from refused


def needs_current_password(session: Session, person: PersonRow, secret: str | None) -> bool:
    """Whether choosing a new password asks for the present one: not soon after a one-time link."""
    row = session.get(BrowserSessionRow, rules.digest_of(secret)) if secret else None
    trusted = row is not None and row.by_link and now() < row.created_at + rules.SIGN_IN_LINK_LASTS
    return person.password_hash is not None and not trusted


def make_sign_in_link(session: Session, person_id: UUID) -> str:
    """The secret of a new one-time link; earlier links of the same person stop working."""
    secret = new_secret()
    secret_queries.drop_links(session, person_id)
    expires_at = now() + rules.SIGN_IN_LINK_LASTS
    session.add(SignInLinkRow(digest=rules.digest_of(secret), person_id=person_id, expires_at=expires_at))
    return secret


def actor_of_session(session: Session, secret: str, slug: str | None, idle: timedelta) -> Presence | None:
    """Who a browser session's secret stands for, in the workspace of this slug or else their first; None if nobody.

    Raises `NotFound` for a workspace they are not in, `NoWorkspace`, and `MemberDisabled`.
    """
    digest, moment = rules.digest_of(secret), now()
    found = secret_queries.session_owner(session, digest, slug)
    if found is None:
        alone = session.get(BrowserSessionRow, digest)
        if alone is None or not _is_alive(alone, moment, idle):
            return None
        if slug is not None:
            raise no_such_workspace(slug)
        raise NoWorkspace("You are signed in, but a member of no workspace.", fix="Ask an admin to invite you again.")
    member, person, workspace, row = found
    if not _is_alive(row, moment, idle):
        return None
    return Presence(as_actor(member, person, workspace), touch=moment - row.last_seen_at >= rules.TOUCH_EVERY)


def no_such_workspace(slug: str) -> NotFound:
    """The answer for a workspace that does not exist or that this person is not in: the same, on purpose."""
    return NotFound(f"There is no workspace {slug[:80]!r} for you.", field="X-Workspace")


@cache
def _nobodys_hash() -> str:
    return hash_password(new_secret())


def _set_password(session: Session, actor: Actor, hashed: str, digest: bytes) -> None:
    # Locked first, so that whoever signs in with the old password comes before or is refused.
    session.get_one(PersonRow, actor.id, with_for_update=True).password_hash = hashed
    secret_queries.close_sessions(session, actor.id, but=digest)
    secret_queries.drop_links(session, actor.id)
    audit.record(session, actor, "password.change", "password", None, {})


def _is_alive(row: BrowserSessionRow, moment: datetime, idle: timedelta) -> bool:
    return rules.is_session_alive(row.created_at, row.last_seen_at, moment, idle)


def _count_attempt(session: Session, digest: bytes) -> None:
    moment = now()
    row = secret_queries.failures(session, digest)
    if row is None:
        secret_queries.forget_failures(session, before=moment - rules.FAILURES_FORGOTTEN_AFTER)
        session.add(SignInFailureRow(email_digest=digest, failures=1, last_at=moment))
        return
    opens_at = row.last_at + rules.lock_after(row.failures)
    if moment < opens_at:
        minutes = -((moment - opens_at) // timedelta(minutes=1))
        raise SignInLocked(
            "Too many failed sign-ins for this address.",
            fix=f"Try again in {minutes} minute{'s' if minutes > 1 else ''}, or use a one-time sign-in link.",
        )
    row.failures += 1
    row.last_at = moment


def _record_refusal(session: Session, person: PersonRow) -> None:
    workspaces = queries.memberships_of(session, person.id)
    where = workspaces[0].WorkspaceRow.id if workspaces else None
    details = {"email": person.email, "reason": "wrong password"}
    audit.record(session, None, "session.refuse", "session", None, details, workspace_id=where)


def _record(session: Session, person_id: UUID, action: str, details: dict[str, str]) -> None:
    workspaces = queries.memberships_of(session, person_id)
    if workspaces:
        audit.record(session, as_actor(*workspaces[0]), action, "session", None, details)
    else:
        audit.record(session, None, action, "session", None, {**details, "person": str(person_id)})
