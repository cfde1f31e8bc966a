"""Keys in SQL: spelling an `item_ref` as `rules.item_ref` does, and finding keys that name no row or several."""

# ruff: noqa: S608 - every name in the SQL is quoted by `duck.quoted`

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.types as is_

from workbench.backends.duck import Duck, quoted
from workbench.features.sheets.joins import Join
from workbench.features.sheets.rules import LONGEST_REF
from workbench.kernel.errors import Invalid

_SHOWN = 5


class KeyNotUnique(Invalid):
    """The key of a sheet or join names several rows, or none. `details["offenders"]` holds the first of them."""


def ref_sql(table: str, keys: Sequence[pa.Field]) -> str:
    """SQL that spells the item_ref of a row of `table`."""
    return " || ',' || ".join(_part(f"{table}.{quoted(key.name)}", key.type) for key in keys)


def _part(value: str, kind: pa.DataType) -> str:
    if is_.is_string(kind):
        return f"'s:' || url_encode({value})"
    if is_.is_boolean(kind):
        return f"'b:' || CAST({value} AS VARCHAR)"
    if is_.is_date32(kind):
        return f"'d:' || strftime({value}, '%Y-%m-%d')"
    if is_.is_timestamp(kind):
        zone = " || 'Z'" if kind.tz else ""
        return f"'t:' || strftime(make_timestamp(epoch_us({value})), '%Y-%m-%dT%H:%M:%S.%f'){zone}"
    return f"'i:' || CAST({value} AS VARCHAR)"


def check_key(duck: Duck, rows: Any, keys: Sequence[pa.Field], source: str) -> None:
    """Raises `KeyNotUnique` unless the key is never null, unique, and short enough in all `rows` (Arrow data)."""
    columns = [quoted(key.name) for key in keys]
    names = ", ".join(columns)
    too_long = f"length({ref_sql('p', keys)}) > {LONGEST_REF}"
    found = duck.rows(
        f"SELECT {names}, count(*) AS n, {' OR '.join(f'{name} IS NULL' for name in columns)} AS empty "
        f"FROM p GROUP BY {names} HAVING n > 1 OR empty OR {too_long} "
        f"ORDER BY empty DESC, n DESC, {names} LIMIT {_SHOWN}",
        {"p": rows},
    )
    if found:
        raise _not_unique(
            [key.name for key in keys], found, source, "item_key", "Choose a key that names each row once."
        )


def check_join(duck: Duck, join: Join, rows: pa.Table | None) -> None:
    """Raises `KeyNotUnique` when a source joined one to one would give an item several rows or files."""
    if join.source.many:
        return
    keys = [f"j{i}" for i in range(len(join.left))]
    names = ", ".join(keys)
    found = duck.rows(
        f"SELECT {names}, count(*) AS n, FALSE FROM ({join.relation('s', join.least)}) "
        f"WHERE {' AND '.join(f'{key} IS NOT NULL' for key in keys)} "
        f"GROUP BY {names} HAVING n > 1 ORDER BY n DESC, {names} LIMIT {_SHOWN}",
        {"s": join.data(join.least, rows)},
    )
    if found:
        field = f"{join.source.alias}.join"
        fix = "Join by a key that names one, or allow several (many)."
        raise _not_unique(join.key_columns, found, join.source.name, field, fix)


def _not_unique(names: Sequence[str], rows: list[tuple[Any, ...]], source: str, field: str, fix: str) -> KeyNotUnique:
    offenders: list[Mapping[str, Any]] = [
        {"key": [None if value is None else str(value)[:200] for value in row[:-2]], "count": row[-2]} for row in rows
    ]
    told = ", ".join(f"{', '.join(map(str, o['key']))} ({o['count']} times)" for o in offenders)
    if rows[0][-1]:
        problem = "is empty in some rows"
    else:
        problem = "is not unique" if rows[0][-2] > 1 else "is too long to name an item"
    return KeyNotUnique(
        f"The key {', '.join(names)} of {source} {problem}: {told}.",
        field=field,
        fix=fix,
        details={"offenders": offenders},
    )
