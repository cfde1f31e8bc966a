"""Keys in SQL: spelling an `item_ref` as `rules.item_ref` does, and finding keys that name no row or several."""

# ruff: noqa: S608 - every name in the SQL is quoted by `duck.quoted`

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as is_

from workbench.backends.duck import Duck, quoted
from workbench.features.sheets.joins import Join
from workbench.features.sheets.rules import LONGEST_REF
from workbench.kernel.errors import Invalid

_SHOWN = 5
_SAID = 60  # characters of an offending key in a message; `details` has more
_MOST_TWICE = 10_000
_BATCH = 50_000


class KeyNotUnique(Invalid):
    """The key of a sheet or join names several rows, or none. `details["offenders"]` holds the first of them."""

    def without_values(self) -> KeyNotUnique:
        """The same, for those who may not see the key's values."""
        problem = self.message.partition(":")[0]
        return KeyNotUnique(f"{problem}; you may not see which.", field=self.field, fix=self.fix)


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


def check_key(duck: Duck, read: Callable[[], Any], keys: Sequence[pa.Field], source: str) -> None:
    """Raises `KeyNotUnique` unless the key is never null, unique, and short enough in all rows.

    `read` gives the key columns as Arrow data, once per call. One pass keeps 8 bytes per row, a hash; only where two
    hashes are equal, or a key is empty or too long, does a second pass look at the keys themselves.
    """
    columns = [quoted(key.name) for key in keys]
    names = ", ".join(columns)
    is_empty = " OR ".join(f"{name} IS NULL" for name in columns)
    is_long = f"length({ref_sql('p', keys)}) > {LONGEST_REF}"
    first = f"SELECT hash({names}) AS h, coalesce({is_empty} OR {is_long}, FALSE) AS bad FROM p"
    hashes, suspect = [], False
    for batch in duck.stream(first, {"p": read()}, _BATCH):
        hashes.append(batch.column("h").to_numpy())
        suspect = suspect or pc.any(batch.column("bad")).as_py() is True
    everything = np.concatenate(hashes) if hashes else np.empty(0, np.uint64)
    everything.sort()
    twice = everything[1:][everything[1:] == everything[:-1]][:_MOST_TWICE]
    if not suspect and not len(twice):
        return
    found = duck.rows(
        f"SELECT {names}, count(*) AS n, {is_empty} AS empty FROM p "
        f"WHERE hash({names}) IN (SELECT h FROM twice) OR {is_empty} OR {is_long} "
        f"GROUP BY {names} HAVING n > 1 OR empty OR {is_long} ORDER BY empty DESC, n DESC, {names} LIMIT {_SHOWN}",
        {"p": read(), "twice": pa.table({"h": pa.array(twice, pa.uint64())})},
    )
    if found:
        raise _not_unique(
            [key.name for key in keys], found, source, "item_key", "Choose a key that names each row once."
        )


def check_join(query: Callable[[str], pa.Table], join: Join, relation: str) -> None:
    """Raises `KeyNotUnique` when a source joined one to one would give an item several rows or files.

    `query` answers SQL over `relation`, which has the columns j0, j1, … that are joined by.
    """
    if join.source.many:
        return
    keys = [f"j{i}" for i in range(len(join.left))]
    names = ", ".join(keys)
    found = query(
        f"SELECT {names}, count(*) AS n, FALSE AS empty FROM {relation} "
        f"WHERE {' AND '.join(f'{key} IS NOT NULL' for key in keys)} "
        f"GROUP BY {names} HAVING n > 1 ORDER BY n DESC, {names} LIMIT {_SHOWN}"
    )
    if found.num_rows:
        rows = list(zip(*(column.to_pylist() for column in found.columns), strict=True))
        fix = "Join by a key that names one, or allow several (many)."
        raise _not_unique(join.key_columns, rows, join.source.name, f"{join.source.alias}.join", fix)


def _not_unique(names: Sequence[str], rows: list[tuple[Any, ...]], source: str, field: str, fix: str) -> KeyNotUnique:
    offenders: list[Mapping[str, Any]] = [
        {"key": [None if value is None else str(value)[:200] for value in row[:-2]], "count": row[-2]} for row in rows
    ]
    if rows[0][-1]:
        problem = "is empty in some rows"
    elif rows[0][-2] > 1:
        problem = "is not unique"
    else:
        problem = f"is too long to name an item ({LONGEST_REF} characters at most)"
        fix = "Choose a shorter key, or upload the rows again with a column that numbers them."
    told = offenders[:1] if problem.startswith("is too long") else offenders
    which = ", ".join(_told(offender["key"], offender["count"]) for offender in told)
    return KeyNotUnique(
        f"The key {', '.join(names)} of {source} {problem}: {which}.",
        field=field,
        fix=fix,
        details={"offenders": offenders},
    )


def _told(key: Sequence[str | None], count: int) -> str:
    """An offending key as a message names it: `a, b (2 times)`, `2 rows without a value`; long values are cut."""
    if all(value is None for value in key):
        return f"{count} row{'s' * (count > 1)} without a value"
    parts = ("nothing" if value is None else value[:_SAID] + "…" * (len(value) > _SAID) for value in key)
    return ", ".join(parts) + (f" ({count} times)" if count > 1 else "")
