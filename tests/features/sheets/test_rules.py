"""item_ref, digest and sources: the scalar twin equals the batch, and equal means equal."""

# ruff: noqa: DTZ001 - moments without a zone are keys too

from __future__ import annotations

import datetime as dt
import hashlib
import math
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.features.sheets.rules import (
    FILE,
    FileContent,
    digest,
    digests,
    field_of,
    is_key_type,
    item_ref,
    key_values,
    sources_of,
)
from workbench.features.sheets.schemas import SheetDefinition
from workbench.kernel.errors import Invalid

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
AWARE = st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC))
NAIVE = st.datetimes()
KEYS = st.one_of(st.integers(-(2**63), 2**63 - 1), TEXT, st.booleans(), st.dates(), AWARE, NAIVE)


@pytest.mark.parametrize(
    ("values", "ref"),
    [
        ((42,), "i:42"),
        ((-1, "a b"), "i:-1,s:a%20b"),
        (("a,b:c/ä",), "s:a%2Cb%3Ac%2F%C3%A4"),
        (("",), "s:"),
        ((dt.date(2026, 1, 1),), "d:2026-01-01"),
        ((dt.datetime(2026, 1, 1, 2, 3, 4, 5),), "t:2026-01-01T02:03:04.000005"),
        ((dt.datetime(2026, 1, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=1))),), "t:2026-01-01T01:00:00.000000Z"),
        ((True, Decimal(7)), "b:true,i:7"),
    ],
)
def test_spelling_of_item_refs(values: tuple[Any, ...], ref: str) -> None:
    assert item_ref(values) == ref
    assert item_ref(key_values(ref)) == ref


@given(st.lists(KEYS, min_size=1, max_size=3).map(tuple))
def test_an_item_ref_gives_its_key_back(values: tuple[Any, ...]) -> None:
    try:
        ref = item_ref(values)
    except Invalid:
        assume(False)
    assert key_values(ref) == values
    assert [type(value) for value in key_values(ref)] == [type(value) for value in values]


@given(st.lists(KEYS, min_size=1, max_size=2).map(tuple), st.lists(KEYS, min_size=1, max_size=2).map(tuple))
def test_different_keys_have_different_names(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    same = one == other and [type(v) for v in one] == [type(v) for v in other]
    try:
        assert (item_ref(one) == item_ref(other)) == same
    except Invalid:
        assume(False)


@pytest.mark.parametrize(
    "values", [(None,), (1.0,), (float("nan"),), (Decimal("1.5"),), (b"x",), ([1],), (), ("x" * 600,)]
)
def test_what_cannot_name_an_item(values: tuple[Any, ...]) -> None:
    with pytest.raises(Invalid):
        item_ref(values)


@pytest.mark.parametrize(
    "ref",
    ["", "42", "i:", "i:4 2", "i:042", "i:+1", "i:٣", "s:a b", "s:%zz", "s:%ff", "x:1", "i:1,", "b:yes", "d:2026-13-01",
     "d:20260101", "t:2026-01-01", "t:2026-01-01T00:00:00Z", "i:" + "1" * 600],
)  # fmt: skip
def test_only_our_own_names_are_read(ref: str) -> None:
    with pytest.raises(Invalid):
        key_values(ref)


def test_floats_are_no_keys() -> None:
    kinds = [pa.int8(), pa.string(), pa.date32(), pa.timestamp("us"), pa.bool_(), pa.decimal128(20, 0)]
    assert all(map(is_key_type, kinds))
    assert not any(map(is_key_type, [pa.float64(), pa.decimal128(10, 2), pa.binary(), pa.list_(pa.int64())]))


VALUES = st.one_of(
    st.none(),
    TEXT,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    st.dates(),
    AWARE,
    st.binary(max_size=10),
)


@given(
    st.lists(
        st.tuples(TEXT, st.integers(-(2**63), 2**63 - 1), st.floats(), AWARE, st.booleans(), st.none() | TEXT),
        max_size=8,
    )
)
def test_batch_and_scalar_agree(rows: list[tuple[Any, ...]]) -> None:
    names = ["text", "whole", "broken", "moment", "truth", "maybe"]
    kinds = [pa.string(), pa.int64(), pa.float64(), pa.timestamp("us", "UTC"), pa.bool_(), pa.string()]
    batch = pa.record_batch([pa.array([row[i] for row in rows], kind) for i, kind in enumerate(kinds)], names=names)
    expected = [digest(dict(zip(names, row, strict=True))) for row in rows]
    assert digests(batch, names, _no_files) == expected
    assert digests(batch.select(names[::-1]), names[::-1], _no_files) == expected


@given(VALUES, VALUES)
def test_a_digest_changes_exactly_with_the_value(one: Any, other: Any) -> None:
    assert (digest({"f": one}) == digest({"f": other})) == _equal(one, other)


def _equal(one: Any, other: Any) -> bool:
    numbers = int | float | Decimal
    if (
        isinstance(one, bool)
        or isinstance(other, bool)
        or not (isinstance(one, numbers) and isinstance(other, numbers))
    ):
        return type(one) is type(other) and one == other
    if any(isinstance(n, float) and math.isnan(n) for n in (one, other)):
        return all(isinstance(n, float) and math.isnan(n) for n in (one, other))
    # a decimal equals the float that people write the same way
    told = [Decimal(repr(n)) if isinstance(n, float) and math.isfinite(n) else Decimal(n) for n in (one, other)]
    return told[0] == told[1]


def test_numbers_hash_by_value_in_every_type() -> None:
    assert len({digest({"n": n}) for n in (1, 1.0, Decimal(1), Decimal("1.00"))}) == 1
    assert digest({"n": 1.5}) == digest({"n": Decimal("1.50")})
    assert digest({"n": 0.0}) == digest({"n": -0.0}) == digest({"n": 0})
    assert digest({"n": float("nan")}) == digest({"n": float("nan")})
    assert len({digest({"n": n}) for n in (None, "", "1", 1, True, float("inf"), b"", [], {}, [None])}) == 10


def test_names_are_part_of_the_digest() -> None:
    assert digest({"a": "x"}) != digest({"b": "x"})
    assert digest({"a": None}) != digest({})
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_a_digest_never_changes_between_versions() -> None:
    known = digest({"name": "Ada", "n": 1, "x": 1.5, "day": dt.date(2026, 1, 1), "none": None, "list": [True]})
    told = b'{"day":{"$time":"2026-01-01"},"list":[true],"n":1,"name":"Ada","none":null,"x":1.5}'
    assert known == hashlib.sha256(told).digest()
    assert known.hex() == "cd521adbd90dcd00ed8dc551aed8f49b7428c3ea4f3dcd96e639f68b5f391365"


def test_files_hash_by_content_not_name() -> None:
    content = {"/Volumes/a/b/c/1.png": b"\1" * 32, "/Volumes/a/b/c/2.png": b"\1" * 32}
    schema = pa.schema(
        [pa.field("scan", pa.string(), metadata=FILE), pa.field("pages", pa.list_(pa.string()), metadata=FILE)]
    )
    names = list(content)
    batch = pa.record_batch([pa.array([*names, None]), pa.array([names, names[::-1], []])], schema=schema)
    one, two, none = digests(batch, ["scan", "pages"], content.__getitem__)
    assert one == two == digest({"scan": FileContent(b"\1" * 32), "pages": [FileContent(b"\1" * 32)] * 2})
    assert none == digest({"scan": None, "pages": []})


def test_fields_inside_a_source() -> None:
    batch = pa.record_batch(
        {
            "vendor": pa.array([{"name": "x", "n": 1.0}, None]),
            "lines": pa.array([[{"sku": "a"}, {"sku": "b"}], []]),
        }
    )
    first, second = batch.to_pylist()
    names = ["vendor.name", "vendor.n", "lines.sku", "vendor"]
    assert field_of(first, "lines.sku") == ["a", "b"]
    assert digests(batch, names, _no_files) == [
        digest({name: field_of(item, name) for name in names}) for item in (first, second)
    ]


def _no_files(path: str) -> bytes:
    raise AssertionError(path)


def test_sources_of_fields() -> None:
    definition = SheetDefinition.model_validate(
        {
            "primary_table": "main.med.invoices",
            "item_key": ["id"],
            "columns": ["id", "patient.name", "patient_name"],
            "secondary_sources": [
                {"kind": "volume", "name": "main.med.scans", "alias": "scan", "join": {"key": "id"}},
                {"kind": "table", "name": "main.med.vendors", "alias": "vendor", "columns": ["name", "iban"],
                 "join": {"left": ["id"], "right": ["id"]}},
            ],
        }
    )  # fmt: skip
    assert sources_of(definition, ["patient_name", "scan", "vendor.name", "patient.name", "scan"]) == [
        "main.med.invoices",
        "main.med.invoices#patient_name",
        "main.med.scans",
        "main.med.vendors",
        "main.med.vendors#name",
        "main.med.invoices#patient.name",
    ]
    assert sources_of(definition, []) == ["main.med.invoices"]
    assert sources_of(definition, ["vendor"])[2:] == ["main.med.vendors#name", "main.med.vendors#iban"]
    for field in ("other", "vendor.secret", "scan2"):
        with pytest.raises(Invalid):
            sources_of(definition, [field])
