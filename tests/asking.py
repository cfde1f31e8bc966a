"""Asking models of the shelf, and a stand-in for one that is paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.chat_endpoint import ChatEndpointServer

from workbench.backends.models import (
    ChatEndpoint,
    Labeled,
    Model,
    OpenAICompatible,
    Question,
    Reply,
)

LOOPBACK = ("127.0.0.0/8",)
LABELED = [Labeled({"text": f"the {colour} door number {n}"}, colour) for n in range(10) for colour in ("red", "blue")]


async def no_pause(_seconds: float) -> None:
    """Waits for nothing."""


def no_file(path: str) -> tuple[bytes, str]:
    """There is none."""
    raise FileNotFoundError(path)


def chat(server: ChatEndpointServer, **settings: Any) -> OpenAICompatible:
    """A chat model behind the stand-in, which is asked again without waiting."""
    pause = settings.pop("pause", no_pause)
    read_file = settings.pop("read_file", no_file)
    told = {"base_url": server.base_url, "model": "stand-in", "allow": LOOPBACK, "timeout_seconds": 5} | settings
    return OpenAICompatible(ChatEndpoint(**told), read_file, pause)


def ask(text: str, **fields: Any) -> Question:
    """A question about an item with this text."""
    return Question(messages=[{"role": "user", "content": text}], item={"text": text}, **fields)


def answers(model: Model, questions: Sequence[Question]) -> list[Reply]:
    """What a model says of all of them, in their order."""
    found = dict(model.answer(questions))
    assert sorted(found) == list(range(len(questions)))
    return [found[place] for place in range(len(questions))]
