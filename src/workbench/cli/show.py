"""What commands print: tables and records for people, tab-separated lines for pipes, JSON for programs."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import orjson
import typer

if TYPE_CHECKING:
    from workbench.sdk import WorkbenchError

Column = str | Callable[[Any], Any]
NONE = "–"


@dataclass(frozen=True)
class Listing:
    """Several things of one kind, with the columns that a person sees; programs see everything."""

    items: Iterable[Any]
    columns: Mapping[str, Column]
    empty: str = "Nothing here yet."


@dataclass(frozen=True)
class Said:
    """A sentence for a person, and the value behind it for a program."""

    sentence: str
    value: Any = None


@dataclass(frozen=True)
class Text:
    """A text printed as it is, such as a rendered prompt; programs get `value`, or the text as a JSON string."""

    text: str
    value: Any = None


@dataclass(frozen=True)
class Stream:
    """Things shown as they happen, one a line: `line` for a person, an object of JSON for a program."""

    items: Iterable[Any]
    line: Callable[[Any], str]


@dataclass(frozen=True)
class Bad:
    """Something found that is bad: it is printed like anything else, and the command ends with exit code 1."""

    found: Any


def columns(names: str) -> dict[str, Column]:
    """Columns that are fields of the same name; `heading=field` where they differ, `field.part` to look deeper."""
    pairs = (name.partition("=") for name in names.split())
    return {heading.replace("_", " "): field or heading for heading, _, field in pairs}


def result(found: Any, *, json_output: bool) -> bool:
    """Prints what a command returned; whether it was bad."""
    bad = isinstance(found, Bad)
    if isinstance(found, Bad):
        found = found.found
    if isinstance(found, Stream):
        for item in found.items:
            typer.echo(orjson.dumps(_plain(item), default=str).decode() if json_output else found.line(item))
    elif json_output and found is not None:
        _json(found)
    elif isinstance(found, Listing):
        _table(found)
    elif isinstance(found, Said):
        typer.echo(found.sentence)
    elif isinstance(found, Text):
        typer.echo(found.text)
    elif found is not None:
        _record(found)
    return bad


def error(problem: "WorkbenchError", *, json_output: bool) -> None:
    """Says on standard error what happened, where, and what to do next."""
    if json_output:
        body = {
            "type": problem.slug(),
            "detail": problem.message,
            "field": problem.field,
            "row": problem.row,
            "fix": problem.fix,
            "details": problem.details or None,
        }
        text = orjson.dumps({k: v for k, v in body.items() if v is not None}, default=str, option=orjson.OPT_INDENT_2)
        typer.echo(text.decode(), err=True)
        return
    where = f" (row {problem.row})" if problem.row is not None else ""
    typer.secho("error: ", fg=typer.colors.RED, bold=True, nl=False, err=True)
    typer.echo(f"{problem.message}{where}", err=True)
    if problem.field:
        typer.echo(f"  where: {problem.field}", err=True)
    if problem.fix:
        typer.echo(f"  fix:   {problem.fix}", err=True)


def cell(value: Any) -> str:
    """A value in few words."""
    if value is None or value == "" or value == []:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if _is_record(value):
        return _words(value)
    if isinstance(value, list | tuple | frozenset | set):
        return ("; " if any(map(_is_record, value)) else ", ").join(map(cell, value))
    return str(value)


def _is_record(value: Any) -> bool:
    return isinstance(value, Mapping) or hasattr(value, "model_dump")


def _fields(record: Any) -> Mapping[str, Any]:
    return (
        record if isinstance(record, Mapping) else {name: getattr(record, name) for name in type(record).model_fields}
    )


def _words(record: Any) -> str:
    """The fields of a record that say something, in one line: `a 1, b 2`; records in it are set in brackets."""
    said = []
    for name, value in _fields(record).items():
        if value is None:
            continue
        nested = _is_record(value) or (isinstance(value, list | tuple) and any(map(_is_record, value)))
        text = cell(value)
        said.append(f"{str(name).replace('_', ' ')} {f'({text})' if nested and text != NONE else text}")
    return ", ".join(said) or NONE


def _json(found: Any) -> None:
    value = found
    if isinstance(found, Listing):
        value = list(found.items)
    elif isinstance(found, Said):
        value = found.value if found.value is not None else {"message": found.sentence}
    elif isinstance(found, Text):
        value = found.value if found.value is not None else found.text
    typer.echo(orjson.dumps(_plain(value), default=str, option=orjson.OPT_INDENT_2).decode())


def _plain(value: Any) -> Any:
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value)


def _value(item: Any, column: Column) -> Any:
    if callable(column):
        return column(item)
    for part in column.split("."):
        item = item.get(part) if isinstance(item, Mapping) else getattr(item, part)
        if item is None:
            return None
    return item


def _table(listing: Listing) -> None:
    rows = [[cell(_value(item, column)) for column in listing.columns.values()] for item in listing.items]
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(part.replace("\t", " ").replace("\n", " ") for part in row))
        return
    if not rows:
        typer.secho(listing.empty, dim=True)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as RichText

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in listing.columns:
        table.add_column(heading, overflow="fold", no_wrap=heading == "id")  # an id is there to be copied
    for row in rows:
        table.add_row(*(RichText(part) for part in row))
    Console().print(table)


def _record(found: Any) -> None:
    fields = _fields(found)
    width = max((len(name) for name in fields), default=0)
    for name, value in fields.items():
        if name.endswith("_at") and isinstance(value, int):  # Unity Catalog's times: milliseconds since 1970
            value = datetime.fromtimestamp(value / 1000, UTC)
        many = isinstance(value, list | tuple) and any(map(_is_record, value))
        text = "\n".join(map(cell, value)) if many else cell(value)
        indent = "\n" + " " * (width + 2)
        typer.echo(f"{name.replace('_', ' '):<{width}}  " + text.replace("\n", indent))
