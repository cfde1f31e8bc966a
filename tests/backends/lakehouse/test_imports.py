"""Files become tables: types found, bad input named by place, and nothing left behind on failure."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from workbench.backends.lakehouse import FileFormat, Imported, ImportMode, Lakehouse, Watch, delta_writes
from workbench.backends.lakehouse.parquet_files import ParquetFile
from workbench.kernel.errors import Conflict, Invalid, NotFound


@pytest.fixture
def lakehouse(tmp_path: Path) -> Lakehouse:
    made = Lakehouse(tmp_path / "catalogs")
    made.create_catalog("main")
    made.create_schema("main", "shop")
    return made


@pytest.fixture
def load(lakehouse: Lakehouse, tmp_path: Path):  # type: ignore[no-untyped-def]  # a local factory
    def load(
        content: bytes | str | pa.Table, file_format: FileFormat = "csv", mode: ImportMode = "create", name: str = "t"
    ) -> pa.Table:
        file = tmp_path / "upload"
        if isinstance(content, pa.Table):
            pq.write_table(content, file)
        else:
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        lakehouse.import_table(file, f"main.shop.{name}", file_format, mode)
        return lakehouse.table(f"main.shop.{name}").reader().read_all()

    return load


def csv(folder: Path, text: str, name: str = "rows.csv") -> Path:
    (folder / name).write_text(text)
    return folder / name


def leftovers(lakehouse: Lakehouse) -> list[str]:
    return [path.name for path in (lakehouse.root / "main" / "shop").iterdir()]


def test_types_of_csv_columns(load) -> None:  # type: ignore[no-untyped-def]
    table = load(
        "n,price,code,day,at,zoned,ok,phone,long,mixed,empty,text\n"
        '1,1.5,007,2026-01-31,2026-01-31 10:00:00,2026-01-31T10:00:00+02:00,true,+49,1234567890123456789,1,,"a ""b"""\n'
        "-2,2,1,2026-02-01,2026-01-31T10:00:00.25,2026-01-31T10:00:00Z,FALSE,0049,1,1.0,,\n"
    )
    assert {f.name: str(f.type) for f in table.schema} == {
        "n": "int64", "price": "double", "code": "string", "day": "date32[day]", "at": "timestamp[us]",
        "zoned": "timestamp[us, tz=UTC]", "ok": "bool", "phone": "string", "long": "string", "mixed": "double",
        "empty": "string", "text": "string",
    }  # fmt: skip
    first, second = table.to_pylist()
    assert first["code"] == "007"
    assert first["long"] == "1234567890123456789"
    assert first["zoned"] == dt.datetime(2026, 1, 31, 8, tzinfo=dt.UTC)
    assert first["text"] == 'a "b"'
    assert (second["ok"], second["text"], second["empty"]) == (False, None, None)


def test_an_impossible_date_stays_text(load) -> None:  # type: ignore[no-untyped-def]
    assert load("d\n2026-02-31\n").schema.field("d").type == pa.string()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_usual_delimiters_line_ends_and_marks(load, delimiter: str) -> None:  # type: ignore[no-untyped-def]
    table = load(f'\ufeffa{delimiter}b\r\n1{delimiter}"x{delimiter}\n y"\r\n')
    assert table.to_pylist() == [{"a": 1, "b": f"x{delimiter}\n y"}]


def test_quoted_empty_text_is_not_null(load) -> None:  # type: ignore[no-untyped-def]
    assert load('a,b\n"",x\n,y\n').column("a").to_pylist() == ["", None]


@pytest.mark.parametrize(
    ("content", "row", "says"),
    [
        (b"", None, "empty"),
        (b"  \n\n", None, "empty"),
        (b"a,b\n", 1, "no rows"),
        (b"a,b\n1,2\n1,2,3\n", 3, "2 columns and this row has 3"),
        (b"a,b\n1,2\n\n1\n", 3, "has 1"),
        (b"a,A\n1,2\n", None, "'A' and 'a'"),
        (b"a,a\n1,2\n", None, "Two columns are called 'a'"),
        (b"a,\n1,2\n", None, "Column 2 has no name"),
        (b"a,b\n1,\xff\n", 2, "byte 6 is 0xff"),
        (b"a,b\n1,x\n2,caf\xe9\n", 3, "byte 13 is 0xe9"),
        (b"a,b\n1,\xc3", 2, "byte 6 is 0xc3"),
        ("a,b\n1,x\n".encode("utf-16"), 1, "UTF-16"),
        (b"a,b\n1,\0\n", 2, "NUL"),
        (b'a,b\n1,"x\n2,y\n3,z\n', 2, "never closed"),
        (b'a,b\n1,2\n3,"' + b"x" * (40 << 20) + b'"\n', None, "16 MiB"),
        (b"a" * 200_000 + b",b\n1,2\n", 1, "header cannot be read"),
        (b",".join(b"c%d" % i for i in range(2001)) + b"\n" + b"," * 2000 + b"\n", 1, "2000 is the most"),
    ],
)
def test_bad_csv_is_named_by_place(load, lakehouse: Lakehouse, content: bytes, row: int | None, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid, match=says) as caught:
        load(content)
    assert caught.value.row == row
    assert leftovers(lakehouse) == []


def test_encoding_is_checked_across_chunks(load) -> None:  # type: ignore[no-untyped-def]
    from workbench.backends.lakehouse.text_files import CHUNK

    start = b"a,b\n1," + b"x" * (CHUNK - 7)
    assert load(start + "é\n".encode()).num_rows == 1
    with pytest.raises(Invalid, match=f"byte {CHUNK - 1} is 0xc3") as caught:
        load(start + b"\xc3(\n", name="u")
    assert caught.value.row == 2


def test_json_lines_merge_their_fields(load) -> None:  # type: ignore[no-untyped-def]
    table = load(
        '{"a": 1, "b": {"x": [1, 2]}, "when": "2026-01-01"}\n\n{"a": 1.5, "b": {"y": "z"}, "c": null}\n{"b": null}\n',
        "jsonl",
    )
    assert table.to_pylist() == [
        {"a": 1.0, "b": {"x": [1, 2], "y": None}, "when": "2026-01-01", "c": None},
        {"a": 1.5, "b": {"x": None, "y": "z"}, "when": None, "c": None},
        {"a": None, "b": None, "when": None, "c": None},
    ]


@pytest.mark.parametrize(
    ("content", "row", "says"),
    [
        (b"", None, "empty"),
        (b'{"a": 1}\n{"a": \n', 2, "not JSON"),
        (b'{"a": 1}\n[1]\n', 2, "list, not an object"),
        (b'{"a": 1}\n{"a": "x"}\n', 2, r"text \(x\) here and int64"),
        (b'{"a": 1}\n{"a": true}\n', 2, "true or false"),
        (b'{"a": {"b": 1}}\n{"a": {"b": "x"}}\n', 2, "an object"),
        (b'{"a": [1, "x"]}\n', 1, "a list"),
        (b'{"a": 9223372036854775808}\n{"a": 1}\n', 1, "whole number"),
        (b'{"a": NaN}\n', 1, "not JSON"),
        (b'{"a": "\xff"}\n', 1, "0xff"),
        (b"{}\n{}\n", 1, "no fields"),
        (b'{"a": {}}\n', None, "Column 'a'"),
        (b'{"a": 1, "A": 2}\n', None, "'A' and 'a'"),
        (b'{" ": 1}\n', None, "no name"),
        (b'{"a": "' + b"x" * (17 << 20) + b'"}\n', 1, "16 MiB"),
        (b"".join(b'{"k%d": 1}\n' % n for n in range(2100)), 2001, "more than 2000 fields"),
        (b"".join(b'{"a": {"k%d": 1}}\n' % n for n in range(2100)), 2000, "more than 2000 fields"),
        (b'{"a": 1}\n{"a": ' + b"[" * 900 + b"]" * 900 + b"}\n", 2, "deeper than 64"),
    ],
)
def test_bad_json_lines_are_named_by_place(  # type: ignore[no-untyped-def]
    load, lakehouse: Lakehouse, content: bytes, row: int | None, says: str
) -> None:
    with pytest.raises(Invalid, match=says) as caught:
        load(content, "jsonl")
    assert caught.value.row == row
    assert leftovers(lakehouse) == []


def test_a_late_misfit_in_json_lines_is_found_in_its_row(load) -> None:  # type: ignore[no-untyped-def]
    lines = b'{"a": 1}\n' * 12_000
    with pytest.raises(Invalid, match="Column 'a'") as caught:
        load(lines + b'{"a": "x"}\n', "jsonl")
    assert caught.value.row == 12_001


def test_parquet_types_are_brought_to_delta(load) -> None:  # type: ignore[no-untyped-def]
    table = load(
        pa.table(
            {
                "u": pa.array([200], pa.uint8()),
                "big": pa.array([2**64 - 1], pa.uint64()),
                "ns": pa.array([1_000_000_001], pa.timestamp("ns", "Europe/Berlin")),
                "word": pa.array(["x"]).dictionary_encode(),
                "money": pa.array([Decimal("1.50")]),
                "nested": pa.array([{"a": [1]}]),
                "none": pa.array([None], pa.null()),
            }
        ),
        "parquet",
    )
    row = table.to_pylist()[0]
    assert (row["u"], row["big"], row["word"], row["money"]) == (200, Decimal(2**64 - 1), "x", Decimal("1.50"))
    assert row["ns"] == dt.datetime(1970, 1, 1, 0, 0, 1, tzinfo=dt.UTC)
    assert (row["nested"], row["none"]) == ({"a": [1]}, None)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not parquet", "not Parquet"),
        (b"", "not Parquet"),
        (pa.table({"a": pa.array([], pa.int64())}), "no rows"),
        (pa.table({"a": pa.array([1], pa.time64("us"))}), "Column 'a'"),
        (pa.table({"a": [1], "A": [2]}), "'A' and 'a'"),
    ],
)
def test_bad_parquet_is_refused(load, lakehouse: Lakehouse, content: bytes | pa.Table, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid, match=says):
        load(content, "parquet")
    assert leftovers(lakehouse) == []


def test_append_keeps_the_tables_types(load, lakehouse: Lakehouse) -> None:  # type: ignore[no-untyped-def]
    load("code,n\n007,1.5\n")
    before = lakehouse.pin("main.shop.t")
    table = load("n,code\n2,8\n", mode="append")
    assert sorted(table.to_pylist(), key=lambda row: row["n"]) == [{"code": "007", "n": 1.5}, {"code": "8", "n": 2.0}]
    assert lakehouse.table("main.shop.t", before).count() == 1


@pytest.mark.parametrize(
    ("content", "row", "says"),
    [
        ("code,n\nx,y\n", 2, "'y' in column 'n'"),
        ("code,other\nx,1\n", None, "no column 'other'"),
        ("n\n1\nx\n", 3, "'x'"),
    ],
)
def test_append_that_does_not_fit_changes_nothing(  # type: ignore[no-untyped-def]
    load, lakehouse: Lakehouse, content: str, row: int | None, says: str
) -> None:
    load("code,n\n007,1\n")
    files, pin = leftovers(lakehouse), lakehouse.pin("main.shop.t")
    parts = sorted(path.name for path in (lakehouse.root / "main/shop/t").iterdir())
    with pytest.raises(Invalid, match=says) as caught:
        load(content, mode="append")
    assert caught.value.row == row
    assert (leftovers(lakehouse), lakehouse.pin("main.shop.t")) == (files, pin)
    assert sorted(path.name for path in (lakehouse.root / "main/shop/t").iterdir()) == parts


def test_overwrite_may_change_the_columns(load) -> None:  # type: ignore[no-untyped-def]
    load("a\n1\n")
    assert load('{"b": "x"}\n', "jsonl", "overwrite").to_pylist() == [{"b": "x"}]


def test_create_append_and_overwrite_need_what_they_name(load) -> None:  # type: ignore[no-untyped-def]
    load("a\n1\n")
    with pytest.raises(Conflict, match="already"):
        load("a\n1\n")
    for mode in ("append", "overwrite"):
        with pytest.raises(NotFound):
            load("a\n1\n", mode=mode, name="other")


def test_a_broken_write_leaves_no_table(load, lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from workbench.backends.lakehouse.csv_files import CsvFile

    def breaks(self: CsvFile, schema: pa.Schema):  # type: ignore[no-untyped-def]
        yield pa.RecordBatch.from_pylist([{"a": 1}], schema=schema)
        raise OSError("the disk is gone")

    monkeypatch.setattr(CsvFile, "batches", breaks)
    with pytest.raises(OSError, match="disk"):
        load("a\n1\n2\n")
    assert leftovers(lakehouse) == []


@pytest.mark.parametrize("mode", ["create", "append", "overwrite"])
def test_a_marked_import_happens_once(load, lakehouse: Lakehouse, tmp_path: Path, mode: ImportMode) -> None:  # type: ignore[no-untyped-def]
    load("a\n0\n", name="other")
    file, name = tmp_path / "upload.csv", "main.shop.t" if mode == "create" else "main.shop.other"
    file.write_text("a\n1\n2\n")
    watch = Watch(mark="import-1")
    done = lakehouse.import_table(file, name, "csv", mode, watch)
    assert lakehouse.import_table(file, name, "csv", mode, watch) == done
    assert done.rows == 2
    assert lakehouse.table(name).count() == (3 if mode == "append" else 2)


def test_who_watches_an_import_may_stop_it(lakehouse: Lakehouse, tmp_path: Path) -> None:
    file, seen = tmp_path / "upload.csv", []
    file.write_text("a\n" + "1\n" * 200_000)

    def progress(rows: int) -> None:
        seen.append(rows)
        if rows > 100_000:
            raise KeyError("stop")

    with pytest.raises(KeyError):
        lakehouse.import_table(file, "main.shop.t", "csv", "create", Watch(progress=progress))
    assert seen == sorted(seen)
    assert leftovers(lakehouse) == []


@pytest.mark.parametrize("piece", [delta_writes._PIECE, 50_000])
def test_rows_keep_the_order_that_their_author_gave_them(
    lakehouse: Lakehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(delta_writes, "_PIECE", piece)
    name, places = "main.shop.ordered", list(range(100_000, 0, -1))
    pq.write_table(pa.table({"place": places}), tmp_path / "rows.parquet", row_group_size=5_000)
    for mode, times in (("create", 1), ("append", 2), ("overwrite", 1)):
        watch = Watch(mark=mode)
        done = lakehouse.import_table(tmp_path / "rows.parquet", name, "parquet", mode, watch)  # type: ignore[arg-type]
        read = lakehouse.table(name).reader(["place"]).read_all()["place"].to_pylist()
        assert read == places * times
        assert done == lakehouse.import_table(tmp_path / "rows.parquet", name, "parquet", mode, watch)  # type: ignore[arg-type]
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


def test_large_rows_are_read_few_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"a": [os.urandom(100_000).hex() for _ in range(300)]}), file)
    source = ParquetFile.open(file)
    sizes = [batch.nbytes for batch in source.batches(source.schema)]
    assert len(sizes) > 3
    assert max(sizes) < 20_000_000


@pytest.mark.parametrize("mode", ["append", "overwrite"])
def test_tables_with_rules_keep_to_them(lakehouse: Lakehouse, tmp_path: Path, mode: ImportMode) -> None:
    for name, table, rules in (
        ("parted", pa.table({"a": [1], "day": ["mon"]}), {"partition_by": ["day"]}),
        ("checked", pa.table({"a": [1], "day": ["mon"]}), {}),
    ):
        write_deltalake(lakehouse.root / "main/shop" / name, table, **rules)  # type: ignore[arg-type]
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


def test_two_uploads_at_once_get_no_number_twice(lakehouse: Lakehouse, tmp_path: Path) -> None:
    file, name = csv(tmp_path, "text\nx\n"), "main.shop.t"
    lakehouse.import_table(file, name, "csv", number_column="row_id")

    def progress(_rows: int) -> None:
        lakehouse.import_table(file, name, "csv", "append", number_column="row_id")

    with pytest.raises(Conflict, match="changed meanwhile"):
        lakehouse.import_table(file, name, "csv", "append", Watch(progress=progress), number_column="row_id")
    assert lakehouse.table(name).reader().read_all()["row_id"].to_pylist() == [1, 2]


def test_rows_without_a_key_can_be_numbered(lakehouse: Lakehouse, tmp_path: Path) -> None:
    file, name = tmp_path / "upload.csv", "main.shop.t"
    file.write_text("text\nx\ny\n")
    for mode in ("create", "append"):
        lakehouse.import_table(file, name, "csv", mode, number_column="row_id")  # type: ignore[arg-type]
    rows = lakehouse.table(name).reader().read_all().to_pylist()
    assert rows == [{"row_id": n, "text": text} for n, text in enumerate(["x", "y", "x", "y"], 1)]
    for column, mode in (("TEXT", "create"), (" ", "create"), ("other", "append")):
        with pytest.raises(Invalid):
            lakehouse.import_table(file, name if mode == "append" else "main.shop.u", "csv", mode, number_column=column)  # type: ignore[arg-type]
