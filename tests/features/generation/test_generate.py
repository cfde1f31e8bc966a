"""Generating in every mode: canonical labels first, then the column, the model or a person; exact counts always."""

from __future__ import annotations

from typing import Any

import pytest
from tests.chat_endpoint import ChatEndpointServer
from tests.features.generation.conftest import check_counts, intent
from tests.studio import TABLE, Studio, questions

from workbench.features.generation import service as generation
from workbench.features.generation.schemas import Mode, Origin, TrainingSheetCopy
from workbench.features.labels import service as labels
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import NodeKind
from workbench.kernel.errors import Invalid, NotFound
from workbench.kernel.vocabulary import PairStatus, Verdict


def test_manual_pairs_wait_for_a_person(studio: Studio) -> None:
    studio.labelset()
    made = studio.generate(studio.sheet(), studio.template(system_prompt="You sort questions."))
    assert made.state == "review"
    assert (made.counts.total, made.counts.unlabeled) == (30, 30)
    pairs = studio.pairs(made.id)
    assert [pair.position for pair in pairs] == list(range(30))
    assert [pair.item_ref for pair in pairs] == [f"i:{n}" for n in range(30)]
    with studio.backends.database.read() as session:
        pair = generation.get_pair(session, studio.owner, pairs[3].id)
    assert pair.messages == [
        {"role": "system", "content": "You sort questions."},
        {"role": "user", "content": f"Which intent has this question? {questions(3, 1)['text'][0]}"},
    ]
    assert (pair.value, pair.origin) == (None, Origin.MANUAL)
    check_counts(studio, made)


@pytest.mark.parametrize("mode", list(Mode))
def test_canonical_labels_come_first_in_every_mode(studio: Studio, chat: ChatEndpointServer, mode: Mode) -> None:
    chat.respond = intent
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {f"i:{n}": "lost" for n in range(10)})
    studio.label(sheet, labelset, {"i:10": None}, verdict=Verdict.UNLABELABLE)
    told: dict[str, Any] = {"mode": mode}
    if mode is Mode.EXISTING_COLUMN:
        told["column"] = "intent"
    if mode is Mode.AI_GENERATED:
        told["endpoint_id"] = studio.endpoint(chat.base_url).id
    made = studio.generate(sheet, studio.template(), **told)
    pairs = studio.pairs(made.id)
    assert [pair.status for pair in pairs[:11]] == [PairStatus.LABELED] * 10 + [PairStatus.REJECTED]
    assert {pair.origin for pair in pairs[:11]} == {Origin.CANONICAL}
    assert {pair.summary for pair in pairs[:10]} == {"Card lost"}
    assert all(pair.label_number == 1 and pair.reviewed_by_name == studio.owner.name for pair in pairs[:11])
    assert {(pair.status, pair.origin) for pair in pairs[11:]} == {(PairStatus.UNLABELED, Origin(mode))}
    assert (made.counts.labeled, made.counts.rejected, made.counts.reused) == (10, 1, 11)
    assert len(chat.calls) == (19 if mode is Mode.AI_GENERATED else 0)
    check_counts(studio, made)


def test_a_new_template_over_the_same_items_leaves_nothing_to_label(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {f"i:{n}": "move" for n in range(30)})
    made = studio.generate(sheet, studio.template("A better prompt. Intent of: {{ text }} ({{ customer }})"))
    assert (made.counts.labeled, made.counts.unlabeled) == (30, 0)
    again = studio.generate(studio.sheet(), studio.template())  # another sheet over the same table and key
    assert (again.counts.labeled, again.counts.unlabeled) == (30, 0)


def test_new_rows_are_what_is_left(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {f"i:{n}": "move" for n in range(30)})
    studio.load(questions(30, 7), "append")
    made = studio.generate(sheet, studio.template())
    assert (made.counts.total, made.counts.labeled, made.counts.unlabeled) == (37, 30, 7)


def test_a_changed_row_comes_back_alone_with_its_old_answer(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {f"i:{n}": "move" for n in range(30)})
    rows = questions(0, 30)
    rows["text"][4] = "something else entirely"
    rows["customer"][5] = "not what the labels looked at"
    studio.load(rows, "overwrite")
    made = studio.generate(sheet, studio.template())
    stale = studio.pairs(made.id, stale=True)
    assert [pair.item_ref for pair in stale] == ["i:4"]
    assert (stale[0].status, stale[0].stale, stale[0].summary) == (PairStatus.UNLABELED, "item", "Transfer")
    assert (made.counts.labeled, made.counts.stale, made.counts.unlabeled) == (29, 1, 1)
    check_counts(studio, made)


def test_labels_made_from_other_fields_are_compared_by_those(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:1": "move", "i:2": "lost"}, fields=("customer", "text"))
    studio.label(sheet, labelset, {"i:3": "move"}, fields=("text",))
    rows = questions(0, 30)
    rows["customer"][2] = "Another Person"
    rows["customer"][3] = "Another Person"
    studio.load(rows, "overwrite")
    made = studio.generate(sheet, studio.template())
    assert {pair.item_ref: pair.stale for pair in studio.pairs(made.id) if pair.label_id} == {
        "i:1": None,
        "i:2": "item",
        "i:3": None,
    }


def test_a_label_behind_fields_this_sheet_lacks_is_stale(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:1": "move"}, fields=("customer", "text"))
    narrow = studio.sheet(columns=["id", "text"])
    made = studio.generate(narrow, studio.template())
    assert [pair.item_ref for pair in studio.pairs(made.id, stale=True)] == ["i:1"]


def test_a_retracted_label_is_no_label(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:1": "move"})
    studio.label(sheet, labelset, {"i:1": None}, verdict=Verdict.RETRACTED)
    made = studio.generate(sheet, studio.template())
    assert made.counts.unlabeled == 30
    assert studio.pairs(made.id)[1].label_id is None


def test_a_column_prefills(studio: Studio) -> None:
    studio.labelset()
    rows = questions(0, 30)
    rows["intent"][0], rows["intent"][1] = "What is this?", None
    studio.load(rows, "overwrite")
    made = studio.generate(studio.sheet(), studio.template(), mode="existing_column", column="intent")
    pairs = studio.pairs(made.id)
    assert [pair.summary for pair in pairs[:4]] == [None, None, "Card lost", "Transfer"]
    assert {pair.status for pair in pairs} == {PairStatus.UNLABELED}
    assert [pair.problem["kind"] for pair in pairs if pair.problem] == ["column", "column"]
    assert made.counts.failed == 2
    check_counts(studio, made)


def test_a_trusted_column_makes_canonical_labels(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:0": "move"})  # what an expert said stands
    template = studio.template()
    made = studio.generate(sheet, template, mode="existing_column", column="intent", trusted=True)
    assert (made.counts.labeled, made.counts.reused, made.counts.unlabeled) == (30, 1, 0)
    with studio.backends.database.read() as session:
        heads = labels.heads(session, sheet.space_id, labelset.labelset_id, [f"i:{n}" for n in range(30)])
    assert {ref: head.value for ref, head in heads.items()} == {
        f"i:{n}": "move" if n % 2 or n == 0 else "lost" for n in range(30)
    }
    assert studio.generate(sheet, studio.template("Again: {{ text }}")).counts.reused == 30
    rows = questions(0, 30)
    rows["intent"][7] = "Card lost"  # the column is part of what a label was made from
    studio.load(rows, "overwrite")
    assert [pair.item_ref for pair in studio.pairs(studio.generate(sheet, template).id, stale=True)] == ["i:7"]


def test_trusting_a_column_is_labeling(studio: Studio, actor: Any) -> None:
    studio.labelset()
    sheet, template = studio.sheet(), studio.template()
    studio.owner = actor("viewer")
    with pytest.raises(Exception, match=r"labels\.write"):
        studio.start(sheet, template, mode="existing_column", column="intent", trusted=True)


def test_a_prompt_that_fails_for_one_item_fails_it_alone(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:2": "lost", "i:3": "move"})
    made = studio.generate(sheet, studio.template("{{ 10 // (id - 2) }} {{ text }}"))
    failed = studio.pairs(made.id, failed=True)
    assert [(pair.item_ref, (pair.problem or {})["kind"]) for pair in failed] == [("i:2", "prompt")]
    assert failed[0].status is PairStatus.UNLABELED  # labeled or not: without a prompt it is not ready
    assert (made.counts.labeled, made.counts.failed) == (1, 1)
    check_counts(studio, made)


def test_a_limit_makes_the_first_pairs_only(studio: Studio) -> None:
    studio.labelset()
    made = studio.generate(studio.sheet(), studio.template(), limit=4)
    assert (made.counts.total, made.expected) == (4, 4)


def test_what_a_training_sheet_remembers(studio: Studio) -> None:
    studio.labelset()
    sheet, template = studio.sheet(), studio.template()
    made = studio.generate(sheet, template)
    assert made.pins.keys() == {TABLE}
    assert (made.recipe.sheet_version, made.sheet_version, made.template_version) == (1, 1, "1.0.0")
    studio.load(questions(30, 5), "append")  # a training sheet keeps what it read
    assert studio.training_sheet(made.id).pins == made.pins
    with studio.backends.database.read() as session:
        graph = lineage.get_lineage(session, studio.owner, NodeKind.TRAINING_SHEET, str(made.id))
    assert {node.kind for node in graph.nodes} >= {NodeKind.SHEET, NodeKind.TEMPLATE, NodeKind.LABELSET}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"mode": "existing_column"}, "column that holds the answers is missing"),
    ({"mode": "existing_column", "column": "nowhere"}, "no field nowhere"),
    ({"mode": "manual", "column": "intent"}, "goes with the mode existing_column"),
    ({"mode": "manual", "trusted": True}, "goes with the mode existing_column"),
    ({"mode": "ai_generated"}, "names a model"),
    ({"sheet_version": 9}, "version 9"),
]


@pytest.mark.parametrize(("told", "word"), WRONG)
def test_recipes_that_do_not_hold_together(studio: Studio, told: dict[str, Any], word: str) -> None:
    studio.labelset()
    sheet, template = studio.sheet(), studio.template()
    with pytest.raises((Invalid, NotFound), match=word):
        studio.start(sheet, template, **told)
    with studio.backends.database.read() as session:
        assert generation.list_training_sheets(session, studio.owner).items == []


def test_a_template_that_does_not_fit_names_the_nearest_field(studio: Studio) -> None:
    studio.labelset()
    with pytest.raises(Invalid, match="no field txt") as caught:
        studio.start(studio.sheet(), studio.template("{{ txt }}"))
    assert caught.value.fix == "Did you mean text?"


def test_another_one_like_it(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    made = studio.generate(sheet, studio.template(), mode="existing_column", column="intent")
    studio.label(sheet, labelset, {f"i:{n}": "lost" for n in range(30)})
    better = studio.template("A better one: {{ text }}")
    with studio.backends.database.begin() as session:
        copy = generation.duplicate_training_sheet(
            session,
            studio.owner,
            studio.backends,
            made.id,
            TrainingSheetCopy(name="Better", template_version_id=better.id),
        )
    assert studio.run(copy.job_id).status == "succeeded"
    done = studio.training_sheet(copy.id)
    assert (done.mode, done.recipe.column, done.template_version_id) == (Mode.EXISTING_COLUMN, "intent", better.id)
    assert (done.counts.labeled, done.counts.unlabeled) == (30, 0)
