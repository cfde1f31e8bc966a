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


PLACE = "__place"  # the column that holds where in the primary table a row stands


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

    def relations(self, choice: Choice, rows: pa.Table | None = None) -> tuple[dict[str, str], dict[str, Any]]:
        """SQL for what each alias joins, and the data it reads: everything, or only what `rows` need."""
        sources = {
            f"s{i}": self.joins[alias].data(inside, rows) for i, (alias, inside) in enumerate(choice.inside.items())
        }
        relations = {
            alias: f"({self.joins[alias].relation(f's{i}', inside)})"
            for i, (alias, inside) in enumerate(choice.inside.items())
        }
        return relations, sources

    def joined(self, carried: Choice, relations: Mapping[str, str]) -> str:
        """SQL of every row of `p`, the primary table or a part of it, with item_ref, the choice, and its place."""
        picked = [f"{ref_sql('p', self.keys)} AS {ITEM_REF}"]
        picked += [f"p.{quoted(name)} AS {quoted(name)}" for name in carried.columns]
        joins = ""
        for i, alias in enumerate(carried.inside):
            joins += f" LEFT JOIN {relations[alias]} AS a{i} ON {self.joins[alias].condition(f'a{i}')}"
            picked.append(f"a{i}.value AS {quoted(alias)}")
        return f"SELECT {', '.join(picked)}, p.{PLACE} AS {PLACE} FROM p{joins}"

    def items(self, choice: Choice, relations: Mapping[str, str], where: str = "") -> str:
        """SQL of the items with nothing but the choice, and an empty list where there is none, in the order of `p`.

        `where` is a condition over item_ref and what the filter reads.
        """
        carried = self.with_filter(choice) if where else choice
        shown = [ITEM_REF, *(quoted(name) for name in choice.columns)]
        shown += [self._shown(alias, inside, carried.inside[alias]) for alias, inside in choice.inside.items()]
        condition = f" WHERE {where}" if where else ""
        return f"SELECT {', '.join(shown)} FROM ({self.joined(carried, relations)}) AS item{condition} ORDER BY {PLACE}"

    @property
    def where(self) -> str:
        """The filter as SQL; empty without one."""
        return self.filter.sql if self.filter else ""

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

    def _shown(self, alias: str, wanted: list[str], carried: list[str]) -> str:
        name, join = quoted(alias), self.joins[alias]
        if join.source.many:
            return f"coalesce({name}, []) AS {name}"
        if wanted == carried or isinstance(join, JoinedFiles):
            return name
        parts = ", ".join(f"{literal(field)}: {name}.{quoted(field)}" for field in wanted)
        return f"CASE WHEN {name} IS NOT NULL THEN {{{parts}}} END AS {name}"
