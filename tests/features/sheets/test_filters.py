"""The filter: what it takes, what it refuses and where, and that nothing unknown ever gets through."""

# ruff: noqa: DTZ001 - a moment without a zone is what the column holds

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp, parse_one

from workbench.backends.duck import Duck
from workbench.features.sheets.filters import check_filter
from workbench.kernel.errors import Invalid

COLUMNS = {"age": (), "name": (), "day": (), "at": (), "Total (EUR)": (), "vendor": ("name", "city"), "files": ()}
ROWS = pa.table(
    {
        "age": [30, 41, None],
        "name": ["Ada", "it's", None],
        "day": [dt.date(2026, 1, 1), dt.date(2026, 2, 1), None],
        "at": pa.array([dt.datetime(2026, 1, 1, 12)] * 3, pa.timestamp("us")),
        "Total (EUR)": [1.5, 2.0, 3.0],
        "vendor": [{"name": "x", "city": "y"}, None, {"name": None, "city": "z"}],
        "files": ["a", None, "c"],
    }
)


@pytest.fixture(scope="module")
def duck() -> Duck:
    return Duck(memory="64MB")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("age > 30", [1]),
        ("AGE >= 30 AND NOT name = 'Ada'", [1]),
        ("age + 1 * 2 = 32", [0]),
        ("(age + 1) * 2 = 62", [0]),
        ("age - 1 - 1 = 28 or age % 2 = 1", [0, 1]),
        ("name = 'it''s'", [1]),
        ("name LIKE 'A%' OR name ILIKE 'IT%'", [0, 1]),
        ("name not in ('Ada', 'Bob')", [1]),
        ("age between 30 and 40", [0]),
        ("age is null", [2]),
        ("age is not null and vendor is null", [1]),
        ("vendor.name = 'x' or vendor.city = 'z'", [0, 2]),
        ("day >= date '2026-01-15'", [1]),
        ("at < timestamp '2026-01-01 13:00:00'", [0, 1, 2]),
        ('"Total (EUR)" >= 2', [1, 2]),
        ("-age < -35", [1]),
        ("true", [0, 1, 2]),
        ("(age > 30) is true", [1]),
        ("files is null -- a remark", [1]),
        ("not age = 30 and age > 1", [1]),
    ],
)
def test_filters_mean_what_they_say(duck: Duck, text: str, rows: list[int]) -> None:
    source = ROWS.append_column("n", pa.array(range(3)))
    found = duck.rows(f"SELECT n FROM t WHERE {check_filter(text, COLUMNS).sql} ORDER BY n", {"t": source})
    assert [row[0] for row in found] == rows


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("age >", "understood"),
        ("(age > 1", "understood"),
        ("age > 1; drop table t", "not one expression"),
        ("length(name) > 1", r"LENGTH\(name\).*character 1"),
        ("read_text('/etc/passwd') = ''", "READ_TEXT.*character"),
        ("age in (select 1)", "SELECT 1"),
        ("(select max(age) from t) > 1", "query of its own"),
        ("exists (select 1)", "query of its own"),
        ("age = (values (1))", "age|VALUES"),
        ("secret = 1", "no column 'secret'.*character 1"),
        ("other.age = 1", "no column 'other'"),
        ("vendor.phone = 1", "no field 'phone'"),
        ("files.name = 'x'", "no field"),
        ("vendor.name.more = 'x'", "no column 'vendor.*|no field"),
        ("main.t.age = 1", "no column 'main'"),
        ("age = ?", "may not contain"),
        ("age = $1", "may not contain"),
        ("age = :x", "may not contain"),
        ("cast(age as text) = '1'", "CAST"),
        ("age::text = '1'", "CAST"),
        ("day = date name", "may not contain|understood|one expression"),
        ("day = date 'tomorrow'", "not a date"),
        ("case when age = 1 then true end", "CASE"),
        ("age[1] = 1", "may not contain"),
        ("vendor.* = 1", "may not contain"),
        ("* = 1", "may not contain|understood"),
        ("name || name = 'x'", "may not contain"),
        ("age = null", "IS NULL"),
        ("name collate nocase = 'x'", "may not contain"),
        ("name like 'x' escape '!'", "may not contain"),
        ("name like any ('x')", "may not contain"),
        ("age is distinct from 1", "may not contain"),
        ("current_date = day", "may not contain"),
        ("interval '1' day > age", "may not contain"),
        ("x -> x + 1", "may not contain|no column|understood"),
        ("age = 1 order by 1", "understood|one expression|may not contain"),
        ("age" + " + age" * 2_000 + " > 1", "longer than"),
        ("(" * 1_500 + "age" + ")" * 1_500 + " > 1", "deeply|understood"),
    ],
)
def test_everything_else_is_refused_by_name_and_place(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as caught:
        check_filter(text, COLUMNS)
    assert caught.value.field == "filter"


def test_a_near_miss_gets_a_hint() -> None:
    with pytest.raises(Invalid, match="Did you mean 'age'"):
        check_filter("agee > 1", COLUMNS)


def test_what_a_filter_reads_is_told() -> None:
    assert check_filter("AGE > 1 and vendor.NAME = 'x' or vendor is null", COLUMNS).reads == {
        "age",
        "vendor.name",
        "vendor",
    }


_NAMES = st.sampled_from(["age", "name", "vendor.name", "secret", '"age"', "read_text", "t", "main.t.x"])
_LITERALS = st.sampled_from(["1", "'x'", "NULL", "date '2026-01-01'", "TRUE", "-1.5", "$1", "'a'';--'"])


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(
        [" AND ", " OR ", " = ", " < ", " + ", " || ", " IN ", " LIKE ", " :: ", " -> ", "; ", " UNION "]
    )
    functions = st.sampled_from(
        ["read_text", "getenv", "length", "count", "not", "exists", "cast", "columns", "unnest"]
    )
    return (
        st.tuples(inner, operators, inner).map("".join)
        | inner.map(lambda x: f"({x})")
        | st.tuples(functions, inner).map(lambda p: f"{p[0]}({p[1]})")
        | inner.map(lambda x: f"(SELECT {x} FROM t)")
        | inner.map(lambda x: f"CASE WHEN {x} THEN {x} END")
        | st.tuples(inner, inner).map(lambda p: f"{p[0]} BETWEEN {p[1]} AND {p[1]}")
    )


@given(st.recursive(_NAMES | _LITERALS, _wider, max_leaves=12) | st.text(max_size=80))
def test_no_function_query_or_foreign_name_gets_through(text: str) -> None:
    try:
        checked = check_filter(text, COLUMNS)
    except Invalid:
        return
    tree = parse_one(checked.sql, dialect="duckdb")
    dated = {id(cast) for cast in tree.find_all(exp.Cast) if isinstance(cast.this, exp.Literal)}
    for node in tree.walk():
        assert not isinstance(node, exp.Query | exp.Subquery | exp.Table | exp.Placeholder | exp.Star | exp.Command)
        assert not isinstance(node, exp.Func) or isinstance(node, exp.And | exp.Or | exp.Cast)
        assert not isinstance(node, exp.Cast) or id(node) in dated
        if isinstance(node, exp.Column):
            assert node.this.quoted
            assert node.table in ("", "vendor")
            assert (node.name in COLUMNS) if not node.table else (node.name in COLUMNS["vendor"])
