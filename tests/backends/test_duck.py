"""What a locked-down DuckDB refuses, and that it still computes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from workbench.backends.duck import Duck, literal, quoted
from workbench.kernel.errors import Invalid, Unavailable

ROWS = pa.table({"x": [1, 2, 3]})


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Duck:
    return Duck(memory="64MB", spill=tmp_path_factory.mktemp("spill"))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd.parquet'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "EXPORT DATABASE '/tmp/out'",
        "ATTACH '/tmp/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM read_parquet('https://example.org/a.parquet')",
        "CREATE SECRET (TYPE s3)",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "SET autoinstall_known_extensions = true",
        "RESET lock_configuration",
    ],
)
def test_nothing_outside_can_be_reached(duck: Duck, statement: str) -> None:
    with pytest.raises(Invalid), duck.connect({"rows": ROWS}) as connection:
        connection.execute(statement)


def test_variables_of_the_program_are_not_tables(duck: Duck) -> None:
    ROWS_TOO = ROWS  # noqa: F841 - DuckDB would find it by its name if it were allowed to look
    with pytest.raises(Invalid):
        duck.rows("SELECT * FROM ROWS_TOO", {})


def test_connections_do_not_see_each_others_sources(duck: Duck) -> None:
    with duck.connect({"mine": ROWS}), pytest.raises(Invalid):
        duck.rows("SELECT * FROM mine", {})


def test_streams_in_batches(duck: Duck) -> None:
    source = pa.table({"x": pa.array(range(10_000))})
    batches = list(duck.stream("SELECT x FROM t ORDER BY x DESC", {"t": source}, 1_000))
    assert sum(batch.num_rows for batch in batches) == 10_000
    assert batches[0].column(0)[0].as_py() == 9_999


def test_too_much_memory_is_said_to_be_that(duck: Duck) -> None:
    with pytest.raises(Unavailable, match="memory"):
        duck.rows("SELECT list(repeat('x', 1000) || i) FROM range(1000000) t(i)", {})


def test_names_and_texts_are_quoted(duck: Duck, tmp_path: Path) -> None:
    name, text = 'a"; DROP TABLE t; --', "it's; DROP"
    rows = duck.rows(f"SELECT {quoted(name)}, {literal(text)} FROM t", {"t": pa.table({name: [7]})})
    assert rows == [(7, text)]
