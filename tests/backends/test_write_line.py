"""Writers of one SQLite file are let in as they came, and nobody leaves the line shut behind them."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from tests.conftest import MakeWorkspace
from tests.e2e.served import until

from workbench.backends import database
from workbench.backends.database import Database
from workbench.backends.write_line import LinedConnection, WriteLine
from workbench.features.identity.tables import WorkspaceRow

MORE = update(WorkspaceRow.__table__).values(version=WorkspaceRow.version + 1)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database whose writers give up at once when it is not their turn."""
    monkeypatch.setattr(database, "PATIENCE", 0)
    opened = Database(f"sqlite:///{tmp_path / 'notes.db'}")
    with opened.begin() as session:
        session.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
    yield opened
    opened.close()


def add(session: Session) -> None:
    session.execute(text("INSERT INTO note DEFAULT VALUES"))


def count(db: Database) -> int:
    with db.read() as session:
        return int(session.execute(text("SELECT count(*) FROM note")).scalar_one())


def line_of(session: Session) -> WriteLine:
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, LinedConnection)
    assert raw.line is not None
    return raw.line


def test_every_writer_comes_to_write(db: Database, workspace: MakeWorkspace) -> None:
    workspace("fern")

    def write(_number: int) -> None:
        with db.begin() as session:
            session.execute(MORE)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    with db.read() as session:
        assert session.scalars(select(WorkspaceRow.version)).one() == 41


def test_who_came_first_writes_first(impatient: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 30)
    wrote: list[int] = []

    def write(number: int) -> None:
        with impatient.begin() as session:
            add(session)
            wrote.append(number)

    with ThreadPoolExecutor(8) as threads, impatient.begin() as session:
        line = line_of(session)
        for number in range(8):
            threads.submit(write, number)
            until(lambda standing=number + 1: line.waiting == standing, "a writer in the line")
    assert wrote == list(range(8))
    assert count(impatient) == 8


def refused(session: Session) -> None:
    add(session)
    session.execute(text("INSERT INTO note (id) VALUES (1), (1)"))


def lost(session: Session) -> None:
    add(session)
    session.connection().invalidate()


def closed_under_it(session: Session) -> None:
    add(session)
    raw = session.connection().connection.driver_connection
    assert raw is not None
    raw.close()


@pytest.mark.parametrize("ends", [add, refused, lost, closed_under_it, Session.commit, Session.rollback, Session.close])
def test_the_next_one_is_let_in_however_a_transaction_ends(impatient: Database, ends: Callable[[Session], Any]) -> None:
    with suppress(Exception), impatient.begin() as session:
        session.connection()
        ends(session)
    before = count(impatient)
    with impatient.begin() as session:
        add(session)
    assert count(impatient) == before + 1


def test_a_forgotten_session_gives_its_turn_back(impatient: Database) -> None:
    def forget() -> None:
        session = impatient.session()
        add(session)

    forget()
    gc.collect()
    with impatient.begin() as session:
        add(session)
    assert count(impatient) == 1


def test_waiting_for_oneself_ends_and_is_named(impatient: Database) -> None:
    with impatient.begin() as session:
        add(session)
        with pytest.raises(OperationalError, match="write with the session that it has"), impatient.begin() as second:
            add(second)
        add(session)
    with impatient.begin() as session:
        add(session)
    assert count(impatient) == 3


def test_another_process_still_comes_first_by_its_lock(impatient: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "notes.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"), impatient.begin() as session:
        add(session)
    other.execute("COMMIT")
    other.close()
    with impatient.begin() as session:
        add(session)
    assert count(impatient) == 1


def test_readers_and_other_files_do_not_wait(impatient: Database, tmp_path: Path) -> None:
    with impatient.begin() as session:
        add(session)
        assert count(impatient) == 0
        impatient.check()
        other = Database(f"sqlite:///{tmp_path / 'others.db'}")
        with other.begin() as second:
            second.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
        other.close()


def test_the_line_is_the_files_and_not_the_engines(impatient: Database, tmp_path: Path) -> None:
    same = Database(f"sqlite:///{tmp_path / '..' / tmp_path.name / 'notes.db'}")
    with impatient.begin() as session:
        mine = line_of(session)
    with same.begin() as session:
        assert line_of(session) is mine
    same.close()
