"""Files of labels: reads one line, precise about what is wrong with it, and names the file. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from workbench.features.labels.kinds import kind_of
from workbench.features.labels.kinds.answers import canonical, field_of
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.sheets import rules as sheet_rules
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import Confidence, Verdict

NOTES = 10_000  # characters, as everywhere else


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says of an item."""

    item_ref: str
    value: Any
    verdict: Verdict
    confidence: Confidence
    notes: str


def file_name(label_type: str, sheet: str | None, use: str, day: date) -> str:
    """The name that an export is handed out under: `intent-my-tickets-training-2030-01-31.jsonl`."""
    parts = (re.sub(r"[\W_]+", "-", part).strip("-").lower()[:80] for part in (label_type, sheet or "", use))
    return "-".join([*(part for part in parts if part), day.isoformat()]) + ".jsonl"


def read_line(text: bytes, version: LabelsetVersion, key_columns: Sequence[str], key_types: Mapping[str, str]) -> Line:
    """The answer in a line of JSON. Raises `Invalid` naming the field at fault.

    The item is named by `item_ref`, or by `key` with a value for each key column. The value is in the labelset's terms,
    or as a target turn spells it (a class by name). Fields that an import does not know are passed over.
    """
    body = _object(text)
    given = body.get("label_type", version.label_type)
    if given != version.label_type:
        raise Invalid(f"The row is of label type {_shown(given)}, not {version.label_type}.", field="label_type")
    verdict = _word(body, "verdict", Verdict, Verdict.ANSWERED)
    if verdict is Verdict.RETRACTED:
        raise Invalid("A file cannot retract labels.", field="verdict", fix="Leave the row out.")
    notes = body.get("notes") or ""
    if not isinstance(notes, str) or len(notes) > NOTES or "\x00" in notes:
        raise Invalid(f"Notes are text of at most {NOTES:,} characters.", field="notes")
    return Line(
        item_ref=_item_ref(body, key_columns, key_types),
        value=_value(body, version) if verdict is Verdict.ANSWERED else None,
        verdict=verdict,
        confidence=_word(body, "confidence", Confidence, Confidence.HIGH),
        notes=notes,
    )


def _object(text: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if "UTF-8" in error.msg:
            raise Invalid("The row is not UTF-8 text.", fix="Save the file as UTF-8.") from error
        raise Invalid(
            f"The row is not JSON: {error.msg} at character {error.colno}.", fix="Write one JSON object on each line."
        ) from error
    if not isinstance(body, dict):
        raise Invalid("The row is JSON, but not an object.", fix='Write {"item_ref": …, "value": …} on each line.')
    return body


def _word(body: dict[str, Any], field: str, words: Any, default: Any) -> Any:
    given = body.get(field)
    if given is None:
        return default
    if not isinstance(given, str) or given not in set(words):
        raise Invalid(f"{_shown(given)} is not one of {', '.join(words)}.", field=field)
    return words(given)


def _item_ref(body: dict[str, Any], key_columns: Sequence[str], key_types: Mapping[str, str]) -> str:
    ref = body.get("item_ref")
    if ref is not None:
        if not isinstance(ref, str):
            raise Invalid(f"{_shown(ref)} is not an item_ref.", field="item_ref")
        sheet_rules.key_values(ref)
        return ref
    key = body.get("key")
    if key is None:
        raise Invalid("The row names no item.", field="item_ref", fix="Give item_ref, or key with the key's columns.")
    if not isinstance(key, dict) or set(key) != set(key_columns):
        raise Invalid(f"The key must have exactly the columns {', '.join(key_columns)}.", field="key")
    try:
        return sheet_rules.item_ref([_key_value(key[name], key_types.get(name, "")) for name in key_columns])
    except (Invalid, ValueError) as error:
        raise Invalid(f"The key {_shown(key)} cannot name an item.", field="key") from error


def _key_value(value: Any, kind: str) -> Any:
    """A key value as its column has it: JSON spells dates and moments as text."""
    if isinstance(value, str) and kind == "date":
        return date.fromisoformat(value)
    if isinstance(value, str) and kind.startswith("timestamp"):
        return datetime.fromisoformat(value)
    return value


def _value(body: dict[str, Any], version: LabelsetVersion) -> Any:
    if "value" not in body:
        raise Invalid("The row has no value.", field="value", fix="Give value, or verdict unlabelable.")
    kind, value = kind_of(version.kind), body["value"]
    found = kind.check(value, version)
    if found and value is not None:
        try:
            value = kind.parse(value if isinstance(value, str) else canonical(value), version)
            found = kind.check(value, version)
        except Invalid:
            pass  # what check found says more than how reading it as a spelling failed
    if found:
        raise Invalid(found[0].message, field=field_of(found[0].path, "value"))
    return value


def _shown(value: Any) -> str:
    text = canonical(value) if not isinstance(value, str) else value
    return text if len(text) <= 60 else text[:59] + "…"
