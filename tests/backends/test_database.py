"""Bulk writes and look-ups are the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from workbench.backends.bundle import Backends
from workbench.backends.database import Database, among, insert_columns
from workbench.features.jobs.tables import JobRow
from workbench.kernel.ids import new_id

JOBS = JobRow.__table__
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))


@pytest.fixture(params=["together", "one by one"])
def written(backends: Backends, request: pytest.FixtureRequest) -> Backends:
    count = 3
    same = {
        "workspace_id": new_id(), "kind": "k", "subject_kind": "none", "subject_id": None, "status": "failed",
        "arguments": {"a": 1}, "checkpoint": {}, "done": 0, "total": None, "unit": "items", "failures": 0, "attempt": 1,
        "done_before_attempt": 0, "cancel_requested": False, "result": None, "created_by": new_id(),
        "created_by_name": "Ada", "created_at": AT, "started_at": None, "changed_at": AT,
    }  # fmt: skip
    own = {
        "id": [new_id() for _ in range(count)],
        "title": ["first", 'it\'s "2" \u00e4', "third"],
        "problem": [None, {"detail": "no"}, None],
        "finished_at": [AT, None, AT + timedelta(microseconds=7)],
    }
    columns: dict[str, list[Any]] = {name: [value] * count for name, value in same.items()} | own
    parts = [slice(0, count)] if request.param == "together" else [slice(n, n + 1) for n in range(count)]
    with backends.database.begin() as session:
        for part in parts:
            insert_columns(session, JOBS, {name: values[part] for name, values in columns.items()})
    return backends


def test_columns_are_read_as_they_were_written(written: Backends) -> None:
    with written.database.read() as session:
        rows = session.execute(select(JOBS).order_by(JOBS.c.id)).all()
    assert [row.problem for row in rows] == [None, {"detail": "no"}, None]
    assert {row.total for row in rows} == {row.subject_id for row in rows} == {None}
    assert [row.created_at for row in rows] == [AT] * 3
    assert [row.finished_at for row in rows] == [AT, None, AT + timedelta(microseconds=7)]
    assert rows[0].created_at.tzinfo is UTC


def test_a_commit_to_sqlite_is_on_disk_when_it_returns(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'workbench.db'}")
    with database.read() as first, database.begin() as second:
        for session in (first, second):  # two connections of the pool
            asked = [session.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous")]
            assert asked == ["wal", 2], "2 is FULL"
    database.close()


def test_no_rows_are_written_without_a_word(backends: Backends) -> None:
    with backends.database.begin() as session:
        insert_columns(session, JOBS, {"id": [], "title": []})
        assert session.execute(select(JOBS.c.id)).all() == []


@pytest.mark.parametrize("names", [['it\'s "2" \u00e4', "third"], [], [f"nothing {n}" for n in range(40_000)]])
def test_among_many_texts(written: Backends, names: list[str]) -> None:
    with written.database.read() as session:
        one_of = among(session.get_bind().dialect.name, JOBS.c.title, "titles")
        found = set(session.scalars(select(JOBS.c.title).where(one_of), {"titles": [*names, "first"]}))
    assert found == {"first", *names[:2]} & {"first", 'it\'s "2" \u00e4', "third"}
