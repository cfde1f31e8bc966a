"""Every route × every role × own and foreign objects. What is expected is computed from the table of permissions.

Routes are found in the application, so a new one is covered on arrival; what it needs is told by `examples.py`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient
from tests.conftest import ADDRESS
from tests.security.doors import DOORS, Door, with_id
from tests.security.examples import BODIES, ENDLESS, FILTERS, FLEETING, IN_BODY, OBJECTS, UNAUDITED
from tests.security.objects import World, open_world

from workbench.app.main import API
from workbench.features.identity import rules, tokens
from workbench.features.identity.schemas import NewToken
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Role
from workbench.requests import PUBLIC

EXAMPLES = "tests/security/examples.py"


GUARDED = [door for door in DOORS if door.permissions != {PUBLIC}]
CASES = [(door, role) for door in GUARDED for role in Role]
every_door = pytest.mark.parametrize("door", DOORS, ids=str)
guarded_door = pytest.mark.parametrize("door", GUARDED, ids=str)


def may(door: Door, role: Role) -> bool:
    """Whether the table lets the role through."""
    return all(role in rules.PERMISSIONS.get(permission, ()) for permission in door.permissions)


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One running workbench for the whole matrix."""
    home = tmp_path_factory.mktemp("matrix")
    shutil.copy(sqlite_template, home / "workbench.db")
    opened = open_world(home, None, OBJECTS)
    yield opened
    opened.backends.close()


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

    def audited(self) -> int:
        """How many audit events there are."""
        return int(self._database.execute("SELECT count(*) FROM audit_event").fetchone()[0])

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
def test_a_role_with_the_permission_gets_in(world: World, watch: Watch, door: Door, role: Role) -> None:
    """And whatever they change there is in the audit trail."""
    actor = world.ours[role]
    request = door.request(world, actor, fresh=door.method != "GET" or door.name in FLEETING)
    client = world.client(actor)
    before = watch.audited()
    answer = client.request(**request)
    assert answer.status_code not in (401, 403, 404), answer.text
    assert answer.status_code < 500, answer.text
    if door.method == "GET" and door.objects:
        assert answer.status_code == 200, answer.text
    if door.method not in ("GET", "HEAD") and door.name not in UNAUDITED and answer.is_success:
        assert watch.audited() > before, f"{door.name} left no audit event; or say in {EXAMPLES}, UNAUDITED, why"


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


@pytest.mark.parametrize(
    ("door", "place"), [(door, place) for door in GUARDED for place in door.ids_in_body], ids=lambda each: str(each)
)
def test_a_foreign_id_in_a_body_is_one_that_never_was(world: World, watch: Watch, door: Door, place: str) -> None:
    """Each id by itself, while everything else in the request is one's own."""
    admin = world.ours[Role.ADMIN]
    client, request = world.client(admin), door.request(world, admin, fresh=True)
    name = place.rpartition(".")[2]
    answers = []
    for value in (str(world.get(IN_BODY.get(name, name), world.stranger)), str(new_id())):
        before = watch.state()
        answer = client.request(**with_id(request, place, value))
        told = answer.text.replace(value, "…") if answer.status_code == 404 else ""
        answers.append((answer.status_code, told, place in FILTERS or watch.state() == before))
    assert answers[0] == answers[1]
    assert answers[0][2], "something was written"
    assert answers[0][0] in ((200, 202) if place in FILTERS else (404,)), answer.text
