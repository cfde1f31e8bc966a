"""The folder as catalogs, schemas, tables and volumes: names, shapes, pins, previews, dropping."""

from __future__ import annotations

import io
import json
from pathlib import Path

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.backends.lakehouse import FileName, FullName, Lakehouse, SourceChanged, columns_of
from workbench.kernel.errors import Conflict, Invalid, NotFound


@pytest.fixture
def lakehouse(tmp_path: Path) -> Lakehouse:
    made = Lakehouse(tmp_path / "catalogs")
    made.create_catalog("main")
    made.create_schema("main", "med")
    return made


@pytest.fixture
def place(lakehouse: Lakehouse) -> Path:
    return lakehouse.root / "main" / "med"


def test_what_is_made_is_listed_and_dropped(lakehouse: Lakehouse) -> None:
    lakehouse.create_volume("main.med.scans")
    lakehouse.volume("main.med.scans").save("a.txt", io.BytesIO(b"a"))
    assert [c.catalog_name for c in lakehouse.catalogs()] == ["main"]
    assert [s.schema_name for s in lakehouse.schemas("MAIN")] == ["med"]
    assert (lakehouse.tables("main", "med"), lakehouse.volumes("main", "med")) == ([], ["scans"])
    assert lakehouse.describe_volume("Main.Med.Scans").name == "scans"
    for drop in (
        lambda: lakehouse.drop_catalog("main"),
        lambda: lakehouse.drop_schema("main", "med"),
        lambda: lakehouse.drop_volume("main.med.scans"),
    ):
        with pytest.raises(Conflict):
            drop()
    lakehouse.drop_volume("main.med.scans", force=True)
    lakehouse.drop_schema("main", "med")
    lakehouse.drop_catalog("main")
    assert lakehouse.catalogs() == []
    assert list(lakehouse.root.iterdir()) == []


def test_an_empty_root_has_no_catalogs(tmp_path: Path) -> None:
    assert Lakehouse(tmp_path / "nothing").catalogs() == []


@pytest.mark.parametrize(
    "name", ["", " ", "a.b", "-a", "a b", "../x", "ä", "a" * 129, "_volumes", "_delta_log", "a/b", "a\0"]
)
def test_bad_names_are_refused(lakehouse: Lakehouse, name: str) -> None:
    for act in (
        lambda: lakehouse.create_catalog(name),
        lambda: lakehouse.create_schema("main", name),
        lambda: lakehouse.create_volume(f"main.med.{name}"),
        lambda: lakehouse.table(f"main.med.{name}"),
        lambda: lakehouse.schemas(name),
    ):
        with pytest.raises(Invalid):
            act()


def test_what_is_not_there_is_not_found(lakehouse: Lakehouse) -> None:
    for act in (
        lambda: lakehouse.schemas("other"),
        lambda: lakehouse.tables("main", "other"),
        lambda: lakehouse.table("main.med.other"),
        lambda: lakehouse.volume("main.med.other"),
        lambda: lakehouse.drop_table("main.med.other"),
        lambda: lakehouse.create_volume("main.other.v"),
    ):
        with pytest.raises(NotFound):
            act()
    for act in (lambda: lakehouse.create_catalog("MAIN"), lambda: lakehouse.create_schema("main", "Med")):
        with pytest.raises(Conflict):
            act()


def test_every_kind_of_table_reads_alike(lakehouse: Lakehouse, place: Path) -> None:
    rows = pa.table({"id": [1, 2, 3], "name": ["x", "y", None]})
    deltalake.write_deltalake(place / "delta", rows)
    (place / "folder").mkdir()
    pq.write_table(rows.slice(0, 2), place / "folder" / "1.parquet")
    pq.write_table(rows.slice(2), place / "folder" / "2.parquet")
    pq.write_table(rows, place / "single.parquet", row_group_size=2)
    (place / "Comma.csv").write_text("id,name\n1,x\n2,y\n3,\n")
    (place / "lines.jsonl").write_text('{"id":1,"name":"x"}\n{"id":2,"name":"y"}\n{"id":3,"name":null}\n')
    (place / "readme.txt").write_text("not a table")
    (place / ".staging-1").mkdir()
    assert lakehouse.tables("main", "med") == ["comma", "delta", "folder", "lines", "single"]
    formats = {}
    for name in lakehouse.tables("main", "med"):
        table = lakehouse.table(f"main.med.{name}")
        formats[name] = table.format
        assert table.schema.equals(rows.schema), name
        assert table.count() == 3
        assert table.reader().read_all().to_pylist() == rows.to_pylist()
        for start in range(5):
            assert table.reader(start=start).read_all().to_pylist() == rows.slice(start).to_pylist()
        assert table.reader(["name"]).read_all().to_pylist() == rows.select(["name"]).to_pylist()
        assert table.matching({"id": pa.array([3, 9])}).to_pylist() == [{"id": 3, "name": None}]
        assert table.matching({"id": pa.array([1, 2]), "name": pa.array(["y"])}, ["name"]).to_pylist() == [
            {"name": "y"}
        ]
        assert lakehouse.preview(f"main.med.{name}", offset=1, limit=1).to_pylist() == [{"id": 2, "name": "y"}]
        info = lakehouse.describe(f"main.med.{name}")
        assert (info.data_source_format, info.pin) == (table.format, lakehouse.pin(f"main.med.{name}"))
        assert info.table_type == ("MANAGED" if name == "delta" else "EXTERNAL")
        assert info.storage_location.startswith("file:///")
    assert formats == {"comma": "CSV", "delta": "DELTA", "folder": "PARQUET", "lines": "JSON", "single": "PARQUET"}


def test_columns_in_the_shapes_of_unity_catalog() -> None:
    schema = pa.schema(
        [
            pa.field("id", pa.int64(), nullable=False),
            ("price", pa.decimal128(10, 2)),
            ("at", pa.timestamp("us", "UTC")),
            ("local", pa.timestamp("us")),
            ("tags", pa.list_(pa.string())),
            ("who", pa.struct([("name", pa.string()), ("age", pa.int32())])),
            ("more", pa.map_(pa.string(), pa.float64())),
        ]
    )
    columns = columns_of(schema)
    assert [(c.name, c.type_name, c.type_text) for c in columns] == [
        ("id", "LONG", "bigint"),
        ("price", "DECIMAL", "decimal(10,2)"),
        ("at", "TIMESTAMP", "timestamp"),
        ("local", "TIMESTAMP_NTZ", "timestamp_ntz"),
        ("tags", "ARRAY", "array<string>"),
        ("who", "STRUCT", "struct<name:string,age:int>"),
        ("more", "MAP", "map<string,double>"),
    ]
    assert json.loads(columns[0].type_json) == {"name": "id", "type": "long", "nullable": False, "metadata": {}}
    assert json.loads(columns[4].type_json)["type"] == {"type": "array", "elementType": "string", "containsNull": True}
    assert [c.position for c in columns] == list(range(7))


def test_spark_json_is_what_delta_writes(place: Path) -> None:
    rows = pa.table({"id": [1], "who": [{"name": "x", "tags": ["a"]}], "n": pa.array([1], pa.decimal128(12, 3))})
    deltalake.write_deltalake(place / "t", rows)
    delta = deltalake.DeltaTable(place / "t")
    written = json.loads(delta.schema().to_json())["fields"]
    assert [json.loads(c.type_json) for c in columns_of(delta.to_pyarrow_dataset().schema)] == written


def test_delta_is_read_as_pinned(lakehouse: Lakehouse, place: Path) -> None:
    deltalake.write_deltalake(place / "t", pa.table({"id": [1]}))
    pin = lakehouse.pin("main.med.t")
    assert pin.startswith("delta:0:")
    deltalake.write_deltalake(place / "t", pa.table({"id": [2]}), mode="overwrite")
    assert lakehouse.table("main.med.t", pin).reader().read_all().to_pylist() == [{"id": 1}]
    assert lakehouse.table("main.med.t").reader().read_all().to_pylist() == [{"id": 2}]
    for bad in ("delta:9", "delta:x", "files:abc", "nonsense"):
        with pytest.raises(SourceChanged):
            lakehouse.table("main.med.t", bad)


def test_a_vacuumed_version_is_a_changed_source(lakehouse: Lakehouse, place: Path) -> None:
    deltalake.write_deltalake(place / "t", pa.table({"id": [1]}))
    pin = lakehouse.pin("main.med.t")
    deltalake.write_deltalake(place / "t", pa.table({"id": [2]}), mode="overwrite")
    deltalake.DeltaTable(place / "t").vacuum(0, dry_run=False, enforce_retention_duration=False)
    table = lakehouse.table("main.med.t", pin)
    with pytest.raises(SourceChanged):
        table.matching({"id": pa.array([1])})


def test_a_table_made_again_is_not_the_pinned_one(lakehouse: Lakehouse, place: Path) -> None:
    deltalake.write_deltalake(place / "t", pa.table({"id": [1]}))
    pin = lakehouse.pin("main.med.t")
    lakehouse.drop_table("main.med.t")
    deltalake.write_deltalake(place / "t", pa.table({"id": [2]}))
    with pytest.raises(SourceChanged):
        lakehouse.table("main.med.t", pin)


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet", "t/1.parquet"])
def test_files_are_read_as_pinned_or_not_at_all(lakehouse: Lakehouse, place: Path, name: str) -> None:
    def write(value: int) -> None:
        path = place / name
        path.parent.mkdir(exist_ok=True)
        if name.endswith("csv"):
            path.write_text(f"id\n{value}\n")
        elif name.endswith("jsonl"):
            path.write_text(f'{{"id":{value}}}\n')
        else:
            pq.write_table(pa.table({"id": [value]}), path)

    write(1)
    pin = lakehouse.pin("main.med.t")
    assert lakehouse.table("main.med.t", pin).count() == 1
    write(22)
    with pytest.raises(SourceChanged):
        lakehouse.table("main.med.t", pin)
    assert lakehouse.preview("main.med.t").to_pylist() == [{"id": 22}]


def test_one_row_is_found_without_reading_the_rest(lakehouse: Lakehouse, place: Path) -> None:
    rows = pa.table({"id": pa.array(range(50_000)), "body": ["x"] * 50_000})
    deltalake.write_deltalake(place / "t", rows, writer_properties=deltalake.WriterProperties(max_row_group_size=1_000))
    assert lakehouse.table("main.med.t").matching({"id": pa.array([49_999, 7])}).column("id").to_pylist() == [7, 49_999]


def test_partitioned_delta_keeps_its_columns(lakehouse: Lakehouse, place: Path) -> None:
    deltalake.write_deltalake(place / "t", pa.table({"id": [1, 2], "day": ["a", "b"]}), partition_by=["day"])
    assert lakehouse.table("main.med.t").matching({"id": pa.array([2])}).to_pylist() == [{"id": 2, "day": "b"}]


def test_rows_appended_to_partitions_come_last(lakehouse: Lakehouse, place: Path) -> None:
    for ids in ([1, 2], [3, 4]):
        rows = pa.table({"id": ids, "day": ["a b/ä", None]})  # names of folders that have to be escaped
        deltalake.write_deltalake(place / "t", rows, mode="append", partition_by=["day"])
    assert {row["id"] for row in lakehouse.preview("main.med.t").to_pylist()[:2]} == {1, 2}


def test_a_table_of_the_files_of_a_volume(lakehouse: Lakehouse) -> None:
    lakehouse.create_volume("main.med.scans")
    volume = lakehouse.volume("main.med.scans")
    for path in ("a_test.jpg", "a_temp.jpg", "deep/b_test.jpg", "note.txt"):
        volume.save(path, io.BytesIO(path.encode()))
    assert lakehouse.table_from_volume("main.med.scans", "{key}_test.jpg", "main.med.boards").rows == 2
    rows = lakehouse.preview("main.med.boards").to_pylist()
    assert [(r["path"], r["name"], r["stem"], r["suffix"], r["key"]) for r in rows] == [
        ("a_test.jpg", "a_test.jpg", "a_test", ".jpg", "a"),
        ("deep/b_test.jpg", "b_test.jpg", "b_test", ".jpg", "deep/b"),
    ]
    assert rows[0]["size_bytes"] == len("a_test.jpg")
    assert lakehouse.table_from_volume("main.med.scans", "**/*.txt", "main.med.notes").rows == 1
    assert "key" not in lakehouse.table("main.med.notes").schema.names
    with pytest.raises(Invalid, match="No file"):
        lakehouse.table_from_volume("main.med.scans", "*.pdf", "main.med.pdfs")
    with pytest.raises(Conflict):
        lakehouse.table_from_volume("main.med.scans", "*.txt", "main.med.notes")


def test_names_of_files() -> None:
    name = FileName.parse("/Volumes/Main/med/scans/a b/c.jpg")
    assert name == FileName(FullName("main", "med", "scans"), "a b/c.jpg")
    assert str(name) == "/Volumes/main/med/scans/a b/c.jpg"
    for bad in (
        "",
        "a",
        "/Volumes/main/med/scans",
        "/Volumes/main/med/scans/",
        "/other/main/med/scans/a",
        "Volumes/a/b/c/d",
    ):
        with pytest.raises(Invalid):
            FileName.parse(bad)
