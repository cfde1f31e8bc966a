"""A sheet's filter: one boolean expression over its columns, parsed, checked piece by piece, and written anew.

What reaches the database is never the text a person typed: it is rendered from the pieces that are allowed here, so
nothing that this module does not know can get through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from workbench.kernel.errors import Invalid

LONGEST = 4_000
_ALLOWED = "comparisons, AND, OR, NOT, IN (…), BETWEEN, IS NULL, LIKE, ILIKE and + - * / %"
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?|\.[0-9]+")
_MOMENT = {
    "DATE": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "TIMESTAMP": re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[-+]\d{2}(:?\d{2})?)?"),
    "TIMESTAMPTZ": re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[-+]\d{2}(:?\d{2})?)?"),
}
_BETWEEN_TWO: Mapping[type[exp.Expr], str] = {
    exp.And: "AND", exp.Or: "OR", exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.Like: "LIKE", exp.ILike: "ILIKE", exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckedFilter:
    """A filter as SQL for DuckDB, over quoted column names only, and the names it reads (`age`, `vendor.name`)."""

    sql: str
    reads: frozenset[str]


@dataclass(slots=True)
class _Writer:
    columns: Mapping[str, Collection[str]]
    reads: set[str] = field(default_factory=set)

    def write(self, node: exp.Expr) -> str:
        operator = _BETWEEN_TWO.get(type(node))
        if operator is not None and set(node.args) - {"this", "expression", "typed", "safe"} == set():
            return f"({self.write(node.this)} {operator} {self.write(node.expression)})"
        write = _WRITERS.get(type(node))
        if write is None:
            raise self.refused(node)
        return write(self, node)

    def refused(self, node: exp.Expr) -> Invalid:
        piece = node.sql("duckdb")
        what = "calls a function or uses a construct that filters do not have" if piece else "is not allowed"
        if isinstance(node, exp.Query | exp.Subquery | exp.Exists):
            what = "is a query of its own"
        return Invalid(
            f"The filter may not contain {piece[:80]!r}: it {what}{self.place(node)}.",
            field="filter",
            fix=f"A filter has columns of the sheet, values, {_ALLOWED}.",
        )

    def place(self, node: exp.Expr) -> str:
        starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
        return f" (at character {min(starts) + 1})" if starts else ""


def check_filter(text: str, columns: Mapping[str, Collection[str]]) -> CheckedFilter:
    """The filter, checked against the sheet's columns: name → names of its fields, empty for a plain column.

    Raises `Invalid` (field `filter`) naming the piece at fault and its 1-based position.
    """
    if not text.strip():
        raise Invalid("The filter is empty.", field="filter", fix="Leave it out, or write a condition like age > 30.")
    if len(text) > LONGEST:
        raise Invalid(f"The filter is longer than {LONGEST} characters.", field="filter", fix="Shorten it.")
    writer = _Writer(columns)
    try:
        return CheckedFilter(writer.write(_parsed(text)), frozenset(writer.reads))
    except RecursionError:
        raise Invalid("The filter is nested too deeply.", field="filter", fix="Use fewer parentheses.") from None


def _parsed(text: str) -> exp.Expr:
    try:
        trees = [tree for tree in parse(text, dialect="duckdb") if tree is not None]
    except SqlglotError as error:
        found = (getattr(error, "errors", None) or [{}])[0]
        near = f" near {found['highlight']!r}" if found.get("highlight") else ""
        at = f" (at character {found['col']})" if found.get("col") else ""
        fix = 'Write a condition like age > 30. A name that is no single word stands in quotes: "order id" = 7.'
        raise Invalid(f"The filter cannot be understood{near}{at}.", field="filter", fix=fix) from None
    if len(trees) != 1:
        raise Invalid("The filter is not one expression.", field="filter", fix="Write one condition, without ';'.")
    return trees[0]


def _only(node: exp.Expr, *allowed: str) -> bool:
    """Whether the node carries nothing but these arguments: sqlglot keeps rare syntax in extra ones."""
    return all(value in (None, False, [], ()) for name, value in node.args.items() if name not in allowed)


def _column(writer: _Writer, node: exp.Expr) -> str:
    parts = [node.args.get(part) for part in ("catalog", "db", "table", "this")]
    if not isinstance(node.this, exp.Identifier) or not _only(node, "this", "table", "db", "catalog"):
        raise writer.refused(node)
    wanted = [part.name for part in parts if isinstance(part, exp.Identifier)]
    column = _named(writer, wanted[0], writer.columns, node, "The sheet has no column")
    if len(wanted) == 1:
        writer.reads.add(column)
        return _quoted(column)
    fields = writer.columns[column]
    if len(wanted) > 2 or not fields:
        raise Invalid(
            f"{column!r} has no field that a filter can read{writer.place(node)}.",
            field="filter",
            fix="Only sources joined one to one have fields, written alias.field.",
        )
    inside = _named(writer, wanted[1], fields, node, f"{column!r} has no field")
    writer.reads.add(f"{column}.{inside}")
    return f"{_quoted(column)}.{_quoted(inside)}"


def _named(writer: _Writer, name: str, known: Collection[str], node: exp.Expr, missing: str) -> str:
    if name in known:
        return name
    same = [candidate for candidate in known if candidate.lower() == name.lower()]
    if len(same) == 1:
        return same[0]
    near = get_close_matches(name, list(known), 1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(sorted(known)[:20])}."
    raise Invalid(f"{missing} {name!r}{writer.place(node)}.", field="filter", fix=hint)


def _literal(writer: _Writer, node: exp.Expr) -> str:
    text = str(node.this)
    if node.args.get("is_string"):
        return _text(text)
    if not _NUMBER.fullmatch(text):
        raise writer.refused(node)
    return text


def _moment(writer: _Writer, node: exp.Expr) -> str:
    """DATE '…' and TIMESTAMP '…': the parser gives them as casts of a text, which nothing else may be."""
    kind = node.args["to"].sql("duckdb").upper() if isinstance(node.args.get("to"), exp.DataType) else ""
    shape = _MOMENT.get(kind)
    if shape is None or not isinstance(node.this, exp.Literal) or not _only(node, "this", "to"):
        raise writer.refused(node)
    if not shape.fullmatch(str(node.this.this)):
        raise Invalid(
            f"{node.this.this!r} is not a {kind.lower()}{writer.place(node)}.",
            field="filter",
            fix="Write DATE '2026-01-31' or TIMESTAMP '2026-01-31 12:00:00'.",
        )
    return f"CAST({_text(str(node.this.this))} AS {kind})"


def _in(writer: _Writer, node: exp.Expr) -> str:
    values = node.args.get("expressions") or []
    if not values or not _only(node, "this", "expressions"):
        raise writer.refused(node)
    return f"({writer.write(node.this)} IN ({', '.join(writer.write(value) for value in values)}))"


def _between(writer: _Writer, node: exp.Expr) -> str:
    if not _only(node, "this", "low", "high"):
        raise writer.refused(node)
    low, high = writer.write(node.args["low"]), writer.write(node.args["high"])
    return f"({writer.write(node.this)} BETWEEN {low} AND {high})"


def _is(writer: _Writer, node: exp.Expr) -> str:
    if isinstance(node.expression, exp.Null):
        return f"({writer.write(node.this)} IS NULL)"
    if isinstance(node.expression, exp.Boolean):
        return f"({writer.write(node.this)} IS {'TRUE' if node.expression.this else 'FALSE'})"
    raise writer.refused(node)


def _null(writer: _Writer, node: exp.Expr) -> str:
    raise Invalid(
        f"NULL can only be asked for{writer.place(node)}.",
        field="filter",
        fix="Write column IS NULL or column IS NOT NULL.",
    )


def _one(prefix: str) -> Callable[[_Writer, exp.Expr], str]:
    def write(writer: _Writer, node: exp.Expr) -> str:
        return f"({prefix}{writer.write(node.this)})"

    return write


_WRITERS: Mapping[type[exp.Expr], Callable[[_Writer, exp.Expr], str]] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: lambda _writer, node: "TRUE" if node.this else "FALSE",
    exp.Null: _null,
    exp.Cast: _moment,
    exp.In: _in,
    exp.Between: _between,
    exp.Is: _is,
    exp.Not: _one("NOT "),
    exp.Neg: _one("-"),
    exp.Paren: _one(""),
}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
