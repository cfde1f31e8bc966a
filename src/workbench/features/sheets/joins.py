"""How a secondary source becomes one field of an item: its data, and the SQL that joins it."""

# ruff: noqa: S608 - every name in the SQL is quoted by `duck.quoted`, every text by `duck.literal`

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.types as is_

from workbench.backends.duck import literal, quoted
from workbench.backends.lakehouse import FileName, FullName, Table, columns_of
from workbench.backends.volumes import FilePattern, Volume
from workbench.features.sheets.rules import FILE
from workbench.features.sheets.schemas import ItemField, TableSource, VolumeSource
from workbench.kernel.errors import Invalid

BEGINS = 32  # characters of a text by which it is ordered


def value_field(field: pa.Field, source: str, prefix: str = "") -> ItemField:
    """One column of a table as a field of an item."""
    info = columns_of(pa.schema([field]))[0]
    return ItemField(name=prefix + field.name, kind="value", type=info.type_text, source=f"{source}#{field.name}")


@dataclass(frozen=True, slots=True)
class JoinedTable:
    """A secondary table. `left` are the primary table's columns that it joins by, with their types."""

    source: TableSource
    table: Table
    left: list[pa.Field]

    @classmethod
    def open(cls, source: TableSource, table: Table, primary: pa.Schema) -> JoinedTable:
        """Raises `Invalid` when a column is missing or two joined columns cannot be compared."""
        left = [column(primary, name, "The primary table", f"{source.alias}.join.left") for name in source.join.left]
        right = [column(table.schema, name, source.name, f"{source.alias}.join.right") for name in source.join.right]
        for name in source.columns or ():
            column(table.schema, name, source.name, f"{source.alias}.columns")
        for one, other in zip(left, right, strict=True):
            if _comparable(one.type) is None or _comparable(one.type) != _comparable(other.type):
                if {_comparable(one.type), _comparable(other.type)} == {"whole", "text"}:
                    continue
                raise Invalid(
                    f"{one.name!r} ({one.type}) and {other.name!r} of {source.name} ({other.type}) cannot be joined.",
                    field=f"{source.alias}.join",
                    fix="Join columns of the same kind: whole numbers, text, dates or times.",
                )
        return cls(source.model_copy(update={"columns": source.columns or table.schema.names}), table, left)

    @property
    def columns(self) -> list[str]:
        """The columns that the item gets."""
        assert self.source.columns is not None
        return self.source.columns

    def arrow_field(self, inside: Sequence[str]) -> pa.Field:
        """The item's field when only the columns `inside` are taken."""
        kind = pa.struct([self.table.schema.field(name) for name in inside])
        return pa.field(self.source.alias, pa.list_(kind) if self.source.many else kind)

    @property
    def key_columns(self) -> list[str]:
        """The columns of the secondary table that must name one row when it is joined one to one."""
        return self.source.join.right

    @property
    def least(self) -> list[str]:
        """The fewest columns that still tell whether there is a row."""
        return self.source.join.right[:1]

    def item_field(self) -> ItemField:
        """The field as the sheet tells it."""
        alias, name = self.source.alias, self.source.name
        inside = [value_field(self.table.schema.field(column), name, f"{alias}.") for column in self.columns]
        kind = columns_of(pa.schema([self.arrow_field(self.columns)]))[0].type_text
        return ItemField(name=alias, kind="struct", type=kind, many=self.source.many, source=name, fields=inside)

    def data(self, inside: Sequence[str], rows: pa.Table | None) -> Any:
        """The table for DuckDB: all of it streamed, or, held, what `rows` of the primary table join."""
        right = self.source.join.right
        needed = list(dict.fromkeys([*right, *inside, *self._place(inside)]))
        pairs = list(zip(self.left, right, strict=True))
        if rows is None:
            return self.table.reader(needed)
        if any(self._as_text(left, name) for left, name in pairs):
            return self.table.reader(needed).read_all()
        wanted = {name: rows.column(left.name).combine_chunks().drop_null() for left, name in pairs}
        typed = {name: values.cast(self.table.schema.field(name).type, safe=False) for name, values in wanted.items()}
        return self.table.matching(typed, needed)

    def relation(self, name: str, inside: Sequence[str]) -> str:
        """SQL with the columns j0, j1, … to join by and `value`.

        A list is in the order of all the columns that the sheet takes, one after the other, whichever of them are
        read: else what a prompt says, and an item's digest, would depend on what else is read beside it. Long texts
        are in the order of how they begin, and of their hashes where all that is equal: so little of them is held.
        """
        place = self._place(inside)
        keys = ", ".join(f"{self._key(left, right)} AS j{i}" for i, (left, right) in enumerate(self._pairs()))
        rows = f"SELECT {keys}, {_struct(inside)} AS value"
        if not self.source.many:
            return f"{rows} FROM {name}"
        joined = ", ".join(f"j{i}" for i in range(len(self.left)))
        if not place:
            return f"SELECT {joined}, list(value) AS value FROM ({rows} FROM {name}) GROUP BY {joined}"
        rows = f"{rows}, {self._order(place)} AS place FROM {name}"
        return f"SELECT {joined}, list(value ORDER BY place) AS value FROM ({rows}) GROUP BY {joined}"

    def condition(self, alias: str) -> str:
        """SQL that compares the primary table `p` with the relation called `alias`."""
        left = (
            f"CAST(p.{quoted(a.name)} AS VARCHAR)" if self._as_text(a, b) else f"p.{quoted(a.name)}"
            for a, b in self._pairs()
        )
        return " AND ".join(f"{expression} = {alias}.j{i}" for i, expression in enumerate(left))

    def _place(self, inside: Sequence[str]) -> Sequence[str]:
        """What a list is ordered by: nothing when all that is read is the same in each of its rows."""
        return self.columns if self.source.many and not set(inside) <= set(self.source.join.right) else ()

    def _order(self, place: Sequence[str]) -> str:
        texts = [name for name in place if is_.is_string(self.table.schema.field(name).type)]
        begins = {name: f"left({quoted(name)}, {BEGINS})" for name in texts}
        rests = [f"CASE WHEN length({quoted(name)}) > {BEGINS} THEN md5_number({quoted(name)}) END" for name in texts]
        parts = [*(begins.get(name, quoted(name)) for name in place), *rests]
        return "{" + ", ".join(f"'c{i}': {part}" for i, part in enumerate(parts)) + "}"

    def _pairs(self) -> list[tuple[pa.Field, str]]:
        return list(zip(self.left, self.source.join.right, strict=True))

    def _as_text(self, left: pa.Field, right: str) -> bool:
        return _comparable(left.type) != _comparable(self.table.schema.field(right).type)

    def _key(self, left: pa.Field, right: str) -> str:
        return f"CAST({quoted(right)} AS VARCHAR)" if self._as_text(left, right) else quoted(right)


def _struct(columns: Sequence[str]) -> str:
    return "{" + ", ".join(f"{literal(column)}: {quoted(column)}" for column in columns) + "}"


@dataclass(frozen=True, slots=True)
class JoinedFiles:
    """Files of a volume that belong to items by a key in their path."""

    source: VolumeSource
    volume: Volume
    pattern: FilePattern
    left: list[pa.Field]

    @classmethod
    def open(cls, source: VolumeSource, volume: Volume, primary: pa.Schema) -> JoinedFiles:
        """Raises `Invalid` when the key column is missing or of a kind that no file is named by."""
        left = column(primary, source.join.key, "The primary table", f"{source.alias}.join.key")
        if _comparable(left.type) not in ("whole", "text", "date"):
            raise Invalid(
                f"Files cannot be found by {left.name!r}, which is {left.type}.",
                field=f"{source.alias}.join.key",
                fix="Choose a column of text, whole numbers or dates.",
            )
        return cls(source, volume, FilePattern(source.join.pattern), [left])

    @property
    def columns(self) -> list[str]:
        """A file has no fields inside."""
        return []

    def arrow_field(self, inside: Sequence[str]) -> pa.Field:
        """A path, or a list of paths, marked as files."""
        return pa.field(self.source.alias, pa.list_(pa.string()) if self.source.many else pa.string(), metadata=FILE)

    @property
    def key_columns(self) -> list[str]:
        """What the files are found by."""
        return [self.source.join.key]

    @property
    def least(self) -> list[str]:
        """Nothing: the path itself tells."""
        return []

    def item_field(self) -> ItemField:
        """The field as the sheet tells it."""
        kind = "array<string>" if self.source.many else "string"
        return ItemField(name=self.source.alias, kind="file", type=kind, many=self.source.many, source=self.source.name)

    def data(self, inside: Sequence[str], rows: pa.Table | None) -> pa.Table:
        """Keys and full names of the files."""
        if rows is not None and self.pattern.literal:
            keys = {self._bare(str(key)) for key in rows.column(self.left[0].name).to_pylist() if key is not None}
            found = [(key, path) for key in sorted(keys) if self._exists(path := self.pattern.path(key))]
        else:
            found = [(key, path) for path in self.volume.paths() if (key := self.pattern.key(path)) is not None]
        name = FullName.parse(self.source.name, "volume")
        return pa.table(
            {
                "key": pa.array([key for key, _ in found], pa.string()),
                "file": pa.array([str(FileName(name, path)) for _, path in found], pa.string()),
            }
        )

    def relation(self, name: str, inside: Sequence[str]) -> str:
        """SQL with the column j0 to join by and `value`."""
        if self.source.many:
            return f"SELECT key AS j0, list(file ORDER BY file) AS value FROM {name} GROUP BY key"
        return f"SELECT key AS j0, file AS value FROM {name}"

    def condition(self, alias: str) -> str:
        """SQL that compares the key of the primary table `p` with the keys found in the files' paths."""
        key = f"CAST(p.{quoted(self.left[0].name)} AS VARCHAR)"
        if self.source.join.pattern == "{key}":
            start = self._prefix()
            rest = f"substr({key}, {len(start) + 1})"
            key = f"CASE WHEN starts_with(lower({key}), {literal(start)}) THEN {rest} ELSE {key} END"
        return f"{key} = {alias}.j0"

    def _prefix(self) -> str:
        return str(FileName(FullName.parse(self.source.name, "volume"), "")).lower()

    def _bare(self, key: str) -> str:
        start = self._prefix()
        is_full = self.source.join.pattern == "{key}" and key.lower().startswith(start)
        return key[len(start) :] if is_full else key

    def _exists(self, path: str) -> bool:
        try:
            return self.volume.resolve(path).is_file()
        except Invalid:
            return False


Join = JoinedTable | JoinedFiles


def column(schema: pa.Schema, name: str, where: str, field: str) -> pa.Field:
    """The column of a table. Raises `Invalid` telling the columns there are."""
    if name not in schema.names:
        raise Invalid(
            f"{where} has no column {name!r}.", field=field, fix=f"It has {', '.join(map(repr, schema.names[:30]))}."
        )
    return schema.field(name)


def _comparable(kind: pa.DataType) -> str | None:
    """Which kinds of values may be compared with each other; None for those that cannot be joined by."""
    if is_.is_integer(kind) or (is_.is_decimal(kind) and kind.scale == 0):
        return "whole"
    if is_.is_string(kind):
        return "text"
    if is_.is_date32(kind):
        return "date"
    if is_.is_timestamp(kind):
        return "aware" if kind.tz else "naive"
    return "truth" if is_.is_boolean(kind) else None
