"""Pure decisions on canonical labels: what a submission does, when a label is stale, how two versions differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from workbench.features.labels.kinds import kind_of
from workbench.features.labels.kinds.answers import canonical, pointer
from workbench.features.labels.schemas import ChangeKind, LabelsetVersion, Staleness, ValueDifference
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Confidence, Verdict

ANY: Final = "any"  # whatever is there now: the last one wins
Expected = int | None | Literal["any"]


@dataclass(frozen=True, slots=True)
class ItemKey:
    """An item, wherever it is looked at from: two sheets over the same table and key share its labels."""

    space_id: UUID
    item_ref: str


@dataclass(frozen=True, slots=True)
class LabelHead:
    """A canonical label as it stands now, light enough for a million of them.

    `digest` was taken over the fields of the exposure `exposure_id`.
    """

    id: UUID
    item_ref: str
    number: int
    verdict: Verdict
    value: Any
    labelset_version_id: UUID
    exposure_id: UUID
    digest: bytes
    confidence: Confidence
    notes: str
    labeled_by: UUID
    labeled_by_name: str
    labeled_at: datetime
    changed_by_name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """One answer on its way into the canonical labels. `digest` is of the fields that its maker saw."""

    item_ref: str
    value: Any
    digest: bytes
    expected_version: Expected = None
    verdict: Verdict = Verdict.ANSWERED
    confidence: Confidence = Confidence.HIGH
    notes: str = ""
    pair_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission; `previous` is the label before it, None when there was none."""

    change: ChangeKind
    label: LabelHead
    previous: LabelHead | None


def collides(head: LabelHead | None, expected: Expected) -> bool:
    """Whether the label is not the one the submitter saw. A retracted label counts as none."""
    if expected == ANY:
        return False
    if expected is None:
        return head is not None and head.verdict is not Verdict.RETRACTED
    return head is None or head.number != expected


def decide(
    head: LabelHead | None,
    submission: Submission,
    *,
    version_id: UUID,
    exposure_id: UUID,
    actor: Actor,
    moment: datetime,
    fresh_id: Callable[[], UUID],
) -> Outcome:
    """What a checked submission does to the label. Whoever gave the answer that stands remains its labeler, even when
    another person confirms it again."""
    if head is not None and collides(head, submission.expected_version):
        return Outcome(ChangeKind.SKIPPED, head, head)
    same = head is not None and (
        head.verdict is submission.verdict and canonical(head.value) == canonical(submission.value)
    )
    if head is not None and same and _says(head) == _says(submission, version_id, exposure_id):
        return Outcome(ChangeKind.UNCHANGED, head, head)
    label = LabelHead(
        id=head.id if head else fresh_id(),
        item_ref=submission.item_ref,
        number=head.number + 1 if head else 1,
        verdict=submission.verdict,
        value=submission.value,
        labelset_version_id=version_id,
        exposure_id=exposure_id,
        digest=submission.digest,
        confidence=submission.confidence,
        notes=submission.notes,
        labeled_by=head.labeled_by if head and same else actor.id,
        labeled_by_name=head.labeled_by_name if head and same else actor.name,
        labeled_at=head.labeled_at if head and same else moment,
        changed_by_name=actor.name,
        changed_at=moment,
    )
    return Outcome(ChangeKind.CHANGED if head else ChangeKind.CREATED, label, head)


def side(label: LabelHead, *, withheld: str | None = None) -> dict[str, Any]:
    """A label as one side of a conflict, for the person who chooses between both; `withheld` says why they may not see
    what it says."""
    return {
        "id": str(label.id),
        "number": label.number,
        "verdict": label.verdict,
        "value": None if withheld else label.value,
        "confidence": label.confidence,
        "notes": None if withheld else label.notes,
        "changed_by_name": label.changed_by_name,
        "changed_at": label.changed_at.isoformat(),
        "withheld": withheld,
    }


def adapt(head: LabelHead, version: LabelsetVersion) -> Any | None:
    """The label's value in the terms of this labelset version; None when it does not fit it."""
    if head.labelset_version_id == version.id:
        return head.value
    kind = kind_of(version.kind)
    moved = kind.migrate(head.value, version.migrations.get(head.labelset_version_id, {}))
    return None if moved is None or kind.check(moved, version) else kind.normalize(moved, version)


def staleness(head: LabelHead, digest_now: bytes | None, version: LabelsetVersion) -> Staleness | None:
    """Why a label cannot be reused as it is, or None when it can.

    `digest_now` is of the item now, over the fields of the label's own exposure; None when they cannot be read.
    A label of an older labelset version whose migrated value still fits is not stale. `unlabelable` goes with any
    labelset version, for it speaks of the item alone.
    """
    if head.digest != digest_now:
        return Staleness.ITEM
    if head.verdict is Verdict.ANSWERED and adapt(head, version) is None:
        return Staleness.LABELSET
    return None


def differences(before: Any, after: Any, at: str = "") -> list[ValueDifference]:
    """The places where two values differ, depth first; lists are compared place by place."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = list(dict.fromkeys([*before, *after]))
        return [
            each
            for key in keys
            for each in differences(before.get(key, _ABSENT), after.get(key, _ABSENT), at + pointer([key]))
        ]
    if isinstance(before, list) and isinstance(after, list):
        places = range(max(len(before), len(after)))
        return [each for i in places for each in differences(_at(before, i), _at(after, i), f"{at}/{i}")]
    said = (_said(before), _said(after))
    return [] if said[0] == said[1] else [ValueDifference(path=at, before=said[0], after=said[1])]


def _says(said: LabelHead | Submission, *context: UUID) -> tuple[Any, ...]:
    where = (said.labelset_version_id, said.exposure_id) if isinstance(said, LabelHead) else context
    return (*where, said.digest, said.confidence, said.notes)


_ABSENT: Final = object()


def _at(values: list[Any], index: int) -> Any:
    return values[index] if index < len(values) else _ABSENT


def _said(value: Any) -> str | None:
    if value is _ABSENT or value is None:
        return None
    return value if isinstance(value, str) else canonical(value)
