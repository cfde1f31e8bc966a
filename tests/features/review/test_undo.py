"""Undo and redo: in order, one's own, with the canonical label, and never over somebody else's work."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.features.review.conftest import Bench
from tests.features.review.test_decisions import approve, label_directly, run

from workbench.features.labels import service as labels
from workbench.features.review.schemas import PairApproval, PairEdit, PairFlag, PairRejection, ReviewedPair
from workbench.features.review.service import decisions, undo
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Verdict


def back(bench: Bench, actor: Actor, sheet: UUID) -> ReviewedPair:
    with bench.db.begin() as session:
        return undo.undo_review(session, actor, sheet)


def again(bench: Bench, actor: Actor, sheet: UUID) -> ReviewedPair:
    with bench.db.begin() as session:
        return undo.redo_review(session, actor, sheet)


def standing(bench: Bench, sheet: UUID, position: int = 0) -> tuple[Any, ...]:
    pair, head = bench.pairs(sheet)[position], bench.head(f"i:{position}")
    return pair.status, pair.value, head.value if head else None


def test_undo_takes_the_label_back_and_redo_says_it_again(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    undone = back(bench, ada, sheet)
    assert (undone.status, undone.label_id, undone.counts.unlabeled) == ("unlabeled", None, 3)
    assert standing(bench, sheet) == ("unlabeled", "bridge", None)
    assert again(bench, ada, sheet).status == "labeled"
    assert standing(bench, sheet) == ("labeled", "bridge", "bridge")
    pair = bench.pairs(sheet)[0]
    assert (pair.label_number, bench.head("i:0").number) == (3, 3)
    bench.check_counts(sheet)


def test_undo_goes_back_step_by_step_over_the_same_pair(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    prompt = bench.pairs(sheet)[0].messages
    approve(bench, ada, bench.pairs(sheet)[0])
    new = [{"role": "user", "content": "Look closer."}]
    run(bench, decisions.edit_pair, ada, bench.pairs(sheet)[0], PairEdit(version=2, value="scratch", messages=new))
    run(bench, decisions.flag_pair, ada, bench.pairs(sheet)[0], PairFlag(version=3, notes="not sure"))
    seen = [standing(bench, sheet)]
    for _ in range(3):
        back(bench, ada, sheet)
        seen.append(standing(bench, sheet))
        bench.check_counts(sheet)
    assert seen == [
        ("flagged", "scratch", "scratch"),
        ("labeled", "scratch", "scratch"),
        ("labeled", "bridge", "bridge"),
        ("unlabeled", "bridge", None),
    ]
    assert bench.pairs(sheet)[0].messages == prompt
    assert bench.pairs(sheet)[0].notes is None
    for expected in reversed(seen[:-1]):
        again(bench, ada, sheet)
        assert standing(bench, sheet) == expected
    assert bench.pairs(sheet)[0].messages == new
    with pytest.raises(undo.NothingToUndo):
        again(bench, ada, sheet)


def test_a_new_action_ends_redo(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    back(bench, ada, sheet)
    approve(bench, ada, bench.pairs(sheet)[1])
    with pytest.raises(undo.NothingToUndo):
        again(bench, ada, sheet)


def test_undo_and_redo_alternate_for_ever(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    run(bench, decisions.reject_pair, ada, bench.pairs(sheet)[1], PairRejection(version=1))
    for _ in range(2):
        back(bench, ada, sheet)
        back(bench, ada, sheet)
        assert bench.check_counts(sheet).unlabeled == 3
        with pytest.raises(undo.NothingToUndo):
            back(bench, ada, sheet)
        again(bench, ada, sheet)
        again(bench, ada, sheet)
        assert (bench.check_counts(sheet).labeled, bench.check_counts(sheet).rejected) == (1, 1)


def test_everyone_undoes_their_own(bench: Bench, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    approve(bench, ben, bench.pairs(sheet)[1])
    assert back(bench, ada, sheet).item_ref == "i:0"
    assert bench.pairs(sheet)[1].status == "labeled"
    with pytest.raises(undo.NothingToUndo):
        back(bench, ada, sheet)


def test_what_somebody_changed_since_is_not_undone(bench: Bench, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    run(bench, decisions.edit_pair, ben, bench.pairs(sheet)[0], PairEdit(version=2, value="scratch"))
    with pytest.raises(undo.ChangedSince) as caught:
        back(bench, ada, sheet)
    assert caught.value.details["current"]["reviewed_by_name"] == "Ben Sample"
    assert standing(bench, sheet) == ("labeled", "scratch", "scratch")
    back(bench, ben, sheet)
    back(bench, ada, sheet)
    assert standing(bench, sheet) == ("unlabeled", "bridge", None)


def test_a_label_that_somebody_changed_directly_is_not_undone(bench: Bench, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    with bench.db.begin() as session:
        labels.retract(session, ben, bench.head("i:0").id, expected_version=1, reason="wrong board")
    label_directly(bench, ben, 0, "scratch")
    with pytest.raises(labels.LabelChanged):
        back(bench, ada, sheet)
    assert bench.head("i:0").value == "scratch"
    assert bench.pairs(sheet)[0].status == "labeled"


def test_undoing_a_correction_gives_the_label_of_before_back(bench: Bench, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    label_directly(bench, ben, 0, "scratch", fields="other")
    approve(bench, ada, bench.pairs(sheet)[0], label_number=1)
    back(bench, ada, sheet)
    assert (bench.head("i:0").value, bench.head("i:0").number) == ("scratch", 3)
    assert bench.pairs(sheet)[0].label_id is None
    again(bench, ada, sheet)
    assert (bench.head("i:0").value, bench.head("i:0").number) == ("bridge", 4)


def test_undoing_unlabelable_makes_the_item_answerable_again(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    run(bench, decisions.reject_pair, ada, bench.pairs(sheet)[0], PairRejection(version=1, unlabelable=True))
    assert bench.head("i:0").verdict == Verdict.UNLABELABLE
    back(bench, ada, sheet)
    assert standing(bench, sheet) == ("unlabeled", "bridge", None)


def test_pairs_that_followed_go_back_too(bench: Bench, ada: Actor) -> None:
    spring, summer = bench.sheet(), bench.sheet(["scratch"] * 3, name="Boards, summer")
    approve(bench, ada, bench.pairs(spring)[0])
    assert bench.pairs(summer)[0].status == "labeled"
    assert back(bench, ada, spring).followed == 1
    assert bench.pairs(summer)[0].status == "unlabeled"
    again(bench, ada, spring)
    assert bench.pairs(summer)[0].status == "labeled"
    bench.check_counts(summer)
    with pytest.raises(undo.NothingToUndo):
        back(bench, ada, summer)


def test_a_pair_that_followed_stands_again_as_before(bench: Bench, ada: Actor, ben: Actor) -> None:
    label_directly(bench, ben, 0, "scratch", fields="other")  # from other fields than the prompts read
    spring, summer = bench.sheet(["bridge"] * 3), bench.sheet(["scratch"] * 3, name="Boards, summer")

    def elsewhere(position: int) -> tuple[Any, ...]:
        pair = bench.pairs(summer)[position]
        return pair.status, pair.value, pair.label_number, pair.reviewed_by_name, pair.reviewed_at

    before = [elsewhere(0), elsewhere(1)]
    run(bench, decisions.approve_pair, ada, bench.pairs(spring)[0], PairApproval(version=1, label_number=1))
    approve(bench, ada, bench.pairs(spring)[1])
    assert [elsewhere(0)[:3], elsewhere(1)[:3]] == [("labeled", "bridge", 2), ("labeled", "bridge", 1)]
    for _ in range(2):
        assert back(bench, ada, spring).followed == 1
    assert [elsewhere(0), elsewhere(1)] == before
    for _ in range(2):
        again(bench, ada, spring)
    assert [elsewhere(0)[:3], elsewhere(1)[:3]] == [("labeled", "bridge", 4), ("labeled", "bridge", 3)]
    bench.check_counts(summer)


def test_undo_of_a_stale_pair_makes_it_stale_again(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet(stale="item")
    approve(bench, ada, bench.pairs(sheet)[0])
    assert bench.check_counts(sheet).stale == 2
    back(bench, ada, sheet)
    assert bench.check_counts(sheet).stale == 3
