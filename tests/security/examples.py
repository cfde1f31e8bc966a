"""What the authorization matrix needs to know of each route: how to make the objects it names, and a body it takes.

A new route with an object in its path, or an id in its body, fails the matrix until it stands here:

- `OBJECTS`: path parameter → function `(world, owner) → value`. It makes a real object in `owner`'s workspace (for
  `token_id`: of that person) and returns what goes into the path. Use `world.master(owner)` to act with every
  permission there.
- `PLAIN`: path parameters that name no object, with a value that the route understands.
- `BODIES`: `"METHOD /path"` → function `(world, owner) → JSON body` that the route accepts. Ids inside must be of
  objects made for `owner`: the matrix calls it with a stranger too and expects 404.
  A `Form` is sent as one, with its files.
- `QUERIES`: what follows the path, for routes that take no less.
- `ENDLESS`: streams that never end, of which only the refusals are tried.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient
from tests.conftest import add_member, browser

from workbench.backends.bundle import Backends
from workbench.features.governance import service as governance
from workbench.features.identity import invitations, rules, tokens
from workbench.features.identity.schemas import NewInvitation, NewToken
from workbench.features.jobs import service as jobs
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import NewSheet
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


@dataclass(frozen=True)
class Form:
    """A body that is a form with files."""

    data: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


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


def _catalog(world: World, owner: Actor) -> str:
    """A new catalog that everyone may see, with a schema `s`, a table `s.t` and a volume `s.v`."""
    with world.backends.database.begin() as session:
        governance.ensure_organisation(session, owner.workspace_id)
    lakehouse, name = world.backends.lakehouse(owner.workspace), f"c{new_id().hex}"
    lakehouse.create_catalog(name)
    lakehouse.create_schema(name, "s")
    lakehouse.create_volume(f"{name}.s.v")
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    picture.seek(0)
    lakehouse.volume(f"{name}.s.v").save("1.png", picture)
    lakehouse.table_from_volume(f"{name}.s.v", "{key}.png", f"{name}.s.t")
    return name


def _definition(world: World, owner: Actor) -> dict[str, Any]:
    name = _catalog(world, owner)
    scan = {"kind": "volume", "name": f"{name}.s.v", "alias": "scan", "join": {"key": "key"}}
    return {"primary_table": f"{name}.s.t", "item_key": ["key"], "secondary_sources": [scan]}


def _sheet(world: World, owner: Actor) -> str:
    body = NewSheet.model_validate({"name": new_id().hex, "definition": _definition(world, owner)})
    with world.backends.database.begin() as session:
        return str(sheets.create_sheet(session, world.master(owner), world.backends, body).id)


OBJECTS: dict[str, Maker] = {
    "catalog": _catalog,
    "schema": lambda world, owner: f"{_catalog(world, owner)}.s",
    "table": lambda world, owner: f"{_catalog(world, owner)}.s.t",
    "volume": lambda world, owner: f"{_catalog(world, owner)}.s.v",
    "sheet_id": _sheet,
    "workspace_id": lambda _world, owner: str(owner.workspace_id),
    "person_id": _member,
    "invitation_id": _invitation,
    "token_id": _token,
    "job_id": _job,
}

PLAIN: dict[str, str] = {"number": "1"}

QUERIES: dict[str, str] = {
    "DELETE /catalog/volumes/{volume}/files": "?path=1.png",
    "GET /catalog/volumes/{volume}/content": "?path=1.png",
    "GET /catalog/volumes/{volume}/picture": "?path=1.png",
    "DELETE /sheets/{sheet_id}": "?version=1",
    "GET /sheets/{sheet_id}/diff": "?before=1&after=1",
    "GET /sheets/{sheet_id}/file": "?item_ref=s:1&field=scan",
    "GET /sheets/{sheet_id}/file/info": "?item_ref=s:1&field=scan",
    "GET /sheets/{sheet_id}/file/picture": "?item_ref=s:1&field=scan",
}

BODIES: dict[str, Maker] = {
    "PATCH /workspaces/{workspace_id}": lambda _world, _owner: {"version": 1, "name": "Renamed"},
    "PATCH /members/{person_id}": lambda _world, _owner: {"version": 1, "role": "expert"},
    "POST /catalog/volumes/{volume}/files": lambda _world, _owner: Form(files={"file": ("2.png", b"2")}),
    "PATCH /sheets/{sheet_id}": lambda _world, _owner: {"version": 1, "description": "Renewed"},
    "PUT /sheets/{sheet_id}/draft": lambda world, owner: {"version": 1, "definition": _definition(world, owner)},
    "POST /sheets/{sheet_id}/items": lambda _world, _owner: {"item_refs": ["s:1"]},
    "POST /sheets/{sheet_id}/duplicate": lambda _world, _owner: {"name": new_id().hex},
    **{
        f"POST /sheets/{{sheet_id}}/{verb}": lambda _world, _owner: {"version": 1}
        for verb in ("draft/discard", "publish", "archive", "restore")
    },
}

ENDLESS = {"GET /jobs/events"}
