"""Nonsense in any parameter of any route is answered, never an error of the server's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.security.doors import DOORS, Door
from tests.security.examples import BODIES, ENDLESS, OBJECTS, PLAIN
from tests.security.objects import World, open_world

from workbench.kernel.ids import new_id
from workbench.kernel.paging import encode_cursor
from workbench.kernel.vocabulary import Role

NONSENSE = ["", " ", "%00", "a%00b", "%FF%FE", "%F0%9F%8C%B1", "-1", str(10**30), "..%2F..", "'", "%25", "x" * 3000]
STRANGE = ["!", "x" * 3000, encode_cursor(None), encode_cursor(None, None), "W10"]  # the cursor of no list
CURSORS = [
    *STRANGE,
    encode_cursor("\x00"),
    encode_cursor(10**15),
    encode_cursor("x"),
    encode_cursor("x", "y"),
    encode_cursor("\x00", str(new_id())),
    encode_cursor(-1, None),
    "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwXQ",  # [10**23]
    "W1tdXQ",  # [[]]
    "W3t9XQ",  # [{}]
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One running workbench on each database."""
    home: Path = tmp_path_factory.mktemp("malformed")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), home / "workbench.db")
        opened = open_world(home, None, OBJECTS)
        yield opened
        opened.backends.close()
        return
    server: Any = request.getfixturevalue("postgres")
    name = server.lend()
    opened = open_world(home, server.url(name), OBJECTS)
    yield opened
    opened.backends.close()
    server.take_back(name)


def _query(door: Door) -> list[str]:
    return [one.name for one in door.route.dependant.query_params]


@pytest.mark.parametrize("door", [door for door in DOORS if "cursor" in _query(door)], ids=str)
def test_a_cursor_from_elsewhere_is_refused(world: World, door: Door) -> None:
    admin = world.ours[Role.ADMIN]
    request, client = door.request(world, admin), world.client(admin)
    for cursor in CURSORS:
        answer = client.request(**{**request, "url": f"{request['url']}&cursor={cursor}"})
        assert answer.status_code < 500, f"{cursor}: {answer.text}"
        if cursor in STRANGE:
            assert (answer.status_code, answer.json().get("field")) == (422, "cursor"), f"{cursor}: {answer.text}"


@pytest.mark.parametrize("door", [door for door in DOORS if _query(door) and door.name not in ENDLESS], ids=str)
def test_nonsense_in_the_query_is_answered(world: World, door: Door) -> None:
    admin = world.ours[Role.ADMIN]
    request, client = door.request(world, admin), world.client(admin)
    path, _, query = request["url"].partition("?")
    for name in _query(door):
        others = [part for part in query.split("&") if part and not part.startswith(f"{name}=")]
        for value in NONSENSE:
            url = f"{path}?{'&'.join([*others, f'{name}={value}'])}"
            answer = client.request(**{**request, "url": url})
            assert answer.status_code < 500, f"{name}={value}: {answer.text}"


@pytest.mark.parametrize("door", [door for door in DOORS if door.route.param_convertors], ids=str)
def test_nonsense_in_the_path_is_answered(world: World, door: Door) -> None:
    admin = world.ours[Role.ADMIN]
    request, client = door.request(world, admin), world.client(admin)
    for name in door.route.param_convertors:
        for value in NONSENSE[1:]:
            others = {other: PLAIN.get(other) or str(world.get(other, admin)) for other in door.route.param_convertors}
            path = door.route.path_format.format(**{**others, name: value})
            answer = client.request(**{**request, "url": f"/api/v1{path}?{request['url'].partition('?')[2]}"})
            assert answer.status_code < 500, f"{name}={value}: {answer.text}"


@pytest.mark.parametrize("door", [door for door in DOORS if door.route.body_field], ids=str)
def test_nonsense_as_a_body_is_answered(world: World, door: Door) -> None:
    admin = world.ours[Role.ADMIN]
    request, client = door.request(world, admin), world.client(admin)
    told = {key: request[key] for key in ("method", "url")}
    for body in (b"", b"{", b"[]", b"null", b"\xff", b'"\\u0000"', b"{}" * 3, b"[" * 100_000, b'{"version": 1e400}'):
        answer = client.request(**told, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code < 500, f"{body[:20]!r}: {answer.text}"


@pytest.mark.parametrize("door", [door for door in DOORS if door.name in BODIES], ids=str)
def test_nonsense_in_a_field_of_the_body_is_answered(world: World, door: Door) -> None:
    admin = world.ours[Role.ADMIN]
    request, client = door.request(world, admin), world.client(admin)
    example = request.pop("json", None)
    if not isinstance(example, dict):
        return
    shape: Any = door.route.body_field.field_info.annotation  # type: ignore[union-attr]  # it has an example
    for name in shape.model_fields:
        for value in ("", "a\x00b", "\ud800", -1, 10**30, [], {}, None):
            body = json.dumps({**example, name: value})
            answer = client.request(**request, content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code < 500, f"{name}={value!r:.40}: {answer.text}"
