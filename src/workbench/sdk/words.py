"""Words that stand for a fixed choice, such as a role or a use."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

from workbench.kernel.errors import Invalid

E = TypeVar("E", bound=StrEnum)


def word(kind: type[E], given: str) -> E:
    """The member of an enumeration that a word names. Raises `Invalid`, saying which there are."""
    try:
        return kind(given)
    except ValueError as error:
        name = re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower()
        message = f"{str(given)!r} is not a {name}."
        raise Invalid(message, field=name.replace(" ", "_"), fix=f"It has to be one of {', '.join(kind)}.") from error
