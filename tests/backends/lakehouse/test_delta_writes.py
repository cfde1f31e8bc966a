"""Rows become a Delta table: in order, at once or not at all, whatever else happens to the table meanwhile."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError
from tests.backends.lakehouse.shop import csv, leftovers

from workbench.backends.lakehouse import Imported, ImportMode, Lakehouse, Watch, delta_writes
from workbench.kernel.errors import Conflict

# how a table is written, and how often its rows are there then
ORDER: tuple[tuple[ImportMode, int], ...] = (("create", 1), ("append", 2), ("overwrite", 1))


@pytest.mark.parametrize("piece", [delta_writes._PIECE, 50_000])
def test_rows_keep_the_order_that_their_author_gave_them(
    lakehouse: Lakehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(delta_writes, "_PIECE", piece)
    name, places = "main.shop.ordered", list(range(100_000, 0, -1))
    pq.write_table(pa.table({"place": places}), tmp_path / "rows.parquet", row_group_size=5_000)
    for mode, times in ORDER:
        watch = Watch(mark=mode)
        done = lakehouse.import_table(tmp_path / "rows.parquet", name, "parquet", mode, watch)
        read = lakehouse.table(name).reader(["place"]).read_all()["place"].to_pylist()
        assert read == places * times
        assert done == lakehouse.import_table(tmp_path / "rows.parquet", name, "parquet", mode, watch)
        found = lakehouse.table(name).matching({"place": pa.array([77, 99_999])})["place"].to_pylist()
        assert found == [99_999, 77] * times
    assert leftovers(lakehouse) == ["ordered"]


def test_what_is_in_pieces_is_one_commit_for_those_who_read(
    lakehouse: Lakehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delta_writes, "_PIECE", 1)
    file, name = tmp_path / "rows.parquet", "main.shop.t"
    lakehouse.import_table(csv(tmp_path, "a,b\n1,x\n"), name, "csv")
    before = DeltaTable(lakehouse.root / "main/shop/t").version()
    pq.write_table(pa.table({"a": list(range(2, 30_002))}), file, row_group_size=1_000)
    appended = lakehouse.import_table(file, name, "parquet", "append")
    assert appended.version == before + 1
    table = lakehouse.table(name).reader().read_all()
    assert table["a"].to_pylist() == list(range(1, 30_002))
    assert table["b"].null_count == 30_000
    adds = pa.table(DeltaTable(lakehouse.root / "main/shop/t").get_add_actions(flatten=True))
    assert sum(adds["num_records"].to_pylist()) == 30_001
    assert max(adds["max.a"].to_pylist()) == 30_001


def test_overwriting_with_times_of_no_zone(lakehouse: Lakehouse, tmp_path: Path) -> None:
    name = "main.shop.t"
    lakehouse.import_table(csv(tmp_path, "a\n1\n"), name, "csv")
    lakehouse.import_table(csv(tmp_path, "day\n2026-01-02 03:04:05\n"), name, "csv", "overwrite")
    assert lakehouse.table(name).reader().read_all()["day"].cast(pa.string()).to_pylist() == [
        "2026-01-02 03:04:05.000000"
    ]


def append(place: Path) -> None:
    write_deltalake(place, pa.table({"a": [9]}), mode="append")


def replace(place: Path) -> None:
    write_deltalake(place, pa.table({"other": ["x"]}), mode="overwrite", schema_mode="overwrite")


def compact(place: Path) -> None:
    append(place)
    DeltaTable(place).optimize.compact()


def make_anew(place: Path) -> None:
    shutil.rmtree(place)
    write_deltalake(place, pa.table({"a": [7]}))


@pytest.mark.parametrize(
    ("mode", "between", "rows"),
    [
        ("append", append, [1, 9, 2]),
        ("append", compact, [1, 9, 2]),
        ("append", replace, None),
        ("append", make_anew, None),
        ("overwrite", append, None),
        ("overwrite", compact, None),
        ("overwrite", replace, None),
        ("overwrite", make_anew, None),
    ],
)
def test_what_somebody_else_commits_in_between_is_never_lost(
    lakehouse: Lakehouse, tmp_path: Path, mode: ImportMode, between: Callable[[Path], None], rows: list[int] | None
) -> None:
    name, place = "main.shop.t", lakehouse.root / "main/shop/t"
    lakehouse.import_table(csv(tmp_path, "a\n1\n"), name, "csv")

    def bring() -> None:
        file = csv(tmp_path, "a\n2\n")
        lakehouse.import_table(file, name, "csv", mode, Watch(progress=lambda _rows: between(place)))

    if rows is None:
        with pytest.raises(Conflict, match="changed meanwhile"):
            bring()
    else:
        bring()
        assert sorted(lakehouse.table(name).reader().read_all()["a"].to_pylist()) == sorted(rows)
        assert lakehouse.table(name).reader().read_all()["a"].to_pylist()[-1] == 2
    table = DeltaTable(place)
    known = {Path(uri).name for each in range(table.version() + 1) for uri in DeltaTable(place, each).file_uris()}
    assert {path.name for path in place.glob("*.parquet")} == known
    assert leftovers(lakehouse) == ["t"]


@pytest.mark.parametrize("mode", ["create", "append", "overwrite"])
def test_two_runs_of_one_import_write_its_rows_once(lakehouse: Lakehouse, tmp_path: Path, mode: ImportMode) -> None:
    name = "main.shop.t"
    if mode != "create":
        lakehouse.import_table(csv(tmp_path, "a\n0\n"), name, "csv")
    file, done = csv(tmp_path, "a\n1\n2\n"), []

    def progress(_rows: int) -> None:
        done.append(lakehouse.import_table(file, name, "csv", mode, Watch(mark="one")))

    done.append(lakehouse.import_table(file, name, "csv", mode, Watch(mark="one", progress=progress)))
    assert done[0] == done[1]
    rows = lakehouse.table(name).reader().read_all()["a"].to_pylist()
    assert rows == ([0, 1, 2] if mode == "append" else [1, 2])
    assert leftovers(lakehouse) == ["t"]


@pytest.mark.parametrize("mode", ["create", "append"])
def test_rows_that_went_missing_on_the_way_are_noticed(
    lakehouse: Lakehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: ImportMode
) -> None:
    monkeypatch.setattr(delta_writes, "_PIECE", 1)
    name, file = "main.shop.t", tmp_path / "rows.parquet"
    if mode == "append":
        lakehouse.import_table(csv(tmp_path, "a\n0\n"), name, "csv")
    pq.write_table(pa.table({"a": [1, 2, 3, 4]}), file, row_group_size=1)

    def progress(rows: int) -> None:
        for staging in (lakehouse.root / "main/shop").glob(".staging-*") if rows == 3 else []:
            shutil.rmtree(staging)

    with pytest.raises(Conflict, match="2 of 4 rows could be read"):
        lakehouse.import_table(file, name, "parquet", mode, Watch(mark="lossy", progress=progress))
    assert leftovers(lakehouse) == (["t"] if mode == "append" else [])


@pytest.mark.parametrize("mode", ["append", "overwrite"])
def test_a_commit_that_fails_leaves_no_files(
    lakehouse: Lakehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: ImportMode
) -> None:
    name, place = "main.shop.t", lakehouse.root / "main/shop/t"
    lakehouse.import_table(csv(tmp_path, "a\n1\n"), name, "csv")
    before = sorted(place.rglob("*"))

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(DeltaTable, "create_write_transaction", full)
    with pytest.raises(OSError, match="No space"):
        lakehouse.import_table(csv(tmp_path, "a\n2\n"), name, "csv", mode)
    assert sorted(place.rglob("*")) == before
    assert leftovers(lakehouse) == ["t"]


def test_a_commit_that_fails_only_afterwards_counts(
    lakehouse: Lakehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "main.shop.t"
    lakehouse.import_table(csv(tmp_path, "a\n1\n"), name, "csv")
    commit = DeltaTable.create_write_transaction

    def stumble(*arguments: Any, **options: Any) -> None:
        commit(*arguments, **options)
        raise DeltaError("no checkpoint")

    monkeypatch.setattr(DeltaTable, "create_write_transaction", stumble)
    assert lakehouse.import_table(csv(tmp_path, "a\n2\n"), name, "csv", "append").rows == 1
    assert lakehouse.table(name).reader().read_all()["a"].to_pylist() == [1, 2]


def test_what_killed_imports_left_goes_after_a_day(lakehouse: Lakehouse, tmp_path: Path) -> None:
    for name, age in (("old", 90_000), ("young", 3_600)):
        folder = lakehouse.root / "main/shop" / f".staging-{name}"
        (folder / "pieces").mkdir(parents=True)
        os.utime(folder, (time.time() - age, time.time() - age))
    lakehouse.import_table(csv(tmp_path, "a\n1\n"), "main.shop.t", "csv")
    assert sorted(leftovers(lakehouse)) == [".staging-young", "t"]


def test_a_new_table_has_one_version(lakehouse: Lakehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delta_writes, "_PIECE", 1)
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"a": list(range(5_000))}), file, row_group_size=1_000)
    assert lakehouse.import_table(file, "main.shop.t", "parquet") == Imported(5_000, 0)
    assert len(DeltaTable(lakehouse.root / "main/shop/t").history()) == 1
    assert lakehouse.pin("main.shop.t").startswith("delta:0:")


@pytest.mark.parametrize("mode", ["append", "overwrite"])
def test_tables_with_rules_keep_to_them(lakehouse: Lakehouse, tmp_path: Path, mode: ImportMode) -> None:
    rows = pa.table({"a": [1], "day": ["mon"]})
    write_deltalake(lakehouse.root / "main/shop/parted", rows, partition_by=["day"])
    write_deltalake(lakehouse.root / "main/shop/checked", rows)
    DeltaTable(lakehouse.root / "main/shop/checked").alter.add_constraint({"positive": "a > 0"})
    required = [pa.field("a", pa.int64(), nullable=False), pa.field("day", pa.string())]
    write_deltalake(lakehouse.root / "main/shop/required", pa.table({"a": [1], "day": ["mon"]}, pa.schema(required)))
    good, bad = csv(tmp_path, "a,day\n2,tue\n"), csv(tmp_path, "a,day\n-1,tue\n", "bad.csv")
    with pytest.raises(Conflict, match="could not be written"):
        lakehouse.import_table(csv(tmp_path, "day\ntue\n", "less.csv"), "main.shop.required", "csv", "append")
    for name in ("parted", "checked"):
        lakehouse.import_table(good, f"main.shop.{name}", "csv", mode)
        rows = lakehouse.table(f"main.shop.{name}").reader().read_all().sort_by("a").to_pylist()
        assert rows == [{"a": 1, "day": "mon"}, {"a": 2, "day": "tue"}][-2 if mode == "append" else -1 :]
    with pytest.raises(Conflict, match="could not be written"):
        lakehouse.import_table(bad, "main.shop.checked", "csv", mode)
    lakehouse.import_table(csv(tmp_path, "a\n3\n", "less.csv"), "main.shop.parted", "csv", "append")
    parted = DeltaTable(lakehouse.root / "main/shop/parted")
    assert parted.metadata().partition_columns == ["day"]

    def stop(_rows: int) -> None:
        raise KeyError("stop")

    with pytest.raises(KeyError):
        lakehouse.import_table(good, "main.shop.parted", "csv", mode, Watch(progress=stop))
    assert DeltaTable(lakehouse.root / "main/shop/parted").version() == parted.version()
