"""Pure decisions of the catalog: how a source is spelled, what a format is told by, and how a cell is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any

from workbench.kernel.errors import Invalid, NotFound

LONGEST_CELL = 4_000
MOST_NAMES = 20  # as many as an error lists
_EXACT = 2**53  # browsers keep whole numbers up to here
_FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


def format_of(file_name: str) -> str:
    """The format of an upload by its suffix. Raises `Invalid` when that does not tell."""
    suffix = PurePath(file_name).suffix.lower()
    if suffix not in _FORMATS:
        raise Invalid(
            f"The name {file_name[:100]!r} does not tell the file's format.",
            field="file",
            fix="Name it .csv, .jsonl or .parquet, or choose the format.",
        )
    return _FORMATS[suffix]


def source_parts(source: str) -> tuple[str, ...]:
    """`main.med.invoices#name` as (`main`, `med`, `invoices`, `name`). Raises `Invalid` for other spellings."""
    table, mark, column = source.partition("#")
    parts = tuple(part.strip().lower() for part in table.split("."))
    if len(parts) > 3 or not all(parts) or (mark and (len(parts) != 3 or not column)):
        raise Invalid(
            f"{source[:100]!r} is not a source.",
            field="source",
            fix="Write catalog, catalog.schema, catalog.schema.table or catalog.schema.table#column.",
        )
    return (*parts, column) if mark else parts


def spelled_as(column: str, columns: Sequence[str]) -> str | None:
    """The column that is called so in any case; the gate does not tell case apart either."""
    return next((name for name in columns if name.strip().lower() == column.strip().lower()), None)


def require_among(name: str, known: Sequence[str], what: str, where: str) -> None:
    """Raises `NotFound` for a part of a source that is not there: the one it may have meant, or those there are."""
    if name in known:
        return
    near = get_close_matches(name, known, 1)
    more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
    there = f"It has {', '.join(known[:MOST_NAMES])}{more}." if known else "It has none yet."
    raise NotFound(
        f"{where} has no {what} {name[:100]!r}.", field="source", fix=f"Did you mean {near[0]}?" if near else there
    )


def shown(value: Any, longest: int = LONGEST_CELL) -> Any:
    """A value as JSON can carry it and a page can show it: exact numbers, ISO times, long text cut with `…`."""
    match value:
        case None | bool():
            return value
        case str():
            return value if len(value) <= longest else value[:longest] + "…"
        case int():
            return value if -_EXACT <= value <= _EXACT else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case bytes():
            return f"{len(value)} bytes"
        case dict():
            return {str(name): shown(item, longest) for name, item in value.items()}
        case list() | tuple():
            return [shown(item, longest) for item in value]
    return str(value)
