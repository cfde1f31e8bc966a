"""What the SDK does on the wire: keys, retries, errors raised again, lists that load themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx2
import orjson
import pytest

from workbench.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, WorkbenchError
from workbench.kernel.schema import Schema
from workbench.kernel.vocabulary import Use
from workbench.sdk import http as http_module
from workbench.sdk.http import Http

Answer = httpx2.Response | Exception


class Thing(Schema):
    name: str


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "PAUSES", (0, 0, 0))


@pytest.fixture
def server() -> Iterator[Callable[..., tuple[Http, list[httpx2.Request]]]]:
    """A server that gives the answers in order and remembers what it was asked."""
    clients: list[httpx2.Client] = []

    def make(*answers: Answer) -> tuple[Http, list[httpx2.Request]]:
        asked: list[httpx2.Request] = []

        def answer(request: httpx2.Request) -> httpx2.Response:
            asked.append(request)
            given = answers[len(asked) - 1]
            if isinstance(given, Exception):
                raise given
            return given

        clients.append(httpx2.Client(base_url="http://wb", transport=httpx2.MockTransport(answer)))
        return Http(clients[-1]), asked

    yield make
    for client in clients:
        client.close()


def ok(**fields: object) -> httpx2.Response:
    return httpx2.Response(200, json=fields)


def problem(status: int, **fields: object) -> httpx2.Response:
    return httpx2.Response(status, content=orjson.dumps(fields), headers={"Content-Type": "application/problem+json"})


def test_a_lost_post_is_repeated_under_the_same_key(server) -> None:
    http, asked = server(httpx2.ReadError("gone"), httpx2.ConnectError("refused"), ok(name="a"))
    assert http.post("/things", Thing, {"name": "a"}) == Thing(name="a")
    keys = {request.headers["Idempotency-Key"] for request in asked}
    assert len(asked) == 3
    assert len(keys) == 1
    assert all(request.content == b'{"name":"a"}' for request in asked)


def test_each_post_has_a_key_of_its_own(server) -> None:
    http, asked = server(ok(name="a"), ok(name="b"))
    http.post("/things", Thing)
    http.post("/things", Thing)
    assert asked[0].headers["Idempotency-Key"] != asked[1].headers["Idempotency-Key"]


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_change_that_may_have_arrived_is_not_repeated(server, method: str) -> None:
    http, asked = server(httpx2.ReadError("gone"), ok(name="a"))
    with pytest.raises(Unavailable):
        getattr(http, method)("/things/1", Thing, {})
    assert len(asked) == 1
    assert "Idempotency-Key" not in asked[0].headers


def test_a_change_that_never_arrived_is_repeated(server) -> None:
    http, asked = server(httpx2.ConnectError("refused"), ok(name="a"))
    assert http.put("/things/1", Thing, {}).name == "a"
    assert len(asked) == 2


def test_a_dead_server_is_unavailable_and_says_what_to_do(server) -> None:
    http, asked = server(*[httpx2.ConnectError("refused")] * 4)
    with pytest.raises(Unavailable, match="workbench serve"):
        http.get("/things/1", Thing)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (404, "not-found", NotFound),
        (409, "conflict", Conflict),
        (422, "invalid", Invalid),
        (403, "forbidden", Forbidden),
        (503, "unavailable", Unavailable),
        (401, "not-signed-in", Forbidden),
        (500, "workbench-error", WorkbenchError),
    ],
)
def test_a_problem_is_raised_as_the_kind_it_is(server, status: int, kind: str, expected: type) -> None:
    body = {"type": "label-changed", "kind": kind, "detail": "It changed.", "field": "value", "row": 3, "fix": "Look."}
    http, _ = server(problem(status, **body, details={"current": 2}))
    with pytest.raises(expected) as caught:
        http.get("/things/1", Thing)
    error = caught.value
    assert (error.slug(), error.message, error.field, error.row, error.fix, error.details) == (
        "label-changed", "It changed.", "value", 3, "Look.", {"current": 2},
    )  # fmt: skip


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"[]", b""])
def test_an_answer_that_is_not_ours_still_has_a_kind(server, body: bytes) -> None:
    http, _ = server(httpx2.Response(502, content=body))
    with pytest.raises(Unavailable):
        http.get("/things/1", Thing)


def test_unknown_fields_of_a_newer_server_are_passed_over(server) -> None:
    http, _ = server(ok(name="a", colour="new"))
    assert http.get("/things/1", Thing).name == "a"


def test_a_list_loads_page_by_page_and_stops(server) -> None:
    pages = [{"items": [{"name": "a"}, {"name": "b"}], "next_cursor": "c1"}, {"items": [{"name": "c"}]}]
    http, asked = server(*(httpx2.Response(200, json=page) for page in pages * 2))
    things = http.pages("/things", Thing, search="x", kind=None)
    assert not asked
    assert [thing.name for thing in things] == ["a", "b", "c"]
    assert [dict(request.url.params) for request in asked] == [{"search": "x"}, {"search": "x", "cursor": "c1"}]
    assert things.to_arrow().to_pydict() == {"name": ["a", "b", "c"]}


def test_take_asks_for_no_more_than_it_needs(server) -> None:
    pages = [
        {"items": [{"name": "a"}, {"name": "b"}], "next_cursor": "c1"},
        {"items": [{"name": "c"}], "next_cursor": "d"},
    ]
    http, asked = server(*(httpx2.Response(200, json=page) for page in pages))
    assert [thing.name for thing in http.pages("/things", Thing).take(3)] == ["a", "b", "c"]
    assert [request.url.params["limit"] for request in asked] == ["3", "1"]


def test_parameters_and_bodies_are_spelled_for_the_wire(server) -> None:
    http, asked = server(ok(name="a"))
    key = uuid4()
    http.post(
        "/things", Thing, {"thing": Thing(name="a"), "ids": {key}}, use=Use.TRAINING, ids=[key], yes=True, no=None
    )
    assert dict(asked[0].url.params) == {"use": "training", "ids": str(key), "yes": "true"}
    assert orjson.loads(asked[0].content) == {"thing": {"name": "a"}, "ids": [str(key)]}
