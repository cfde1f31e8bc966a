"""Keyset paging: a page ends with an opaque cursor that says where the next one starts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import orjson

from workbench.kernel.errors import Invalid
from workbench.kernel.schema import Schema

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 500


class Page(Schema, Generic[T]):
    """One page of a list. `next_cursor` is null on the last page; `total` is given where it is cheap."""

    items: list[T]
    next_cursor: str | None = None
    total: int | None = None


def encode_cursor(*key: str | int | None) -> str:
    """The cursor that continues after the row with this sort key."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def _decode(cursor: str | None, parts: int) -> list[Any] | None:
    if not cursor:
        return None
    try:
        key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, orjson.JSONDecodeError, ValueError):
        key = None
    if not isinstance(key, list) or len(key) != parts:
        raise Invalid(
            "The cursor is not one that this list gave out.", field="cursor", fix="Start from the first page."
        )
    return key


def cursor_key(cursor: str | None, *kinds: Callable[[Any], Any]) -> list[Any] | None:
    """The sort key inside a cursor with each part read by its kind: `str`, `int`, `UUID` …; None at the start.

    Raises `Invalid` where a part does not read, so that a made-up cursor never reaches the database.
    """
    key = _decode(cursor, len(kinds))
    if key is None:
        return None
    try:
        return [_read(kind, part) for kind, part in zip(kinds, key, strict=True)]
    except (TypeError, ValueError, AttributeError) as error:
        raise _foreign_cursor() from error


def clamp_limit(limit: int | None) -> int:
    """The page size to use: the default when none is asked for, never more than `MAX_LIMIT`."""
    return max(1, min(limit or DEFAULT_LIMIT, MAX_LIMIT))


def _read(kind: Callable[[Any], Any], part: Any) -> Any:
    if kind not in (str, int):
        return kind(part)
    if type(part) is not kind or (isinstance(part, int) and not -(2**63) <= part < 2**63):
        raise TypeError
    return part


def _foreign_cursor() -> Invalid:
    return Invalid("The cursor is not one that this list gave out.", field="cursor", fix="Start from the first page.")
