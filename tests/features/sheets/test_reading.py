"""Reading a sheet: its items and fields, filter, sample, order, pins and digests, and reading by name."""

from __future__ import annotations

import hashlib
import io
from itertools import permutations
from typing import Any

import pytest
from tests.features.sheets.opened import LINES, SCAN, VENDOR, refs_of, rows_of, sheet, write

from workbench.backends.lakehouse import Lakehouse, SourceChanged
from workbench.features.sheets.reading import MOST_BY_NAME
from workbench.features.sheets.rules import digests, is_file
from workbench.kernel.errors import Invalid


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


def test_a_list_is_in_the_same_order_whatever_is_read_of_it(joined: Lakehouse) -> None:
    """Else a label would be stale as soon as it is read beside other fields than it was made from."""
    long = "a text of which only the beginning is held "
    rows = {"invoice": [1] * 6, "line": [4, 2, 3, 1, 5, 5], "sku": ["p", "q", "p", "r", long + "x", long + "y"],
            "n": [1, 4, 2, 3, 5, 5]}  # fmt: skip
    write(joined, "steps", rows)
    opened = sheet(joined, secondary_sources=[{**LINES, "name": "main.med.steps", "columns": ["line", "sku", "n"]}])
    whole = [(1, "r", 3), (2, "q", 4), (3, "p", 2), (4, "p", 1)]
    whole += [(5, one["sku"], 5) for one in opened.items(["i:1"]).to_pylist()[0]["lines"][4:]]
    assert sorted(sku for _, sku, _ in whole[4:]) == [long + "x", long + "y"]
    names = ("line", "sku", "n")
    for chosen in (c for size in (1, 2, 3) for c in permutations(names, size)):
        fields = [f"lines.{name}" for name in chosen]
        read = [batch for batch in opened.scan(fields) if "i:1" in batch.column(0).to_pylist()]
        by_name = opened.items(["i:1"], fields).to_pylist()[0]["lines"]
        scanned = next(row for batch in read for row in batch.to_pylist() if row["item_ref"] == "i:1")["lines"]
        for found in (scanned, by_name):
            assert [tuple(one[name] for name in chosen) for one in found] == [
                tuple(dict(zip(names, one, strict=True))[name] for name in chosen) for one in whole
            ]


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
