"""Wire shapes of labeling a sheet's items directly, and of how far that is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from workbench.features.labels.schemas.labels import Label, LabelDraft
from workbench.kernel.schema import Schema


class LabelState(StrEnum):
    """How the label of an item of a sheet stands; a stale one may be answered or unlabelable."""

    UNLABELED = "unlabeled"
    LABELED = "labeled"
    UNLABELABLE = "unlabelable"
    STALE = "stale"


class LabelingFilter(StrEnum):
    """Which items of a sheet to walk through: those to do are unlabeled or stale."""

    TO_DO = "to_do"
    UNLABELED = "unlabeled"
    STALE = "stale"
    LABELED = "labeled"
    ALL = "all"


class ItemToLabel(Schema):
    """An item of a sheet at its place in it, with its label and what is being typed; the sheet shows its fields.

    `position` counts from 0; it is null for an item asked for by name. `others` are people who typed something for the
    item just now.
    """

    item_ref: str
    position: int | None
    state: LabelState
    label: Label | None
    draft: LabelDraft | None
    others: list[str]


class LabelerShare(Schema):
    """How much one person labeled of an item space, and when last."""

    person_id: UUID
    name: str
    labels: int
    last_at: datetime


class LabelingProgress(Schema):
    """How far a sheet is labeled with a labelset: `items` is the sum of the four states.

    `labeled` are answered and fresh. When `exact` is false the sheet was too large to look at every item: then the
    labels of its whole item space are counted, and none is told stale.
    """

    items: int
    labeled: int
    unlabelable: int
    stale: int
    unlabeled: int
    exact: bool
    by_person: list[LabelerShare]
