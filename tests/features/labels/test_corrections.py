"""Labels are taken back and brought back; their history, the audit and the log of changes tell it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from workbench.features.audit.tables import AuditEventRow
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict
from workbench.kernel.vocabulary import Verdict


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
    desk.submit_many({"i:2": "scratch", "i:3": "no_defect"})
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
