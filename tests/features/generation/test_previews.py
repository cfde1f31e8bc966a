"""What a generation would make, before it is asked for: previews of pairs, and coverage by labels."""

from __future__ import annotations

from typing import Any

import pytest
from tests.chat_endpoint import ChatEndpointServer
from tests.studio import TABLE, Studio, questions

from workbench.features.generation import service as generation
from workbench.features.generation.schemas import Mode, Origin, PairPreviewIn
from workbench.features.governance import service as governance
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.labels import service as labels
from workbench.kernel.vocabulary import PairStatus, Verdict


def test_a_preview_shows_what_would_be_made_and_makes_nothing(studio: Studio, chat: ChatEndpointServer) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:0": "lost"})
    body = PairPreviewIn(
        sheet_id=sheet.sheet_id,
        template_version_id=studio.template().id,
        mode=Mode.EXISTING_COLUMN,
        column="intent",
        trusted=True,
        count=3,
    )
    shown = generation.preview(studio.backends, studio.owner, body)
    assert [(pair.origin, pair.status, pair.rendered) for pair in shown.pairs] == [
        (Origin.CANONICAL, PairStatus.LABELED, "Card lost"),
        (Origin.EXISTING_COLUMN, PairStatus.LABELED, "Transfer"),
        (Origin.EXISTING_COLUMN, PairStatus.LABELED, "Card lost"),
    ]
    with studio.backends.database.read() as session:
        assert generation.list_training_sheets(session, studio.owner).items == []
        assert len(labels.heads(session, sheet.space_id, labelset.labelset_id, ["i:0", "i:1"])) == 1


def test_a_preview_above_ones_clearance_is_withheld(studio: Studio, actor: Any) -> None:
    studio.labelset()
    sheet, template = studio.sheet(), studio.template()
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#text", {"PHI": ""})
    body = PairPreviewIn(sheet_id=sheet.sheet_id, template_version_id=template.id, mode=Mode.MANUAL)
    shown = generation.preview(studio.backends, actor("engineer"), body)
    assert shown.pairs == []
    assert "restricted" in (shown.withheld or "")


def test_a_preview_leaves_labels_above_ones_clearance_out(studio: Studio, actor: Any) -> None:
    """The prompt may be seen, and what somebody answered from more than the prompt may not."""
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:0": "lost"}, fields=("text", "customer"))
    studio.label(sheet, labelset, {"i:1": "move"})
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#customer", {"PHI": ""})
    body = PairPreviewIn(sheet_id=sheet.sheet_id, template_version_id=studio.template().id, mode=Mode.MANUAL, count=2)
    engineer = generation.preview(studio.backends, actor("engineer"), body).pairs
    assert [(pair.value, pair.rendered) for pair in engineer] == [(None, None), ("move", "Transfer")]
    assert "restricted" in (engineer[0].withheld or "")
    assert all(pair.messages for pair in engineer)
    owner = generation.preview(studio.backends, studio.owner, body).pairs
    assert [(pair.value, pair.withheld) for pair in owner] == [("lost", None), ("move", None)]


def test_coverage_counts_as_generating_would(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {f"i:{n}": "lost" for n in range(8)})
    studio.label(sheet, labelset, {"i:9": None}, verdict=Verdict.UNLABELABLE)
    rows = questions(0, 30)
    rows["text"][0] = "changed"
    studio.load(rows, "overwrite")
    found = generation.coverage(studio.backends, studio.owner, sheet.sheet_id, studio.template().id)
    assert found.model_dump() == {
        "total": 30, "sampled": 30, "labeled": 7, "unlabelable": 1, "stale": 1, "unlabeled": 21, "unfit": None,
    }  # fmt: skip


def test_coverage_tells_how_much_a_column_cannot_answer(studio: Studio) -> None:
    studio.labelset()
    sheet, template = studio.sheet(), studio.template()
    rows = questions(0, 30)
    rows["intent"][:3] = ["", "no class", "lost"]
    studio.load(rows, "overwrite")
    found = generation.coverage(studio.backends, studio.owner, sheet.sheet_id, template.id, "intent")
    assert (found.unlabeled, found.unfit) == (30, 2)
    assert generation.coverage(studio.backends, studio.owner, sheet.sheet_id, template.id).unfit is None


def test_coverage_tells_nothing_of_a_column_or_key_above_ones_clearance(studio: Studio, actor: Any) -> None:
    """A labelset of one's own making, asked often enough, would spell the column out."""
    studio.labelset()
    sheet, template = studio.sheet(), studio.template("{{ id }}")
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#intent", {"PHI": ""})
    engineer = actor("engineer")
    found = generation.coverage(studio.backends, engineer, sheet.sheet_id, template.id, "intent")
    assert (found.unlabeled, found.unfit) == (30, None)
    assert generation.coverage(studio.backends, studio.owner, sheet.sheet_id, template.id, "intent").unfit == 0
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#id", {"PII": ""})
    with pytest.raises(AboveClearance):
        generation.coverage(studio.backends, engineer, sheet.sheet_id, template.id)
