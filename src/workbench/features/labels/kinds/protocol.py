"""What a kind of label is able to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from workbench.features.labels.schemas import Definition, LabelClass, Problem


class Kind(Protocol):
    """One kind of answer. Every function is pure; `definition` may be a whole labelset version.

    `takes_classes` and `takes_schema` say what a labelset of this kind is defined by. `example` is a definition to
    begin with, `answers` are values that fit it and `wrong_answers` values that do not.
    """

    name: str
    title: str
    description: str
    takes_classes: bool
    takes_schema: bool
    example: Definition
    answers: tuple[Any, ...]
    wrong_answers: tuple[Any, ...]

    def define(self, classes: list[LabelClass], schema: dict[str, Any]) -> list[Problem]:
        """What is wrong with a definition beyond duplicate classes: paths are into `response_schema` or `classes`."""
        ...

    def response_schema(self, classes: list[LabelClass], schema: dict[str, Any]) -> dict[str, Any]:
        """The JSON Schema of a whole answer; a class is an `enum` of ids whose titles stand in `oneOf`."""
        ...

    def check(self, value: Any, definition: Definition) -> list[Problem]:
        """Everything wrong with an answer; empty when it fits."""
        ...

    def normalize(self, value: Any, definition: Definition) -> Any:
        """The one spelling of a checked answer, so that equal answers are equal JSON."""
        ...

    def render(self, value: Any, definition: Definition) -> str:
        """The answer as the target turn of a conversation; `parse` reads it back."""
        ...

    def parse(self, text: str, definition: Definition) -> Any:
        """The answer that a model or a column spells out. Raises `Invalid` saying why it is none."""
        ...

    def migrate(self, value: Any, classes: Mapping[str, str | None]) -> Any | None:
        """The answer after classes were merged or dropped; None when nothing of it is left to use."""
        ...

    def summarize(self, value: Any, definition: Definition) -> str:
        """A short line for lists, at most `SUMMARY` characters."""
        ...


SUMMARY = 120


def shorten(text: str) -> str:
    """One line of at most `SUMMARY` characters."""
    line = " ".join(text.split())
    return line if len(line) <= SUMMARY else line[: SUMMARY - 1] + "…"
