"""Items one after the other, in the order in which the primary table stores them, in memory that stays flat.

The primary table is read piece by piece, and each piece is joined, filtered and put back in order by itself: no sort of
the whole table, and the first items come at once. What is joined is loaded once; DuckDB spills it when it is large.
"""

# ruff: noqa: S608 - the SQL is composed by `plan`, which quotes every name and text

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from workbench.backends.duck import Duck
from workbench.features.sheets.keys import check_join
from workbench.features.sheets.plan import NOTHING, PLACE, Choice, Plan
from workbench.features.sheets.schemas import ITEM_REF

PIECE_ROWS = 20_000
PIECE_BYTES = 32 << 20


def stream_items(duck: Duck, plan: Plan, choice: Choice, start: int = 0) -> Iterator[pa.Table]:
    """The items of the sheet from the `start`-th on, with the choice, in tables of varying size.

    Raises `KeyNotUnique` for a bad join.
    """
    carried = plan.with_filter(choice) if plan.filter else choice
    with duck.connect() as connection:
        relations = _loaded(connection, plan, carried)
        where = _picked(connection, plan, relations) if plan.sample.kind == "random" else plan.where
        sql = plan.items(choice, relations, where)
        # Where every row is an item, those before `start` need not be read.
        place = 0 if where else start
        end = plan.sample.size if plan.sample.kind == "first" else None
        for piece in _pieces(plan.primary.reader(plan.needed(carried), place)):
            connection.register("p", piece)
            found = connection.sql(sql).to_arrow_table()
            if end is not None:
                found = found.slice(0, max(0, end - place))
            unwanted = max(0, start - place)
            if unwanted < found.num_rows:
                yield found.slice(unwanted)
            place += found.num_rows
            if end is not None and place >= end:
                return


def count_items(duck: Duck, plan: Plan) -> int:
    """How many items the sheet has."""
    size = plan.sample.size
    if plan.filter is None:
        total = plan.primary.count()
    else:
        carried = plan.with_filter(NOTHING)
        relations, sources = plan.relations(carried)
        rows = placed(plan.primary.reader(plan.needed(carried)))
        sql = f"SELECT count(*) FROM ({plan.items(NOTHING, relations, plan.where)})"
        total = int(duck.rows(sql, {**sources, "p": rows})[0][0])
    return total if size is None else min(total, size)


def placed(rows: Any) -> Any:
    """Rows (a table or a reader) with a column that numbers them."""
    if isinstance(rows, pa.Table):
        return rows.append_column(PLACE, pa.array(range(rows.num_rows), pa.int64()))
    return pa.RecordBatchReader.from_batches(rows.schema.append(pa.field(PLACE, pa.int64())), _numbered(rows))


def _numbered(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    place = 0
    for batch in reader:
        yield batch.append_column(PLACE, pa.array(range(place, place + batch.num_rows), pa.int64()))
        place += batch.num_rows


def _loaded(connection: duckdb.DuckDBPyConnection, plan: Plan, carried: Choice) -> dict[str, str]:
    """Loads what is joined into tables of the connection, and checks that one-to-one joins are that."""
    relations = {}
    for i, (alias, inside) in enumerate(carried.inside.items()):
        join = plan.joins[alias]
        connection.register("s", join.data(inside, None))
        connection.execute(f"CREATE TEMP TABLE t{i} AS {join.relation('s', inside)}")
        connection.unregister("s")
        check_join(lambda sql: connection.sql(sql).to_arrow_table(), join, f"t{i}")
        relations[alias] = f"t{i}"
    return relations


def _picked(connection: duckdb.DuckDBPyConnection, plan: Plan, relations: dict[str, str]) -> str:
    """Chooses the random sample by a hash of seed and name; returns the condition that an item is in it."""
    carried = plan.with_filter(NOTHING)
    connection.register("p", placed(plan.primary.reader(plan.needed(carried))))
    sample = plan.sample
    connection.execute(
        f"CREATE TEMP TABLE picked AS SELECT {ITEM_REF} FROM ({plan.items(NOTHING, relations, plan.where)}) "
        f"ORDER BY md5('{sample.seed}:' || {ITEM_REF}), {ITEM_REF} LIMIT {sample.size}"
    )
    connection.unregister("p")
    return f"{ITEM_REF} IN (SELECT {ITEM_REF} FROM picked)"


def _pieces(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        waiting.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= PIECE_ROWS or size >= PIECE_BYTES:
            yield placed(pa.Table.from_batches(waiting))
            waiting, rows, size = [], 0, 0
    if waiting:
        yield placed(pa.Table.from_batches(waiting))
