"""Interchange files: a shelf with one file per format. A new format is a new file and its place in `FORMATS`."""

from __future__ import annotations

from workbench.features.formats.openai_chat import OpenAIChat
from workbench.features.formats.protocol import Conversation, Format
from workbench.kernel.errors import Invalid

__all__ = ["FORMATS", "Conversation", "Format", "format_of"]

FORMATS: tuple[Format, ...] = (OpenAIChat(),)

_BY_NAME = {each.name: each for each in FORMATS}


def format_of(name: str) -> Format:
    """The format with this name. Raises `Invalid` listing the formats there are."""
    found = _BY_NAME.get(name)
    if found is None:
        raise Invalid(
            f"There is no format called {name[:60]!r}.", field="format", fix=f"Choose one of: {', '.join(_BY_NAME)}."
        )
    return found
