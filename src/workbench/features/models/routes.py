"""REST of model endpoints: list, add, change, try, remove."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from workbench.features.models import service
from workbench.features.models.schemas import (
    ModelCall,
    ModelCallResult,
    ModelEndpoint,
    ModelEndpointChange,
    ModelEndpointIn,
    ModelKind,
)
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.requests import DbSession, Wired, allow, once

router = APIRouter(prefix="/models", tags=["models"])


@router.get("")
def list_model_endpoints(
    actor: Annotated[Actor, allow("models.read")],
    session: DbSession,
    search: str | None = None,
    kind: ModelKind | None = None,
    enabled: bool | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[ModelEndpoint]:
    """Model endpoints of the workspace, by name."""
    return service.list_model_endpoints(
        session, actor, search=search, kind=kind, enabled=enabled, cursor=cursor, limit=limit
    )


@router.post("", status_code=201)
def add_model_endpoint(
    body: ModelEndpointIn, actor: Annotated[Actor, allow("models.write")], session: DbSession
) -> ModelEndpoint:
    """Adds an endpoint that may be called."""
    return service.add_model_endpoint(session, actor, body)


@router.get("/{endpoint_id}")
def get_model_endpoint(
    endpoint_id: UUID, actor: Annotated[Actor, allow("models.read")], session: DbSession
) -> ModelEndpoint:
    """One endpoint."""
    return service.get_model_endpoint(session, actor, endpoint_id)


@router.patch("/{endpoint_id}")
def change_model_endpoint(
    endpoint_id: UUID, body: ModelEndpointChange, actor: Annotated[Actor, allow("models.write")], session: DbSession
) -> ModelEndpoint:
    """Changes an endpoint's settings, or switches it off."""
    return service.change_model_endpoint(session, actor, endpoint_id, body)


@router.delete("/{endpoint_id}", status_code=204)
def remove_model_endpoint(
    endpoint_id: UUID, version: int, actor: Annotated[Actor, allow("models.write")], session: DbSession
) -> None:
    """Removes an endpoint."""
    service.remove_model_endpoint(session, actor, endpoint_id, version)


@router.post("/{endpoint_id}/try", dependencies=[once()])
def try_model_endpoint(
    endpoint_id: UUID, body: ModelCall, actor: Annotated[Actor, allow("models.write")], backends: Wired
) -> ModelCallResult:
    """Calls an endpoint once with a typed prompt."""
    return service.try_model_endpoint(backends, actor, endpoint_id, body)
