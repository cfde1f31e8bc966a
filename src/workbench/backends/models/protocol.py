"""What a model on the shelf is able to do: answer many questions, each with an answer or with why there is none."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from workbench.kernel.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Question:
    """One prompt. `messages` are turns with text or parts, image parts naming files; `item` the fields it was made
    from, for models that read those instead. `schema` is the JSON Schema an answer must fit, None for free text."""

    messages: Sequence[Mapping[str, Any]]
    item: Mapping[str, Any] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None
    temperature: float | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said. `confidence` is 0 to 1 where the model tells."""

    text: str
    confidence: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one question has no answer: `kind` is a word for programs, `detail` a sentence for people."""

    kind: str
    detail: str


Reply = Answer | Failure


class ModelUnavailable(Unavailable):
    """The model cannot be used now: its key is refused, or it failed too often in a row."""


class Model(Protocol):
    """A model that can be asked. `answer` yields `(index of the question, reply)` in whatever order replies come.

    A question that fails gives a `Failure`; when the model as a whole is unusable, `answer` raises `ModelUnavailable`
    and what it yielded before stands. Closing the iterator abandons what is still in flight.
    """

    takes_images: bool

    def answer(self, questions: Sequence[Question]) -> Generator[tuple[int, Reply]]:
        """Asks all questions."""
        ...


ReadFile = Callable[[str], tuple[bytes, str]]  # path of a file in a volume -> its content and media type
