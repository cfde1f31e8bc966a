"""How sources are spelled, formats are told, and cells are shown."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.features.catalog.rules import LONGEST_CELL, format_of, shown, source_parts
from workbench.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", "csv"), ("A.TSV", "csv"), ("a.b.jsonl", "jsonl"), ("x.ndjson", "jsonl"), ("p.parquet", "parquet")],
)
def test_formats_by_name(name: str, kind: str) -> None:
    assert format_of(name) == kind


@pytest.mark.parametrize("name", ["", "a", "a.xlsx", "a.json", ".csv", "csv"])
def test_names_that_tell_no_format(name: str) -> None:
    with pytest.raises(Invalid):
        format_of(name)


def test_sources_keep_the_case_of_columns_only() -> None:
    assert source_parts("Main.Med.T#Total (EUR)") == ("main", "med", "t", "Total (EUR)")
    assert source_parts("main") == ("main",)


@pytest.mark.parametrize(
    ("value", "as_shown"),
    [
        (2**53 + 1, str(2**53 + 1)),
        (float("nan"), "nan"),
        (Decimal("1.50"), "1.50"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "2026-01-02T00:00:00+00:00"),
        (b"abc", "3 bytes"),
        ({"a": [1, {"b": b""}]}, {"a": [1, {"b": "0 bytes"}]}),
        ("x" * (LONGEST_CELL + 1), "x" * LONGEST_CELL + "…"),
    ],
)
def test_cells_as_they_are_shown(value: Any, as_shown: Any) -> None:
    assert shown(value) == as_shown


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.binary()
        | st.datetimes()
        | st.decimals(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_whatever_is_shown_is_json(value: Any) -> None:
    json.dumps(shown(value), allow_nan=False)
