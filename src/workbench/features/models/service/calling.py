"""Calling model endpoints: once, to see whether it works; and for the features that ask many questions."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.backends.database import Database
from workbench.backends.models import (
    Answer,
    ChatEndpoint,
    Labeled,
    Model,
    ModelUnavailable,
    NearestLabel,
    OpenAICompatible,
    Question,
)
from workbench.backends.settings import Settings
from workbench.backends.volumes import media_type
from workbench.features.models import queries
from workbench.features.models.schemas import ModelCall, ModelCallResult, ModelEndpoint, ModelKind
from workbench.features.models.service.endpoints import as_endpoint, get_model_endpoint
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, WorkbenchError

REACHED_AT_ONCE = 8
REACHED_WITHIN = 5.0  # seconds


class ModelEndpointDisabled(Conflict):
    """The endpoint was switched off."""


def try_model_endpoint(backends: Backends, actor: Actor, endpoint_id: UUID, body: ModelCall) -> ModelCallResult:
    """Calls the endpoint once with a typed prompt. What goes wrong comes back in words, with what to do."""
    with backends.database.read() as session:
        endpoint = get_model_endpoint(session, actor, endpoint_id)
    started = time.perf_counter()
    answer, problem, fix = None, None, None
    try:
        if endpoint.kind is ModelKind.NEAREST_LABEL:
            raise Invalid(
                "The nearest-label model answers for items, from labels; there is no prompt to try.",
                fix="Test a template with it.",
            )
        question = Question(messages=[{"role": "user", "content": body.prompt}])
        reply = next(iter(open_model(backends, actor, endpoint).answer([question])))[1]
        answer, problem = (reply, None) if isinstance(reply, Answer) else (None, reply.detail)
    except WorkbenchError as error:
        problem, fix = error.message, error.fix
    return ModelCallResult(
        answer=answer.text if answer else None,
        problem=problem,
        fix=fix,
        seconds=round(time.perf_counter() - started, 3),
        tokens_in=answer.tokens_in if answer else 0,
        tokens_out=answer.tokens_out if answer else 0,
    )


def require_usable(session: Session, actor: Actor, endpoint_id: UUID) -> ModelEndpoint:
    """An endpoint that is there and switched on. Raises `NotFound`, `ModelEndpointDisabled`."""
    endpoint = get_model_endpoint(session, actor, endpoint_id)
    if not endpoint.enabled:
        raise ModelEndpointDisabled(
            f"The model endpoint {endpoint.name} is switched off.", fix="Choose another one, or ask an admin."
        )
    return endpoint


def open_model(
    backends: Backends,
    actor: Actor,
    endpoint: ModelEndpoint,
    learn: Callable[[], Sequence[Labeled]] = tuple,
) -> Model:
    """The model behind an endpoint, ready to answer. `learn` gives the labeled items for one that learns from them.

    Raises `ModelUnavailable` when its key is not there.
    """
    if endpoint.kind is ModelKind.NEAREST_LABEL:
        return NearestLabel(learn())
    chat = _chat(endpoint, backends.settings)
    lakehouse = backends.lakehouse(actor.workspace)

    def read_file(path: str) -> tuple[bytes, str]:
        volume, inside = lakehouse.file(path)
        with volume.open(inside) as file:
            return file.read(), media_type(inside)

    return OpenAICompatible(chat, read_file)


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of reaching an endpoint: `problem` and `fix` in words, None when it answers."""

    workspace: str
    endpoint: ModelEndpoint
    problem: str | None = None
    fix: str | None = None


def reach_model_endpoints(database: Database, settings: Settings) -> list[Reached]:
    """Asks every enabled endpoint of every workspace whether it answers. No content is sent, and nothing is paid."""
    with database.read() as session:
        found = [(slug, as_endpoint(row)) for slug, row in queries.reachable(session)]
    with ThreadPoolExecutor(REACHED_AT_ONCE) as threads:
        return list(threads.map(lambda each: _reach(each[0], each[1], settings), found))


def _reach(workspace: str, endpoint: ModelEndpoint, settings: Settings) -> Reached:
    try:
        is_listed = OpenAICompatible(_chat(endpoint, settings), _no_file).reach(REACHED_WITHIN)
    except WorkbenchError as error:
        fix = error.fix or f"Check its address, {endpoint.base_url}, and that it runs."
        return Reached(workspace, endpoint, error.message, fix)
    if is_listed is False:
        problem = f"It has no model called {endpoint.model}."
        return Reached(workspace, endpoint, problem, "Check the model's name, or switch the endpoint off.")
    return Reached(workspace, endpoint)


def _no_file(path: str) -> tuple[bytes, str]:
    raise AssertionError(f"{path} is read for a question, and none is asked")


def _chat(endpoint: ModelEndpoint, settings: Settings) -> ChatEndpoint:
    if endpoint.key_name and not endpoint.key_is_set:
        raise ModelUnavailable(
            f"The model endpoint {endpoint.name} needs the key {endpoint.key_name}, which is not set.",
            fix=f"Set the environment variable {endpoint.key_name} for the server and its workers.",
        )
    return ChatEndpoint(
        base_url=endpoint.base_url or "",
        model=endpoint.model or "",
        key=os.environ.get(endpoint.key_name) if endpoint.key_name else None,
        key_name=endpoint.key_name,
        takes_images=endpoint.takes_images,
        concurrency=endpoint.concurrency,
        timeout_seconds=endpoint.timeout_seconds,
        allow=settings.outbound_allow,
    )
