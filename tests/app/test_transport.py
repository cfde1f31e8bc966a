"""The in-process transport: bodies stream both ways, failures surface, a reader who leaves is noticed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import httpx2
import pytest
from anyio import sleep
from anyio.from_thread import start_blocking_portal
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.app.transport import InProcessTransport

Connect = Callable[[ASGIApp], httpx2.Client]


@pytest.fixture
def connect() -> Iterator[Connect]:
    with start_blocking_portal() as portal:
        yield lambda app: httpx2.Client(base_url="http://127.0.0.1", transport=InProcessTransport(app, portal))


async def body_of(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await body_of(receive)
    await send({"type": "http.response.start", "status": 201, "headers": [(b"x-path", scope["path"].encode())]})
    await send({"type": "http.response.body", "body": scope["query_string"] + b"|" + body})


def test_a_request_and_its_answer_pass_whole(connect: Connect) -> None:
    answer = connect(echo).post("/a%20b", params={"q": "1"}, content=b"body")
    assert (answer.status_code, answer.headers["x-path"], answer.content) == (201, "/a b", b"q=1|body")


def test_a_body_is_sent_piece_by_piece(connect: Connect) -> None:
    pieces = (b"x" * 1000 for _ in range(50))
    assert len(connect(echo).post("/", content=pieces).content) == 50_001


def test_what_the_application_raises_is_raised_here(connect: Connect) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        connect(broken).get("/")


def test_an_answer_that_breaks_off_is_an_error_not_an_end(connect: Connect) -> None:
    async def breaks_off(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        connect(breaks_off).get("/")


def test_an_endless_answer_is_read_as_it_comes_and_its_end_is_noticed(connect: Connect) -> None:
    left = threading.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        await body_of(receive)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send({"type": "http.response.body", "body": b"tick\n", "more_body": True})
                await sleep(0)
        except OSError:
            left.set()

    with connect(endless).stream("GET", "/") as answer:
        assert [line for line, _ in zip(answer.iter_lines(), range(3), strict=False)] == ["tick"] * 3
    assert left.wait(5)


def test_a_waiting_application_hears_that_the_reader_left(connect: Connect) -> None:
    heard = threading.Event()

    async def patient(scope: Scope, receive: Receive, send: Send) -> None:
        await body_of(receive)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        if (await receive())["type"] == "http.disconnect":
            heard.set()

    with connect(patient).stream("GET", "/") as answer:
        assert next(answer.iter_bytes()) == b"first"
    assert heard.wait(5)


def test_closing_lets_go_of_answers_that_are_still_being_read() -> None:
    async def patient(scope: Scope, receive: Receive, send: Send) -> None:
        await body_of(receive)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        assert (await receive())["type"] == "http.disconnect"

    with start_blocking_portal() as portal:
        client = httpx2.Client(base_url="http://127.0.0.1", transport=InProcessTransport(patient, portal))
        answer = client.send(client.build_request("GET", "/"), stream=True)
        pieces = answer.iter_bytes()
        assert next(pieces) == b"first"
        threading.Timer(0.2, client.close).start()
        with pytest.raises(httpx2.ReadError):
            next(pieces)
    assert isinstance(answer.stream, httpx2.SyncByteStream)
    with pytest.raises(httpx2.ReadError):
        next(iter(answer.stream))
    answer.close()
