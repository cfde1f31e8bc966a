"""A backup of a workbench in which people and jobs go on writing and deleting files."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from workbench import migrations
from workbench.app import backup
from workbench.app.backup import back_up, verify_backup
from workbench.app.restore import restore
from workbench.backends.bundle import Backends
from workbench.backends.settings import Settings
from workbench.kernel.errors import Conflict

Meanwhile = Callable[[str, Callable[[], object]], None]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Backends]:
    backends = Backends.open(Settings(home=tmp_path / "old"))
    migrations.upgrade(backends.database)
    backends.queue.prepare()
    yield backends
    backends.close()


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Lets something happen just before the file whose name ends so is read."""

    def at(name: str, happens: Callable[[], object]) -> None:
        add, left = backup._add, [happens]

        def watched(tar: tarfile.TarFile, path: Path, *rest: Any) -> Any:
            if str(path).endswith(name) and left:
                left.pop()()
            return add(tar, path, *rest)

        monkeypatch.setattr(backup, "_add", watched)

    return at


def write(path: Path, content: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def names(file: Path) -> set[str]:
    return {entry.name for entry in verify_backup(file).entries if entry.rows is None}


def test_what_is_being_written_is_left_out(running: Backends, tmp_path: Path) -> None:
    files, schema = running.settings.files, running.settings.catalogs / "main" / "cat" / "med"
    kept = [
        write(files / "exports" / "1" / "train.jsonl"),
        write(files / "labels" / "1.jsonl"),
        write(schema / "_volumes" / "scans" / "a.partial"),
        write(schema / "_volumes" / "scans" / "b#1"),
        write(schema / "_volumes" / "scans" / "copied" / "_delta_log" / "_last_checkpoint"),
        write(schema / "_volumes" / "scans" / "copied" / "photo#3"),
    ]
    for unfinished in (
        files / "exports" / "2.1.partial" / "train.jsonl",
        files / "labels" / "2.partial",
        schema / ".staging-1" / "part-0.parquet",
        schema / ".dropped-1" / "part-0.parquet",
        schema / "_volumes" / "scans" / ".upload-1",
        schema / "_volumes" / "other" / ".upload-1",
    ):
        write(unfinished)
    file = tmp_path / "backup.tar"
    assert back_up(running, file).vanished == []
    assert names(file) == {str(path.relative_to(running.settings.home)) for path in kept}
    restore(Settings(home=tmp_path / "new"), file)
    other = tmp_path / "new" / schema.relative_to(running.settings.home) / "_volumes" / "other"
    assert list(other.iterdir()) == [], "a volume is there though all that it has is still on its way"


def test_what_is_deleted_meanwhile_is_named(running: Backends, tmp_path: Path, meanwhile: Meanwhile) -> None:
    gone = write(running.settings.files / "exports" / "1" / "train.jsonl")
    write(running.settings.files / "exports" / "2" / "train.jsonl")
    meanwhile("table", gone.unlink)  # after the moment of the rows, before the files are read
    made = back_up(running, tmp_path / "backup.tar")
    assert made.vanished == verify_backup(tmp_path / "backup.tar").vanished == ["files/exports/1/train.jsonl"]
    assert names(tmp_path / "backup.tar") == {"files/exports/2/train.jsonl"}


def test_a_table_dropped_meanwhile_is_named(running: Backends, tmp_path: Path, meanwhile: Meanwhile) -> None:
    lakehouse = running.lakehouse("main")
    lakehouse.create_catalog("cat")
    lakehouse.create_schema("cat", "med")
    write_deltalake(lakehouse.root / "cat" / "med" / "rows", pa.table({"id": [1]}))
    meanwhile("0.json", lambda: lakehouse.drop_table("cat.med.rows"))
    made = back_up(running, tmp_path / "backup.tar")
    assert "catalogs/main/cat/med/rows" in made.vanished
    assert names(tmp_path / "backup.tar") == set()


def test_a_table_written_meanwhile_is_whole(running: Backends, tmp_path: Path, meanwhile: Meanwhile) -> None:
    table = running.settings.catalogs / "main" / "cat" / "med" / "rows"

    def append() -> None:
        write_deltalake(table, pa.table({"part": ["a", "b"], "id": [1, 2]}), mode="append", partition_by=["part"])

    append()

    def more() -> None:
        append()
        DeltaTable(table).create_checkpoint()

    meanwhile("0.json", more)
    back_up(running, tmp_path / "first.tar")
    meanwhile("1.json", append)
    back_up(running, tmp_path / "second.tar")
    for number, (file, rows) in enumerate((("first.tar", 2), ("second.tar", 4))):
        settings = Settings(home=tmp_path / file.partition(".")[0])
        restore(settings, tmp_path / file)
        restored = DeltaTable(settings.catalogs / "main" / "cat" / "med" / "rows")
        assert restored.version() == number
        assert restored.to_pyarrow_dataset().count_rows() == rows


def test_a_file_cut_short_meanwhile_is_no_good_backup(running: Backends, tmp_path: Path, monkeypatch: Any) -> None:
    cut = write(running.settings.catalogs / "main" / "cat" / "med" / "rows.csv", "id\n" + "1\n" * 100)
    hashed = backup._Hashed

    def opened(file: Any, name: str) -> Any:
        if name.endswith(cut.name):
            cut.write_text("id\n")
        return hashed(file, name)

    monkeypatch.setattr(backup, "_Hashed", opened)
    with pytest.raises(Conflict, match=r"rows\.csv was cut short"):
        back_up(running, tmp_path / "backup.tar")
    assert not (tmp_path / "backup.tar").exists()


def test_files_keep_their_very_time_which_pins_tables(running: Backends, tmp_path: Path) -> None:
    place = Path("main") / "cat" / "med" / "rows.csv"
    os.utime(write(running.settings.catalogs / place, "id\n1\n"), ns=(1, 1_700_000_000_123_456_789))
    pin = running.lakehouse("main").pin("cat.med.rows")
    back_up(running, tmp_path / "backup.tar")
    settings = Settings(home=tmp_path / "new")
    restore(settings, tmp_path / "backup.tar")
    assert (settings.catalogs / place).stat().st_mtime_ns == 1_700_000_000_123_456_789
    restored = Backends.open(settings)
    assert restored.lakehouse("main").pin("cat.med.rows") == pin
    restored.close()
