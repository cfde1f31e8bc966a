"""No request fills the memory: bodies that are read whole have a longest length, whatever they say of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request, UploadFile
from starlette.testclient import TestClient

from workbench.app import body_limit, errors
from workbench.app.body_limit import BodyLimitLayer


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """An application with a limit of 1,000 bytes."""
    monkeypatch.setattr(body_limit, "LONGEST", 1000)
    app = FastAPI()
    errors.install(app)

    @app.post("/length")
    async def length(request: Request) -> int:
        return len(await request.body())

    @app.post("/upload")
    async def upload(file: UploadFile) -> int:
        return len(await file.read())

    app.add_middleware(BodyLimitLayer)
    return TestClient(app)


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


def test_an_upload_may_be_as_long_as_it_is(http: TestClient) -> None:
    assert http.post("/upload", files={"file": b"x" * 5000}).json() == 5000
