"""Pure decisions on canonical labels: what a submission does, when a label is stale, how two versions differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from workbench.features.labels.kinds import kind_of
from workbench.features.labels.kinds.answers import canonical, pointer
from workbench.features.labels.schemas import ChangeKind, LabelsetVersion, Problem, Staleness, ValueDifference
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
    labeled_by_name: str
    labeled_at: datetime


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


def problems(submission: Submission, version: LabelsetVersion) -> list[Problem]:
    """What keeps an answer from being a label of this labelset version; a refusal to answer needs no value."""
    if submission.verdict is not Verdict.ANSWERED:
        return []
    return kind_of(version.kind).check(submission.value, version)


def collides(head: LabelHead | None, expected: Expected) -> bool:
    """Whether the label is not the one the submitter saw. A retracted label counts as none."""
    if expected == ANY:
        return False
    if expected is None:
        return head is not None and head.verdict is not Verdict.RETRACTED
    return head is None or head.number != expected


def change_of(head: LabelHead | None, submission: Submission, version_id: UUID, exposure_id: UUID) -> ChangeKind:
    """What accepting a submission does to the label: it is unchanged only if it would say exactly the same."""
    if head is None:
        return ChangeKind.CREATED
    same = (
        head.verdict is submission.verdict
        and head.labelset_version_id == version_id
        and head.exposure_id == exposure_id
        and head.digest == submission.digest
        and head.confidence is submission.confidence
        and head.notes == submission.notes
        and canonical(head.value) == canonical(submission.value)
    )
    return ChangeKind.UNCHANGED if same else ChangeKind.CHANGED


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


_ABSENT: Final = object()


def _at(values: list[Any], index: int) -> Any:
    return values[index] if index < len(values) else _ABSENT


def _said(value: Any) -> str | None:
    if value is _ABSENT or value is None:
        return None
    return value if isinstance(value, str) else canonical(value)
