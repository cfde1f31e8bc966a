"""What people do with model endpoints: add, change, find, remove. Every workspace has the embedded one."""

from __future__ import annotations

import os
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.outbound import checked_url
from workbench.features.audit import service as audit
from workbench.features.models import queries
from workbench.features.models.schemas import ModelEndpoint, ModelEndpointChange, ModelEndpointIn, ModelKind
from workbench.features.models.tables import ModelEndpointRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import Classification


class ModelEndpointChanged(Conflict):
    """Someone else changed the endpoint meanwhile; `details["current"]` is how it stands."""


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
    return Page(items=[as_endpoint(row) for row in rows[:size]], next_cursor=more)


def get_model_endpoint(session: Session, actor: Actor, endpoint_id: UUID) -> ModelEndpoint:
    """One endpoint. Raises `NotFound`."""
    return as_endpoint(_require(session, actor, endpoint_id))


def add_model_endpoint(session: Session, actor: Actor, body: ModelEndpointIn) -> ModelEndpoint:
    """A new endpoint. Raises `Invalid` for an address or key that does not go with its kind."""
    values = body.model_dump() | {"max_classification": body.max_classification.rank}
    row = ModelEndpointRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        created_by_name=actor.name,
        created_at=now(),
        enabled=True,
        version=1,
        **values,
    )
    _check(session, row)
    session.add(row)
    session.flush()
    details = {"name": row.name, "kind": row.kind, "max_classification": body.max_classification}
    audit.record(session, actor, "model.add", "model", row.id, details)
    return as_endpoint(row)


def change_model_endpoint(
    session: Session, actor: Actor, endpoint_id: UUID, body: ModelEndpointChange
) -> ModelEndpoint:
    """Changes an endpoint's settings."""
    row = _require_at(session, actor, endpoint_id, body.version)
    session.add(row)  # the embedded one becomes a row when it is first changed
    session.flush()
    changes = body.model_dump(exclude={"version"}, exclude_unset=True, exclude_none=True)
    for name, value in changes.items():
        if name == "max_classification":
            value = Classification(value).rank
        setattr(row, name, value if value != "" else None)
    _check(session, row)
    session.flush()
    audit.record(session, actor, "model.change", "model", row.id, {"changed": sorted(changes)})
    return as_endpoint(row)


def remove_model_endpoint(session: Session, actor: Actor, endpoint_id: UUID, version: int) -> None:
    """Removes an endpoint. Templates that name it keep their other settings and say that it is gone."""
    row = _require_at(session, actor, endpoint_id, version)
    if row.id == queries.embedded_id(actor.workspace_id):
        raise Conflict("The embedded model comes with the workspace.", fix="Switch it off instead.")
    session.delete(row)
    audit.record(session, actor, "model.remove", "model", row.id, {"name": row.name})
    session.flush()


# --- for the other services -------------------------------------------------------------------------------------------


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
            details={"current": as_endpoint(row).model_dump(mode="json")},
        )
    return row


def as_endpoint(row: ModelEndpointRow) -> ModelEndpoint:
    """The row as people see it."""
    values = {name: getattr(row, name) for name in ModelEndpoint.model_fields if hasattr(row, name)}
    values["max_classification"] = Classification.of_rank(row.max_classification)
    return ModelEndpoint(key_is_set=bool(row.key_name and os.environ.get(row.key_name)), **values)
