"""Reading a sheet: joins, filter, sample, order, keys, missing files, and reading by name."""

# ruff: noqa: DTZ001 - a moment without a zone is what the column holds

from __future__ import annotations

import datetime as dt
import hashlib
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import deltalake
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.backends.duck import Duck
from workbench.backends.lakehouse import Lakehouse, SourceChanged
from workbench.features.sheets.keys import KeyNotUnique
from workbench.features.sheets.reading import MOST_BY_NAME, OpenSheet
from workbench.features.sheets.rules import digests, is_file, item_ref
from workbench.features.sheets.schemas import SheetDefinition
from workbench.kernel.errors import Invalid, NotFound

DUCK = Duck(memory="128MB")


@pytest.fixture
def lakehouse(tmp_path: Path) -> Lakehouse:
    made = Lakehouse(tmp_path / "catalogs")
    made.create_catalog("main")
    made.create_schema("main", "med")
    made.create_volume("main.med.scans")
    return made


def write(lakehouse: Lakehouse, name: str, rows: pa.Table | dict[str, list[Any]], mode: str = "overwrite") -> None:
    table = rows if isinstance(rows, pa.Table) else pa.table(rows)
    deltalake.write_deltalake(lakehouse.root / "main" / "med" / name, table, mode=mode)  # type: ignore[call-overload]


def put(lakehouse: Lakehouse, *paths: str) -> None:
    for path in paths:
        lakehouse.volume("main.med.scans").save(path, io.BytesIO(path.encode()))


def sheet(lakehouse: Lakehouse, pins: dict[str, str] | None = None, **definition: Any) -> OpenSheet:
    given = {"primary_table": "main.med.invoices", "item_key": ["id"], **definition}
    return OpenSheet.open(lakehouse, DUCK, SheetDefinition.model_validate(given), pins)


def rows_of(opened: OpenSheet, **how: Any) -> list[dict[str, Any]]:
    return [row for batch in opened.scan(**how) for row in batch.to_pylist()]


def refs_of(opened: OpenSheet) -> list[str]:
    return [row["item_ref"] for row in rows_of(opened, fields=[])]


VENDOR = {
    "kind": "table",
    "name": "main.med.vendors",
    "alias": "vendor",
    "join": {"left": ["vendor_id"], "right": ["id"]},
}
LINES = {
    "kind": "table", "name": "main.med.lines", "alias": "lines", "many": True,
    "join": {"left": ["id"], "right": ["invoice"]},
}  # fmt: skip
SCAN = {"kind": "volume", "name": "main.med.scans", "alias": "scan", "join": {"key": "id", "pattern": "{key}.*"}}


@pytest.fixture
def joined(lakehouse: Lakehouse) -> Lakehouse:
    write(lakehouse, "invoices", {"id": [3, 1, 2], "vendor_id": ["b", "a", None], "total": [30.0, 10.0, 20.0]})
    write(lakehouse, "vendors", {"id": ["a", "b", "c"], "name": ["Acorn", "Birch", "Cedar"], "city": ["X", "Y", "Z"]})
    write(lakehouse, "lines", {"invoice": [1, 3, 1, 9], "sku": ["q", "r", "p", "s"], "n": [2, 1, 1, 5]})
    put(lakehouse, "1.pdf", "3.png", "other.pdf")
    return lakehouse


def test_items_carry_one_field_per_source_and_are_never_multiplied(joined: Lakehouse) -> None:
    opened = sheet(joined, secondary_sources=[VENDOR, LINES, SCAN])
    assert rows_of(opened) == [
        {
            "item_ref": "i:3", "id": 3, "vendor_id": "b", "total": 30.0,
            "vendor": {"id": "b", "name": "Birch", "city": "Y"},
            "lines": [{"invoice": 3, "sku": "r", "n": 1}],
            "scan": "/Volumes/main/med/scans/3.png",
        },
        {
            "item_ref": "i:1", "id": 1, "vendor_id": "a", "total": 10.0,
            "vendor": {"id": "a", "name": "Acorn", "city": "X"},
            "lines": [{"invoice": 1, "sku": "p", "n": 1}, {"invoice": 1, "sku": "q", "n": 2}],
            "scan": "/Volumes/main/med/scans/1.pdf",
        },
        {"item_ref": "i:2", "id": 2, "vendor_id": None, "total": 20.0, "vendor": None, "lines": [], "scan": None},
    ]  # fmt: skip
    assert next(opened.scan()).schema.equals(opened.schema())
    assert opened.missing()["scan"].count == 1
    assert opened.missing()["scan"].examples == opened.missing()["vendor"].examples == ["i:2"]
    assert opened.missing()["lines"].examples == ["i:2"]
    assert opened.count() == 3


def test_fields_are_told_with_kind_type_and_source(joined: Lakehouse) -> None:
    fields = {f.name: f for f in sheet(joined, secondary_sources=[VENDOR, LINES, SCAN]).fields}
    assert (fields["total"].kind, fields["total"].type) == ("value", "double")
    assert fields["total"].source == "main.med.invoices#total"
    assert [f.name for f in fields["vendor"].fields] == ["vendor.id", "vendor.name", "vendor.city"]
    assert fields["vendor"].fields[1].source == "main.med.vendors#name"
    assert (fields["lines"].kind, fields["lines"].many) == ("struct", True)
    assert (fields["scan"].kind, fields["scan"].source) == ("file", "main.med.scans")


def test_only_the_fields_asked_for_are_read(joined: Lakehouse) -> None:
    opened = sheet(joined, secondary_sources=[VENDOR, LINES, SCAN], filter="vendor.city = 'Y' and total > 0")
    assert rows_of(opened, fields=["vendor.name"]) == [{"item_ref": "i:3", "vendor": {"name": "Birch"}}]
    assert rows_of(opened, fields=[]) == [{"item_ref": "i:3"}]
    assert opened.items(["i:1"], ["lines.sku"]).to_pylist() == [
        {"item_ref": "i:1", "lines": [{"sku": "p"}, {"sku": "q"}]}
    ]
    with pytest.raises(Invalid, match="no field 'nothing'"):
        opened.schema(["nothing"])


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("total > 10", ["i:3", "i:2"]),
        ("vendor is null or vendor.name like 'A%'", ["i:1", "i:2"]),
        ("scan is not null and vendor.name > ''", ["i:3", "i:1"]),
        ("total > 1000", []),
        ("id % 0 = 1", []),
    ],
)
def test_filters_over_all_sources(joined: Lakehouse, text: str, refs: list[str]) -> None:
    opened = sheet(joined, secondary_sources=[VENDOR, LINES, SCAN], filter=text)
    assert refs_of(opened) == refs
    assert opened.count() == len(refs)
    assert opened.preview(10).column("item_ref").to_pylist() == refs


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("total", "gives a number, not true or false"),
        ("vendor_id", "gives text, not true or false"),
        ("total = 'x'", "does not fit its columns: 'x' is not a number"),
        ("vendor_id > 1", "does not fit its columns: it compares text with a number"),
        ("lines.sku = 'p'", "no field"),
    ],
)
def test_filters_must_fit_their_columns(joined: Lakehouse, text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as caught:
        sheet(joined, secondary_sources=[VENDOR, LINES, SCAN], filter=text)
    assert caught.value.field == "filter"


def test_samples_are_stable_and_nested(lakehouse: Lakehouse) -> None:
    write(lakehouse, "invoices", {"id": list(range(99, -1, -1))})
    first = sheet(lakehouse, sample={"kind": "first", "size": 3})
    assert refs_of(first) == ["i:99", "i:98", "i:97"]
    by_hash = sorted((f"i:{n}" for n in range(100)), key=lambda ref: hashlib.md5(f"7:{ref}".encode()).hexdigest())
    for size in (5, 50, 100, 500):
        opened = sheet(lakehouse, sample={"kind": "random", "size": size, "seed": 7})
        found = refs_of(opened)
        assert set(found) == set(by_hash[:size])
        assert found == sorted(found, key=lambda ref: -int(ref[2:]))
        assert opened.count() == len(found)
    small = refs_of(sheet(lakehouse, sample={"kind": "random", "size": 5, "seed": 7}))
    assert refs_of(sheet(lakehouse, sample={"kind": "random", "size": 5, "seed": 8})) != small
    filtered = sheet(lakehouse, sample={"kind": "random", "size": 5, "seed": 7}, filter="id < 50")
    assert set(refs_of(filtered)) == set([ref for ref in by_hash if int(ref[2:]) < 50][:5])
    assert filtered.count() == 5


@pytest.mark.parametrize("sample", [{"kind": "all"}, {"kind": "random", "size": 70, "seed": 1}])
def test_a_scan_can_go_on_where_it_stopped(lakehouse: Lakehouse, sample: dict[str, Any]) -> None:
    write(lakehouse, "invoices", {"id": list(range(100))})
    opened = sheet(lakehouse, sample=sample)
    whole = rows_of(opened)
    for start in (0, 1, 33, 69, 70, 100, 500):
        assert rows_of(opened, start=start, batch_rows=16) == whole[start:]
    assert opened.refs(5, start=60) == [row["item_ref"] for row in whole[60:65]]


@pytest.mark.parametrize(
    ("ids", "says"),
    [
        ([1, 2, 1, 2, 1], r"not unique: 1 \(3 times\), 2 \(2 times\)"),
        ([1, None, None], r"empty in some rows: 2 rows without a value"),
        (["a", "x" * 600], r"too long to name an item \(512 characters at most\): x{60}…\."),
    ],
)
def test_bad_keys_are_named(lakehouse: Lakehouse, ids: list[Any], says: str) -> None:
    write(lakehouse, "invoices", {"id": ids})
    opened = sheet(lakehouse)
    for act in (opened.check, lambda: next(opened.scan()), lambda: opened.preview(10)):
        with pytest.raises(KeyNotUnique, match=says) as caught:
            act()
    assert caught.value.field == "item_key"
    assert caught.value.details["offenders"]


def test_moments_that_are_no_key(lakehouse: Lakehouse) -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    write(lakehouse, "invoices", pa.table({"id": pa.array([moment, moment], pa.timestamp("us", "UTC"))}))
    with pytest.raises(KeyNotUnique, match="2026-01-01 00:00:00"):
        sheet(lakehouse).check()


def test_only_five_offenders_are_named(lakehouse: Lakehouse) -> None:
    write(lakehouse, "invoices", {"id": [n // 2 for n in range(100)]})
    with pytest.raises(KeyNotUnique) as caught:
        sheet(lakehouse).check()
    assert [o["key"] for o in caught.value.details["offenders"]] == [["0"], ["1"], ["2"], ["3"], ["4"]]


def test_a_key_of_several_columns(lakehouse: Lakehouse) -> None:
    write(lakehouse, "invoices", {"id": [1, 1, 2], "day": [dt.date(2026, 1, d) for d in (1, 2, 1)]})
    opened = sheet(lakehouse, item_key=["id", "day"])
    assert refs_of(opened) == ["i:1,d:2026-01-01", "i:1,d:2026-01-02", "i:2,d:2026-01-01"]
    found = opened.items(["i:2,d:2026-01-01", "i:1,d:2026-01-02"])
    assert found.column("item_ref").to_pylist() == ["i:2,d:2026-01-01", "i:1,d:2026-01-02"]
    with pytest.raises(KeyNotUnique):
        sheet(lakehouse).check()


def test_one_to_one_joins_refuse_to_choose(joined: Lakehouse) -> None:
    write(joined, "vendors", {"id": ["a", "a"], "name": ["Acorn", "Alder"], "city": ["X", "Y"]})
    opened = sheet(joined, secondary_sources=[VENDOR])
    with pytest.raises(KeyNotUnique, match=r"id of main.med.vendors is not unique: a \(2 times\)") as caught:
        next(opened.scan())
    assert caught.value.field == "vendor.join"
    with pytest.raises(KeyNotUnique):
        opened.items(["i:1"])
    many = sheet(joined, secondary_sources=[{**VENDOR, "many": True}])
    assert [v["name"] for v in rows_of(many)[1]["vendor"]] == ["Acorn", "Alder"]
    put(joined, "1.png")
    with pytest.raises(KeyNotUnique, match="scans"):
        next(sheet(joined, secondary_sources=[SCAN]).scan())
    pages = sheet(joined, secondary_sources=[{**SCAN, "many": True}])
    assert rows_of(pages)[1]["scan"] == ["/Volumes/main/med/scans/1.pdf", "/Volumes/main/med/scans/1.png"]
    assert rows_of(pages)[2]["scan"] == []


def test_files_by_path_column_pattern_and_date(lakehouse: Lakehouse) -> None:
    put(lakehouse, "img/a.jpg", "img/b.jpg", "2026-01-01_x.txt", "v1.2.pdf")
    write(
        lakehouse,
        "invoices",
        {
            "id": ["1", "2", "3", "v1.2"],
            "path": ["img/a.jpg", "/Volumes/Main/med/scans/img/b.jpg", "/Volumes/main/other/x/img/a.jpg", "../secret"],
            "day": [dt.date(2026, 1, 1), None, dt.date(2026, 1, 2), None],
        },
    )
    volume = {"kind": "volume", "name": "main.med.scans"}
    opened = sheet(
        lakehouse,
        secondary_sources=[
            {**volume, "alias": "scan", "join": {"key": "path", "pattern": "{key}"}},
            {**volume, "alias": "note", "join": {"key": "day", "pattern": "{key}_*.txt"}},
            {**volume, "alias": "stem", "join": {"key": "id"}},
        ],
    )
    whole = rows_of(opened, fields=["scan", "note", "stem"])
    base = "/Volumes/main/med/scans/"
    assert [row["scan"] for row in whole] == [base + "img/a.jpg", base + "img/b.jpg", None, None]
    assert [row["note"] for row in whole] == [base + "2026-01-01_x.txt", None, None, None]
    assert [row["stem"] for row in whole] == [None, None, None, base + "v1.2.pdf"]
    assert opened.items(refs_of(opened), ["scan", "note", "stem"]).to_pylist() == whole


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (pa.array([1, 2]), pa.array(["1", "02"])),
        (pa.array(["1", "02"]), pa.array([1, 2])),
        (pa.array([1, 2], pa.int8()), pa.array([Decimal(1), Decimal(7)], pa.decimal128(20, 0))),
    ],
)
def test_whole_numbers_and_text_join_as_they_are_written(lakehouse: Lakehouse, left: pa.Array, right: pa.Array) -> None:
    write(lakehouse, "invoices", pa.table({"id": left}))
    write(lakehouse, "vendors", pa.table({"id": right, "n": [1, 2]}))
    opened = sheet(lakehouse, secondary_sources=[{**VENDOR, "join": {"left": ["id"], "right": ["id"]}}])
    found = {row["item_ref"]: row["vendor"] and row["vendor"]["n"] for row in rows_of(opened)}
    assert sorted(found.values(), key=str) == [1, None]
    assert opened.items(list(found)).to_pylist() == [
        row for ref in found for row in rows_of(opened) if row["item_ref"] == ref
    ]


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"item_key": ["total"]}, "item_key", "double, which cannot name"),
        ({"item_key": ["nothing"]}, "item_key", "no column 'nothing'"),
        ({"columns": ["nothing"]}, "columns", "no column"),
        ({"secondary_sources": [{**VENDOR, "alias": "Total"}]}, "columns", "column and of something else"),
        ({"secondary_sources": [{**VENDOR, "columns": ["nothing"]}]}, "vendor.columns", "no column"),
        (
            {"secondary_sources": [{**VENDOR, "join": {"left": ["x"], "right": ["id"]}}]},
            "vendor.join.left",
            "no column",
        ),
        (
            {"secondary_sources": [{**VENDOR, "join": {"left": ["id"], "right": ["x"]}}]},
            "vendor.join.right",
            "no column",
        ),
        (
            {"secondary_sources": [{**VENDOR, "join": {"left": ["total"], "right": ["id"]}}]},
            "vendor.join",
            "cannot be joined",
        ),
        ({"secondary_sources": [{**SCAN, "join": {"key": "total"}}]}, "scan.join.key", "cannot be found by"),
    ],
)
def test_what_is_wrong_in_a_definition_is_named(
    joined: Lakehouse, change: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says) as caught:
        sheet(joined, **change)
    assert caught.value.field == field


def test_sources_that_are_not_there(joined: Lakehouse) -> None:
    for change in (
        {"primary_table": "main.med.nothing"},
        {"secondary_sources": [{**VENDOR, "name": "main.med.nothing"}]},
        {"secondary_sources": [{**SCAN, "name": "main.med.nothing"}]},
    ):
        with pytest.raises(NotFound):
            sheet(joined, **change)


def test_items_by_name(joined: Lakehouse) -> None:
    opened = sheet(
        joined, secondary_sources=[VENDOR, LINES, SCAN], filter="total > 15", sample={"kind": "first", "size": 1}
    )
    by_ref = {row["item_ref"]: row for row in rows_of(sheet(joined, secondary_sources=[VENDOR, LINES, SCAN]))}
    wanted = ["i:3", "i:1", "i:99", "s:1", "i:1,i:2", "i:" + "9" * 30]
    assert opened.items(wanted).to_pylist() == [by_ref["i:3"], by_ref["i:1"]]
    assert opened.items([]).num_rows == 0
    with pytest.raises(Invalid):
        opened.items(["nonsense"])
    with pytest.raises(Invalid):
        opened.items(["i:1"] * (MOST_BY_NAME + 1))


def test_a_sheet_is_read_as_pinned(joined: Lakehouse) -> None:
    opened = sheet(joined, secondary_sources=[VENDOR])
    pins = opened.pins
    assert sorted(pins) == ["main.med.invoices", "main.med.vendors"]
    write(joined, "vendors", {"id": ["a"], "name": ["Aspen"], "city": ["X"]})
    write(joined, "invoices", {"id": [4], "vendor_id": ["a"], "total": [1.0]}, mode="append")
    assert rows_of(sheet(joined, pins, secondary_sources=[VENDOR])) == rows_of(opened)
    now = rows_of(sheet(joined, secondary_sources=[VENDOR]))
    assert [row["vendor"] and row["vendor"]["name"] for row in now] == [None, "Aspen", None, "Aspen"]
    assert now[-1]["item_ref"] == "i:4"
    joined.drop_table("main.med.vendors")
    write(joined, "vendors", {"id": ["a"], "name": ["New"], "city": ["X"]})
    with pytest.raises(SourceChanged):
        sheet(joined, pins, secondary_sources=[VENDOR])


def test_digests_follow_files_and_rows(joined: Lakehouse) -> None:
    def now() -> dict[str, bytes]:
        opened = sheet(joined, secondary_sources=[SCAN])
        batch = next(opened.scan(fields=["total", "scan"]))
        assert [is_file(field) for field in batch.schema] == [False, False, True]
        hashed = digests(batch, ["total", "scan"], lambda name: (f := joined.file(name))[0].sha256(f[1]))
        return dict(zip(batch.column("item_ref").to_pylist(), hashed, strict=True))

    before = now()
    joined.volume("main.med.scans").save("3.png", io.BytesIO(b"another picture"), overwrite=True)
    write(joined, "invoices", {"id": [1, 2, 3], "vendor_id": ["z", "z", "z"], "total": [10.0, 21.0, 30.0]})
    assert {ref for ref, digest in now().items() if digest != before[ref]} == {"i:2", "i:3"}


KEY_COLUMNS = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=5, unique=True).map(
        lambda v: pa.array(v, pa.int64())
    ),
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=1, max_size=5, unique=True
    ).map(lambda v: pa.array(v, pa.string())),
    st.lists(st.dates(dt.date(1, 1, 1)), min_size=1, max_size=5, unique=True).map(lambda v: pa.array(v, pa.date32())),
    st.lists(st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)), min_size=1, max_size=5, unique=True).map(
        lambda v: pa.array(v, pa.timestamp("us"))
    ),
    st.lists(
        st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC)),
        min_size=1,
        max_size=5,
        unique=True,
    ).map(lambda v: pa.array(v, pa.timestamp("us", "UTC"))),
    st.just(pa.array([True, False])),
)


@settings(max_examples=60, deadline=None)
@given(KEY_COLUMNS)
def test_sql_and_python_spell_the_same_names(tmp_path_factory: pytest.TempPathFactory, keys: pa.Array) -> None:
    made = Lakehouse(tmp_path_factory.mktemp("root"))
    made.create_catalog("main")
    made.create_schema("main", "med")
    write(made, "invoices", pa.table({"id": keys}))
    opened = sheet(made)
    names = [item_ref([value]) for value in keys.to_pylist()]
    assert sorted(refs_of(opened)) == sorted(names)
    assert opened.items(names).column("id").to_pylist() == keys.to_pylist()


def test_the_order_is_that_of_the_table_and_what_is_appended_comes_last(lakehouse: Lakehouse) -> None:
    seen: list[str] = []
    for ids in ([5, 1], [4, 2], [3]):
        write(lakehouse, "invoices", {"id": ids}, mode="append")
        found = refs_of(sheet(lakehouse))
        assert found[: len(seen)] == seen
        seen = found
    assert seen == ["i:5", "i:1", "i:4", "i:2", "i:3"]


def test_order_holds_across_pieces_files_and_joins(lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.features.sheets.stream.PIECE_ROWS", 7)
    ids = [(n * 37) % 1009 for n in range(1009)]
    for part in (ids[:500], ids[500:]):
        write(lakehouse, "invoices", {"id": part, "vendor_id": [f"v{n % 97}" for n in part]}, mode="append")
    write(lakehouse, "vendors", {"id": [f"v{n}" for n in range(97)], "name": [f"n{n}" for n in range(97)]})
    opened = sheet(lakehouse, secondary_sources=[VENDOR], filter="vendor.name <> 'n5'")
    found = rows_of(opened, batch_rows=100)
    assert [row["id"] for row in found] == [n for n in ids if n % 97 != 5]
    assert all(row["vendor"]["name"] == f"n{row['id'] % 97}" for row in found)
    assert opened.count() == len(found)


@pytest.mark.parametrize(
    "bad",
    [
        {"item_key": []},
        {"item_key": ["id", "id"]},
        {"sample": {"kind": "first"}},
        {"sample": {"kind": "all", "size": 5}},
        {"sample": {"kind": "random", "size": 0}},
        {"sample": {"kind": "random", "size": 5, "seed": -1}},
        {"secondary_sources": [{**VENDOR, "alias": "1x"}]},
        {"secondary_sources": [{**VENDOR, "alias": "item_ref"}]},
        {"secondary_sources": [{**VENDOR, "alias": "a b"}]},
        {"secondary_sources": [VENDOR, {**VENDOR, "alias": "VENDOR"}]},
        {"secondary_sources": [{**VENDOR, "join": {"left": ["a"], "right": []}}]},
        {"secondary_sources": [{**VENDOR, "join": {"left": ["a", "b"], "right": ["a"]}}]},
        {"secondary_sources": [{**SCAN, "join": {"key": "id", "pattern": "*.pdf"}}]},
        {"secondary_sources": [{**SCAN, "kind": "stream"}]},
        {"surprise": 1},
    ],
)
def test_shapes_that_make_no_sense_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        SheetDefinition.model_validate({"primary_table": "main.med.invoices", "item_key": ["id"], **bad})
