"""Every model of the shelf keeps what the shelf promises; what is a kind's own is in `tests/backends/models`."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from tests.asking import LABELED, answers, ask, chat
from tests.chat_endpoint import ChatEndpointServer, says

from workbench.backends.models import (
    MODELS,
    Answer,
    Model,
    NearestLabel,
    OpenAICompatible,
)

MakeModel = Callable[[ChatEndpointServer], Model]


def make_chat(server: ChatEndpointServer) -> Model:
    server.respond = lambda call: says("red" if "red" in call.prompt else "blue")
    return chat(server)


SHELF: dict[type[Model], MakeModel] = {OpenAICompatible: make_chat, NearestLabel: lambda server: NearestLabel(LABELED)}


@pytest.fixture(params=MODELS, ids=lambda kind: kind.__name__)
def model(request: pytest.FixtureRequest, endpoint: ChatEndpointServer) -> Model:
    assert request.param in SHELF, "a new model of the shelf needs its place in SHELF here"
    return SHELF[request.param](endpoint)


def test_every_question_gets_its_own_answer(model: Model) -> None:
    questions = [ask(f"which colour is the {colour} door?") for colour in ("red", "blue", "red", "blue", "blue")]
    replies = answers(model, questions)
    assert [reply.text for reply in replies if isinstance(reply, Answer)] == ["red", "blue", "red", "blue", "blue"]


def test_no_question_is_no_answer(model: Model) -> None:
    assert list(model.answer([])) == []


def test_a_model_answers_again_and_again(model: Model) -> None:
    assert answers(model, [ask("a red door")]) == answers(model, [ask("a red door")])


def test_closing_early_leaves_nothing_behind(model: Model) -> None:
    replies = model.answer([ask(f"the red door {n}") for n in range(50)])
    next(replies)
    replies.close()
    assert "model-calls" not in {thread.name for thread in threading.enumerate()}


def test_confidence_lies_between_none_and_all(model: Model) -> None:
    for reply in answers(model, [ask("the red door"), ask("a blue one")]):
        assert isinstance(reply, Answer)
        assert reply.confidence is None or 0 <= reply.confidence <= 1
