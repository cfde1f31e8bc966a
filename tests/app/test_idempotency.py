"""The same key gets the same answer, and nothing happens twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import anyio
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import func, select, update
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.conftest import MakeActor

from workbench.app import errors, worker
from workbench.app.idempotency import KEY_LENGTH, IdempotencyLayer, KeptAnswer
from workbench.app.transaction import TransactionLayer
from workbench.backends.bundle import Backends
from workbench.backends.database import Database
from workbench.features.audit import service as audit
from workbench.features.audit.tables import AuditEventRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict
from workbench.kernel.vocabulary import Classification
from workbench.requests import DbSession, allow, once

Person = Annotated[Actor, allow("me")]


@pytest.fixture
def people(actor: MakeActor) -> dict[str, Actor]:
    """Two people, by the name that a request says in its `X-Person`."""
    return {"ada": actor(name="Ada Fern"), "bo": actor(name="Bo Moss")}


@pytest.fixture
def http(db: Database, people: dict[str, Actor]) -> TestClient:
    """A client of an application where each POST leaves one audit event."""
    app = FastAPI()
    errors.install(app)

    @app.post("/things/{name}", status_code=201)
    def make(name: str, actor: Person, session: DbSession, size: int = 1) -> dict[str, str]:
        audit.record(session, actor, "thing.make", "thing", name, {"size": size})
        return {"name": name}

    @app.post("/secrets", dependencies=[once()])
    def make_secret(actor: Person, session: DbSession) -> str:
        audit.record(session, actor, "secret.make", "secret", None, {})
        return "only once"

    @app.post("/own")
    def write_in_own_transaction(actor: Person) -> str:
        with db.begin() as own:
            audit.record(own, actor, "thing.make", "thing", None, {})
        return "done"

    @app.post("/lengths")
    async def measure(request: Request, _actor: Person) -> int:
        return len(await request.body())

    @app.post("/refusals")
    def refuse(actor: Person, session: DbSession) -> None:
        audit.record(session, actor, "thing.make", "thing", None, {})
        raise Conflict("No.")

    @app.put("/things/{name}")
    def replace(name: str, actor: Person, session: DbSession) -> None:
        audit.record(session, actor, "thing.replace", "thing", name, {})

    class Introduce:
        def __init__(self, inner: ASGIApp) -> None:
            self._inner = inner

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                named = dict(scope["headers"]).get(b"x-person", b"").decode()
                scope["workbench.actor"] = people.get(named)
            await self._inner(scope, receive, send)

    app.add_middleware(IdempotencyLayer)
    app.add_middleware(Introduce)
    app.add_middleware(TransactionLayer, database=db)
    return TestClient(app, headers={"X-Person": "ada", "Idempotency-Key": "k1"}, raise_server_exceptions=False)


def _events(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEventRow)) or 0


def _kept(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(KeptAnswer)) or 0


def test_a_repeated_request_gets_the_first_answer(http: TestClient, db: Database) -> None:
    first = http.post("/things/fern", json={})
    again = http.post("/things/fern", json={})
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"name": "fern"})
    assert again.headers["idempotent-replay"] == "true"
    assert "idempotent-replay" not in first.headers
    assert _events(db) == 1


@pytest.mark.parametrize(
    ("path", "body"), [("/things/moss", {}), ("/things/fern?size=2", {}), ("/things/fern", {"other": 1})]
)
def test_a_key_is_for_one_request_only(http: TestClient, db: Database, path: str, body: dict[str, int]) -> None:
    http.post("/things/fern", json={})
    answer = http.post(path, json=body)
    assert answer.status_code == 409
    assert answer.json()["type"] == "idempotency-key-reused"
    assert _events(db) == 1


def test_keys_of_two_people_are_two_keys(http: TestClient, db: Database) -> None:
    http.post("/things/fern", json={})
    assert "idempotent-replay" not in http.post("/things/fern", json={}, headers={"X-Person": "bo"}).headers
    assert _events(db) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"workspace_id": UUID(int=1)},
        {"clearance": Classification.PUBLIC},
        {"permissions": frozenset({"me"})},
    ],
    ids=["another workspace", "a lower clearance", "a token of fewer scopes"],
)
def test_an_answer_is_repeated_to_the_same_rights_alone(
    http: TestClient, db: Database, people: dict[str, Actor], change: dict[str, Any]
) -> None:
    """Else a repeated request would be told what its sender may not ask for any more."""
    http.post("/things/fern", json={})
    people["ada"] = replace(people["ada"], **change)
    answer = http.post("/things/fern", json={})
    assert answer.status_code == 409
    assert "fern" not in answer.text
    assert _events(db) == 1


def test_a_long_body_is_replayed_too(http: TestClient) -> None:
    first = http.post("/lengths", content=b"x" * 1_600_000)
    again = http.post("/lengths", content=b"x" * 1_600_000)
    assert (first.json(), again.json()) == (1_600_000, 1_600_000)
    assert again.headers["idempotent-replay"] == "true"


def test_long_bodies_are_told_apart_by_their_last_byte(http: TestClient) -> None:
    assert http.post("/lengths", content=b"x" * 1_600_000 + b"1").json() == 1_600_001
    answer = http.post("/lengths", content=b"x" * 1_600_000 + b"2")
    assert answer.status_code == 409
    assert answer.json()["type"] == "idempotency-key-reused"


@pytest.mark.parametrize(("path", "reads_it"), [("/lengths", True), ("/things/fern", False)])
def test_of_a_long_body_in_pieces_only_what_its_route_reads_is_waited_for(
    http: TestClient, db: Database, path: str, reads_it: bool
) -> None:
    """The rest may never come, and its answer would be kept with the database's write lock in hand."""
    pieces = [b"x" * 400_000] * 4
    answered: list[Message] = []

    async def receive() -> Message:
        piece = pieces.pop()
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        answered.append(message)

    headers = [(b"x-person", b"ada"), (b"idempotency-key", b"k1"), (b"host", b"testserver")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    anyio.run(http.app, scope, receive, send)
    assert answered[0]["status"] < 300
    assert (len(pieces), _kept(db)) == ((0, 1) if reads_it else (1, 0))


def test_a_refused_request_may_be_tried_again(http: TestClient, db: Database) -> None:
    assert http.post("/refusals").status_code == 409
    assert http.post("/refusals").status_code == 409
    assert _kept(db) == _events(db) == 0


def test_an_answer_with_a_secret_is_not_kept(http: TestClient, db: Database) -> None:
    assert http.post("/secrets").json() == "only once"
    assert _kept(db) == 0
    assert _events(db) == 1


def test_a_route_may_write_in_a_transaction_of_its_own(http: TestClient, db: Database) -> None:
    first = http.post("/own")
    again = http.post("/own")
    assert (first.status_code, first.text) == (again.status_code, again.text) == (200, '"done"')
    assert _events(db) == 1


def test_only_posts_are_kept(http: TestClient, db: Database) -> None:
    http.put("/things/fern")
    assert _kept(db) == 0


def test_without_an_actor_nothing_is_kept(http: TestClient, db: Database) -> None:
    assert http.post("/things/fern", headers={"X-Person": "nobody"}).status_code == 401
    assert _kept(db) == 0


def test_a_key_has_a_longest_length(http: TestClient, db: Database) -> None:
    answer = http.post("/things/fern", headers={"Idempotency-Key": "k" * (KEY_LENGTH + 1)})
    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"
    assert http.post("/things/fern", headers={"Idempotency-Key": "k" * KEY_LENGTH}).status_code == 201


def test_many_at_once_do_it_once(http: TestClient, db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: http.post("/things/fern", json={}).status_code, range(8)))
    assert set(answers) <= {201, 409}, "one does it; another gets its answer, or is told that it came second"
    assert 201 in answers
    assert _events(db) == 1


def test_the_worker_forgets_answers_after_a_day(
    http: TestClient, db: Database, backends: Backends, monkeypatch: pytest.MonkeyPatch
) -> None:
    http.post("/things/fern")
    with db.begin() as session:
        session.execute(update(KeptAnswer).values(created_at=now() - timedelta(hours=25)))
    http.post("/things/moss", headers={"Idempotency-Key": "k2"})
    stopping = threading.Event()
    monkeypatch.setattr(worker, "HOUSEKEEPING_EVERY", 0.0)
    monkeypatch.setattr(worker.jobs, "settle_lost_jobs", lambda _backends: stopping.set())
    worker._keep_house(backends, stopping)
    with db.read() as session:
        assert session.scalars(select(KeptAnswer.key)).all() == ["k2"]
