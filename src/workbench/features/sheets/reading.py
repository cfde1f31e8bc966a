"""Reading a sheet: its items as Arrow batches, joined, filtered and sampled, in an order that never changes."""

# ruff: noqa: S608 - the SQL is composed by `plan`, which quotes every name and text

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.backends.duck import Duck
from workbench.backends.lakehouse import Lakehouse
from workbench.features.sheets.filters import check_filter
from workbench.features.sheets.joins import Join, JoinedFiles, JoinedTable, column, value_field
from workbench.features.sheets.keys import check_join, check_key
from workbench.features.sheets.misfits import misfit, not_a_condition
from workbench.features.sheets.plan import NOTHING, Choice, Plan
from workbench.features.sheets.rules import LONGEST_REF, is_key_type, item_ref, key_values
from workbench.features.sheets.schemas import ITEM_REF, ItemField, SheetDefinition, TableSource
from workbench.features.sheets.stream import count_items, placed, stream_items
from workbench.kernel.errors import Invalid

MOST_BY_NAME = 1_000
BATCH_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Missing:
    """How many items have nothing from a secondary source, and the first of them by item_ref."""

    count: int
    examples: list[str]


class OpenSheet:
    """A sheet definition, checked against the sources it points at and opened at one state of each.

    Items come in the order in which the primary table stores them; rows that are appended come last. A random sample
    has the smallest hashes of seed and item_ref, so that a larger one contains a smaller one. Volumes are not pinned: a
    changed file shows in the item's digest.
    `definition` is the given one with all columns spelled out, `pins` the state of each table, `fields` those of an
    item without `item_ref`.
    """

    def __init__(self, duck: Duck, definition: SheetDefinition, plan: Plan) -> None:
        self._duck = duck
        self._plan = plan
        self.definition = definition
        tables = {j.source.name: j.table.pin for j in plan.joins.values() if isinstance(j, JoinedTable)}
        self.pins: dict[str, str] = {definition.primary_table: plan.primary.pin, **tables}
        self.fields: list[ItemField] = [
            *(value_field(plan.primary.schema.field(name), definition.primary_table) for name in plan.columns),
            *(join.item_field() for join in plan.joins.values()),
        ]

    @classmethod
    def open(
        cls, lakehouse: Lakehouse, duck: Duck, definition: SheetDefinition, pins: Mapping[str, str] | None = None
    ) -> OpenSheet:
        """Open every source, at its pin when `pins` (full name → pin) names it.

        Raises `NotFound` for a source that is not there, `SourceChanged` for a pin that cannot be read, and `Invalid`
        naming the part of the definition at fault.
        """
        pins = pins or {}
        primary = lakehouse.table(definition.primary_table, pins.get(definition.primary_table))
        joins: dict[str, Join] = {}
        for source in definition.secondary_sources:
            if isinstance(source, TableSource):
                table = lakehouse.table(source.name, pins.get(source.name))
                joins[source.alias] = JoinedTable.open(source, table, primary.schema)
            else:
                joins[source.alias] = JoinedFiles.open(source, lakehouse.volume(source.name), primary.schema)
        columns = _checked_columns(definition, primary.schema)
        plan = Plan(primary, _checked_keys(definition, primary.schema), columns, joins, definition.sample)
        sources = [join.source for join in joins.values()]
        resolved = definition.model_copy(update={"columns": columns, "secondary_sources": sources})
        # What is pinned was tried when it was pinned, and trying takes longer than reading one item.
        tables = {definition.primary_table, *(j.source.name for j in joins.values() if isinstance(j, JoinedTable))}
        is_tried = pins.keys() >= tables
        return cls(duck, resolved, _with_filter(duck, plan, definition.filter, is_tried=is_tried))

    @property
    def steered_by(self) -> list[str]:
        """The columns and volumes that decide which items there are and what joins them, in the spelling of tags.

        Whoever may choose them can learn what they hold by trying, without being shown any of it.
        """
        primary, joins = self.definition.primary_table, self._plan.joins
        found = [f"{primary}#{left.name}" for join in joins.values() for left in join.left]
        for join in joins.values():
            if isinstance(join, JoinedTable):
                found += [f"{join.source.name}#{name}" for name in join.key_columns]
        for name in sorted(self._plan.filter.reads) if self._plan.filter else ():
            alias, _, inside = name.partition(".")
            joined = None if name in self._plan.primary.schema.names else joins.get(alias)
            source = joined.source.name if joined else primary
            column = inside if joined else name
            found.append(f"{source}#{column}" if column else source)
        return list(dict.fromkeys(found))

    def schema(self, fields: Collection[str] | None = None) -> pa.Schema:
        """The Arrow schema of items with these fields (`column`, `alias`, `alias.field`); all fields when None."""
        return self._plan.schema(self._plan.chosen(fields))

    def scan(
        self, fields: Collection[str] | None = None, *, batch_rows: int = BATCH_ROWS, start: int = 0
    ) -> Iterator[pa.RecordBatch]:
        """All items from the `start`-th on, in order, in memory that does not grow with their number.

        Raises `KeyNotUnique` before the first batch when a key would make items ambiguous or multiply them.
        """
        choice = self._plan.chosen(fields)
        self._check_key()
        for piece in self._stream(choice, start):
            yield from piece.combine_chunks().to_batches(max_chunksize=batch_rows)

    def items(self, refs: Sequence[str], fields: Collection[str] | None = None) -> pa.Table:
        """The items of these names, in this order, whether or not filter and sample choose them; unknown ones lack.

        At most `MOST_BY_NAME` at once. The keys are pushed into every table, so that one item is read without the rest.
        """
        if len(refs) > MOST_BY_NAME:
            raise Invalid(f"At most {MOST_BY_NAME} items can be read by name at once.", field=ITEM_REF)
        choice = self._plan.chosen(fields)
        schema = self._plan.schema(choice)
        wanted = [values for ref in refs if (values := self._key_of(ref)) is not None]
        if not wanted:
            return schema.empty_table()
        keys = {key.name: pa.array([v[i] for v in wanted], key.type) for i, key in enumerate(self._plan.keys)}
        rows = self._plan.primary.matching(keys, self._plan.needed(choice))
        if rows.num_rows > 1:  # one row has its key for itself
            check_key(self._duck, lambda: rows, self._plan.keys, self.definition.primary_table)
        if not choice.inside:  # nothing to join: the rows are the items
            return _in_order(refs, rows.append_column(ITEM_REF, [self._named(rows)]), schema)
        relations, sources = self._plan.relations(choice, rows)
        for alias in choice.inside:
            check_join(partial(self._duck.table, sources=sources), self._plan.joins[alias], relations[alias])
        found = self._duck.table(self._plan.items(choice, relations), {**sources, "p": placed(rows)})
        return _in_order(refs, found, schema)

    def refs(self, limit: int, *, start: int = 0) -> list[str]:
        """The names of the first items behind `start`. Raises `KeyNotUnique` when one of them can have no name."""
        found: list[str] = []
        for piece in self._stream(NOTHING, start):
            found += piece.column(ITEM_REF).slice(0, limit - len(found)).to_pylist()
            if len(found) >= limit:
                break
        if any(ref is None or len(ref) > LONGEST_REF for ref in found):
            self._check_key()
        return found

    def preview(self, limit: int, *, start: int = 0) -> pa.Table:
        """The first items whole, fast on large tables too: names first, then their rows by name."""
        return self.items(self.refs(min(limit, MOST_BY_NAME), start=start))

    def count(self) -> int:
        """How many items the sheet has."""
        return count_items(self._duck, self._plan)

    def missing(self) -> dict[str, Missing]:
        """Per secondary source, the items that have nothing from it."""
        counts: dict[str, int] = dict.fromkeys(self._plan.joins, 0)
        examples: dict[str, list[str]] = {alias: [] for alias in counts}
        for piece in self._stream(self._plan.least(), 0) if counts else ():
            for alias in counts:
                value = piece.column(alias)
                many = self._plan.joins[alias].source.many
                absent = piece.column(ITEM_REF).filter(
                    pc.equal(pc.list_value_length(value), 0) if many else value.is_null()
                )
                counts[alias] += len(absent)
                examples[alias] += absent.slice(0, max(0, 5 - len(examples[alias]))).to_pylist()
        return {alias: Missing(count, examples[alias]) for alias, count in counts.items()}

    def check(self) -> None:
        """Raises `KeyNotUnique` unless every key names one row: the sheet's own, and those joined one to one."""
        self._check_key()
        relations, sources = self._plan.relations(self._plan.least())
        for i, (alias, relation) in enumerate(relations.items()):
            read = partial(self._duck.table, sources={f"s{i}": sources[f"s{i}"]})
            check_join(read, self._plan.joins[alias], relation)

    def _stream(self, choice: Choice, start: int) -> Iterator[pa.Table]:
        schema = self._plan.schema(choice)
        for found in stream_items(self._duck, self._plan, choice, start):
            yield _as(found, schema)

    def _check_key(self) -> None:
        names = [key.name for key in self._plan.keys]
        check_key(self._duck, lambda: self._plan.primary.reader(names), self._plan.keys, self.definition.primary_table)

    def _named(self, rows: pa.Table) -> pa.Array:
        values = (rows.column(key.name).to_pylist() for key in self._plan.keys)
        return pa.array(map(item_ref, zip(*values, strict=True)), pa.string())

    def _key_of(self, ref: str) -> tuple[Any, ...] | None:
        """The key values of a name, or None when their kinds are not those of this sheet's key."""
        values = key_values(ref)
        if len(values) != len(self._plan.keys):
            return None
        try:
            for value, key in zip(values, self._plan.keys, strict=True):
                pa.array([value], key.type)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            return None
        return values


def _in_order(refs: Sequence[str], found: pa.Table, schema: pa.Schema) -> pa.Table:
    place = pc.index_in(pa.array(refs, pa.string()), found.column(ITEM_REF).combine_chunks())
    return _as(found.take(place.drop_null()), schema)


def _as(found: pa.Table, schema: pa.Schema) -> pa.Table:
    return pa.table([found.column(field.name).cast(field.type) for field in schema], schema=schema)


def _checked_columns(definition: SheetDefinition, schema: pa.Schema) -> list[str]:
    taken = {source.alias.lower() for source in definition.secondary_sources} | {ITEM_REF}
    columns = list(definition.columns if definition.columns is not None else schema.names)
    for name in columns:
        column(schema, name, "The primary table", "columns")
        if name.lower() in taken:
            raise Invalid(
                f"{name!r} is the name of a column and of something else in the item.",
                field="columns",
                fix="Choose another alias, or list the columns to take without it.",
            )
    return columns


def _checked_keys(definition: SheetDefinition, schema: pa.Schema) -> list[pa.Field]:
    keys = [column(schema, name, "The primary table", "item_key") for name in definition.item_key]
    for key in keys:
        if not is_key_type(key.type):
            raise Invalid(
                f"{key.name!r} is {key.type}, which cannot name an item.",
                field="item_key",
                fix="Choose columns of whole numbers, text, dates or times.",
            )
    return keys


def _with_filter(duck: Duck, plan: Plan, text: str | None, *, is_tried: bool) -> Plan:
    """The plan with its filter, tried on one row of nulls: enough to see types, and values that do not fit them.

    One that `is_tried` already is only read.
    """
    if text is None:
        return plan
    scope: dict[str, Collection[str]] = dict.fromkeys(plan.primary.schema.names, ())
    scope |= {
        alias: () if join.source.many or isinstance(join, JoinedFiles) else join.columns
        for alias, join in plan.joins.items()
    }
    checked = check_filter(text, scope)
    plan = replace(plan, filter=checked)
    if is_tried:
        return plan
    nulls = pa.table([pa.nulls(1, field.type) for field in plan.primary.schema], names=plan.primary.schema.names)
    carried = plan.with_filter(NOTHING)
    relations, sources = plan.relations(carried, nulls)
    sources["p"] = placed(nulls)
    condition = f"SELECT {checked.sql} FROM ({plan.joined(carried, relations)}) AS item"
    try:
        kind = duck.rows(f"DESCRIBE {condition}", sources)[0][1]
        duck.rows(condition, sources)
    except Invalid as error:
        raise misfit(error.message) from None
    if kind != "BOOLEAN":
        raise not_a_condition(kind)
    return plan
