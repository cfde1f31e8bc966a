"""Wire shapes of model endpoints."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import Classification

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
KeyName = Annotated[str, StringConstraints(pattern=r"^WORKBENCH_KEY_[A-Z0-9_]{1,80}$")]


class ModelKind(StrEnum):
    """The files of the models shelf."""

    OPENAI_COMPATIBLE = "openai_compatible"
    NEAREST_LABEL = "nearest_label"


class ModelEndpoint(Schema):
    """A model that may be called. Its key stays in the environment variable `key_name`; `key_is_set` says whether the
    server finds one there. Content above `max_classification` is never sent to it.
    """

    id: UUID
    name: str
    kind: ModelKind
    base_url: str | None
    model: str | None
    key_name: str | None
    key_is_set: bool
    max_classification: Classification
    concurrency: int
    timeout_seconds: int
    takes_images: bool
    enabled: bool
    created_by_name: str
    created_at: datetime
    version: int


class ModelEndpointIn(Schema):
    """A new endpoint. `base_url` is the address up to `/v1`; the nearest-label model has no address, model or key."""

    name: Name
    kind: ModelKind
    base_url: str | None = Field(None, max_length=500)
    model: str | None = Field(None, max_length=200)
    key_name: KeyName | None = None
    max_classification: Classification = Classification.INTERNAL
    concurrency: int = Field(8, ge=1, le=256)
    timeout_seconds: int = Field(60, ge=1, le=600)
    takes_images: bool = False


class ModelEndpointChange(Change):
    """New settings of an endpoint; what is left out stays. An empty `key_name` takes the key away."""

    name: Name | None = None
    base_url: str | None = Field(None, max_length=500)
    model: str | None = Field(None, max_length=200)
    key_name: KeyName | Annotated[str, StringConstraints(max_length=0)] | None = None
    max_classification: Classification | None = None
    concurrency: int | None = Field(None, ge=1, le=256)
    timeout_seconds: int | None = Field(None, ge=1, le=600)
    takes_images: bool | None = None
    enabled: bool | None = None


class ModelCall(Schema):
    """A prompt to try an endpoint with. It holds no data of the workspace unless someone types it."""

    prompt: str = Field("Answer with the one word: ready", min_length=1, max_length=10_000)


class ModelCallResult(Schema):
    """What came of a call: the answer, or `problem` and `fix` in words. `seconds` is how long it took."""

    answer: str | None
    problem: str | None
    fix: str | None
    seconds: float
    tokens_in: int
    tokens_out: int
