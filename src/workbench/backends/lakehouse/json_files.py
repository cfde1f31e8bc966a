"""JSON Lines files as typed Arrow batches: one object per line, mistakes named by row and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.types as is_

from workbench.backends.lakehouse.spark_types import storable, storable_schema
from workbench.backends.lakehouse.text_files import LONGEST_ROW, MOST_COLUMNS, check_text
from workbench.kernel.errors import Invalid

_ROWS = 5_000
_BYTES = 8 << 20
_DEEPEST = 64  # levels of objects and lists in one value
_CANNOT_MERGE = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError)
_Numbered = list[tuple[int, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class JsonLinesFile:
    """One JSON Lines file that has been read through once and found good."""

    path: Path
    schema: pa.Schema
    rows: int

    @classmethod
    def open(cls, path: Path) -> JsonLinesFile:
        """Read everything once. Raises `Invalid` naming the first row that is not an object of the same columns."""
        check_text(path)
        found, rows = pa.schema([]), 0
        for numbered in _objects(path):
            try:
                found = _merged(found, _schema_of([value for _, value in numbered]))
            except _CANNOT_MERGE:
                raise _first_misfit(found, numbered) from None
            rows += len(numbered)
        if not found.names:
            raise Invalid("The file's objects have no fields.", row=1, fix="Write one object with fields per line.")
        return cls(path, storable_schema(found), rows)

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The columns of `schema` with its types; a missing field is null. Raises `Invalid` naming the row."""
        for numbered in _objects(self.path):
            arrays = [_array(numbered, field) for field in schema]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _objects(path: Path) -> Iterator[_Numbered]:
    pending: _Numbered = []
    names: set[str] = set()
    size = 0
    with path.open("rb") as lines:
        row = 0
        while line := lines.readline(LONGEST_ROW + 1):
            row += 1
            if len(line) > LONGEST_ROW:
                raise Invalid("The line is longer than 16 MiB.", row=row, fix="Write one object per line.")
            text = line.removeprefix(b"\xef\xbb\xbf").strip() if row == 1 else line.strip()
            if not text:
                continue
            value = _object(text, row)
            _note_names(value, row, names)
            pending.append((row, value))
            size += len(line)
            if len(pending) >= _ROWS or size >= _BYTES:
                yield pending
                pending, size = [], 0
    if pending:
        yield pending


def _object(text: bytes, row: int) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Invalid(
            f"The line is not JSON: {error.msg} at character {error.pos + 1}.", row=row, fix="Mend the line."
        ) from None
    if not isinstance(value, dict):
        raise Invalid(
            f"The line is a JSON {type(value).__name__}, not an object.",
            row=row,
            fix='Write lines like {"name": "value"}.',
        )
    return value


def _note_names(value: Any, row: int, names: set[str], depth: int = 1) -> None:
    """Adds the names of all fields inside. Raises `Invalid` for too many or too deep ones: each costs a column in every
    row."""
    if depth > _DEEPEST:
        raise Invalid(f"The line nests deeper than {_DEEPEST} levels.", row=row, fix="Write the inner part as text.")
    if isinstance(value, dict):
        names.update(value)
        if len(names) > MOST_COLUMNS:
            raise Invalid(
                f"By this row there are more than {MOST_COLUMNS} fields.",
                row=row,
                fix="Write fields that vary from row to row as a list of names and values.",
            )
        value = value.values()
    elif not isinstance(value, list):
        return
    for inside in value:
        if isinstance(inside, dict | list):
            _note_names(inside, row, names, depth + 1)


def _schema_of(objects: list[dict[str, Any]]) -> pa.Schema:
    kind = pa.array(objects).type
    return pa.schema(list(kind)) if is_.is_struct(kind) else pa.schema([])


def _merged(left: pa.Schema, right: pa.Schema) -> pa.Schema:
    return pa.unify_schemas([left, right], promote_options="permissive")


def _first_misfit(found: pa.Schema, numbered: _Numbered) -> Invalid:
    """Which row and column broke the types of all rows before it."""
    for row, value in numbered:
        for name, item in value.items():
            try:
                found = _merged(found, _schema_of([{name: item}]))
            except _CANNOT_MERGE:
                before = found.field(name).type if name in found.names else "nothing"
                return Invalid(
                    f"Column {name!r} holds {_told(item)} here and {before} in the rows before.",
                    field=name,
                    row=row,
                    fix="Write the same kind of value in every row, for example all as text.",
                )
    return Invalid(
        "A column holds different kinds of values.", row=numbered[0][0], fix="Write it as text in every row."
    )


def _told(item: Any) -> str:
    names = {
        str: "text",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        list: "a list",
        dict: "an object",
    }
    return f"{names.get(type(item), 'null')} ({str(item)[:60]})"


def _array(numbered: _Numbered, field: pa.Field) -> pa.Array:
    try:
        return pa.array([value.get(field.name) for _, value in numbered], storable(field.type))
    except (*_CANNOT_MERGE, TypeError, ValueError):
        for row, value in numbered:
            try:
                pa.array([value.get(field.name)], field.type)
            except (*_CANNOT_MERGE, TypeError, ValueError):
                raise Invalid(
                    f"Column {field.name!r} holds {_told(value.get(field.name))}, not a value of type {field.type}.",
                    field=field.name,
                    row=row,
                    fix="Mend the value, or make a new table from the file.",
                ) from None
        raise
