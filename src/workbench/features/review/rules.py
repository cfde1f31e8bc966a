"""Pure decisions: what an action makes of a pair, what follows a label, how counters move, what undo restores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import PairStatus, Verdict

WAITING = (PairStatus.UNLABELED, PairStatus.FLAGGED)
MESSAGES_LIMIT = 200_000  # characters of one prompt, as for a rendered one
ROLES = ("system", "user", "assistant")

REVIEWER = ("reviewed_by", "reviewed_by_name", "reviewed_at")
_IDS = ("label_id", "reviewed_by")
_TIMES = ("reviewed_at",)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a pair stands: what review reads before it decides. `messages` is None where nobody asked for them."""

    id: UUID
    training_sheet_id: UUID
    exposure_id: UUID  # what the prompts of its training sheet read
    labelset_version_id: UUID
    position: int
    item_ref: str
    ordinal: int
    version: int
    digest: bytes
    status: str
    value: Any
    stale: str | None
    problem: dict[str, Any] | None
    label_id: UUID | None
    label_number: int | None
    reviewed_by: UUID | None
    reviewed_by_name: str | None
    reviewed_at: datetime | None
    notes: str | None
    messages: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class LabelNow:
    """A canonical label that stands, and whose word it is. `fresh`: made from the content that the pair shows."""

    id: UUID
    number: int
    verdict: str
    value: Any
    fresh: bool
    labeled_by: UUID
    labeled_by_name: str
    labeled_at: datetime


def settled(status: PairStatus, actor: Actor, moment: datetime, notes: str | None = None) -> dict[str, Any]:
    """What every decision writes: the status, and who decided when. Notes that are not given stay as they are.

    An approved pair is neither stale nor without an answer any more. Back to unlabeled, nobody has decided; the
    pinned label stays named, so that only a newer one may fill the pair again.
    """
    fields: dict[str, Any] = {"status": status}
    if status == PairStatus.UNLABELED:
        fields |= dict.fromkeys(REVIEWER)
    else:
        fields |= {"reviewed_by": actor.id, "reviewed_by_name": actor.name, "reviewed_at": moment}
    if status == PairStatus.LABELED:
        fields |= {"stale": None, "problem": None}
    if notes is not None:
        fields["notes"] = notes
    return fields


def expected_label(pair: Standing, seen: int | None, *, stands: bool) -> int | None:
    """The label number a decision builds on: the one its maker names, else the one that the pair pins.

    Where no label `stands` (by now it was retracted), there is nothing that could be overwritten.
    """
    return seen if seen is not None or not stands else pair.label_number


def follow(pair: Standing, label: LabelNow | None) -> dict[str, Any] | None:
    """What its item's label, or that none stands any more, means for a pair in review; None when nothing.

    A fresh answer fills an unlabeled pair and re-pins a labeled one; a fresh `unlabelable` settles both as rejected;
    a retraction sends a labeled pair back. Rejected and flagged pairs were somebody's decision and stay. An unlabeled
    pair that pins a label was sent back on purpose, or the label is stale: only a newer one fills it.
    """
    if pair.ordinal != 0 or pair.status not in (PairStatus.UNLABELED, PairStatus.LABELED):
        return None
    if label is None:
        labeled = pair.status == PairStatus.LABELED
        return {"status": PairStatus.UNLABELED} | dict.fromkeys(REVIEWER) if labeled else None
    newer = pair.label_id != label.id or (pair.label_number or 0) < label.number
    if not label.fresh or not newer:
        return None
    fields: dict[str, Any] = {
        "label_id": label.id,
        "label_number": label.number,
        "reviewed_by": label.labeled_by,
        "reviewed_by_name": label.labeled_by_name,
        "reviewed_at": label.labeled_at,
    }
    if label.verdict == Verdict.UNLABELABLE:
        return fields | {"status": PairStatus.REJECTED}
    return fields | {"status": PairStatus.LABELED, "value": label.value, "stale": None, "problem": None}


def changed(pair: Standing, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Only those of the fields that differ from how the pair stands."""
    return {name: value for name, value in fields.items() if getattr(pair, name) != value}


def before(pair: Standing, fields: Iterable[str]) -> dict[str, Any]:
    """How the pair stood in these fields."""
    return {name: getattr(pair, name) for name in fields}


def restored(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they were kept in an action's JSON, in their own types again."""
    fields = dict(kept)
    for name in _IDS:
        if fields.get(name) is not None:
            fields[name] = UUID(str(fields[name]))
    for name in _TIMES:
        if fields.get(name) is not None:
            fields[name] = datetime.fromisoformat(str(fields[name]))
    return fields


def stand_again(kept: Mapping[str, Any], restored_number: int | None, number: int) -> dict[str, Any]:
    """The fields as they were kept; a label pinned in the version that was restored is pinned in its new one."""
    fields = restored(kept)
    if restored_number is not None and fields.get("label_number") == restored_number:
        fields["label_number"] = number
    return fields


def stands_as_left(pair: Standing, after: Mapping[str, Any]) -> bool:
    """Whether the pair still stands as an action left it, so that the action can be taken back.

    The label's number may differ: undoing and redoing let the label say the same under new numbers.
    """
    left = {name: value for name, value in after.items() if name not in ("label_change", "label_number")}
    return not changed(pair, restored(left))


def count_shift(changes: Iterable[tuple[Standing, Mapping[str, Any]]]) -> dict[str, int]:
    """By how much each counter of a training sheet moves when these pairs get these fields."""
    shift: Counter[str] = Counter()
    for pair, fields in changes:
        stood = {"status": pair.status, "stale": pair.stale, "problem": pair.problem}
        shift.subtract(_counted(stood))
        shift.update(_counted(stood | dict(fields)))
    return {name: by for name, by in sorted(shift.items()) if by}


def _counted(pair: Mapping[str, Any]) -> list[str]:
    """The counters that a pair is in: its status and, while it waits for a decision, what it waits with."""
    waits = pair["status"] in WAITING
    marks = [name for name, field in (("stale", "stale"), ("failed", "problem")) if waits and pair[field] is not None]
    return [pair["status"], *marks]


def check_messages(messages: Sequence[Mapping[str, Any]], original: Sequence[Mapping[str, Any]]) -> None:
    """Raises `Invalid` unless these can stand as a prompt: known roles, no empty turn, the user speaks last.

    Text may be edited at will; other parts, such as images, may be moved or left out but not brought in: the gate knows
    what the prompt was made from and nothing else.
    """
    size = 0
    known = [part for turn in original if isinstance(turn["content"], list) for part in turn["content"]]
    for number, turn in enumerate(messages):
        where = f"messages.{number}"
        if set(turn) != {"role", "content"} or turn["role"] not in ROLES:
            raise Invalid(
                f"Turn {number + 1} of the prompt is not a role ({', '.join(ROLES)}) with its content.", field=where
            )
        content = turn["content"]
        if not isinstance(content, str | list) or not content:
            raise Invalid(
                f"Turn {number + 1} of the prompt is empty.", field=f"{where}.content", fix="Write something."
            )
        for part in content if isinstance(content, list) else []:
            text = isinstance(part, dict) and set(part) == {"type", "text"} and isinstance(part["text"], str)
            if not text and part not in known:
                raise Invalid(
                    f"Turn {number + 1} of the prompt holds something that is neither text nor was there before.",
                    field=f"{where}.content",
                    fix="Change the template to show other files or fields.",
                )
        size += len(content) if isinstance(content, str) else len(str(content))
    if not messages or messages[-1]["role"] != "user":
        raise Invalid("A prompt ends with the user's turn.", field="messages", fix="Add the user's turn last.")
    if size > MESSAGES_LIMIT:
        raise Invalid(f"The prompt has more than {MESSAGES_LIMIT:,} characters.", field="messages", fix="Shorten it.")
