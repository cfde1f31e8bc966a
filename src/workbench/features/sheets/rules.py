"""Pure decisions about items: how one is named, what its content hashes to, and which sources its fields come from."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

import orjson
import pyarrow as pa
import pyarrow.types as is_

from workbench.features.sheets.schemas import SheetDefinition, TableSource
from workbench.kernel.errors import Invalid

LONGEST_REF = 512  # characters; what the labels' and pairs' key columns hold
FILE = {b"workbench.kind": b"file"}  # metadata of an Arrow field whose values are paths of files

# --- item_ref -------------------------------------------------------------------------------------------------------


def is_key_type(kind: pa.DataType) -> bool:
    """Whether values of this type can name an item. Floats cannot: equal ones may be spelled differently."""
    return bool(
        is_.is_signed_integer(kind)
        or is_.is_string(kind)
        or is_.is_boolean(kind)
        or is_.is_date32(kind)
        or is_.is_timestamp(kind)
        or (is_.is_decimal(kind) and kind.scale == 0)
    )


def item_ref(values: Sequence[Any]) -> str:
    """The name of the item with these key values: `i:42`, `s:a%20b`, `d:2026-01-01`, several joined with a comma.

    Raises `Invalid` for a null, a float or anything else that cannot name an item.
    """
    ref = ",".join(_spelled(value) for value in values)
    if not values or len(ref) > LONGEST_REF:
        raise Invalid(f"A key of {len(values)} values in {len(ref)} characters cannot name an item.", field="item_key")
    return ref


def _spelled(value: Any) -> str:
    match value:
        case bool():
            return f"b:{'true' if value else 'false'}"
        case int():
            return f"i:{value}"
        case Decimal() if value.is_finite() and value == value.to_integral_value():
            return f"i:{int(value)}"
        case str():
            return "s:" + quote(value, safe="")
        case datetime():
            return f"t:{_moment(value)}"
        case date():
            return f"d:{value.isoformat()}"
    raise Invalid(
        f"{value!r} cannot name an item.",
        field="item_key",
        fix="Choose key columns of whole numbers, text or dates, never null.",
    )


def _moment(value: datetime) -> str:
    """ISO 8601 to the microsecond; aware moments in UTC with a Z, so that one moment has one spelling."""
    if value.tzinfo is None:
        return value.isoformat(timespec="microseconds")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def key_values(ref: str) -> tuple[Any, ...]:
    """The key values that an `item_ref` spells. Raises `Invalid` on anything that `item_ref` did not make."""
    try:
        values = tuple(_read(part) for part in ref.split(","))
        if item_ref(values) == ref:
            return values
    except (ValueError, Invalid):
        pass
    raise Invalid(f"{ref[:100]!r} is not an item_ref.", field="item_ref", fix="Use one that the sheet's items carry.")


def _read(part: str) -> Any:
    kind, colon, text = part.partition(":")
    if not colon or len(part) > LONGEST_REF:
        raise ValueError(part)
    match kind:
        case "i":
            return int(text)
        case "s":
            return unquote(text, errors="strict")
        case "b":
            return {"true": True, "false": False}[text] if text in ("true", "false") else None
        case "d":
            return date.fromisoformat(text)
        case "t":
            return datetime.fromisoformat(text)
    raise ValueError(part)


# --- digest ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file in an item, by the sha256 of its content."""

    sha256: bytes


def digest(fields: Mapping[str, Any]) -> bytes:
    """What the named fields of an item hold, as 32 bytes that change exactly when a value does.

    sha256 of canonical JSON with sorted keys. Whole numbers hash the same in every numeric type; a file hashes by its
    content (`FileContent`), not its name; NaN equals NaN; -0 is 0; moments compare in UTC to the microsecond.
    """
    return hashlib.sha256(_json({name: _canonical(value) for name, value in fields.items()})).digest()


def digests(batch: pa.RecordBatch, fields: Iterable[str], file_hash: Callable[[str], bytes]) -> list[bytes]:
    """`digest` of the named fields (`column`, `alias`, `alias.field`) for every row of a batch of items.

    `file_hash` gives the sha256 of a file by its name in the item.
    """
    names = sorted(set(fields))
    if not names:
        return [digest({})] * batch.num_rows
    columns = [_canonical_column(*_field(batch, name), file_hash) for name in names]
    sha256 = hashlib.sha256
    return [sha256(_json(dict(zip(names, row, strict=True)))).digest() for row in zip(*columns, strict=True)]


def field_of(item: Mapping[str, Any], name: str) -> Any:
    """One field (`column`, `alias`, `alias.field`) of an item; of a list of structs, the list of that field."""
    if name in item:
        return item[name]
    alias, _, inside = name.partition(".")
    value = item[alias]
    if isinstance(value, list):
        return [None if one is None else one[inside] for one in value]
    return None if value is None else value[inside]


def _field(batch: pa.RecordBatch, name: str) -> tuple[pa.Field, list[Any]]:
    if name in batch.schema.names:
        return batch.schema.field(name), batch.column(name).to_pylist()
    alias = name.partition(".")[0]
    whole = batch.schema.field(alias)
    kind = whole.type.value_type if is_.is_list(whole.type) else whole.type
    inside = kind.field(name.partition(".")[2])
    values = [field_of({alias: value}, name) for value in batch.column(alias).to_pylist()]
    return (pa.field(name, pa.list_(inside.type)) if kind is not whole.type else inside), values


def _canonical_column(field: pa.Field, values: list[Any], file_hash: Callable[[str], bytes]) -> list[Any]:
    if is_file(field):
        values = [_hashed(value, file_hash) for value in values]
    elif is_.is_string(field.type) or is_.is_boolean(field.type) or is_.is_signed_integer(field.type):
        return values  # JSON writes these canonically as they are
    return [_canonical(value) for value in values]


def is_file(field: pa.Field) -> bool:
    """Whether the values of an item's Arrow field are names of files."""
    return FILE.items() <= (field.metadata or {}).items()


def _hashed(value: Any, file_hash: Callable[[str], bytes]) -> Any:
    if value is None:
        return None
    return (
        [FileContent(file_hash(path)) for path in value] if isinstance(value, list) else FileContent(file_hash(value))
    )


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _canonical(value: Any) -> Any:
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -(2**63) <= value < 2**63 else {"$number": str(value)}
        case float():
            if not math.isfinite(value):
                return {"$number": str(value)}
            return int(value) if value.is_integer() and abs(value) < 2**63 else value
        case Decimal():
            return _number(value)
        case datetime():
            return {"$time": _moment(value)}
        case date() | time():
            return {"$time": value.isoformat()}
        case timedelta():
            return {"$seconds": str(value.total_seconds())}
        case bytes():
            return {"$bytes": hashlib.sha256(value).hexdigest()}
        case FileContent():
            return {"$file": value.sha256.hex()}
        case Mapping():
            return {str(name): _canonical(item) for name, item in value.items()}
        case list() | tuple():
            return [_canonical(item) for item in value]
    raise TypeError(f"an item holds no {type(value).__name__}")


def _number(value: Decimal) -> Any:
    """A decimal hashes as the equal whole number or the equal float; what neither can hold, by its digits."""
    if not value.is_finite():
        return {"$number": str(value).lower().replace("infinity", "inf")}
    if value == value.to_integral_value():
        return _canonical(int(value))
    as_float = float(value)
    return as_float if Decimal(repr(as_float)) == value else {"$number": format(value.normalize(), "f")}


# --- sources --------------------------------------------------------------------------------------------------------


def sources_of(definition: SheetDefinition, fields: Iterable[str]) -> list[str]:
    """Where the named fields come from, in the spelling of tags: `main.med.invoices#patient_name`, `main.med.scans`.

    The tables read come with their columns, and the primary table always. A field is a column of the primary table, an
    alias, or `alias.field`. A whole alias of a table stands for all the columns it takes, so the definition must name
    them, as every saved one does. Raises `Invalid` for unknown names.
    """
    found: dict[str, None] = {definition.primary_table: None}
    by_alias = {source.alias: source for source in definition.secondary_sources}
    for field in fields:
        alias, _, inside = field.partition(".")
        source = None if field in (definition.columns or ()) else by_alias.get(alias)
        if source is None:
            if definition.columns is not None and field not in definition.columns:
                raise Invalid(f"The sheet has no field {field!r}.", field=field)
            found[f"{definition.primary_table}#{field}"] = None
        elif not isinstance(source, TableSource):
            found[source.name] = None
        else:
            if source.columns is None:
                raise Invalid(
                    f"The sheet does not say which columns {alias!r} takes.", field=alias, fix="Save the sheet."
                )
            found[source.name] = None
            if inside and inside not in source.columns:
                raise Invalid(f"{alias!r} has no field {inside!r}.", field=field)
            found.update(
                dict.fromkeys(f"{source.name}#{column}" for column in ([inside] if inside else source.columns))
            )
    return list(found)


# --- differences ----------------------------------------------------------------------------------------------------


def differences(before: Any, after: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """Where two definitions (as JSON) differ: path, value before, value after. Sources are compared by alias."""
    one, other = _by_alias(before, after), _by_alias(after, before)
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return [] if before == after else [(path, before, after)]
    found = []
    for name in [*one, *(name for name in other if name not in one)]:
        found += differences(one.get(name), other.get(name), f"{path}.{name}" if path else name)
    return found


def _by_alias(value: Any, other: Any) -> Any:
    """Lists of sources as a mapping; an empty list counts as one when the other side has sources."""
    sources = value or other
    if isinstance(value, list) and isinstance(sources, list) and all(_is_source(one) for one in sources):
        return {one["alias"]: one for one in value}
    return value


def _is_source(value: Any) -> bool:
    return isinstance(value, dict) and "alias" in value
