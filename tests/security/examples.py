"""What the authorization matrix needs to know of each route: how to make the objects it names, and a body it takes.

A new route with an object in its path, or an id in its body, fails the matrix until it stands here:

- `OBJECTS`: path parameter → function `(world, owner) → value`. It makes a real object in `owner`'s workspace (for
  `token_id`: of that person) and returns what goes into the path. Use `world.master(owner)` to act with every
  permission there.
- `PLAIN`: path parameters that name no object, with a value that the route understands.
- `BODIES`: `"METHOD /path"` → function `(world, owner) → JSON body` that the route accepts. Ids inside must be of
  objects made for `owner`: the matrix calls it with a stranger too and expects 404.
- `ENDLESS`: streams that never end, of which only the refusals are tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.conftest import add_member, browser

from workbench.backends.bundle import Backends
from workbench.features.identity import invitations, rules, tokens
from workbench.features.identity.schemas import NewInvitation, NewToken
from workbench.features.jobs import service as jobs
from workbench.kernel.actor import Actor
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, Role


@dataclass(frozen=True)
class World:
    """Two workspaces in one running workbench: `ours`, with a member of each role, and the stranger's."""

    app: FastAPI
    backends: Backends
    ours: dict[Role, Actor]
    stranger: Actor

    def master(self, owner: Actor) -> Actor:
        """The owner with every permission, for making objects that the role could not."""
        return replace(
            owner, role=Role.ADMIN, permissions=frozenset(rules.PERMISSIONS), clearance=Classification.RESTRICTED
        )

    def client(self, actor: Actor) -> TestClient:
        """A client with a fresh sign-in."""
        return browser(self.app, self.backends, actor)


Maker = Callable[[World, Actor], Any]


def _member(world: World, owner: Actor) -> str:
    with world.backends.database.begin() as session:
        return str(add_member(session, owner.workspace_id, Role.VIEWER).id)


def _invitation(world: World, owner: Actor) -> str:
    body = NewInvitation(email=f"{new_id().hex}@example.org", role=Role.VIEWER)
    with world.backends.database.begin() as session:
        return str(invitations.invite(session, world.master(owner), body).id)


def _token(world: World, owner: Actor) -> str:
    with world.backends.database.begin() as session:
        return str(tokens.create_token(session, world.master(owner), NewToken(name="spare", scopes=["read"])).id)


def _job(world: World, owner: Actor) -> str:
    with world.backends.database.begin() as session:
        job = jobs.submit(
            session,
            world.master(owner),
            world.backends,
            kind="example",
            title="An example",
            subject_kind="example",
            subject_id=None,
            arguments={},
        )
        return str(job.id)


OBJECTS: dict[str, Maker] = {
    "workspace_id": lambda _world, owner: str(owner.workspace_id),
    "person_id": _member,
    "invitation_id": _invitation,
    "token_id": _token,
    "job_id": _job,
}

PLAIN: dict[str, str] = {}

BODIES: dict[str, Maker] = {
    "PATCH /workspaces/{workspace_id}": lambda _world, _owner: {"version": 1, "name": "Renamed"},
    "PATCH /members/{person_id}": lambda _world, _owner: {"version": 1, "role": "expert"},
}

ENDLESS = {"GET /jobs/events"}
