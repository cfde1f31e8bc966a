"""A clock that tests move, quick password hashing, and a person who can sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from workbench.backends.database import Database
from workbench.features.identity import access, invitations, service, tokens
from workbench.features.identity.tables import PersonRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now

PASSWORD = "moss fern lichen"


@dataclass
class Clock:
    """The time as identity sees it."""

    moment: datetime = field(default_factory=now)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        """Lets time pass: `clock.move(hours=3)`."""
        self.moment += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands still until it is moved."""
    moved = Clock()
    for module in (access, invitations, service, tokens):
        monkeypatch.setattr(module, "now", moved)
    return moved


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same hashing with less work in it."""
    hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    monkeypatch.setattr(access, "HASHER", hasher)
    access._nobodys_hash.cache_clear()
    yield
    access._nobodys_hash.cache_clear()


def give_password(db: Database, actor: Actor, password: str = PASSWORD) -> str:
    """Lets a member sign in with a password; returns their address."""
    with db.begin() as session:
        person = session.get_one(PersonRow, actor.id)
        person.password_hash = access.hash_password(password)
        return person.email
