"""Wire shapes of usage constraints, tags, waivers, exits and explanations."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from workbench.kernel.schema import Schema
from workbench.kernel.vocabulary import Classification, Use


class SubjectKind(StrEnum):
    """What can carry usage constraints or a waiver."""

    ORGANISATION = "organisation"
    SOURCE = "source"
    SHEET = "sheet"
    LABELSET = "labelset"
    LABEL = "label"
    PAIR = "pair"


class Constraints(Schema):
    """What one layer says of its subject. `allowed_uses` or `classification` null: left to the other layers.

    `version` is 0 while nothing was ever set.
    """

    subject_kind: SubjectKind
    subject_id: UUID
    allowed_uses: list[Use] | None
    prohibited_uses: list[Use]
    classification: Classification | None
    reason: str
    set_by_name: str
    set_at: datetime | None
    version: int


class ConstraintsChange(Schema):
    """New constraints of a subject. `version` is the one the editor saw, 0 when there was none; `reason` is shown to
    whoever asks why something may not be used, so it names the rule and never quotes content."""

    allowed_uses: list[Use] | None = None
    prohibited_uses: list[Use] = []
    classification: Classification | None = None
    reason: str = Field("", max_length=500)
    version: int = 0


class Tag(Schema):
    """A tag where it is set, and whether the gate listens to it."""

    source: str
    key: str
    value: str
    governs: bool
    set_by_name: str
    set_at: datetime


class TagsChange(Schema):
    """All tags that a source itself shall have, key → value; those it has now and that are left out are removed.

    `seen` are those it had when the change was begun: if they are others by now, the change is refused.
    """

    source: str = Field(max_length=400)
    tags: dict[str, str]
    seen: dict[str, str] | None = None


class SourceTags(Schema):
    """The tags of a source: `own` as set on it, `inherited` as in force with what it inherits."""

    source: str
    own: dict[str, str]
    inherited: dict[str, str]
    classification: Classification


class Waiver(Schema):
    """A governor's permission for some uses despite what one subject's layer says.

    `subject_ref` is a source name, or the subject's id. It stands until it expires or is revoked.
    """

    id: UUID
    subject_kind: SubjectKind
    subject_ref: str
    uses: list[Use]
    reason: str
    granted_by_name: str
    granted_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    revoked_by_name: str | None
    stands: bool


class WaiverGrant(Schema):
    """A waiver to grant. `expires_at`, when given, lies in the future and carries a zone."""

    subject_kind: SubjectKind
    subject_ref: str = Field(max_length=400)
    uses: list[Use] = Field(min_length=1)
    reason: str = Field(min_length=1, max_length=500)
    expires_at: datetime | None = None


class Exit(Schema):
    """Something that left through the gate, for which use, and what stayed behind and why (reason → count).

    `subject_name` is what that of which it left is called now (of an export: its training sheet), null when it is gone.
    """

    id: UUID
    kind: str
    use: Use
    subject_kind: str
    subject_id: UUID | None
    subject_name: str | None
    gate_revision: int
    considered: int
    released: int
    excluded: dict[str, int]
    actor_name: str
    at: datetime


class Obstacle(Schema):
    """One thing that prohibits a use: which layer, why, who said so and when, and what would change it."""

    text: str
    layer: SubjectKind | None
    ref: str | None
    set_by_name: str | None
    set_at: datetime | None
    fix: str


class UseWaiver(Schema):
    """A waiver that lets one use pass what would else stand in the way (`despite`); `text` says it in a sentence."""

    text: str
    waiver_id: UUID
    layer: SubjectKind
    ref: str
    despite: str
    reason: str
    granted_by_name: str
    granted_at: datetime
    expires_at: datetime | None


class UseExplanation(Schema):
    """Whether one use is allowed, everything that stands in the way, and what would, were it not for a waiver."""

    use: Use
    allowed: bool
    obstacles: list[Obstacle]
    waivers: list[UseWaiver]


class Explanation(Schema):
    """What something may be used for, and why: the answer to "why can't I train on this?"."""

    classification: Classification
    allowed_uses: list[Use]
    uses: list[UseExplanation]


class GateSummary(Schema):
    """What the gate says of many rows for one use, before any leaves.

    `considered` = `allowed` + `not_labeled` (status → count) + `prohibited` (reason → count). `classification` is that
    of the most sensitive row that is allowed.
    """

    use: Use
    considered: int
    labeled: int
    allowed: int
    not_labeled: dict[str, int]
    prohibited: dict[str, int]
    classification: Classification
