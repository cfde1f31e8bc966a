"""Keys of items: which columns can be one, what is wrong with others, and how a name is spelled from them."""

# ruff: noqa: DTZ001 - a moment without a zone is what the column holds

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.features.sheets.opened import refs_of, sheet, write

from workbench.backends.lakehouse import Lakehouse
from workbench.features.sheets.keys import KeyNotUnique
from workbench.features.sheets.rules import item_ref


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
