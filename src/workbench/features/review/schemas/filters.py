"""Which pairs are meant."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from workbench.features.generation.schemas import Origin
from workbench.kernel.schema import Schema
from workbench.kernel.vocabulary import PairStatus


class PairFilter(Schema):
    """Which pairs of a training sheet are meant: all conditions hold at once, and an absent one does not count.

    `stale`: filled from a stale label. `failed`: the model gave no usable answer. `outdated`: the item's canonical
    label says something newer. `search`: part of the item_ref.
    `least_confidence` and `most_confidence` bound the model's confidence; pairs without one match neither.
    """

    status: list[PairStatus] | None = Field(None, min_length=1)
    origin: list[Origin] | None = Field(None, min_length=1)
    stale: bool | None = None
    failed: bool | None = None
    outdated: bool | None = None
    search: Annotated[str, StringConstraints(max_length=512, pattern=r"^[^\x00]*$")] | None = None
    least_confidence: float | None = Field(None, ge=0, le=1)
    most_confidence: float | None = Field(None, ge=0, le=1)
    reviewed_by: UUID | None = None
