"""Deciding about one pair: statuses, labels, counters, conflicts, and what other training sheets take over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from tests.features.review.conftest import TABLE, Bench, digest

from workbench.features.generation.tables import PairRow
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.rules import ItemKey
from workbench.features.labels.schemas import DraftContent
from workbench.features.review.schemas import (
    PairApproval,
    PairEdit,
    PairFlag,
    PairNote,
    PairRejection,
    PairReset,
    ReviewedPair,
)
from workbench.features.review.service import decisions
from workbench.features.review.service.opening import NotUnderReview, PairChanged
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid, NotFound
from workbench.kernel.vocabulary import Confidence, Verdict


def run(bench: Bench, verb: Any, actor: Actor, pair: Any, body: Any) -> ReviewedPair:
    with bench.db.begin() as session:
        result: ReviewedPair = verb(session, actor, pair.id, body)
        return result


def approve(bench: Bench, actor: Actor, pair: Any, **more: Any) -> ReviewedPair:
    return run(bench, decisions.approve_pair, actor, pair, PairApproval(version=pair.version, **more))


def test_approving_labels_the_pair_and_its_item(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    first = bench.pairs(sheet)[0]
    reviewed = approve(bench, ada, first, notes="clear")
    assert (reviewed.status, reviewed.version, reviewed.reviewed_by_name) == ("labeled", 2, "Ada Sample")
    assert (reviewed.counts.labeled, reviewed.counts.unlabeled) == (1, 2)
    head = bench.head("i:0")
    assert (head.value, head.number, head.verdict, head.confidence) == ("bridge", 1, Verdict.ANSWERED, Confidence.HIGH)
    assert head.digest == digest(0)
    assert bench.pairs(sheet)[0].label_id == head.id
    assert bench.check_counts(sheet).labeled == 1


def test_approving_again_changes_no_label(bench: Bench, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0], confidence="low", notes="blurry")
    approve(bench, ben, bench.pairs(sheet)[0])
    head = bench.head("i:0")
    assert (head.number, head.confidence, head.notes) == (1, "low", "blurry")
    assert bench.pairs(sheet)[0].reviewed_by_name == "Ben Sample"
    bench.check_counts(sheet)


def test_editing_corrects_answer_and_prompt(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    messages = [{"role": "user", "content": "Look again."}]
    pair = bench.pairs(sheet)[0]
    run(bench, decisions.edit_pair, ada, pair, PairEdit(version=1, value="scratch", messages=messages))
    pair = bench.pairs(sheet)[0]
    assert (pair.value, pair.messages, pair.status) == ("scratch", messages, "labeled")
    assert bench.head("i:0").value == "scratch"
    assert bench.pairs(sheet)[1].messages != messages


def test_editing_without_approval_keeps_the_work(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet([None], problem={"detail": "The model answered nothing."})
    run(bench, decisions.edit_pair, ada, bench.pairs(sheet)[0], PairEdit(version=1, value="scratch", approve=False))
    pair = bench.pairs(sheet)[0]
    assert (pair.status, pair.value, pair.problem, pair.reviewed_by) == ("unlabeled", "scratch", None, None)
    assert bench.head("i:0") is None
    assert bench.check_counts(sheet).failed == 0


@pytest.mark.parametrize("value", ["Nonsense", 7, None, {"class": "bridge"}])
def test_an_answer_that_does_not_fit_is_refused_and_nothing_changes(bench: Bench, ada: Actor, value: Any) -> None:
    sheet = bench.sheet()
    with pytest.raises(Invalid) as caught:
        run(bench, decisions.edit_pair, ada, bench.pairs(sheet)[0], PairEdit(version=1, value=value))
    assert caught.value.field is not None
    assert caught.value.field.startswith("value")
    pair = bench.pairs(sheet)[0]
    assert (pair.status, pair.version) == ("unlabeled", 1)
    assert bench.head("i:0") is None
    bench.check_counts(sheet)


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "user", "content": ""}],
        [{"role": "robot", "content": "hi"}],
        [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}],
        [{"role": "user", "content": "hi", "name": "x"}],
        [{"role": "user"}],
        [{"role": "user", "content": "x" * 200_001}],
    ],
)
def test_messages_that_are_no_prompt_are_refused(bench: Bench, ada: Actor, messages: Any) -> None:
    sheet = bench.sheet()
    with pytest.raises(Invalid):
        run(bench, decisions.edit_pair, ada, bench.pairs(sheet)[0], PairEdit(version=1, messages=messages))


def test_images_may_be_moved_or_left_out_but_not_brought_in(bench: Bench, ada: Actor) -> None:
    """What the prompt was made from is what the gate knows of; another file would pass it unseen."""
    sheet = bench.sheet()
    image = {"type": "image_url", "image_url": {"url": "/Volumes/main/lab/shots/0.png"}}
    other = {"type": "image_url", "image_url": {"url": "/Volumes/main/lab/shots/secret.png"}}
    with bench.db.begin() as session:
        session.execute(
            update(PairRow)
            .where(PairRow.training_sheet_id == sheet)
            .values(messages=[{"role": "user", "content": [{"type": "text", "text": "What is this?"}, image]}])
        )
    text = {"type": "text", "text": "Look at the lower edge."}
    for parts in ([text, other], [text, {"type": "file", "file": {}}], [text, {"type": "text", "text": 7}]):
        body = PairEdit(version=1, messages=[{"role": "user", "content": parts}])
        with pytest.raises(Invalid, match="was there before"):
            run(bench, decisions.edit_pair, ada, bench.pairs(sheet)[0], body)
    moved = [{"role": "user", "content": [image, text]}]
    run(bench, decisions.edit_pair, ada, bench.pairs(sheet)[0], PairEdit(version=1, messages=moved))
    assert bench.pairs(sheet)[0].messages == moved


def test_a_pair_without_answer_cannot_be_approved(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet([None])
    with pytest.raises(Invalid, match="no answer"):
        approve(bench, ada, bench.pairs(sheet)[0])


def test_rejecting_flagging_and_resetting_leave_the_label_alone(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    for verb, body, status in (
        (decisions.reject_pair, PairRejection, "rejected"),
        (decisions.flag_pair, PairFlag, "flagged"),
        (decisions.reset_pair, PairReset, "unlabeled"),
    ):
        pair = bench.pairs(sheet)[0]
        assert run(bench, verb, ada, pair, body(version=pair.version)).status == status
        bench.check_counts(sheet)
    assert (bench.head("i:0").number, bench.pairs(sheet)[0].label_number) == (1, 1)
    assert bench.pairs(sheet)[0].reviewed_by_name is None


def test_unlabelable_is_a_label_that_settles_the_item(bench: Bench, ada: Actor) -> None:
    spring, summer = bench.sheet(), bench.sheet(name="Boards, summer")
    run(
        bench,
        decisions.reject_pair,
        ada,
        bench.pairs(spring)[0],
        PairRejection(version=1, unlabelable=True, notes="torn"),
    )
    assert bench.head("i:0").verdict == Verdict.UNLABELABLE
    assert [bench.pairs(sheet)[0].status for sheet in (spring, summer)] == ["rejected", "rejected"]
    bench.check_counts(summer)


def test_notes_are_no_decision(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    run(bench, decisions.note_pair, ada, bench.pairs(sheet)[0], PairNote(version=2, notes="ask the line lead"))
    pair = bench.pairs(sheet)[0]
    assert (pair.notes, pair.status, pair.version) == ("ask the line lead", "labeled", 3)


def test_who_comes_second_is_told_and_sees_both_sides(bench: Bench, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    seen = bench.pairs(sheet)[0]
    approve(bench, ada, seen)
    with pytest.raises(PairChanged) as caught:
        run(
            bench,
            decisions.edit_pair,
            ben,
            seen,
            PairEdit(version=seen.version, value="scratch", notes="I see a scratch"),
        )
    details = caught.value.details
    assert details["current"]["value"] == "bridge"
    assert details["current"]["reviewed_by_name"] == "Ada Sample"
    assert details["yours"]["value"] == "scratch"
    assert bench.head("i:0").value == "bridge"


def test_a_label_made_elsewhere_is_not_overwritten_unseen(bench: Bench, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    label_directly(bench, ben, 0, "scratch", fields="other")
    pair = bench.pairs(sheet)[0]
    with pytest.raises(labels.LabelChanged) as caught:
        approve(bench, ada, pair)
    assert caught.value.details["theirs"]["value"] == "scratch"
    assert caught.value.details["yours"]["value"] == "bridge"
    approve(bench, ada, pair, label_number=1)
    assert (bench.head("i:0").value, bench.head("i:0").number) == ("bridge", 2)


def test_a_retracted_label_stands_in_nobodys_way(bench: Bench, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    with bench.db.begin() as session:
        labels.retract(session, ben, bench.head("i:0").id, expected_version=1, reason="wrong board")
    approve(bench, ada, bench.pairs(sheet)[0])
    assert bench.head("i:0").number == 3


def test_other_training_sheets_take_over_the_label(bench: Bench, ada: Actor) -> None:
    spring, summer = bench.sheet(), bench.sheet(["scratch"] * 3, name="Boards, summer")
    closed = bench.sheet(["scratch"] * 3, name="Boards, done", state="approved")
    assert approve(bench, ada, bench.pairs(spring)[0]).followed == 1
    followed, untouched = bench.pairs(summer)[0], bench.pairs(closed)[0]
    assert (followed.status, followed.value, followed.reviewed_by_name) == ("labeled", "bridge", "Ada Sample")
    assert (untouched.status, untouched.version) == ("unlabeled", 1)
    pair = bench.pairs(spring)[0]
    run(bench, decisions.edit_pair, ada, pair, PairEdit(version=pair.version, value="scratch"))
    assert (bench.pairs(summer)[0].value, bench.pairs(summer)[0].label_number) == ("scratch", 2)
    for sheet in (spring, summer, closed):
        bench.check_counts(sheet)


def test_rejected_and_flagged_pairs_elsewhere_stay(bench: Bench, ada: Actor) -> None:
    spring, summer = bench.sheet(), bench.sheet(name="Boards, summer")
    run(bench, decisions.flag_pair, ada, bench.pairs(summer)[0], PairFlag(version=1))
    assert approve(bench, ada, bench.pairs(spring)[0]).followed == 0
    assert bench.pairs(summer)[0].status == "flagged"


def test_further_pairs_of_an_item_make_no_label(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet(ordinal=1)
    approve(bench, ada, bench.pairs(sheet)[0])
    assert bench.pairs(sheet)[0].status == "labeled"
    assert bench.head("i:0") is None
    with pytest.raises(Invalid):
        run(bench, decisions.edit_pair, ada, bench.pairs(sheet)[1], PairEdit(version=1, value="Nonsense"))
    with pytest.raises(Invalid):
        run(bench, decisions.reject_pair, ada, bench.pairs(sheet)[1], PairRejection(version=1, unlabelable=True))


@pytest.mark.parametrize("state", ["generating", "failed", "cancelled"])
def test_only_a_training_sheet_under_review_is_reviewed(bench: Bench, ada: Actor, state: str) -> None:
    sheet = bench.sheet(state=state)
    with pytest.raises(NotUnderReview):
        approve(bench, ada, bench.pairs(sheet)[0])


def test_a_pair_of_another_workspace_does_not_exist(bench: Bench, actor: Any) -> None:
    sheet = bench.sheet()
    stranger = actor("expert", slug="elsewhere")
    with pytest.raises(NotFound):
        approve(bench, stranger, bench.pairs(sheet)[0])


def test_deciding_submits_the_draft(bench: Bench, ada: Actor) -> None:
    sheet = bench.sheet()
    item = ItemKey(bench.space_id, "i:0")
    with bench.db.begin() as session:
        read = governance.expose(session, ada, ["line"], [TABLE])
        content = DraftContent(value="scratch")
        labels.save_draft(session, ada, item, bench.labelset_version.labelset_id, content, None, exposure_id=read)
    approve(bench, ada, bench.pairs(sheet)[0])
    with bench.db.read() as session:
        assert labels.draft_of(session, ada, item, bench.labelset_version.labelset_id) is None


def label_directly(
    bench: Bench,
    who: Actor,
    item: int,
    value: str,
    *,
    fields: str = "",
    expected: int | None = None,
    exposure_id: UUID | None = None,
) -> None:
    """Labels an item outside of any training sheet."""
    with bench.db.begin() as session:
        labels.submit(
            session,
            who,
            ItemKey(bench.space_id, f"i:{item}"),
            bench.labelset_version,
            value,
            digest=digest(item, fields),
            exposure_id=exposure_id or bench.exposure_id,
            expected_version=expected,
        )
