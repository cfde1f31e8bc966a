"""From a batch of items to pairs: one pure function, the same for a thousand items and a million."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pyarrow as pa

from workbench.backends.models import Failure, Reply
from workbench.features.generation import rules
from workbench.features.generation.schemas import Mode, Origin
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.rules import LabelHead
from workbench.features.labels.schemas import LabelsetVersion, Staleness
from workbench.features.sheets.rules import digests, field_of
from workbench.features.sheets.schemas import ITEM_REF
from workbench.features.templates.prompts import Prompt, PromptFailed, Turn
from workbench.features.templates.sandbox import as_text
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import PairStatus

SAID = 2_000  # characters kept of words that are no answer
FileHash = Callable[[str], bytes]
Problem = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Making:
    """What all pairs of a training sheet are made with.

    `fields` are those that a pair exposes, `exposure_id` names them. `label_fields` are the fields behind each label
    exposure that this sheet has; a label from an exposure that is not here cannot be compared, so it is stale.
    """

    prompt: Prompt
    labelset: LabelsetVersion
    mode: Mode
    exposure_id: UUID
    fields: Sequence[str]
    label_fields: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    column: str | None = None
    trusted: bool = False

    def all_fields(self) -> list[str]:
        """Every field that has to be read."""
        return sorted({*self.fields, *(name for names in self.label_fields.values() for name in names)})


@dataclass(slots=True)
class NewPair:
    """A pair on its way into a training sheet. `item` holds the fields it was made from.

    `asks`: a model is to answer it. `submits`: its answer is to become the item's canonical label.
    """

    item_ref: str
    item: Mapping[str, Any]
    digest: bytes
    origin: Origin
    messages: list[Turn]
    status: PairStatus = PairStatus.UNLABELED
    value: Any = None
    label_id: UUID | None = None
    label_number: int | None = None
    stale: Staleness | None = None
    model_confidence: float | None = None
    problem: Problem | None = None
    reviewed_by: UUID | None = None
    reviewed_by_name: str | None = None
    reviewed_at: datetime | None = None
    asks: bool = False
    submits: bool = False


def make_pairs(
    batch: pa.RecordBatch, making: Making, heads: Mapping[str, LabelHead], file_hash: FileHash
) -> list[NewPair]:
    """The pairs of a batch of items, in its order; `heads` are the items' canonical labels.

    Canonical labels come first. What remains is answered by the column, left to a person, or marked as a question to
    a model. An item whose prompt cannot be rendered becomes a pair without turns that says why.
    """
    exposed = digests(batch, making.fields, file_hash)
    of_labels = _label_digests(batch, making, heads, exposed, file_hash)
    kind_origin = rules.origin_of(making.mode)
    pairs: list[NewPair] = []
    for place, item in enumerate(_rows(batch)):
        item_ref = item.pop(ITEM_REF)
        pair = NewPair(item_ref, item, exposed[place], kind_origin, [])
        try:
            pair.messages = making.prompt.render(item)
        except PromptFailed as error:
            pair.problem = problem_of("prompt", error)
        head = heads.get(item_ref)
        found = None if head is None else rules.reuse(head, of_labels[head.exposure_id][place], making.labelset)
        if head is not None and found is not None:
            _fill_from_label(pair, head, found)
        elif pair.problem is None:
            _fill_from_mode(pair, making)
        pairs.append(pair)
    return pairs


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """The rows of a batch as `to_pylist` gives them, in two thirds of its time."""
    names = batch.schema.names
    for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        yield dict(zip(names, values, strict=True))


def _label_digests(
    batch: pa.RecordBatch,
    making: Making,
    heads: Mapping[str, LabelHead],
    exposed: Sequence[bytes],
    file_hash: FileHash,
) -> dict[UUID, Sequence[bytes | None]]:
    """The items' digests now, over the fields of each exposure that their labels were made from."""
    found: dict[UUID, Sequence[bytes | None]] = {making.exposure_id: exposed}
    for exposure_id in {head.exposure_id for head in heads.values()} - {making.exposure_id}:
        fields = making.label_fields.get(exposure_id)
        found[exposure_id] = [None] * batch.num_rows if fields is None else digests(batch, fields, file_hash)
    return found


def _fill_from_label(pair: NewPair, head: LabelHead, found: rules.Reuse) -> None:
    """The pair pins the label, so that only a newer one changes it later. Without a prompt it cannot be ready."""
    pair.origin = Origin.CANONICAL
    pair.value, pair.stale = found.value, found.stale
    pair.label_id, pair.label_number = head.id, head.number
    if pair.problem is None and found.stale is None:
        pair.status = found.status
        pair.reviewed_by, pair.reviewed_by_name, pair.reviewed_at = (
            head.labeled_by,
            head.labeled_by_name,
            head.labeled_at,
        )


def _fill_from_mode(pair: NewPair, making: Making) -> None:
    if making.mode is Mode.AI_GENERATED:
        pair.asks = True
    elif making.mode is Mode.EXISTING_COLUMN:
        assert making.column is not None
        answer = field_of(pair.item, making.column)
        read_answer(pair, as_text(answer), making.labelset, of="column")
        pair.submits = making.trusted and pair.problem is None


def read_answer(pair: NewPair, text: str, labelset: LabelsetVersion, *, of: str) -> None:
    """Fills the pair with the answer that a text spells, or with the problem that it spells none."""
    kind = kind_of(labelset.kind)
    if not text.strip():
        pair.problem = {"kind": of, "detail": "There is no answer: it is empty."}
        return
    try:
        value = kind.parse(text, labelset)
    except Invalid as error:
        pair.problem = problem_of(of, error)
        return
    problems = kind.check(value, labelset)
    if problems:
        where = f"{problems[0].path}: " if problems[0].path else ""
        pair.problem = {"kind": of, "detail": f"The answer does not fit the labelset: {where}{problems[0].message}"}
        return
    pair.value = kind.normalize(value, labelset)


def fill_from_reply(pair: NewPair, reply: Reply, labelset: LabelsetVersion) -> None:
    """Fills the pair with a model's answer, or with why there is none; what it said is kept when it is no answer."""
    if isinstance(reply, Failure):
        pair.problem = {"kind": reply.kind, "detail": reply.detail}
        return
    pair.problem = None
    pair.model_confidence = reply.confidence
    read_answer(pair, reply.text, labelset, of="answer")
    if pair.problem is not None:
        pair.problem["said"] = reply.text[:SAID]


def problem_of(kind: str, error: Invalid) -> Problem:
    """An error as it is kept with a pair: `kind` is a word for programs, the rest is for people."""
    found = {"kind": kind, "detail": error.message, "field": error.field, "fix": error.fix}
    return {name: value for name, value in found.items() if value is not None}
