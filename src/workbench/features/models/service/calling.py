"""Calling model endpoints: once, to see whether it works; and for the features that ask many questions."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
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
from workbench.backends.volumes import media_type
from workbench.features.models.schemas import ModelCall, ModelCallResult, ModelEndpoint, ModelKind
from workbench.features.models.service.endpoints import get_model_endpoint
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, WorkbenchError


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
    if endpoint.key_name and not endpoint.key_is_set:
        raise ModelUnavailable(
            f"The model endpoint {endpoint.name} needs the key {endpoint.key_name}, which is not set.",
            fix=f"Set the environment variable {endpoint.key_name} for the server and its workers.",
        )
    lakehouse = backends.lakehouse(actor.workspace)

    def read_file(path: str) -> tuple[bytes, str]:
        volume, inside = lakehouse.file(path)
        with volume.open(inside) as file:
            return file.read(), media_type(inside)

    return OpenAICompatible(
        ChatEndpoint(
            base_url=endpoint.base_url or "",
            model=endpoint.model or "",
            key=os.environ.get(endpoint.key_name) if endpoint.key_name else None,
            key_name=endpoint.key_name,
            takes_images=endpoint.takes_images,
            concurrency=endpoint.concurrency,
            timeout_seconds=endpoint.timeout_seconds,
            allow=backends.settings.outbound_allow,
        ),
        read_file,
    )
