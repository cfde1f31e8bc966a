"""Arrow types as Unity Catalog tells them (Spark's names and JSON), and as a Delta table can hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.types as is_

from workbench.kernel.errors import Invalid

# Spark's JSON name, its SQL text, Unity Catalog's enum.
_PLAIN: dict[pa.DataType, tuple[str, str, str]] = {
    pa.bool_(): ("boolean", "boolean", "BOOLEAN"),
    pa.int8(): ("byte", "tinyint", "BYTE"),
    pa.int16(): ("short", "smallint", "SHORT"),
    pa.int32(): ("integer", "int", "INT"),
    pa.int64(): ("long", "bigint", "LONG"),
    pa.float32(): ("float", "float", "FLOAT"),
    pa.float64(): ("double", "double", "DOUBLE"),
    pa.date32(): ("date", "date", "DATE"),
    pa.string(): ("string", "string", "STRING"),
    pa.binary(): ("binary", "binary", "BINARY"),
    pa.null(): ("void", "void", "NULL"),
}


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column as Unity Catalog shows it; `type_json` is the whole Spark field, as JSON text."""

    name: str
    type_name: str
    type_text: str
    type_json: str
    position: int
    nullable: bool


def columns_of(schema: pa.Schema) -> list[ColumnInfo]:
    """The columns of a table, in order."""
    return [_column(position, field) for position, field in enumerate(schema)]


def _column(position: int, field: pa.Field) -> ColumnInfo:
    kind, text, name = _spark(field.type)
    spark_field = {"name": field.name, "type": kind, "nullable": field.nullable, "metadata": {}}
    return ColumnInfo(field.name, name, text, orjson.dumps(spark_field).decode(), position, field.nullable)


def _spark(kind: pa.DataType) -> tuple[Any, str, str]:
    """(Spark JSON type, SQL text, Unity Catalog enum) of an Arrow type."""
    held = storable(kind)
    if held in _PLAIN:
        return _PLAIN[held]
    if is_.is_decimal(held):
        text = f"decimal({held.precision},{held.scale})"
        return text, text, "DECIMAL"
    if is_.is_timestamp(held):
        name = "timestamp" if held.tz else "timestamp_ntz"
        return name, name, name.upper()
    if is_.is_map(held):
        (key, key_text, _), (item, item_text, _) = _spark(held.key_type), _spark(held.item_type)
        kind_json = {"type": "map", "keyType": key, "valueType": item, "valueContainsNull": held.item_field.nullable}
        return kind_json, f"map<{key_text},{item_text}>", "MAP"
    if is_.is_list(held):
        item, item_text, _ = _spark(held.value_type)
        kind_json = {"type": "array", "elementType": item, "containsNull": held.value_field.nullable}
        return kind_json, f"array<{item_text}>", "ARRAY"
    fields = [(field, _spark(field.type)) for field in held]
    kind_json = {
        "type": "struct",
        "fields": [{"name": f.name, "type": s[0], "nullable": f.nullable, "metadata": {}} for f, s in fields],
    }
    return kind_json, f"struct<{','.join(f'{f.name}:{s[1]}' for f, s in fields)}>", "STRUCT"


def storable(kind: pa.DataType) -> pa.DataType:
    """The type that a Delta table holds these values in. Raises `Invalid` when it has none."""
    if kind in _PLAIN and not is_.is_null(kind):
        return kind
    if is_.is_null(kind) or is_.is_large_string(kind) or is_.is_string_view(kind):
        return pa.string()
    if is_.is_large_binary(kind) or is_.is_fixed_size_binary(kind) or is_.is_binary_view(kind):
        return pa.binary()
    if is_.is_unsigned_integer(kind):
        # The next wider signed type holds every value; only the widest has none and needs a decimal.
        return {8: pa.int16(), 16: pa.int32(), 32: pa.int64()}.get(kind.bit_width, pa.decimal128(20, 0))
    if is_.is_float16(kind):
        return pa.float32()
    if is_.is_date64(kind):
        return pa.date32()
    if is_.is_timestamp(kind):
        return pa.timestamp("us", "UTC" if kind.tz else None)
    if is_.is_decimal(kind) and kind.precision <= 38 and 0 <= kind.scale <= kind.precision:
        return pa.decimal128(kind.precision, kind.scale)
    if is_.is_dictionary(kind):
        return storable(kind.value_type)
    if is_.is_map(kind):
        return pa.map_(storable(kind.key_type), storable(kind.item_type))
    if is_.is_list(kind) or is_.is_large_list(kind) or is_.is_fixed_size_list(kind) or is_.is_list_view(kind):
        return pa.list_(storable(kind.value_type))
    if is_.is_struct(kind) and kind.num_fields:
        return pa.struct([pa.field(f.name, storable(f.type), f.nullable) for f in kind])
    raise Invalid(
        f"Values of type {kind} cannot be held in a table.", fix="Convert the column to text or a number first."
    )


def storable_schema(schema: pa.Schema) -> pa.Schema:
    """The schema a Delta table gets. Raises `Invalid` naming the column that has a bad name or type."""
    names: dict[str, str] = {}
    fields = []
    for position, field in enumerate(schema, 1):
        if not field.name.strip():
            raise Invalid(
                f"Column {position} has no name.", field=f"column {position}", fix="Give every column a name."
            )
        if (twin := names.get(field.name.lower())) is not None:
            raise Invalid(
                f"Two columns are called {field.name!r}" + ("." if twin == field.name else f" and {twin!r}."),
                field=field.name,
                fix="Give every column its own name; upper and lower case count as the same.",
            )
        names[field.name.lower()] = field.name
        try:
            fields.append(pa.field(field.name, storable(field.type)))
        except Invalid as error:
            raise Invalid(f"Column {field.name!r}: {error.message}", field=field.name, fix=error.fix) from None
    return pa.schema(fields)
