"""A help desk with thirty questions, and a stand-in for a paid model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.chat_endpoint import Call, ChatEndpointServer, says, serving
from tests.studio import Studio, questions

from workbench.backends.bundle import Backends
from workbench.backends.models import openai_compatible
from workbench.features.generation.schemas import TrainingSheet
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import PairStatus, Role


@pytest.fixture
def studio(backends: Backends, actor: Callable[..., Actor]) -> Studio:
    """A studio of an admin, with the questions 0 to 29."""
    opened = Studio(backends, actor(Role.ADMIN)).open()
    opened.load(questions(0, 30))
    return opened


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatEndpointServer]:
    """A chat endpoint that is asked again without waiting."""
    monkeypatch.setattr(openai_compatible, "FIRST_PAUSE", 0.0)
    with serving() as server:
        yield server


def intent(call: Call) -> Any:
    """What a good model says of a question."""
    return says("Transfer" if "transfer" in call.prompt else "Card lost")


def check_counts(studio: Studio, sheet: TrainingSheet) -> None:
    """The counters of a training sheet are what counting its pairs gives; what is labeled has a canonical label."""
    pairs = studio.pairs(sheet.id)
    counted = Counter(pair.status for pair in pairs)
    counts = sheet.counts.model_dump()
    assert counts["total"] == len(pairs)
    assert {status: counts[status] for status in PairStatus} == {status: counted[status] for status in PairStatus}
    assert counts["stale"] == sum(pair.stale is not None for pair in pairs)
    assert counts["failed"] == sum(pair.problem is not None for pair in pairs)
    assert all(pair.label_id for pair in pairs if pair.status is PairStatus.LABELED)
