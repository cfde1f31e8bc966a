"""Whether a label still stands: stale ones, those above one's clearance, and those that may not be used."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelClassIn, LabelsetDraftChange, LabelsetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Classification, Verdict


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
