"""Models that may be called, and what each may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from workbench.features.models.schemas import (
    ModelCall,
    ModelCallResult,
    ModelEndpoint,
    ModelEndpointChange,
    ModelEndpointIn,
    ModelKind,
)
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part
from workbench.sdk.words import word


class Models(Part):
    """Model endpoints of the workspace."""

    def list(
        self, *, search: str | None = None, kind: ModelKind | str | None = None, enabled: bool | None = None
    ) -> Pages[ModelEndpoint]:
        """Endpoints by name."""
        return self._http.pages("/models", ModelEndpoint, search=search, kind=kind, enabled=enabled)

    def get(self, endpoint_id: UUID) -> ModelEndpoint:
        """One endpoint."""
        return self._http.get(f"/models/{endpoint_id}", ModelEndpoint)

    def add(self, name: str, kind: ModelKind | str, **fields: Any) -> ModelEndpoint:
        """Adds an endpoint that may be called; `fields` are the others of `ModelEndpointIn`, such as `base_url`."""
        wanted = ModelEndpointIn(name=name, kind=word(ModelKind, kind), **fields)
        return self._http.post("/models", ModelEndpoint, wanted)

    def change(self, endpoint_id: UUID, *, version: int, **fields: Any) -> ModelEndpoint:
        """Changes settings (the fields of `ModelEndpointChange`), or switches an endpoint off with `enabled=False`."""
        wanted = ModelEndpointChange(version=version, **fields)
        return self._http.patch(f"/models/{endpoint_id}", ModelEndpoint, wanted)

    def remove(self, endpoint_id: UUID, *, version: int) -> None:
        """Removes an endpoint."""
        self._http.delete(f"/models/{endpoint_id}", version=version)

    def try_once(self, endpoint_id: UUID, prompt: str | None = None) -> ModelCallResult:
        """Calls an endpoint once and tells what came of it."""
        call = ModelCall() if prompt is None else ModelCall(prompt=prompt)
        return self._http.post(f"/models/{endpoint_id}/try", ModelCallResult, call)
