"""Reads JSON answers out of text, and checks them against a labelset's JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema
import orjson
import re2  # type: ignore[import-untyped]  # the package ships no types
from jsonschema.validators import extend

from workbench.features.labels.schemas import Problem
from workbench.kernel.errors import Invalid

VALUE_LIMIT = 1_000_000  # bytes of JSON
SCHEMA_LIMIT = 100_000  # bytes of JSON
PROBLEMS = 20  # more than these help nobody
FORMATS = ("date", "email", "ipv4", "ipv6", "regex")
FENCED = re.compile(r"```[A-Za-z0-9_-]*[ \t]*\n?(.*?)```", re.DOTALL)

_QUIET = re2.Options()
_QUIET.log_errors = False


class NotJson(Invalid):
    """The text holds no JSON value."""


def canonical(value: Any) -> str:
    """Compact JSON with sorted keys: equal answers are equal text."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def strip_fences(text: str) -> str:
    """The text without the code fences that models like to put around an answer."""
    fenced = FENCED.search(text)
    return (fenced.group(1) if fenced else text).strip()


def read_json(text: str) -> Any:
    """The JSON value in a text, with or without code fences. Raises `NotJson`."""
    body = strip_fences(text)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotJson(
            f"The answer is not JSON: {error.msg} at {where}." if body else "The answer is empty.",
            fix="Answer with one JSON value and nothing else.",
        ) from error


def storable(value: Any) -> list[Problem]:
    """What keeps a value from being kept as JSON at all: its size, its depth, or characters JSON does not have."""
    try:
        size = len(orjson.dumps(value))
    except (TypeError, ValueError) as error:
        return [Problem(path="", message=f"This cannot be kept as JSON: {error}.")]
    if size > VALUE_LIMIT:
        return [Problem(path="", message=f"The answer has {size:,} bytes; {VALUE_LIMIT:,} is the most.")]
    return []


def fits(value: Any, schema: dict[str, Any]) -> list[Problem]:
    """What in the value breaks the JSON Schema, at most `PROBLEMS` of it, in the order of the value."""
    found = storable(value)
    if found or not schema:
        return found
    for error in _validator(orjson.dumps(schema)).iter_errors(value):
        found.extend(_in_words(error))
        if len(found) >= PROBLEMS:
            break
    return found


def schema_problems(schema: dict[str, Any]) -> list[Problem]:
    """What keeps a JSON Schema from being used: not Draft 2020-12, too large, refers outside itself, or a pattern that
    could take forever (patterns are RE2: no look-around, no back-references)."""
    try:
        text = orjson.dumps(schema)
    except (TypeError, ValueError) as error:
        return [Problem(path="", message=f"The schema is not JSON: {error}.")]
    if len(text) > SCHEMA_LIMIT:
        return [Problem(path="", message=f"The schema has {len(text):,} bytes; {SCHEMA_LIMIT:,} is the most.")]
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        at = pointer(error.absolute_path)
        where = f"{at}: " if at else ""
        return [Problem(path=at, message=f"This is not JSON Schema: {where}{_cut(error.message)}.")]
    return list(_outside(schema, schema, ""))


def pointer(path: Any) -> str:
    """A JSON Pointer (RFC 6901) from the parts of a path; empty for the whole value."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def field_of(path: str, under: str = "") -> str | None:
    """A JSON Pointer as errors name a field, `value.lines.0.code`; None for the whole of nothing."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    return ".".join([under, *parts] if under else parts) or None


def _outside(node: Any, root: dict[str, Any], at: str) -> Iterator[Problem]:
    if isinstance(node, list):
        for index, each in enumerate(node):
            yield from _outside(each, root, f"{at}/{index}")
    if not isinstance(node, dict):
        return
    for key, each in node.items():
        here = at + pointer([key])
        if key in ("$ref", "$dynamicRef") and isinstance(each, str):
            if not each.startswith("#/") or not _resolves(root, each):
                yield Problem(path=here, message="A reference must lead to a place in this schema, like #/$defs/line.")
        elif key in ("$id", "$schema", "$anchor", "$dynamicAnchor") and isinstance(each, str) and at:
            yield Problem(path=here, message=f"{key} is not used here; refer to places with #/$defs/….")
        elif key == "pattern" and isinstance(each, str):
            yield from _pattern_problems(each, here)
        elif key == "patternProperties" and isinstance(each, dict):
            for expression in each:
                yield from _pattern_problems(expression, here)
        yield from _outside(each, root, here)


def _resolves(root: dict[str, Any], reference: str) -> bool:
    node: Any = root
    for part in reference[2:].split("/"):
        part = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or part not in node:
            return False
        node = node[part]
    return isinstance(node, dict | bool)


def _pattern_problems(expression: str, at: str) -> Iterator[Problem]:
    try:
        _expression(expression)
    except re2.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        yield Problem(path=at, message=f"This pattern cannot be used: {reason}.")


@lru_cache(maxsize=1000)
def _expression(expression: str) -> Any:
    return re2.compile(expression, _QUIET)


def _pattern(_validator: Any, expression: str, instance: Any, _schema: Any) -> Iterator[jsonschema.ValidationError]:
    if isinstance(instance, str) and not _expression(expression).search(instance):
        yield jsonschema.ValidationError(f"does not match {expression}")


def _pattern_properties(
    validator: Any, rules: Any, instance: Any, _schema: Any
) -> Iterator[jsonschema.ValidationError]:
    if not isinstance(instance, dict):
        return
    for expression, subschema in rules.items():
        for key, each in instance.items():
            if _expression(expression).search(key):
                yield from validator.descend(each, subschema, path=key, schema_path=expression)


# Python's own regular expressions can be made to run for hours; RE2 is linear in the text.
_Validator = extend(jsonschema.Draft202012Validator, {"pattern": _pattern, "patternProperties": _pattern_properties})


@lru_cache(maxsize=200)
def _validator(schema: bytes) -> Any:
    return _Validator(orjson.loads(schema), format_checker=jsonschema.FormatChecker(FORMATS))


def _in_words(error: Any) -> list[Problem]:
    at = pointer(error.absolute_path)
    wanted = error.validator_value
    if error.validator == "required":
        missing = [key for key in wanted if key not in error.instance]
        named = [key for key in missing if f"'{key}'" in error.message][:1] or missing
        return [Problem(path=at + pointer([key]), message="This is required.") for key in named]
    if error.validator == "additionalProperties" and isinstance(error.instance, dict) and wanted is False:
        known = error.schema.get("properties", {})
        return [
            Problem(path=at + pointer([key]), message="The labelset has no such field.")
            for key in error.instance
            if key not in known
        ]
    says = {
        "type": lambda: f"Must be {_either(wanted)}, not {_type_name(error.instance)}.",
        "enum": lambda: f"Must be one of {_listed(wanted)}.",
        "const": lambda: f"Must be {_cut(canonical(wanted))}.",
        "minLength": lambda: "This is required." if not error.instance else f"Needs at least {wanted} characters.",
        "maxLength": lambda: f"May have at most {wanted} characters; it has {len(error.instance)}.",
        "minItems": lambda: f"Needs at least {wanted}.",
        "maxItems": lambda: f"May have at most {wanted}.",
        "minimum": lambda: f"Must be at least {wanted}.",
        "maximum": lambda: f"Must be at most {wanted}.",
        "format": lambda: f"Must be a {wanted}.",
        "pattern": lambda: f"Must match {wanted}.",
    }
    say = says.get(error.validator)
    return [Problem(path=at, message=say() if say else _cut(error.message) + ".")]


def _either(types: Any) -> str:
    names = types if isinstance(types, list) else [types]
    return " or ".join(f"{'an' if name[0] in 'aio' else 'a'} {name}" if name != "null" else "null" for name in names)


def _type_name(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), "null")


def _listed(values: list[Any]) -> str:
    shown = ", ".join(_cut(str(value)) for value in values[:8])
    return shown + (f" … ({len(values)} in all)" if len(values) > 8 else "")


def _cut(text: str) -> str:
    return text if len(text) <= 160 else text[:159] + "…"
