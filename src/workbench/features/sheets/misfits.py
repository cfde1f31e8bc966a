"""What DuckDB says of a filter that does not fit its columns, in the words of the person who wrote it."""

from __future__ import annotations

import re

from workbench.kernel.errors import Invalid

_COMPARED = re.compile(r"Cannot compare values of type (\S+) and type (\S+)")
_CONVERTED = re.compile(r"Could not convert string '(.*?)' to ([A-Z]+)")
_KINDS = {
    "VARCHAR": "text", "STRING_LITERAL": "text", "BOOLEAN": "true or false", "DATE": "a date", "TIME": "a time",
    "TIMESTAMP": "a time", "BLOB": "binary data", "STRUCT": "several fields", "MAP": "several fields",
}  # fmt: skip
_NUMBERS = ("TINYINT", "SMALLINT", "INT", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


def misfit(said: str) -> Invalid:
    """The refusal of a filter that compares what cannot be compared."""
    compared, converted = _COMPARED.search(said), _CONVERTED.search(said)
    if compared:
        why = f"it compares {kind_of(compared[1])} with {kind_of(compared[2])}"
    elif converted:
        why = f"'{converted[1]}' is not {kind_of(converted[2])}"
    else:
        why = said.partition(": ")[2] or said
    return Invalid(
        f"The filter does not fit its columns: {why}.",
        field="filter",
        fix="Compare values of the same kind: text in quotes, total = '8.20', numbers without, total > 100.",
    )


def not_a_condition(kind: str) -> Invalid:
    """The refusal of a filter that is not true or false for a row."""
    return Invalid(
        f"The filter gives {kind_of(kind)}, not true or false.",
        field="filter",
        fix="Write a condition, for example age > 30.",
    )


def kind_of(kind: str) -> str:
    """A type of DuckDB's as a person would say it: `VARCHAR` is text, `DECIMAL(10,2)` a number."""
    name = kind.partition("(")[0].partition(" ")[0].upper()
    if name.startswith(_NUMBERS) or name.removeprefix("U").startswith(_NUMBERS):
        return "a number"
    return "a list" if kind.endswith("[]") else _KINDS.get(name, kind)
