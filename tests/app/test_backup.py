"""Backups hold everything, notice damage, and restore onto either database."""

from __future__ import annotations

import errno
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from workbench import migrations
from workbench.app.backup import BackupDamaged, back_up, verify_backup
from workbench.app.restore import restore
from workbench.backends.bundle import Backends
from workbench.backends.database import Database
from workbench.backends.settings import Settings
from workbench.features.audit import service as audit
from workbench.features.audit.tables import AuditEventRow
from workbench.features.identity import service as identity
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import JobStatus
from workbench.features.jobs.tables import JobRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Backends]:
    """A workbench on SQLite, as its first start leaves it, with a file, a queued job and a sealed chain."""
    backends = Backends.open(Settings(home=tmp_path / "old"))
    migrations.upgrade(backends.database)
    backends.queue.prepare()
    with backends.database.begin() as session:
        assert identity.first_start(session) is not None
    with backends.database.begin() as session:
        jobs.submit(
            session,
            _admin(backends),
            backends,
            kind="probe",
            title="Probe",
            subject_kind="probe",
            subject_id=None,
            arguments={"text": "naïve – ünïcode", "n": 1},
        )
    with backends.database.begin() as session:
        audit.seal(session)
    table = backends.settings.catalogs / "main" / "plants" / "raw" / "flowers.csv"
    table.parent.mkdir(parents=True)
    table.write_text("id,name\n1,tulip\n")
    yield backends
    backends.close()


def _admin(backends: Backends) -> Actor:
    from workbench.features.identity.tables import MemberRow

    with backends.database.read() as session:
        member = session.scalars(select(MemberRow)).one()
        return identity.actor_of_member(session, member.person_id, member.workspace_id)


def _rows(backends: Backends) -> dict[str, int]:
    with backends.database.read() as session:
        return {
            t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in migrations.METADATA.sorted_tables
        }


def test_restores_everything_onto_either_database(full: Backends, tmp_path: Path, empty_db_url: str) -> None:
    file = tmp_path / "backup.tar"
    made = back_up(full, file)
    assert made.rows == sum(_rows(full).values()) > 0
    settings = Settings(home=tmp_path / "new", database_url=empty_db_url)
    restore(settings, file)
    restored = Backends.open(settings)
    try:
        assert _rows(restored) == _rows(full)
        flowers = (settings.catalogs / "main" / "plants" / "raw" / "flowers.csv").read_text()
        assert flowers == "id,name\n1,tulip\n"
        with restored.database.begin() as session:
            job = session.scalars(select(JobRow)).one()
            assert isinstance(job.id, UUID)
            assert job.arguments == {"text": "naïve – ünïcode", "n": 1}
            assert (job.status, job.attempt) == (JobStatus.QUEUED, 2), "unfinished work is queued again"
            assert audit.verify(session).intact
            audit.record(session, None, "probe.run", "probe", None, {})
    finally:
        restored.close()


def test_refuses_a_workbench_that_is_not_empty(full: Backends, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    back_up(full, file)
    before = _rows(full)
    with pytest.raises(Conflict, match="not empty"):
        restore(full.settings, file)
    assert _rows(full) == before


def test_never_overwrites_a_backup(full: Backends, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    file.write_bytes(b"precious")
    with pytest.raises(Conflict, match="exists already"):
        back_up(full, file)
    assert file.read_bytes() == b"precious"


def _rewritten(source: Path, target: Path, change: dict[str, bytes | None]) -> Path:
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            body = old.extractfile(member).read()  # type: ignore[union-attr]
            if member.name in change:
                replaced = change[member.name]
                if replaced is None:
                    continue
                body = replaced
            member.size = len(body)
            new.addfile(member, io.BytesIO(body))
    return target


@pytest.mark.parametrize(
    "change",
    [
        {"tables/job.jsonl.gz": b"not what it was"},
        {"tables/job.jsonl.gz": None},
        {"manifest.json": None},
        {"manifest.json": b"{}"},
    ],
    ids=["changed table", "missing table", "no manifest", "broken manifest"],
)
def test_notices_damage_and_restores_nothing(full: Backends, tmp_path: Path, change: dict[str, bytes | None]) -> None:
    good = tmp_path / "good.tar"
    back_up(full, good)
    bad = _rewritten(good, tmp_path / "bad.tar", change)
    with pytest.raises(BackupDamaged):
        verify_backup(bad)
    settings = Settings(home=tmp_path / "new")
    with pytest.raises(BackupDamaged):
        restore(settings, bad)
    assert not settings.home.exists()


@pytest.mark.parametrize("name", ["catalogs/../../out", "/out"])
def test_a_backup_that_leads_out_of_its_folder_is_refused(full: Backends, tmp_path: Path, name: str) -> None:
    file = tmp_path / "backup.tar"
    back_up(full, file)
    with tarfile.open(file, "a") as tar:
        led = tarfile.TarInfo(name)
        led.type = tarfile.DIRTYPE
        tar.addfile(led)
    with pytest.raises(BackupDamaged, match="leads out"):
        restore(Settings(home=tmp_path / "new"), file)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("change", [{"revision": "fedcba987654"}, {"format": 3}], ids=["schema", "format"])
def test_a_backup_of_a_newer_version_is_refused_before_anything_is_made(
    full: Backends, tmp_path: Path, change: dict[str, Any]
) -> None:
    made = back_up(full, tmp_path / "good.tar")
    manifest = made.model_copy(update={"version": "99.0", **change}).model_dump_json().encode()
    newer = _rewritten(tmp_path / "good.tar", tmp_path / "newer.tar", {"manifest.json": manifest})
    settings = Settings(home=tmp_path / "new")
    with pytest.raises(Conflict, match=r"made by version 99\.0") as caught:
        restore(settings, newer)
    assert caught.value.fix == "Restore it with version 99.0, or a newer one."
    assert not settings.home.exists()


def test_a_file_cut_short_is_no_backup(full: Backends, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    back_up(full, file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BackupDamaged):
        verify_backup(file)


def test_a_restore_that_is_cut_short_can_be_tried_again(
    full: Backends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_db_url: str
) -> None:
    place = Path("main") / "plants" / "raw"
    (full.settings.catalogs / place / "trees.csv").write_text("id\n1\n")
    file = tmp_path / "backup.tar"
    back_up(full, file)
    settings = Settings(home=tmp_path / "new", database_url=empty_db_url)
    with monkeypatch.context() as patch:

        def disk_is_full(*_: Any, **__: Any) -> None:
            if (settings.catalogs / place / "flowers.csv").exists():
                raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr("workbench.app.restore.os.utime", disk_is_full)
        with pytest.raises(OSError, match="No space"):
            restore(settings, file)
    assert [path.name for path in (settings.catalogs / place).iterdir()] == ["flowers.csv"]
    database = Database(empty_db_url)
    assert migrations.revisions(database)[0] is None, "no row is there without its files"
    database.close()
    restore(settings, file)
    assert sorted(path.name for path in (settings.catalogs / place).iterdir()) == ["flowers.csv", "trees.csv"]
    assert back_up(Backends.open(settings), tmp_path / "again.tar").vanished == []
    names = [{e.name for e in verify_backup(each).entries} for each in (file, tmp_path / "again.tar")]
    assert names[0] == names[1], "nothing of the first try is left"


@pytest.mark.parametrize("content", ["id,name\n2,rose\n", None], ids=["changed", "other"])
def test_files_of_something_else_are_never_written_over(full: Backends, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "backup.tar"
    back_up(full, file)
    settings = Settings(home=tmp_path / "new")
    theirs = settings.catalogs / "main" / "plants" / "raw" / ("flowers.csv" if content else "roses.csv")
    theirs.parent.mkdir(parents=True)
    theirs.write_text(content or "theirs")
    with pytest.raises(Conflict, match=f"not empty.*{theirs.name}") as caught:
        restore(settings, file)
    assert (caught.value.field, theirs.read_text()) == ("home", content or "theirs")


def test_a_broken_audit_chain_restores_nothing(full: Backends, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.tar", tmp_path / "bad.tar"
    back_up(full, good)
    (full.settings.catalogs / "main" / "later").mkdir()
    with full.database.begin() as session:
        session.execute(text("DROP TRIGGER audit_event_keep_content"))
        session.execute(update(AuditEventRow).values(actor_name="nobody"))
    back_up(full, bad)
    settings = Settings(home=tmp_path / "new")
    with pytest.raises(BackupDamaged, match="audit chain") as caught:
        restore(settings, bad)
    assert caught.value.fix
    assert list(settings.catalogs.iterdir()) == []
    restore(settings, good)
