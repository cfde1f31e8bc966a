"""No request fills memory or disk: bodies have a longest length, whatever they say of it and whoever sends them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest
from fastapi import FastAPI, Request, UploadFile
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from workbench.app import body_limit, errors
from workbench.app.body_limit import BodyLimitLayer


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """An application with limits of 1,000 bytes, 100 from strangers and about 10,000 for a file."""
    for name, size in {"MIB": 5000, "LONGEST": 1000, "UNKNOWN": 100, "SLACK": 500}.items():
        monkeypatch.setattr(body_limit, name, size)
    app = FastAPI()
    errors.install(app)

    @app.post("/length")
    async def length(request: Request) -> int:
        return len(await request.body())

    @app.post("/upload")
    async def upload(file: UploadFile) -> int:
        return len(await file.read())

    app.add_middleware(BodyLimitLayer, upload_limit_mb=2)

    async def signed_in(scope: Scope, receive: Receive, send: Send) -> None:
        if b"x-stranger" not in dict(scope.get("headers", ())):
            scope["workbench.actor"] = "Ada"
        await app(scope, receive, send)

    return TestClient(signed_in)


def endless(pieces: list[int]) -> Iterator[bytes]:
    for place in range(1000):
        pieces.append(place)
        yield b"x" * 100


def test_a_long_body_is_refused_by_the_length_it_says(http: TestClient) -> None:
    assert http.post("/length", content=b"x" * 1000).json() == 1000
    refused = http.post("/length", content=b"x" * 1001)
    assert refused.status_code == 422
    assert refused.json()["type"] == "body-too-long"
    assert refused.json()["fix"]


def test_a_body_without_a_length_is_refused_once_too_much_has_come(http: TestClient) -> None:
    refused = http.post("/length", content=endless([]))
    assert refused.json()["type"] == "body-too-long"


def test_calling_it_an_upload_does_not_make_it_one(http: TestClient) -> None:
    refused = http.post("/length", content=b"x" * 1001, headers={"content-type": "multipart/form-data; boundary=b"})
    assert refused.json()["type"] == "body-too-long"


def test_an_upload_may_be_as_long_as_files_may_be(http: TestClient) -> None:
    assert http.post("/upload", files={"file": b"x" * 10000}).json() == 10000
    parts = {"content-type": "multipart/form-data; boundary=b"}
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    for refused in (
        http.post("/upload", files={"file": b"x" * 11000}),
        http.post("/upload", content=chain([head], endless([])), headers=parts),
    ):
        assert (refused.status_code, refused.json()["type"]) == (422, "body-too-long")
        assert (refused.json()["detail"], refused.json()["field"]) == ("The file is larger than 2 MiB.", "file")


def test_from_strangers_no_upload_and_little_else_is_read(http: TestClient) -> None:
    stranger, taken = {"x-stranger": "yes"}, list[int]()
    refused = http.post("/upload", files={"file": b"x"}, headers=stranger)
    assert (refused.status_code, refused.json()["type"]) == (401, "not-signed-in")
    parts = {**stranger, "content-type": "multipart/form-data; boundary=b"}
    assert http.post("/upload", content=endless(taken), headers=parts).status_code == 401
    assert http.post("/length", content=b"x" * 100, headers=stranger).json() == 100
    assert http.post("/length", content=b"x" * 101, headers=stranger).json()["type"] == "body-too-long"
