"""From a sheet's definition to the SQL of its items: which columns to carry, join, filter, sample and order by."""

# ruff: noqa: S608 - every name in the SQL is quoted by `duck.quoted`, every text by `duck.literal`

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from workbench.backends.duck import literal, quoted
from workbench.backends.lakehouse import Table
from workbench.features.sheets.filters import CheckedFilter
from workbench.features.sheets.joins import Join, JoinedFiles
from workbench.features.sheets.keys import ref_sql
from workbench.features.sheets.schemas import ITEM_REF, Sample
from workbench.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns of the primary table, and per alias the columns inside it, that a query carries."""

    columns: list[str]
    inside: dict[str, list[str]]


NOTHING = Choice([], {})


@dataclass(frozen=True, slots=True)
class Query:
    """SQL with the Arrow data it reads; the data is single use."""

    sql: str
    sources: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How the items of one sheet are computed."""

    primary: Table
    keys: list[pa.Field]
    columns: list[str]
    joins: Mapping[str, Join]
    sample: Sample
    filter: CheckedFilter | None = None

    def chosen(self, fields: Collection[str] | None) -> Choice:
        """What to carry for these fields (`column`, `alias`, `alias.field`); all fields when None. Raises `Invalid`."""
        if fields is None:
            return Choice(self.columns, {alias: list(join.columns) for alias, join in self.joins.items()})
        columns: dict[str, None] = {}
        inside: dict[str, dict[str, None]] = {}
        for field in fields:
            alias, _, name = field.partition(".")
            if field in self.columns:
                columns[field] = None
            elif alias in self.joins and (not name or name in self.joins[alias].columns):
                wanted = [name] if name else self.joins[alias].columns
                inside.setdefault(alias, {}).update(dict.fromkeys(wanted))
            else:
                raise Invalid(f"The sheet has no field {field!r}.", field=field, fix="List the sheet's fields.")
        return Choice(list(columns), {alias: list(names) for alias, names in inside.items()})

    def least(self) -> Choice:
        """Just enough of every alias to see whether it is there."""
        return Choice([], {alias: join.least for alias, join in self.joins.items()})

    def schema(self, choice: Choice) -> pa.Schema:
        """The Arrow schema of items: item_ref, columns, aliases."""
        return pa.schema(
            [pa.field(ITEM_REF, pa.string(), nullable=False)]
            + [self.primary.schema.field(name) for name in choice.columns]
            + [self.joins[alias].arrow_field(inside) for alias, inside in choice.inside.items()]
        )

    def needed(self, choice: Choice) -> list[str]:
        """The primary table's columns that have to be read."""
        joined = [field.name for alias in choice.inside for field in self.joins[alias].left]
        return list(dict.fromkeys([*(key.name for key in self.keys), *choice.columns, *joined]))

    def joined(self, choice: Choice, rows: pa.Table | None = None) -> Query:
        """Every row of the primary table (or of `rows`) with item_ref, the choice, and `__keys` to order by."""
        sources: dict[str, Any] = {"p": self.primary.reader(self.needed(choice)) if rows is None else rows}
        picked = [
            f"{ref_sql('p', self.keys)} AS {ITEM_REF}",
            *(f"p.{quoted(name)} AS {quoted(name)}" for name in choice.columns),
        ]
        joins = ""
        for i, (alias, inside) in enumerate(choice.inside.items()):
            join = self.joins[alias]
            sources[f"s{i}"] = join.data(inside, rows)
            joins += f" LEFT JOIN ({join.relation(f's{i}', inside)}) AS a{i} ON {join.condition(f'a{i}')}"
            picked.append(f"a{i}.value AS {quoted(alias)}")
        keys = ", ".join(f"'k{i}': p.{quoted(key.name)}" for i, key in enumerate(self.keys))
        return Query(f"SELECT {', '.join(picked)}, {{{keys}}} AS __keys FROM p{joins}", sources)

    def matching(self, choice: Choice) -> Query:
        """The joined items that the filter lets through, with nothing but the choice; absent sources are null."""
        carried = self.with_filter(choice)
        inner = self.joined(carried)
        shown = [quoted(name) for name in choice.columns]
        shown += [self._only(alias, inside, carried.inside[alias]) for alias, inside in choice.inside.items()]
        where = f" WHERE {self.filter.sql}" if self.filter else ""
        return Query(
            f"SELECT {', '.join([ITEM_REF, *shown, '__keys'])} FROM ({inner.sql}) AS item{where}", inner.sources
        )

    def sampled(self, choice: Choice, *, skip: int = 0, limit: int | None = None) -> Query:
        """The sheet's items in order, from the one after `skip` on."""
        matching = self.matching(choice)
        size = self.sample.size
        order = "__keys" if self.sample.kind != "random" else f"md5('{self.sample.seed}:' || {ITEM_REF}), {ITEM_REF}"
        most = min((n for n in (limit, None if size is None else max(0, size - skip)) if n is not None), default=None)
        window = (f" LIMIT {most}" if most is not None else "") + (f" OFFSET {skip}" if skip else "")
        return Query(f"SELECT * FROM ({matching.sql}) ORDER BY {order}{window}", matching.sources)

    def shown(self, query: Query, choice: Choice) -> Query:
        """The items as they leave: without `__keys`, and an absent list as an empty one."""
        names = [ITEM_REF, *(quoted(name) for name in choice.columns)]
        names += [
            f"coalesce({quoted(alias)}, []) AS {quoted(alias)}" if self.joins[alias].source.many else quoted(alias)
            for alias in choice.inside
        ]
        return Query(f"SELECT {', '.join(names)} FROM ({query.sql})", query.sources)

    def with_filter(self, choice: Choice) -> Choice:
        """The choice and what the filter reads."""
        columns = dict.fromkeys(choice.columns)
        inside = {alias: dict.fromkeys(names) for alias, names in choice.inside.items()}
        for name in sorted(self.filter.reads) if self.filter else ():
            alias, _, field = name.partition(".")
            if alias in self.joins:
                inside.setdefault(alias, {}).update(dict.fromkeys([field] if field else self.joins[alias].least))
            else:
                columns[name] = None
        return Choice(list(columns), {alias: list(names) for alias, names in inside.items()})

    def _only(self, alias: str, wanted: list[str], carried: list[str]) -> str:
        name = quoted(alias)
        if wanted == carried or isinstance(self.joins[alias], JoinedFiles) or self.joins[alias].source.many:
            return name
        parts = ", ".join(f"{literal(field)}: {name}.{quoted(field)}" for field in wanted)
        return f"CASE WHEN {name} IS NOT NULL THEN {{{parts}}} END AS {name}"
