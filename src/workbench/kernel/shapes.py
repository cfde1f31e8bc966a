"""What does not have the shape it should have, in the words of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.kernel.errors import Invalid

PLACES = ("body", "query", "path")  # where a request had it, which its sender need not know
LONGEST = 40  # of a word that is said again

PATTERNS = {  # those that people meet while they type; others are told as they are
    r"^[a-z][a-z0-9_]{0,99}$": "use lower-case letters, digits and _, a letter first",
    r"^[a-z0-9][a-z0-9_-]{0,63}$": "use lower-case letters, digits, _ and -, a letter or digit first",
    r"^WORKBENCH_KEY_[A-Z0-9_]{1,80}$": "use WORKBENCH_KEY_ and then capital letters, digits and _",
    r"^[^\x00]*$": "use no NUL characters",
}


def refusal(errors: Sequence[Any]) -> Invalid:
    """The error for what pydantic refused: the first of its errors, and how many more there are."""
    first = errors[0]
    field = ".".join(str(part) for part in first["loc"] if part not in PLACES)
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Invalid(
        f"{field or 'The request'}: {_said(first)}{more}.",
        field=field or None,
        fix=_fix(first),
        details={"errors": [{"field": list(each["loc"]), "message": each["msg"]} for each in errors]},
    )


def _said(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "string_pattern_mismatch":
            return PATTERNS.get(error["ctx"]["pattern"], str(error["msg"]))
        case "enum" | "literal_error":
            given = error["input"]
            return f"there is no {given!r}" if isinstance(given, str) and len(given) <= LONGEST else "no such choice"
        case "extra_forbidden":
            return "there is no such field"
        case "missing":
            return "it is missing"
        case "union_tag_not_found":
            return f"it lacks its {error['ctx']['discriminator']}".replace("'", "")
        case "uuid_parsing":
            return "it is not an id"
    return str(error["msg"]).removeprefix("Value error, ").replace("Input should", "it should").rstrip(".")


def _fix(error: Mapping[str, Any]) -> str | None:
    match error["type"]:
        case "enum" | "literal_error":
            return f"It has to be one of {error['ctx']['expected']}.".replace("'", "")
        case "union_tag_invalid":
            return f"It has to be one of {error['ctx']['expected_tags']}.".replace("'", "")
        case "extra_forbidden":
            return "Leave it out, or write its name as the reference does."
    return None
