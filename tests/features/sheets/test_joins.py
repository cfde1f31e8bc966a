"""Joins to tables and files: which belong to an item, and what is wrong in a definition."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from tests.features.sheets.opened import SCAN, VENDOR, put, refs_of, rows_of, sheet, write

from workbench.backends.lakehouse import Lakehouse
from workbench.features.sheets.keys import KeyNotUnique
from workbench.features.sheets.schemas import SheetDefinition
from workbench.kernel.errors import Invalid, NotFound


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
