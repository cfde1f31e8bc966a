"""The pure decisions of review, by property."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import orjson
from hypothesis import given
from hypothesis import strategies as st

from workbench.features.review import rules
from workbench.features.review.rules import LabelNow, Standing
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, PairStatus, Role, Verdict

LABEL, OTHER = new_id(), new_id()
MOMENT = now()
ADA = Actor(new_id(), "Ada Sample", new_id(), "main", Role.EXPERT, Classification.RESTRICTED, frozenset())


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    pin = draw(st.sampled_from([(None, None), (LABEL, 1), (LABEL, 2), (OTHER, 1)]))
    return Standing(
        id=new_id(),
        training_sheet_id=new_id(),
        exposure_id=new_id(),
        labelset_version_id=new_id(),
        position=0,
        item_ref="i:0",
        ordinal=draw(st.sampled_from([0, 0, 0, 1])),
        version=draw(st.integers(1, 5)),
        digest=b"",
        status=draw(st.sampled_from(PairStatus)),
        value=draw(st.sampled_from([None, "a", {"b": [1]}])),
        stale=draw(st.sampled_from([None, "item", "labelset"])),
        problem=draw(st.sampled_from([None, {"kind": "empty"}])),
        label_id=pin[0],
        label_number=pin[1],
        reviewed_by=draw(st.sampled_from([None, ADA.id])),
        reviewed_by_name=draw(st.sampled_from([None, "Ada Sample"])),
        reviewed_at=draw(st.sampled_from([None, MOMENT])),
        notes=draw(st.sampled_from([None, "", "torn"])),
    )


labels_now = st.builds(
    LabelNow,
    id=st.sampled_from([LABEL, OTHER]),
    number=st.integers(1, 3),
    verdict=st.sampled_from([Verdict.ANSWERED, Verdict.UNLABELABLE]),
    value=st.sampled_from(["a", "z"]),
    fresh=st.booleans(),
    labeled_by=st.just(ADA.id),
    labeled_by_name=st.just("Ada Sample"),
    labeled_at=st.just(MOMENT),
)


def after(pair: Standing, fields: dict[str, Any]) -> dict[str, Any]:
    shown = {name: getattr(pair, name) for name in ("status", "value", "stale", "problem", "label_id", "label_number")}
    return shown | fields


@given(standings(), labels_now)
def test_only_waiting_or_labeled_pairs_follow_and_only_fresh_newer_labels(pair: Standing, label: LabelNow) -> None:
    fields = rules.follow(pair, label)
    newer = pair.label_id != label.id or (pair.label_number or 0) < label.number
    may = pair.ordinal == 0 and pair.status in ("unlabeled", "labeled")
    assert (fields is not None) == (may and label.fresh and newer)
    if fields is not None:
        stands = after(pair, fields)
        assert (stands["label_id"], stands["label_number"]) == (label.id, label.number)
        answered = label.verdict is Verdict.ANSWERED
        assert stands["status"] == (PairStatus.LABELED if answered else PairStatus.REJECTED)
        assert not answered or stands["value"] == label.value


@given(standings(), labels_now)
def test_following_once_is_enough(pair: Standing, label: LabelNow) -> None:
    fields = rules.follow(pair, label)
    if fields is not None:
        assert rules.follow(replaced(pair, fields), label) is None


@given(standings())
def test_a_retraction_sends_back_what_is_labeled_and_nothing_else(pair: Standing) -> None:
    fields = rules.follow(pair, None)
    assert (fields is not None) == (pair.ordinal == 0 and pair.status == PairStatus.LABELED)
    if fields is not None:
        assert (fields["status"], fields["reviewed_by_name"]) == (PairStatus.UNLABELED, None)


@given(standings(), st.sampled_from(PairStatus), st.sampled_from([None, "new"]))
def test_what_is_kept_of_an_action_brings_the_pair_back(pair: Standing, status: PairStatus, notes: str | None) -> None:
    """Through JSON, as actions are kept: `before` restores the pair, and `after` recognises it."""
    fields = rules.changed(pair, rules.settled(status, ADA, now(), notes))
    kept = orjson.loads(orjson.dumps({"before": rules.before(pair, fields), "after": fields}))
    changed = replaced(pair, fields)
    assert rules.stands_as_left(changed, kept["after"])
    assert replaced(changed, rules.restored(kept["before"])) == pair
    if fields:
        assert not rules.stands_as_left(pair, kept["after"])


@given(st.lists(st.tuples(standings(), st.sampled_from(PairStatus)), max_size=8))
def test_counters_move_by_what_changes(decided: list[tuple[Standing, PairStatus]]) -> None:
    changes = [(pair, rules.settled(status, ADA, MOMENT)) for pair, status in decided]
    before = counted(pair for pair, _ in changes)
    shifted = counted(replaced(pair, fields) for pair, fields in changes)
    shift = rules.count_shift(changes)
    assert {name: shifted[name] - before[name] for name in shift} == shift
    assert all(shifted[name] == before[name] for name in {*shifted, *before} - set(shift))


@given(standings(), st.sampled_from([None, 1, 7]), st.booleans())
def test_a_decision_builds_on_what_its_maker_saw(pair: Standing, seen: int | None, stands: bool) -> None:
    expected = rules.expected_label(pair, seen, stands=stands)
    assert expected == (seen if seen is not None else pair.label_number if stands else None)


def replaced(pair: Standing, fields: dict[str, Any]) -> Standing:
    values = {name: getattr(pair, name) for name in Standing.__slots__} | fields
    return Standing(**values)


def counted(pairs: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    for pair in pairs:
        found[pair.status] += 1
        waits = pair.status in ("unlabeled", "flagged")
        found["stale"] += waits and pair.stale is not None
        found["failed"] += waits and pair.problem is not None
    return found


def test_ids_and_times_come_back_in_their_own_types() -> None:
    kept = {"label_id": str(LABEL), "reviewed_by": None, "reviewed_at": MOMENT.isoformat(), "status": "labeled"}
    assert rules.restored(kept) == {
        "label_id": UUID(str(LABEL)), "reviewed_by": None, "reviewed_at": MOMENT, "status": "labeled",
    }  # fmt: skip
