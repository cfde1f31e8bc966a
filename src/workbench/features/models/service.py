"""What people do with model endpoints: add, change, try, remove; and how other features come to a model."""

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
from workbench.backends.outbound import checked_url
from workbench.backends.volumes import media_type
from workbench.features.audit import service as audit
from workbench.features.models import queries
from workbench.features.models.schemas import (
    ModelCall,
    ModelCallResult,
    ModelEndpoint,
    ModelEndpointChange,
    ModelEndpointIn,
    ModelKind,
)
from workbench.features.models.tables import ModelEndpointRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid, NotFound, WorkbenchError
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import Classification

EMBEDDED = "Nearest label"
SYSTEM = "Workbench"


class ModelEndpointChanged(Conflict):
    """Someone else changed the endpoint meanwhile; `details["current"]` is how it stands."""


class ModelEndpointDisabled(Conflict):
    """The endpoint was switched off."""


def ensure_embedded(session: Session, workspace_id: UUID) -> None:
    """Gives a new workspace the embedded nearest-label model, which needs no network and may see everything."""
    if queries.by_name(session, EMBEDDED, workspace_id) is None:
        body = ModelEndpointIn(
            name=EMBEDDED, kind=ModelKind.NEAREST_LABEL, max_classification=Classification.RESTRICTED
        )
        session.add(_row(workspace_id, SYSTEM, body))
        session.flush()


def list_model_endpoints(
    session: Session,
    actor: Actor,
    *,
    search: str | None = None,
    kind: ModelKind | None = None,
    enabled: bool | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[ModelEndpoint]:
    """Endpoints of the workspace, by name."""
    size, after = clamp_limit(limit), cursor_key(cursor, str)
    rows = queries.page(
        session,
        actor.workspace_id,
        search=search,
        kind=kind,
        enabled=enabled,
        after=after[0] if after else None,
        limit=size + 1,
    )
    more = encode_cursor(rows[size - 1].name) if len(rows) > size else None
    return Page(items=[_as_endpoint(row) for row in rows[:size]], next_cursor=more)


def get_model_endpoint(session: Session, actor: Actor, endpoint_id: UUID) -> ModelEndpoint:
    """One endpoint. Raises `NotFound`."""
    return _as_endpoint(_require(session, actor, endpoint_id))


def add_model_endpoint(session: Session, actor: Actor, body: ModelEndpointIn) -> ModelEndpoint:
    """A new endpoint. Raises `Invalid` for an address or key that does not go with its kind."""
    row = _row(actor.workspace_id, actor.name, body)
    _check(session, row)
    session.add(row)
    session.flush()
    details = {"name": row.name, "kind": row.kind, "max_classification": body.max_classification}
    audit.record(session, actor, "model.add", "model", row.id, details)
    return _as_endpoint(row)


def change_model_endpoint(
    session: Session, actor: Actor, endpoint_id: UUID, body: ModelEndpointChange
) -> ModelEndpoint:
    """Changes an endpoint's settings."""
    row = _require_at(session, actor, endpoint_id, body.version)
    changes = body.model_dump(exclude={"version"}, exclude_unset=True, exclude_none=True)
    for name, value in changes.items():
        if name == "max_classification":
            value = Classification(value).rank
        setattr(row, name, value if value != "" else None)
    _check(session, row)
    session.flush()
    audit.record(session, actor, "model.change", "model", row.id, {"changed": sorted(changes)})
    return _as_endpoint(row)


def remove_model_endpoint(session: Session, actor: Actor, endpoint_id: UUID, version: int) -> None:
    """Removes an endpoint. Templates that name it keep their other settings and say that it is gone."""
    row = _require_at(session, actor, endpoint_id, version)
    session.delete(row)
    audit.record(session, actor, "model.remove", "model", row.id, {"name": row.name})
    session.flush()


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


# --- for the features downstream --------------------------------------------------------------------------------------


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


def _row(workspace_id: UUID, by: str, body: ModelEndpointIn) -> ModelEndpointRow:
    values = body.model_dump() | {"max_classification": body.max_classification.rank}
    return ModelEndpointRow(
        id=new_id(), workspace_id=workspace_id, created_by_name=by, created_at=now(), enabled=True, version=1, **values
    )


def _check(session: Session, row: ModelEndpointRow) -> None:
    with session.no_autoflush:
        other = queries.by_name(session, row.name, row.workspace_id)
    if other is not None and other.id != row.id:
        raise Conflict(
            f"There is a model endpoint called {row.name} already.", field="name", fix="Choose another name."
        )
    if row.kind == ModelKind.NEAREST_LABEL:
        for field in ("base_url", "model", "key_name", "takes_images"):
            if getattr(row, field):
                raise Invalid(f"The nearest-label model has no {field}.", field=field, fix="Leave it out.")
        return
    if not row.base_url:
        raise Invalid("An address is needed.", field="base_url", fix="For example https://models.example.org/v1")
    if not row.model:
        raise Invalid("The model's name is needed.", field="model", fix="Write it as the endpoint knows it.")
    row.base_url = checked_url(row.base_url)


def _require(session: Session, actor: Actor, endpoint_id: UUID) -> ModelEndpointRow:
    row = queries.get(session, endpoint_id, actor.workspace_id)
    if row is None:
        raise NotFound(f"There is no model endpoint {endpoint_id}.", field="endpoint_id")
    return row


def _require_at(session: Session, actor: Actor, endpoint_id: UUID, version: int) -> ModelEndpointRow:
    row = _require(session, actor, endpoint_id)
    if row.version != version:
        raise ModelEndpointChanged(
            "Someone else changed this endpoint meanwhile.",
            field="version",
            fix="Load it again and repeat your change.",
            details={"current": _as_endpoint(row).model_dump(mode="json")},
        )
    return row


def _as_endpoint(row: ModelEndpointRow) -> ModelEndpoint:
    values = {name: getattr(row, name) for name in ModelEndpoint.model_fields if hasattr(row, name)}
    values["max_classification"] = Classification.of_rank(row.max_classification)
    return ModelEndpoint(key_is_set=bool(row.key_name and os.environ.get(row.key_name)), **values)
