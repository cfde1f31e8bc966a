"""Every route × every role × own and foreign objects. What is expected is computed from the table of permissions.

Routes are found in the application, so a new one is covered on arrival; what it needs is told by `examples.py`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import BaseModel
from starlette.testclient import TestClient
from tests.conftest import ADDRESS, add_member
from tests.security.examples import BODIES, ENDLESS, OBJECTS, PLAIN, QUERIES, SPECIAL, Form
from tests.security.objects import World

from workbench.app.features import ROUTERS
from workbench.app.main import API, create_app
from workbench.backends.bundle import Backends
from workbench.backends.settings import Settings
from workbench.features.identity import rules, tokens
from workbench.features.identity.schemas import NewToken
from workbench.features.identity.tables import WorkspaceRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, Role
from workbench.requests import PUBLIC

EXAMPLES = "tests/security/examples.py"


@dataclass(frozen=True)
class Door:
    """One method of one route."""

    method: str
    route: RouteContext

    @property
    def name(self) -> str:
        """How `examples.py` calls it."""
        return f"{self.method} {self.route.path}"

    @property
    def permissions(self) -> set[str]:
        """What `allow` or `anyone` declare anywhere among its dependencies."""
        return set(_permissions(self.route.dependant))

    @property
    def in_query(self) -> list[str]:
        """Required parameters of the query that name an object."""
        found = self.route.dependant.query_params
        needed = [(one.name, one.field_info.annotation) for one in found if one.field_info.is_required()]
        return [name for name, kind in needed if kind is UUID or name in OBJECTS]

    @property
    def objects(self) -> list[str]:
        """Parameters of path and query that name an object."""
        return [*(name for name in self.route.param_convertors if name not in PLAIN), *self.in_query]

    @property
    def ids_in_body(self) -> list[str]:
        """Fields of the body, at any depth, that hold ids."""
        body = self.route.body_field
        return sorted(_id_fields(body.field_info.annotation, set())) if body else []

    def request(self, world: World, owner: Actor, *, fresh: bool = False) -> dict[str, Any]:
        """Its example with objects of the owner's, ready to send; `fresh` where it will change them."""
        if fresh:
            world.forget()
        special = SPECIAL.get(self.name, {})

        def value(name: str) -> str:
            if name in special:
                return str(world.keep(f"{self.name} {name}", owner, special[name]))
            return PLAIN[name] if name in PLAIN else str(world.get(name, owner))

        path = self.route.path_format.format(**{name: value(name) for name in self.route.param_convertors})
        query = [f"{name}={value(name)}" for name in self.in_query] + [QUERIES.get(self.name, "")]
        make = BODIES.get(self.name)
        body = make(world, owner) if make else ({} if self.route.body_field else None)
        told = {"data": body.data, "files": body.files} if isinstance(body, Form) else {"json": body}
        return {"method": self.method, "url": f"{API}{path}?{'&'.join(query)}", **told}

    def __str__(self) -> str:
        return self.name


def _permissions(dependant: Dependant) -> Iterator[str]:
    for inner in dependant.dependencies:
        permission = getattr(inner.call, "permission", None)
        if permission is not None:
            yield permission
        yield from _permissions(inner)


def _id_fields(kind: Any, seen: set[Any]) -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        for name, field in kind.model_fields.items():
            if "UUID" in str(field.annotation):
                yield name
            yield from _id_fields(field.annotation, seen)
    for inner in getattr(kind, "__args__", ()):
        yield from _id_fields(inner, seen)


DOORS = sorted(
    (
        Door(method, route)
        for router in ROUTERS
        for route in iter_route_contexts(router.routes)
        for method in route.methods
    ),
    key=str,
)
GUARDED = [door for door in DOORS if door.permissions != {PUBLIC}]
CASES = [(door, role) for door in GUARDED for role in Role]
every_door = pytest.mark.parametrize("door", DOORS, ids=str)
guarded_door = pytest.mark.parametrize("door", GUARDED, ids=str)


def may(door: Door, role: Role) -> bool:
    """Whether the table lets the role through."""
    return all(role in rules.PERMISSIONS.get(permission, ()) for permission in door.permissions)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One running workbench for the whole matrix, whose members may see all data: only permissions differ."""
    home = tmp_path_factory.mktemp("matrix")
    (home / "workbench.db").write_bytes(sqlite_template.read_bytes())
    backends = Backends.open(Settings(home=home))
    with backends.database.begin() as session:
        ids = {slug: new_id() for slug in ("ours", "theirs")}
        for slug, workspace_id in ids.items():
            session.add(WorkspaceRow(id=workspace_id, slug=slug, name=slug.title(), created_at=now()))
        session.flush()
        ours = {role: add_member(session, ids["ours"], role, clearance=Classification.RESTRICTED) for role in Role}
        stranger = add_member(session, ids["theirs"], Role.ADMIN)
    yield World(create_app(backends), backends, ours, stranger, OBJECTS)
    backends.close()


@pytest.fixture(scope="module")
def watch(world: World) -> Iterator[Watch]:
    """Tells whether anything was written."""
    opened = Watch(world.backends.settings.home)
    yield opened
    opened.close()


class Watch:
    """Sees every commit to the database, by whomever, and every file that came or went."""

    def __init__(self, home: Path) -> None:
        self._folders = [home / "catalogs", home / "files"]
        self._database = sqlite3.connect(home / "workbench.db", isolation_level=None, check_same_thread=False)

    def state(self) -> tuple[int, dict[str, int]]:
        """Equal at two moments when nothing was written between them."""
        changed = {path: os.stat(path).st_mtime_ns for top in self._folders for path, _names, _files in os.walk(top)}
        return self._database.execute("PRAGMA data_version").fetchone()[0], changed

    def close(self) -> None:
        """Lets go of the database."""
        self._database.close()


def test_the_doors_are_all_the_doors(world: World) -> None:
    documented = {
        f"{method.upper()} {path}" for path, methods in world.app.openapi()["paths"].items() for method in methods
    }
    assert documented == {f"{door.method} {API}{door.route.path}" for door in DOORS}
    outside = [route for route in world.app.routes if isinstance(route, APIRoute)]
    assert [route.path for route in outside] == ["/{path:path}"], "only the pages stand outside of the API"


@every_door
def test_every_route_says_who_may_call_it(door: Door) -> None:
    assert len(door.permissions) == 1, f"{door.name} must ask for exactly one `allow(…)` or `anyone()`"
    assert door.permissions <= {PUBLIC, *rules.PERMISSIONS}, f"{door.name} asks for a permission that is in no table"


@every_door
def test_every_route_with_objects_has_an_example(door: Door) -> None:
    for name in door.objects:
        assert name in OBJECTS, f"{door.name}: say in {EXAMPLES}, OBJECTS or PLAIN, what {{{name}}} is"
    if (door.objects and door.route.body_field) or door.ids_in_body:
        ids = f" holding {', '.join(door.ids_in_body)}" if door.ids_in_body else ""
        assert door.name in BODIES, f"{door.name}: give a body{ids} in {EXAMPLES}, BODIES"


@guarded_door
def test_nobody_gets_in_without_signing_in(world: World, watch: Watch, door: Door) -> None:
    request = door.request(world, world.ours[Role.ADMIN])
    before = watch.state()
    answer = TestClient(world.app, ADDRESS).request(**request)
    assert answer.status_code == 401, answer.text
    assert watch.state() == before


@guarded_door
def test_another_workspace_cannot_be_picked(world: World, watch: Watch, door: Door) -> None:
    admin = world.ours[Role.ADMIN]
    request, client = door.request(world, admin), world.client(admin)
    before = watch.state()
    answer = client.request(**request, headers={"X-Workspace": "theirs"})
    assert answer.status_code == 404, answer.text
    assert watch.state() == before


@pytest.mark.parametrize("door", [door for door in GUARDED if door.permissions != {"me"}], ids=str)
def test_a_token_without_the_scope_does_not_get_in(world: World, watch: Watch, door: Door) -> None:
    admin = world.ours[Role.ADMIN]
    request = door.request(world, admin)
    scopes = sorted(set(rules.PERMISSIONS) - door.permissions)
    with world.backends.database.begin() as session:
        secret = tokens.create_token(session, admin, NewToken(name="narrow", scopes=scopes)).secret
    client = TestClient(world.app, ADDRESS, headers={"Authorization": f"Bearer {secret}"})
    assert client.get(f"{API}/me").status_code == 200  # its first use is noted now
    before = watch.state()
    answer = client.request(**request)
    assert answer.status_code == 403, answer.text
    assert watch.state() == before


@pytest.mark.parametrize(("door", "role"), [case for case in CASES if not may(*case)], ids=str)
def test_a_role_without_the_permission_does_not_get_in(world: World, watch: Watch, door: Door, role: Role) -> None:
    actor = world.ours[role]
    request, client = door.request(world, actor), world.client(actor)
    before = watch.state()
    answer = client.request(**request)
    assert answer.status_code == 403, answer.text
    assert watch.state() == before


@pytest.mark.parametrize(
    ("door", "role"), [case for case in CASES if may(*case) and case[0].name not in ENDLESS], ids=str
)
def test_a_role_with_the_permission_gets_in(world: World, door: Door, role: Role) -> None:
    actor = world.ours[role]
    request = door.request(world, actor, fresh=door.method != "GET")
    answer = world.client(actor).request(**request)
    assert answer.status_code not in (401, 403, 404), answer.text
    assert answer.status_code < 500, answer.text
    if door.method == "GET" and door.objects:
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("door", "role"), [case for case in CASES if may(*case) and (case[0].objects or case[0].ids_in_body)], ids=str
)
def test_a_foreign_object_does_not_exist(world: World, watch: Watch, door: Door, role: Role) -> None:
    actor = world.ours[role]
    request, client = door.request(world, world.stranger), world.client(actor)
    before = watch.state()
    answer = client.request(**request)
    assert answer.status_code == 404, answer.text
    assert watch.state() == before
