"""Files become tables: types found, bad input named by place, and nothing left behind on failure."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.backends.lakehouse.shop import csv, leftovers

from workbench.backends.lakehouse import FileFormat, ImportMode, Lakehouse, Watch
from workbench.backends.lakehouse.parquet_files import ParquetFile
from workbench.kernel.errors import Conflict, Invalid, NotFound


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


def test_large_rows_are_read_few_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"a": [os.urandom(100_000).hex() for _ in range(300)]}), file)
    source = ParquetFile.open(file)
    sizes = [batch.nbytes for batch in source.batches(source.schema)]
    assert len(sizes) > 3
    assert max(sizes) < 20_000_000


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
