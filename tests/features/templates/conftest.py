"""A help desk with thirty questions to write prompts for, and a stand-in for a paid model."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.chat_endpoint import ChatEndpointServer, serving
from tests.studio import Studio, questions

from workbench.backends.bundle import Backends
from workbench.backends.models import openai_compatible
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Role


@pytest.fixture
def studio(backends: Backends, actor: Callable[..., Actor]) -> Studio:
    """A studio of an admin, with the questions 0 to 29 and the labelset `intent`."""
    opened = Studio(backends, actor(Role.ADMIN)).open()
    opened.load(questions(0, 30))
    opened.labelset()
    return opened


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatEndpointServer]:
    """A chat endpoint that is asked again without waiting."""
    monkeypatch.setattr(openai_compatible, "FIRST_PAUSE", 0.0)
    with serving() as server:
        yield server
