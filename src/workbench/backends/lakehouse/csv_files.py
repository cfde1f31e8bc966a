"""CSV files as typed Arrow batches: types found by reading everything once, mistakes named by row and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from workbench.backends.lakehouse.spark_types import storable_schema
from workbench.backends.lakehouse.text_files import LONGEST_ROW, MOST_COLUMNS, check_text
from workbench.kernel.errors import Invalid

# What a text must look like to be a value of the type and to come back unchanged in meaning. Leading zeros, plus
# signs and more than 18 digits are kept as text: they are article numbers and phone numbers, not quantities.
_WHOLE = r"(?:0|-?[1-9][0-9]{0,17})"
_BROKEN = r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]{1,3})?|-?[1-9][eE][-+][0-9]{1,3}"
_SHAPES: list[tuple[pa.DataType, str]] = [
    (pa.int64(), rf"^{_WHOLE}$"),
    (pa.float64(), rf"^(?:-?(?:0|[1-9][0-9]{{0,14}})|{_BROKEN})$"),
    (pa.bool_(), r"^(?:[tT]rue|[fF]alse|TRUE|FALSE)$"),
    (pa.date32(), r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    (pa.timestamp("us"), r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?$"),
    (
        pa.timestamp("us", "UTC"),
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[-+][0-9]{2}:?[0-9]{2})$",
    ),
]
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class CsvFile:
    """One CSV file that has been read through once and found good."""

    path: Path
    schema: pa.Schema
    rows: int
    delimiter: str

    @classmethod
    def open(cls, path: Path) -> CsvFile:
        """Read everything once. Raises `Invalid` naming the first row or column that is wrong."""
        quotes = check_text(path)
        names, delimiter = _header(path)
        storable_schema(pa.schema([(name, pa.string()) for name in names]))
        candidates = [list(_SHAPES) for _ in names]
        filled = [False] * len(names)
        rows, last = 0, None
        for batch in _texts(path, names, delimiter):
            rows, last = rows + batch.num_rows, batch
            for index, column in enumerate(batch.columns):
                filled[index] = filled[index] or column.null_count < len(column)
                candidates[index] = [shape for shape in candidates[index] if _fits(column, *shape)]
        if last is None or not rows:
            raise Invalid("The file has a header and no rows.", row=1, fix="Choose a file with at least one row.")
        if quotes % 2 and "\n" in (last.column(len(names) - 1)[-1].as_py() or ""):
            # An unclosed quote silently swallows all rows behind it.
            raise Invalid("A quote is opened and never closed.", row=rows + 1, fix='Close it, or write a quote as "".')
        kinds = [found[0][0] if found and some else pa.string() for found, some in zip(candidates, filled, strict=True)]
        return cls(path, pa.schema(list(zip(names, kinds, strict=True))), rows, delimiter)

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The columns of `schema` with its types. Raises `Invalid` naming row and column of what does not fit."""
        first = 2
        for batch in _texts(self.path, self.schema.names, self.delimiter):
            yield pa.RecordBatch.from_arrays([_cast(batch.column(f.name), f, first) for f in schema], schema=schema)
            first += batch.num_rows


def _header(path: Path) -> tuple[list[str], str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        start = lines.read(1 << 20)
    first = start.lstrip("\r\n").split("\n", 1)[0]
    outside = re.sub(r'"[^"]*"', "", first)
    delimiter = max(_DELIMITERS, key=outside.count)
    try:
        names = next(row for row in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter) if row)
    except csv.Error as error:
        raise Invalid(f"The header cannot be read: {error}.", row=1, fix="Begin with a line of short names.") from None
    if len(names) > MOST_COLUMNS:
        raise Invalid(
            f"The header names {len(names)} columns; {MOST_COLUMNS} is the most.", row=1, fix="Split the file."
        )
    return names, delimiter


def _texts(path: Path, names: list[str], delimiter: str) -> Iterator[pa.RecordBatch]:
    """All values as text; an empty place is null, a quoted empty one is the empty text."""
    try:
        with pa.csv.open_csv(
            path,
            # One thread: only then does a ragged row come with its number.
            pa.csv.ReadOptions(block_size=LONGEST_ROW, use_threads=False),
            pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        ) as reader:
            for batch in reader:
                for start in range(0, batch.num_rows, 65_536):
                    yield batch.slice(start, 65_536)
    except pa.ArrowInvalid as error:
        raise _explained(str(error)) from None


def _explained(said: str) -> Invalid:
    if ragged := re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", said):
        row, expected, got = (int(number) for number in ragged.groups())
        return Invalid(
            f"The header has {expected} columns and this row has {got}.",
            row=row,
            fix="Quote values that hold the delimiter, or fill in the missing ones.",
        )
    if "straddling" in said:
        return Invalid("A row is longer than 16 MiB.", field="file", fix="Probably a quote is opened and never closed.")
    return Invalid(f"The file cannot be read as CSV: {said[:300]}", field="file")


def _fits(column: pa.Array, kind: pa.DataType, shape: str) -> bool:
    if pc.all(pc.match_substring_regex(column, shape), skip_nulls=True).as_py() is False:
        return False
    if kind not in (pa.date32(), pa.timestamp("us"), pa.timestamp("us", "UTC")):
        return True
    try:  # the shape alone would let the 31st of February through
        pc.cast(column, kind)
    except pa.ArrowInvalid:
        return False
    return True


def _cast(column: pa.Array, field: pa.Field, first: int) -> pa.Array:
    if field.type == pa.string():
        return column
    try:
        return pc.cast(column, field.type)
    except pa.ArrowInvalid:
        for row, value in zip(count(first), column, strict=False):
            try:
                pc.cast(value, field.type)
            except pa.ArrowInvalid:
                raise Invalid(
                    f"{str(value)[:100]!r} in column {field.name!r} is not a value of type {field.type}.",
                    field=field.name,
                    row=row,
                    fix="Mend the value, or make a new table from the file.",
                ) from None
        raise
