"""One transaction per request: kept before a 2xx leaves, gone after anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI, Response
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from tests.conftest import MakeWorkspace

from workbench.app import errors
from workbench.app.transaction import WRITERS, TransactionLayer
from workbench.backends.database import Database
from workbench.features.identity.tables import WorkspaceRow
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict
from workbench.kernel.ids import new_id
from workbench.requests import DbSession


def _add(session: Session, slug: str) -> None:
    session.add(WorkspaceRow(id=new_id(), slug=slug, name=slug, created_at=now()))


def _slugs(db: Database) -> set[str]:
    with db.read() as session:
        return set(session.scalars(select(WorkspaceRow.slug)))


@pytest.fixture
def small(db: Database) -> FastAPI:
    """An application that writes, in all the ways that may go right or wrong."""
    app = FastAPI()
    errors.install(app)

    @app.post("/keep/{slug}")
    def keep(slug: str, session: DbSession) -> str:
        _add(session, slug)
        session.flush()
        return slug

    @app.post("/refuse/{slug}")
    def refuse(slug: str, session: DbSession) -> str:
        _add(session, slug)
        session.flush()
        raise Conflict("No.")

    @app.post("/answer/{status}/{slug}")
    def answer(status: int, slug: str, session: DbSession) -> Response:
        _add(session, slug)
        return Response(status_code=status)

    @app.post("/break/{slug}")
    def break_down(slug: str, session: DbSession) -> str:
        _add(session, slug)
        session.flush()
        raise ZeroDivisionError

    @app.get("/write/{slug}")
    def write_on_get(slug: str, session: DbSession) -> str:
        _add(session, slug)
        return slug

    @app.get("/stream")
    def stream(session: DbSession) -> StreamingResponse:
        slugs = sorted(session.scalars(select(WorkspaceRow.slug)))

        def parts() -> Iterator[str]:
            yield from slugs

        return StreamingResponse(parts())

    @app.patch("/rename/{workspace_id}/{name}")
    def rename(workspace_id: UUID, name: str, session: DbSession) -> str:
        row = session.get_one(WorkspaceRow, workspace_id)
        meanwhile = update(WorkspaceRow.__table__).values(version=WorkspaceRow.version + 1)
        session.connection().execute(meanwhile)
        row.name = name
        return name

    app.add_middleware(TransactionLayer, database=db)
    return app


@pytest.fixture
def http(small: FastAPI) -> TestClient:
    """A client of it."""
    return TestClient(small, raise_server_exceptions=False)


def test_a_good_answer_is_on_disk_before_it_leaves(small: FastAPI, db: Database) -> None:
    seen: list[set[str]] = []

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        async def look(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.append(_slugs(db))
            await send(message)

        await small(scope, receive, look)

    assert TestClient(watched).post("/keep/fern").status_code == 200
    assert seen == [{"fern"}]


def test_a_refusal_keeps_nothing(http: TestClient, db: Database) -> None:
    assert http.post("/refuse/fern").status_code == 409
    assert _slugs(db) == set()


@pytest.mark.parametrize(("status", "kept"), [(204, True), (302, True), (400, False), (404, False), (500, False)])
def test_the_status_decides(http: TestClient, db: Database, status: int, kept: bool) -> None:
    http.post(f"/answer/{status}/fern", follow_redirects=False)
    assert _slugs(db) == ({"fern"} if kept else set())


def test_a_bug_keeps_nothing_and_tells_nothing(http: TestClient, db: Database) -> None:
    answer = http.post("/break/fern")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ZeroDivision" not in answer.text
    assert _slugs(db) == set()


def test_a_commit_that_fails_becomes_the_answer(http: TestClient, db: Database) -> None:
    assert http.post("/keep/fern").status_code == 200
    answer = http.post("/keep/fern")
    assert answer.status_code == 409
    assert answer.json()["type"] == "changed-meanwhile"
    assert "fern" not in answer.text, "the database's own words stay inside"


def test_a_writer_that_came_first_is_told(http: TestClient, db: Database, workspace: MakeWorkspace) -> None:
    answer = http.patch(f"/rename/{workspace('fern')}/Moss")
    assert answer.status_code == 409
    assert answer.json()["type"] == "changed-meanwhile"
    with db.read() as session:
        assert session.scalars(select(WorkspaceRow.name)).one() == "Fern"


def test_a_stream_is_read_after_its_transaction_ended(http: TestClient) -> None:
    http.post("/keep/fern")
    http.post("/keep/moss")
    assert http.get("/stream").text == "fernmoss"


def test_more_writers_than_threads_all_get_their_answer(small: FastAPI, db: Database) -> None:
    many = 3 * 40  # of the server's threads
    opened: list[int] = []

    async def send(http: httpx2.AsyncClient, number: int) -> int:
        answer = await http.post(f"/keep/plant{number}")
        opened.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]  # QueuePool's own count
        return answer.status_code

    async def everybody() -> list[int]:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(small), base_url="http://test") as http:
            return list(await asyncio.gather(*(send(http, number) for number in range(many))))

    assert asyncio.run(everybody()) == [200] * many
    assert len(_slugs(db)) == many
    assert max(opened) <= WRITERS


def test_connections_come_back(http: TestClient, db: Database) -> None:
    for path in ("/keep/fern", "/keep/fern", "/refuse/moss", "/break/moss", "/answer/404/moss"):
        http.post(path)
    http.get("/stream")
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # QueuePool's own count


def test_a_database_that_is_gone_is_said_to_be(small: FastAPI, db: Database) -> None:
    class Gone(Database):
        def session(self, *, reads_only: bool = False) -> Session:
            raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    app = FastAPI()
    errors.install(app)

    @app.get("/")
    def read(session: DbSession) -> None:
        session.execute(text("SELECT 1"))

    app.add_middleware(TransactionLayer, database=Gone(db.url))
    answer = TestClient(app, raise_server_exceptions=False).get("/")
    assert answer.status_code == 503
    assert answer.json()["fix"]
