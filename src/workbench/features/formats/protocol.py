"""What an interchange format is able to do: write conversations as a file, and read them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

Turn = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One row of a file: turns in OpenAI's shape (`role`, `content` as text or parts), the target turn last.

    `extra` holds what else a format allows beside the turns, such as `tools`.
    """

    turns: Sequence[Turn]
    extra: Mapping[str, Any] = field(default_factory=dict)


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
