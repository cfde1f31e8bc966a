"""Making pairs is pure: every item one pair, in order; labels decide first; what is stale is never ready."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.backends.models import Answer, Failure
from workbench.features.generation.making import Making, NewPair, fill_from_reply, make_pairs
from workbench.features.generation.schemas import Mode, Origin
from workbench.features.labels.rules import LabelHead
from workbench.features.labels.schemas import LabelClass, LabelsetVersion
from workbench.features.sheets.rules import digest
from workbench.features.templates.prompts import compiled
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import AssetState, Confidence, PairStatus, Verdict

OWN, OTHER, UNREADABLE = new_id(), new_id(), new_id()
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def version(number: int, migrations: dict[UUID, dict[str, str | None]] | None = None) -> LabelsetVersion:
    return LabelsetVersion(
        id=UUID(int=number), labelset_id=UUID(int=99), label_type="intent", number=number, state=AssetState.PUBLISHED,
        kind="classification",
        classes=[LabelClass(id="lost", name="Card lost"), LabelClass(id="move", name="Transfer")],
        migrations=migrations or {}, created_by_name="x", created_at=MOMENT, published_at=MOMENT, version=1,
    )  # fmt: skip


OLD = version(1)
NOW = version(2, {OLD.id: {"gone": None, "merged": "move"}})


def making(mode: Mode = Mode.MANUAL, **told: Any) -> Making:
    return Making(
        prompt=compiled("", "{{ text }}"), labelset=NOW, mode=mode, exposure_id=OWN, fields=["text"],
        label_fields={OTHER: ["region"]}, **told,
    )  # fmt: skip


def batch(texts: list[str | None]) -> pa.RecordBatch:
    return pa.record_batch(
        {
            "item_ref": pa.array([f"i:{n}" for n in range(len(texts))], pa.string()),
            "text": pa.array(texts, pa.string()),
            "region": pa.array(["north"] * len(texts), pa.string()),
        }
    )


def head(ref: str, fields: dict[str, Any], **told: Any) -> LabelHead:
    says: dict[str, Any] = {
        "id": new_id(), "item_ref": ref, "number": 3, "verdict": Verdict.ANSWERED, "value": "lost",
        "labelset_version_id": NOW.id, "exposure_id": OWN, "digest": digest(fields), "confidence": Confidence.HIGH,
        "notes": "", "labeled_by": new_id(), "labeled_by_name": "Ada Sample", "labeled_at": MOMENT,
        "changed_by_name": "Ada Sample", "changed_at": MOMENT,
    }  # fmt: skip
    return LabelHead(**says | told)


def no_file(path: str) -> bytes:
    raise AssertionError(path)


def make(heads: dict[str, LabelHead], mode: Mode = Mode.MANUAL, **told: Any) -> list[NewPair]:
    return make_pairs(batch(["a", "b", "c"]), making(mode, **told), heads, no_file)


TEXT = {"text": "a"}
HEADS: list[tuple[LabelHead, PairStatus, Any, str | None]] = [
    (head("i:0", TEXT), PairStatus.LABELED, "lost", None),
    (head("i:0", {"text": "was different"}), PairStatus.UNLABELED, "lost", "item"),
    (head("i:0", {"region": "north"}, exposure_id=OTHER), PairStatus.LABELED, "lost", None),
    (head("i:0", {"region": "south"}, exposure_id=OTHER), PairStatus.UNLABELED, "lost", "item"),
    (head("i:0", TEXT, exposure_id=UNREADABLE), PairStatus.UNLABELED, "lost", "item"),
    (head("i:0", TEXT, labelset_version_id=OLD.id), PairStatus.LABELED, "lost", None),
    (head("i:0", TEXT, labelset_version_id=OLD.id, value="merged"), PairStatus.LABELED, "move", None),
    (head("i:0", TEXT, labelset_version_id=OLD.id, value="gone"), PairStatus.UNLABELED, None, "labelset"),
    (head("i:0", TEXT, verdict=Verdict.UNLABELABLE, value=None), PairStatus.REJECTED, None, None),
    (head("i:0", {"text": "x"}, verdict=Verdict.UNLABELABLE, value=None), PairStatus.UNLABELED, None, "item"),
]


@pytest.mark.parametrize(("label", "status", "value", "stale"), HEADS, ids=range(len(HEADS)))
def test_what_a_label_makes_of_its_pair(label: LabelHead, status: PairStatus, value: Any, stale: str | None) -> None:
    pair = make({"i:0": label})[0]
    assert (pair.status, pair.value, pair.stale) == (status, value, stale)
    assert (pair.origin, pair.label_id, pair.label_number, pair.asks) == (Origin.CANONICAL, label.id, 3, False)
    assert (pair.reviewed_by_name is None) == (status is PairStatus.UNLABELED)
    assert pair.digest == digest(TEXT)


def test_a_retracted_label_is_none() -> None:
    pair = make({"i:0": head("i:0", TEXT, verdict=Verdict.RETRACTED)})[0]
    assert (pair.label_id, pair.origin, pair.status) == (None, Origin.MANUAL, PairStatus.UNLABELED)


def test_only_a_model_is_asked_and_only_for_what_is_left() -> None:
    pairs = make({"i:1": head("i:1", {"text": "b"})}, Mode.AI_GENERATED)
    assert [pair.asks for pair in pairs] == [True, False, True]


@given(st.lists(st.none() | st.text(max_size=5), max_size=20), st.sets(st.integers(0, 19)), st.sampled_from(list(Mode)))
def test_every_item_is_one_pair_in_its_place(texts: list[str | None], labeled: set[int], mode: Mode) -> None:
    heads = {f"i:{n}": head(f"i:{n}", {"text": texts[n]}) for n in labeled if n < len(texts)}
    told = {"column": "region"} if mode is Mode.EXISTING_COLUMN else {}
    pairs = make_pairs(batch(texts), making(mode, **told), heads, no_file)
    assert [pair.item_ref for pair in pairs] == [f"i:{n}" for n in range(len(texts))]
    assert [pair.messages[0]["content"] for pair in pairs] == [text or "" for text in texts]
    for pair in pairs:
        assert (pair.status is PairStatus.LABELED) == (pair.item_ref in heads)
        assert (pair.origin is Origin.CANONICAL) == (pair.item_ref in heads)


COLUMN: list[tuple[Any, Any, bool]] = [
    ("Card lost", "lost", False), ("move", "move", False), (" transfer ", "move", False), ("", None, True),
    ("  ", None, True), (None, None, True), ("nothing like it", None, True), ('```json\n"lost"\n```', "lost", False),
    ("[]", None, True),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "value", "fails"), COLUMN)
@pytest.mark.parametrize("trusted", [True, False])
def test_how_a_column_is_read(cell: Any, value: Any, fails: bool, trusted: bool) -> None:
    pair = make_pairs(batch([cell]), making(Mode.EXISTING_COLUMN, column="text", trusted=trusted), {}, no_file)[0]
    assert (pair.value, pair.problem is not None, pair.submits) == (value, fails, trusted and not fails)
    assert pair.status is PairStatus.UNLABELED


def test_a_reply_fills_a_pair_or_says_why_not() -> None:
    def filled(reply: Answer | Failure) -> NewPair:
        pair = NewPair("i:0", {}, b"", Origin.AI_GENERATED, [], problem={"kind": "timeout", "detail": "before"})
        fill_from_reply(pair, reply, NOW)
        return pair

    good = filled(Answer("Transfer", 0.7))
    assert (good.value, good.problem, good.model_confidence) == ("move", None, 0.7)
    odd = filled(Answer("x" * 5000))
    assert odd.value is None
    assert odd.problem is not None
    assert (odd.problem["kind"], len(odd.problem["said"])) == ("answer", 2000)
    assert filled(Failure("timeout", "too slow")).problem == {"kind": "timeout", "detail": "too slow"}
