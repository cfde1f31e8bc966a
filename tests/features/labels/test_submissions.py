"""The one write path: what becomes of an answer, who wins, what is counted and recorded, on both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.backends.database import Database
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.labels.tables import CanonicalLabelRow, LabelVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Confidence, Verdict


def test_the_first_answer_becomes_the_label(desk: Any) -> None:
    outcome = desk.submit("i:1", "scratch", notes="upper left", confidence=Confidence.MEDIUM)
    assert (outcome.change, outcome.previous) == ("created", None)
    assert desk.head("i:1") == outcome.label
    label = outcome.label
    assert (label.number, label.value, label.notes, label.confidence) == (1, "scratch", "upper left", "medium")
    assert (label.labeled_by, label.labeled_by_name) == (desk.actor.id, "Eva Beispiel")
    assert desk.counts() == {"answered": 1, "unlabelable": 0, "retracted": 0}


def test_saying_the_same_again_changes_nothing(desk: Any) -> None:
    first = desk.submit("i:1", "scratch").label
    again = desk.submit("i:1", "scratch", 1)
    assert (again.change, again.label) == ("unchanged", first)
    assert desk.session.scalar(select(func.count()).select_from(LabelVersionRow)) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"value": "no_defect"},
        {"value": "scratch", "content": "as it is now"},
        {"value": "scratch", "notes": "certain"},
        {"value": "scratch", "confidence": Confidence.LOW},
        {"value": None, "verdict": Verdict.UNLABELABLE},
    ],
)
def test_saying_anything_else_makes_a_new_version(desk: Any, said: dict[str, Any]) -> None:
    desk.submit("i:1", "scratch")
    outcome = desk.submit("i:1", expected=1, **said)
    assert (outcome.change, outcome.label.number) == ("changed", 2)
    assert desk.head("i:1") == outcome.label
    numbers = desk.session.scalars(select(LabelVersionRow.number).order_by(LabelVersionRow.seq))
    assert list(numbers) == [1, 2]


def test_whoever_confirms_an_answer_does_not_become_its_labeler(desk: Any, engineer: Actor) -> None:
    first = desk.submit("i:1", "scratch").label
    confirmed = desk.at(actor=engineer).submit("i:1", "scratch", 1, content="as it is now").label
    assert (confirmed.labeled_by_name, confirmed.changed_by_name) == ("Eva Beispiel", "Ada Testa")
    assert confirmed.labeled_at == first.labeled_at
    changed = desk.at(actor=engineer).submit("i:1", "no_defect", 2).label
    assert (changed.labeled_by, changed.labeled_by_name) == (engineer.id, "Ada Testa")


@pytest.mark.parametrize("expected", [None, 2, 0])
def test_a_label_that_changed_meanwhile_is_not_overwritten(desk: Any, engineer: Actor, expected: int | None) -> None:
    desk.at(actor=engineer).submit("i:1", "scratch", notes="seen twice")
    with pytest.raises(labels.LabelChanged, match="Ada Testa labeled the item i:1") as refused:
        desk.submit("i:1", "no_defect", expected)
    details = refused.value.details
    assert details["yours"]["value"] == "no_defect"
    assert (details["theirs"]["value"], details["theirs"]["number"]) == ("scratch", 1)
    assert details["items"] == ["i:1"]
    head = desk.head("i:1")
    assert head is not None
    assert head.value == "scratch"


def test_a_label_that_is_not_there_cannot_be_changed(desk: Any) -> None:
    with pytest.raises(labels.LabelChanged, match="no label to change"):
        desk.submit("i:1", "scratch", 3)


def test_any_wins_over_whatever_is_there(desk: Any) -> None:
    desk.submit("i:1", "scratch")
    assert desk.submit("i:1", "no_defect", labels.ANY).change == "changed"
    assert desk.submit("i:2", "no_defect", labels.ANY).change == "created"


@pytest.mark.parametrize("value", ["Scratch", "unheard_of", None, 3, ["scratch"], {"class": "scratch"}])
def test_an_answer_that_does_not_fit_is_refused(desk: Any, value: Any) -> None:
    with pytest.raises(labels.AnswerInvalid) as refused:
        desk.submit("i:1", value)
    assert refused.value.details["problems"]
    assert desk.head("i:1") is None
    assert desk.counts() == desk.counted()


def test_unlabelable_needs_no_value_and_keeps_none(desk: Any) -> None:
    outcome = desk.submit("i:1", "whatever was typed", verdict=Verdict.UNLABELABLE, notes="out of focus")
    assert (outcome.label.verdict, outcome.label.value) == ("unlabelable", None)
    assert desk.counts() == {"answered": 0, "unlabelable": 1, "retracted": 0}
    assert desk.submit("i:1", "scratch", 1).change == "changed"
    assert desk.counts() == desk.counted() == {"answered": 1, "unlabelable": 0, "retracted": 0}


def test_a_draft_takes_no_labels(desk: Any, session: Session, engineer: Actor, defects: LabelsetVersion) -> None:
    draft = labels.start_draft(session, engineer, defects.labelset_id)
    with pytest.raises(Conflict, match="draft"):
        desk.submit("i:1", "scratch", version=draft)


def test_two_sheets_over_one_space_share_labels_and_two_spaces_do_not(desk: Any) -> None:
    desk.submit("i:1", "scratch")
    assert desk.at(space_id=new_id()).head("i:1") is None


# --- many at once


def test_a_batch_reports_each_outcome_in_order(desk: Any) -> None:
    desk.submit("i:2", "scratch", content="x")
    desk.submit("i:3", "scratch", content="x")
    outcomes = desk.submit_many({"i:1": "scratch", "i:2": "scratch", "i:3": "no_defect"}, any=True)
    assert [(each.label.item_ref, each.change) for each in outcomes] == [
        ("i:1", "created"),
        ("i:2", "unchanged"),
        ("i:3", "changed"),
    ]
    assert desk.counts() == desk.counted() == {"answered": 3, "unlabelable": 0, "retracted": 0}


def test_one_wrong_answer_refuses_the_batch_and_names_its_row(desk: Any) -> None:
    with pytest.raises(labels.AnswerInvalid) as refused:
        desk.submit_many({"i:1": "scratch", "i:2": "scratches"})
    assert refused.value.row == 2
    assert refused.value.details["item_ref"] == "i:2"
    assert desk.head("i:1") is None


def test_one_changed_label_refuses_the_batch_or_is_skipped(desk: Any) -> None:
    desk.submit("i:2", "scratch")
    with pytest.raises(labels.LabelChanged) as refused:
        desk.submit_many({"i:1": "no_defect", "i:2": "no_defect"})
    assert refused.value.details["items"] == ["i:2"]
    assert desk.head("i:1") is None
    outcomes = desk.submit_many({"i:1": "no_defect", "i:2": "no_defect"}, conflicts="skip")
    assert [each.change for each in outcomes] == ["created", "skipped"]
    assert outcomes[1].label.value == "scratch"


def test_an_item_answered_twice_in_a_batch_is_refused(desk: Any) -> None:
    twice = [labels.Submission("i:1", value, desk.digest("x")) for value in ("scratch", "no_defect")]
    with pytest.raises(Invalid, match="first in row 1") as refused:
        labels.submit_many(desk.session, desk.actor, desk.space_id, desk.version, twice, exposure_id=desk.exposure_id)
    assert refused.value.row == 2


def test_an_empty_batch_is_nothing(desk: Any) -> None:
    assert desk.submit_many({}) == []
    assert desk.counts() == desk.counted()


def test_a_large_batch_is_counted_exactly(desk: Any) -> None:
    desk.submit_many({f"i:{i}": "scratch" for i in range(3000)})
    desk.submit_many({f"i:{i}": "no_defect" for i in range(2500, 3500)}, any=True)
    assert desk.counts() == desk.counted() == {"answered": 3500, "unlabelable": 0, "retracted": 0}
    assert desk.session.scalar(select(func.count()).select_from(LabelVersionRow)) == 4000
    found = labels.heads(desk.session, desk.space_id, desk.version.labelset_id, (f"i:{i}" for i in range(3500)))
    assert sum(head.value == "no_defect" for head in found.values()) == 1000


# --- at the same time


def test_of_many_people_labeling_one_item_at_once_one_wins(db: Database, desk: Any, engineer: Actor) -> None:
    desk.session.commit()
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def label(number: int) -> None:
        start.wait()
        try:
            with db.begin() as session:
                value = ("scratch", "no_defect", "solder_bridge")[number % 3]
                outcome = desk.at(session=session).submit("i:1", value, notes=f"hand {number}")
                outcomes.append(str(outcome.change))
        except labels.LabelChanged as refused:
            outcomes.append(f"refused for number {refused.details['theirs']['number']}")

    threads = [threading.Thread(target=label, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["created"] + ["refused for number 1"] * 7
    assert desk.session.scalar(select(func.count()).select_from(CanonicalLabelRow)) == 1
    assert desk.counts() == desk.counted()
