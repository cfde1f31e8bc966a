"""An export is written whole or not at all, however often its job is stopped, overtaken or killed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from tests.features.exports.conftest import COUNT, Desk

from workbench.features.exports import service as exports
from workbench.features.exports import tasks, writing
from workbench.features.exports.schemas import ExportFile, ExportState
from workbench.features.exports.service.asking import ExportNotReady
from workbench.features.exports.tables import ExportRow
from workbench.features.jobs import service as jobs
from workbench.features.jobs.tables import JobRow


def test_an_attempt_that_breaks_leaves_nothing_and_the_next_one_writes_it_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, asked = desk.export(), desk.ask()

    def broken(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(writing, "write_manifest", broken)
        assert desk.run(asked).status == "failed"
    assert desk.get(asked.id).state is ExportState.FAILED
    assert not list(desk.folder(asked).parent.glob(f"{asked.id}*"))
    with pytest.raises(ExportNotReady):
        desk.download(asked)
    with desk.backends.database.begin() as session:
        jobs.retry_job(session, desk.owner, desk.backends, asked.job_id)
    assert desk.get(asked.id).state is ExportState.WRITING
    assert desk.run(asked).status == "succeeded"
    assert [file.sha256 for file in desk.get(asked.id).files] == [file.sha256 for file in whole.files]


def test_a_worker_that_died_before_saying_so_is_repeated_without_a_trace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is on disk, and then the process is gone: the next attempt writes the same again."""
    whole, asked = desk.export(), desk.ask()

    class Died(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(tasks.lineage, "connect", die)
        with pytest.raises(Died):
            desk.run(asked)
    assert desk.folder(asked).exists()
    with pytest.raises(ExportNotReady):
        desk.download(asked)
    assert desk.run(asked).status == "succeeded"
    assert [file.sha256 for file in desk.get(asked.id).files] == [file.sha256 for file in whole.files]
    with desk.backends.database.read() as session:
        assert len(session.scalars(select(ExportRow)).all()) == 2


def test_an_attempt_that_was_overtaken_puts_nothing_in_place(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, write = desk.ask(), writing.write_manifest

    def overtaken(*written: Any) -> ExportFile:
        with desk.backends.database.begin() as session:
            session.execute(update(JobRow).where(JobRow.id == asked.job_id).values(attempt=2))
        return write(*written)

    with monkeypatch.context() as patched:
        patched.setattr(writing, "write_manifest", overtaken)
        desk.run(asked)
    assert desk.get(asked.id).state is ExportState.WRITING
    assert not list(desk.folder(asked).parent.glob(f"{asked.id}*"))
    assert desk.run(asked).status == "succeeded"
    assert len(desk.lines(desk.get(asked.id))) == COUNT


def test_what_a_dead_attempt_left_goes_with_the_export(desk: Desk) -> None:
    asked = desk.ask()
    left = desk.folder(asked).with_name(f"{asked.id}.1.partial")
    left.mkdir(parents=True)
    (left / "train.jsonl").write_bytes(b"half a li")
    with desk.backends.database.begin() as session:
        jobs.cancel_job(session, desk.owner, asked.job_id)
        exports.delete_export(session, desk.owner, desk.backends, asked.id)
    assert not left.exists()


def test_a_cancelled_export_has_no_files(desk: Desk) -> None:
    asked = desk.ask()
    with desk.backends.database.begin() as session:
        with pytest.raises(ExportNotReady):
            exports.delete_export(session, desk.owner, desk.backends, asked.id)
        jobs.cancel_job(session, desk.owner, asked.job_id)
    assert desk.get(asked.id).state is ExportState.CANCELLED
    with desk.backends.database.read() as session:
        assert [each.id for each in exports.list_exports(session, desk.owner, state=ExportState.CANCELLED).items] == [
            asked.id
        ]
        assert exports.list_exports(session, desk.owner, state=ExportState.WRITING).items == []
    with desk.backends.database.begin() as session:
        exports.delete_export(session, desk.owner, desk.backends, asked.id)


def test_files_go_only_once_it_is_kept_that_the_export_is_deleted(desk: Desk) -> None:
    export = desk.export()
    with desk.backends.database.session() as session:
        exports.delete_export(session, desk.owner, desk.backends, export.id)
        session.rollback()
    assert desk.get(export.id).state is ExportState.READY
    assert desk.download(export)
    for _ in range(2):
        with desk.backends.database.begin() as session:
            exports.delete_export(session, desk.owner, desk.backends, export.id)
            desk.folder(export).mkdir(parents=True, exist_ok=True)  # as if the first time could not remove it
    assert not desk.folder(export).exists()
