"""Who may do what: the table of permissions, token scopes, clearances, and what a good password and slug are."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta

from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import Classification, Role

_TABLE = """
    permission               admin  governor  engineer  expert  viewer
    me                         x       x         x         x       x
    catalog.read               x       x         x         x       x
    catalog.write              x       .         x         .       .
    sheets.read                x       x         x         x       x
    sheets.write               x       .         x         .       .
    labelsets.read             x       x         x         x       x
    labelsets.write            x       .         x         .       .
    templates.read             x       x         x         x       x
    templates.write            x       .         x         .       .
    models.read                x       x         x         x       x
    models.write               x       .         .         .       .
    labels.read                x       x         x         x       x
    labels.write               x       x         x         x       .
    generation.write           x       .         x         .       .
    pairs.read                 x       x         x         x       x
    pairs.review               x       .         x         x       .
    training_sheets.read       x       x         x         x       x
    training_sheets.write      x       .         x         .       .
    training_sheets.approve    x       x         x         .       .
    exports.read               x       x         x         x       x
    exports.write              x       x         x         .       .
    governance.read            x       x         x         x       x
    governance.narrow          x       x         x         x       .
    governance.waive           x       x         .         .       .
    lineage.read               x       x         x         x       x
    jobs.read                  x       x         x         x       x
    jobs.write                 x       x         x         x       .
    audit.read                 x       x         .         .       .
    members.read               x       x         x         x       x
    members.write              x       .         .         .       .
    tokens.write               x       x         x         x       x
    workspace.write            x       .         .         .       .
"""


def _read_table() -> dict[str, frozenset[Role]]:
    header, *lines = (line.split() for line in _TABLE.strip().splitlines())
    roles = [Role(name) for name in header[1:]]
    return {name: frozenset(r for r, mark in zip(roles, marks, strict=True) if mark == "x") for name, *marks in lines}


PERMISSIONS: dict[str, frozenset[Role]] = _read_table()

DEFAULT_CLEARANCE = {
    Role.VIEWER: Classification.INTERNAL,
    Role.ENGINEER: Classification.CONFIDENTIAL,
    Role.EXPERT: Classification.RESTRICTED,
    Role.GOVERNOR: Classification.RESTRICTED,
    Role.ADMIN: Classification.RESTRICTED,
}

_READ = frozenset(name for name in PERMISSIONS if name.endswith(".read")) | {"me"}
_LABEL = _READ | {"labels.write", "pairs.review", "jobs.write"}
_ADMIN_ONLY = frozenset(name for name, roles in PERMISSIONS.items() if roles == {Role.ADMIN})

SCOPE_GROUPS: dict[str, frozenset[str]] = {
    "read": _READ,
    "label": _LABEL,
    "write": frozenset(PERMISSIONS) - _ADMIN_ONLY - {"tokens.write", "governance.waive"},
    "admin": frozenset(PERMISSIONS),
}

TOKEN_PREFIX = "wb_"  # noqa: S105 - what tokens start with, so that scanners and people recognise one
SESSION_AT_MOST = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=1)
INVITATION_LASTS = timedelta(days=7)
SIGN_IN_LINK_LASTS = timedelta(hours=1)
FAILURES_ALLOWED = 5
LONGEST_LOCK = timedelta(minutes=15)
FAILURES_FORGOTTEN_AFTER = timedelta(days=1)
PASSWORD_LENGTH = (12, 200)

_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def permissions_of(role: Role) -> frozenset[str]:
    """Everything the role may do."""
    return frozenset(name for name, roles in PERMISSIONS.items() if role in roles)


def clearance_of(role: Role, chosen: Classification | None) -> Classification:
    """The highest classification a member may see: what an admin chose for them, or else the role's own."""
    return chosen or DEFAULT_CLEARANCE[role]


def expand_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """The permissions that scopes name, groups spelled out. Raises `Invalid` on a word that is neither."""
    permissions: set[str] = {"me"}
    for scope in scopes:
        if scope not in SCOPE_GROUPS and scope not in PERMISSIONS:
            raise Invalid(
                f"There is no scope {scope!r}.",
                field="scopes",
                fix=f"Use {', '.join(SCOPE_GROUPS)}, or permissions such as sheets.read.",
            )
        permissions |= SCOPE_GROUPS.get(scope, {scope})
    return frozenset(permissions)


def lock_after(failures: int) -> timedelta:
    """How long sign-in stays closed after this many failures in a row: nothing at first, then doubling."""
    beyond = failures - FAILURES_ALLOWED
    if beyond < 0:
        return timedelta(0)
    return min(timedelta(minutes=2 ** min(beyond, 10)), LONGEST_LOCK)


def is_session_alive(created_at: datetime, last_seen_at: datetime, moment: datetime, idle: timedelta) -> bool:
    """Whether a browser session still counts: used recently enough, and not older than any session may get."""
    return moment < last_seen_at + idle and moment < created_at + SESSION_AT_MOST


def digest_of(secret: str) -> bytes:
    """What is kept of a random secret (session, token, link): its SHA-256, of no use to whoever reads the database."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_token_of(session_secret: str) -> str:
    """The CSRF token that belongs to a browser session; derived, so that it is kept nowhere."""
    return urlsafe_b64encode(hmac.digest(session_secret.encode(), b"csrf", "sha256")).decode().rstrip("=")


def is_same_secret(given: str, expected: str) -> bool:
    """Whether two secrets are equal, in time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), expected.encode())


def check_password(password: str, *, email: str, name: str) -> None:
    """Raises `Invalid` when a password is too short, too long, or only the person's own name or address again."""
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(password) <= longest:
        raise Invalid(
            f"The password has {len(password)} characters; it needs {shortest} to {longest}.",
            field="password",
            fix="Several words in a row are easy to remember and hard to guess.",
        )
    if len(set(password)) < 5 or password.casefold() in {email.casefold(), name.casefold()}:
        raise Invalid("The password is too easy to guess.", field="password", fix="Choose several unrelated words.")


def clean_email(email: str) -> str:
    """The address as it is kept and compared: trimmed, lower case. Raises `Invalid` when it is none."""
    cleaned = email.strip().casefold()
    if len(cleaned) > 200 or not _EMAIL.fullmatch(cleaned):
        raise Invalid(f"{email[:80]!r} is not an email address.", field="email", fix="Write it as name@example.org.")
    return cleaned


def clean_name(name: str) -> str:
    """A person's or workspace's name without stray spaces. Raises `Invalid` when nothing is left or it is too long."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > 100 or not cleaned.isprintable():
        raise Invalid("A name has 1 to 100 printable characters.", field="name")
    return cleaned


def check_slug(slug: str) -> None:
    """Raises `Invalid` unless a workspace can be addressed by it."""
    if not _SLUG.fullmatch(slug):
        raise Invalid(
            f"{slug[:80]!r} cannot be a workspace's short name.",
            field="slug",
            fix="Use 1 to 40 lower-case letters, digits and hyphens, not starting or ending with a hyphen.",
        )
