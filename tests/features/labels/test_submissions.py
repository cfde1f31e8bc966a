"""The one write path: what becomes of an answer, who wins, what is counted and recorded, on both databases."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.backends.database import Database
from workbench.features.audit.tables import AuditEventRow
from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelClassIn, LabelsetDraftChange, LabelsetVersion
from workbench.features.labels.tables import CanonicalLabelRow, LabelVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, Confidence, Verdict


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


def _batch(desk: Any, items: dict[str, Any], **more: Any) -> list[labels.Outcome]:
    submissions = [
        labels.Submission(item, value, desk.digest("x"), labels.ANY if more.get("any") else None)
        for item, value in items.items()
    ]
    return labels.submit_many(
        desk.session,
        desk.actor,
        desk.space_id,
        desk.version,
        submissions,
        exposure_id=desk.exposure_id,
        source="import",
        conflicts=more.get("conflicts", "raise"),
    )


def test_a_batch_reports_each_outcome_in_order(desk: Any) -> None:
    desk.submit("i:2", "scratch", content="x")
    desk.submit("i:3", "scratch", content="x")
    outcomes = _batch(desk, {"i:1": "scratch", "i:2": "scratch", "i:3": "no_defect"}, any=True)
    assert [(each.label.item_ref, each.change) for each in outcomes] == [
        ("i:1", "created"),
        ("i:2", "unchanged"),
        ("i:3", "changed"),
    ]
    assert desk.counts() == desk.counted() == {"answered": 3, "unlabelable": 0, "retracted": 0}


def test_one_wrong_answer_refuses_the_batch_and_names_its_row(desk: Any) -> None:
    with pytest.raises(labels.AnswerInvalid) as refused:
        _batch(desk, {"i:1": "scratch", "i:2": "scratches"})
    assert refused.value.row == 2
    assert refused.value.details["item_ref"] == "i:2"
    assert desk.head("i:1") is None


def test_one_changed_label_refuses_the_batch_or_is_skipped(desk: Any) -> None:
    desk.submit("i:2", "scratch")
    with pytest.raises(labels.LabelChanged) as refused:
        _batch(desk, {"i:1": "no_defect", "i:2": "no_defect"})
    assert refused.value.details["items"] == ["i:2"]
    assert desk.head("i:1") is None
    outcomes = _batch(desk, {"i:1": "no_defect", "i:2": "no_defect"}, conflicts="skip")
    assert [each.change for each in outcomes] == ["created", "skipped"]
    assert outcomes[1].label.value == "scratch"


def test_an_item_answered_twice_in_a_batch_is_refused(desk: Any) -> None:
    twice = [labels.Submission("i:1", value, desk.digest("x")) for value in ("scratch", "no_defect")]
    with pytest.raises(Invalid, match="first in row 1") as refused:
        labels.submit_many(desk.session, desk.actor, desk.space_id, desk.version, twice, exposure_id=desk.exposure_id)
    assert refused.value.row == 2


def test_an_empty_batch_is_nothing(desk: Any) -> None:
    assert _batch(desk, {}) == []
    assert desk.counts() == desk.counted()


def test_a_large_batch_is_counted_exactly(desk: Any) -> None:
    _batch(desk, {f"i:{i}": "scratch" for i in range(3000)})
    _batch(desk, {f"i:{i}": "no_defect" for i in range(2500, 3500)}, any=True)
    assert desk.counts() == desk.counted() == {"answered": 3500, "unlabelable": 0, "retracted": 0}
    assert desk.session.scalar(select(func.count()).select_from(LabelVersionRow)) == 4000
    found = labels.heads(desk.session, desk.space_id, desk.version.labelset_id, (f"i:{i}" for i in range(3500)))
    assert sum(head.value == "no_defect" for head in found.values()) == 1000


# --- taking back


def test_a_retracted_label_counts_as_none(desk: Any) -> None:
    label = desk.submit("i:1", "scratch").label
    outcome = labels.retract(desk.session, desk.actor, label.id, expected_version=1, reason="wrong photo")
    assert (outcome.label.verdict, outcome.label.value, outcome.label.number) == ("retracted", None, 2)
    assert desk.head("i:1") is None
    assert desk.counts() == desk.counted() == {"answered": 0, "unlabelable": 0, "retracted": 1}
    again = desk.submit("i:1", "no_defect", None)
    assert (again.change, again.label.number, again.label.id) == ("changed", 3, label.id)
    assert desk.counts() == desk.counted() == {"answered": 1, "unlabelable": 0, "retracted": 0}


def test_only_the_label_that_was_seen_is_retracted_and_only_once(desk: Any) -> None:
    label = desk.submit("i:1", "scratch").label
    desk.submit("i:1", "no_defect", 1)
    with pytest.raises(labels.LabelChanged):
        labels.retract(desk.session, desk.actor, label.id, expected_version=1, reason="wrong")
    labels.retract(desk.session, desk.actor, label.id, expected_version=2, reason="wrong")
    with pytest.raises(Conflict, match="already"):
        labels.retract(desk.session, desk.actor, label.id, expected_version=3, reason="wrong")


def test_the_gate_moves_on_when_a_verdict_can_change(desk: Any, engineer: Actor) -> None:
    def revision() -> int:
        return governance.gate_revision(desk.session, desk.actor.workspace_id)

    before = revision()
    label = desk.submit("i:1", "scratch").label
    desk.submit("i:1", "no_defect", 1)
    assert revision() == before
    labels.retract(desk.session, desk.actor, label.id, expected_version=2, reason="wrong")
    after = revision()
    assert after > before
    other = governance.expose(desk.session, engineer, ["photo"], ["main.boards.photos"])
    desk.submit("i:1", "no_defect", 3)
    desk.submit("i:1", "no_defect", 4, exposure_id=other)
    assert revision() > after


def test_what_was_said_before_can_stand_again(desk: Any) -> None:
    label = desk.submit("i:1", "scratch", notes="first").label
    desk.submit("i:1", "no_defect", 1, content="as it is now")
    outcome = labels.revert(desk.session, desk.actor, label.id, 1, expected_version=2)
    assert (outcome.label.number, outcome.label.value, outcome.label.notes) == (3, "scratch", "first")
    assert outcome.label.digest == desk.digest("as first seen")
    with pytest.raises(labels.LabelChanged):
        labels.revert(desk.session, desk.actor, label.id, 2, expected_version=2)


# --- the record


def test_history_tells_who_said_what_and_what_it_changed(desk: Any, engineer: Actor) -> None:
    label = desk.submit("i:1", "scratch").label
    desk.at(actor=engineer).submit("i:1", "no_defect", 1, source="review")
    labels.retract(desk.session, desk.actor, label.id, expected_version=2, reason="wrong photo")
    history = labels.history_of_label(desk.session, desk.actor, label.id)
    assert [(each.number, each.verdict, each.source, each.actor_name) for each in history.versions] == [
        (3, "retracted", "retract", "Eva Beispiel"),
        (2, "answered", "review", "Ada Testa"),
        (1, "answered", "direct", "Eva Beispiel"),
    ]
    assert [(each.path, each.before, each.after) for each in history.versions[1].changes] == [
        ("", "scratch", "no_defect")
    ]
    assert history.versions[2].rendered == "Scratch"
    assert history.versions[0].notes == "wrong photo"


def test_the_audit_tells_what_was_done_and_never_what_was_said(desk: Any) -> None:
    label = desk.submit("i:1", "scratch", notes="a secret note").label
    desk.submit("i:1", None, 1, verdict=Verdict.UNLABELABLE)
    labels.retract(desk.session, desk.actor, label.id, expected_version=2, reason="a secret reason")
    _batch(desk, {"i:2": "scratch", "i:3": "no_defect"})
    desk.session.flush()
    events = desk.session.scalars(
        select(AuditEventRow).where(AuditEventRow.action.startswith("label.")).order_by(AuditEventRow.id)
    ).all()
    assert [(each.action, each.subject_kind) for each in events] == [
        ("label.answer", "label"),
        ("label.set_aside", "label"),
        ("label.retract", "label"),
        ("label.answer", "labelset"),
    ]
    assert events[3].details == {"label_type": "board_defect", "source": "import", "created": 2}
    assert "secret" not in str([each.details for each in events])
    assert "scratch" not in str([each.details for each in events])


def test_the_log_of_changes_can_be_followed(desk: Any, elsewhere: Actor) -> None:
    desk.submit("i:1", "scratch")
    first = labels.changes_after(desk.session, desk.actor, 0)
    desk.submit("i:2", "scratch")
    desk.submit("i:1", "no_defect", 1)
    later = labels.changes_after(desk.session, desk.actor, first[-1].seq)
    assert [each.number for each in later] == [1, 2]
    assert labels.changes_after(desk.session, elsewhere, 0) == []


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


# --- stale


def _merged(session: Session, engineer: Actor, version: LabelsetVersion) -> LabelsetVersion:
    """The next version, in which scratches count as no defect and solder bridges are dropped."""
    draft = labels.start_draft(session, engineer, version.labelset_id)
    change = LabelsetDraftChange(
        version=draft.version,
        classes=[LabelClassIn(id="no_defect", name="Fine"), LabelClassIn(name="Dent")],
        migration={"classes": {"scratch": "no_defect", "solder_bridge": None}},  # type: ignore[arg-type]  # as JSON has it
    )
    draft = labels.change_draft(session, engineer, version.labelset_id, change)
    return labels.publish_draft(session, engineer, version.labelset_id, draft.version)


def test_a_label_is_stale_when_its_item_or_its_labelset_left_it_behind(
    desk: Any, session: Session, engineer: Actor, defects: LabelsetVersion
) -> None:
    kept, merged, dropped = (
        desk.submit(f"i:{i}", v).label for i, v in enumerate(["no_defect", "scratch", "solder_bridge"])
    )
    unreadable = desk.submit("i:9", None, verdict=Verdict.UNLABELABLE).label
    newer = _merged(session, engineer, defects)
    now = desk.digest("as first seen")
    assert [labels.staleness(each, now, defects) for each in (kept, merged, dropped, unreadable)] == [None] * 4
    assert [labels.staleness(each, now, newer) for each in (kept, merged, dropped, unreadable)] == [
        None,
        None,
        "labelset",
        None,
    ]
    assert labels.adapt(merged, newer) == "no_defect"
    assert labels.adapt(dropped, newer) is None
    assert labels.staleness(kept, desk.digest("as it is now"), newer) == "item"
    assert labels.staleness(kept, None, newer) == "item"


def test_a_label_of_a_newer_version_serves_an_older_one_if_it_fits(
    desk: Any, session: Session, engineer: Actor, defects: LabelsetVersion
) -> None:
    newer = _merged(session, engineer, defects)
    fits = desk.submit("i:1", "no_defect", version=newer).label
    unknown = desk.submit("i:2", "dent", version=newer).label
    assert labels.staleness(fits, desk.digest("as first seen"), defects) is None
    assert labels.staleness(unknown, desk.digest("as first seen"), defects) == "labelset"


def test_usage_counts_merged_classes_where_they_went(
    desk: Any, session: Session, engineer: Actor, defects: LabelsetVersion
) -> None:
    for item, value in {"i:1": "no_defect", "i:2": "scratch", "i:3": "solder_bridge"}.items():
        desk.submit(item, value)
    newer = _merged(session, engineer, defects)
    desk.submit("i:4", "dent", version=newer)
    desk.submit("i:5", None, verdict=Verdict.UNLABELABLE)
    usage = labels.usage_of_labelset(session, engineer, defects.labelset_id)
    assert (usage.answered, usage.unlabelable, usage.retracted, usage.item_spaces) == (4, 1, 0, 1)
    assert {each.number: each.labels for each in usage.versions} == {1: 4, 2: 1}
    assert {each.id: each.labels for each in usage.classes} == {"no_defect": 2, "dent": 1}
    assert labels.get_labelset(session, engineer, defects.labelset_id).labels == 5


def test_labels_above_the_clearance_are_withheld(
    desk: Any, session: Session, viewer: Actor, engineer: Actor, exposure: UUID
) -> None:
    label = desk.submit("i:1", "scratch", notes="seen by the patient").label
    assert labels.get_label(session, viewer, label.id).value == "scratch"
    governance.set_tags(session, engineer, "main.boards.photos#photo", {"PHI": ""})
    withheld = labels.get_label(session, viewer, label.id)
    assert (withheld.value, withheld.rendered, withheld.summary, withheld.notes) == (None, None, None, None)
    assert withheld.withheld == "This label is restricted; you may see internal at most."
    history = labels.history_of_label(session, viewer, label.id)
    assert history.versions[0].value is None
    assert history.versions[0].notes is None
    assert labels.get_label(session, desk.actor, label.id).value == "scratch"


def test_a_conflict_tells_nobody_what_they_may_not_see(
    desk: Any, session: Session, viewer: Actor, engineer: Actor
) -> None:
    label = desk.submit("i:1", "scratch", notes="seen by the patient").label
    governance.narrow(
        session,
        engineer,
        SubjectKind.LABEL,
        label.id,
        classification=Classification.RESTRICTED,
        reason="names a patient",
        version=0,
    )
    low, high = desk.at(actor=viewer), desk
    for collide in (
        lambda who: who.submit("i:1", "solder_bridge"),
        lambda who: labels.retract(session, who.actor, label.id, expected_version=7, reason="wrong"),
    ):
        with pytest.raises(labels.LabelChanged) as refused:
            collide(low)
        assert "restricted" in refused.value.details["theirs"]["withheld"]
        assert not {"scratch", "seen by the patient"} & set(map(str, refused.value.details["theirs"].values()))
        with pytest.raises(labels.LabelChanged) as told:
            collide(high)
        assert told.value.details["theirs"]["value"] == "scratch"
        assert told.value.details["theirs"]["withheld"] is None
    with pytest.raises(AboveClearance):
        labels.revert(session, viewer, label.id, 1, expected_version=1)


def test_why_a_label_may_not_be_used_is_explained(desk: Any, session: Session, engineer: Actor) -> None:
    label = desk.submit("i:1", "scratch").label
    governance.set_tags(session, engineer, "main.boards", {"PHI": ""})
    explanation = labels.explain_label(session, desk.actor, label.id)
    by_use = {each.use: each for each in explanation.uses}
    assert not by_use["training"].allowed
    assert "PHI" in by_use["training"].obstacles[0].text
    assert by_use["few_shot"].allowed
