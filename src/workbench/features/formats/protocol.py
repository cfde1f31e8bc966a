"""What an interchange format is able to do: write conversations as a file, and read them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Protocol

import orjson

Turn = Mapping[str, Any]
NOTHING: Mapping[str, Any] = {}


class Conversation:
    """One row of a file: turns in OpenAI's shape (`role`, `content` as text or parts), the target turn last.

    `extra` holds what else a format allows beside the turns, such as `tools`. The turns may be given as JSON, which
    is what the database keeps, and are then parsed only for formats that look into them.
    """

    __slots__ = ("_json", "_turns", "extra")

    def __init__(
        self, turns: Sequence[Turn] | None = None, extra: Mapping[str, Any] = NOTHING, *, json: str | None = None
    ) -> None:
        self._turns = turns
        self._json = json
        self.extra = extra

    @property
    def turns(self) -> Sequence[Turn]:
        """The turns."""
        if self._turns is None:
            assert self._json is not None
            self._turns = tuple(orjson.loads(self._json))
        return self._turns

    @property
    def json(self) -> str:
        """The turns as a JSON list."""
        return orjson.dumps(self._turns).decode() if self._json is None else self._json

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Conversation):
            return NotImplemented
        return list(self.turns) == list(other.turns) and self.extra == other.extra

    __hash__ = None  # type: ignore[assignment]  # it holds what can change

    def __repr__(self) -> str:
        return f"Conversation({self.turns!r}, {self.extra!r})"


class Format(Protocol):
    """One file format. Both ways stream: nothing holds more than one row.

    `sample` are conversations that the format carries without loss, as an example and for its test.
    """

    name: str
    title: str
    description: str
    suffix: str
    media_type: str
    sample: tuple[Conversation, ...]

    def write(self, rows: Iterable[Conversation]) -> Iterator[bytes]:
        """The file in pieces, one per row at least; equal rows give equal bytes."""
        ...

    def read(self, file: BinaryIO) -> Iterator[Conversation]:
        """The rows of a file. Raises `Invalid` with the number of the first row that is wrong, and why."""
        ...
