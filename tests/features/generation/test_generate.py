"""Generating in every mode: canonical labels first, then the column, the model or a person; exact counts always."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.chat_endpoint import Call, ChatEndpointServer, fails, says
from tests.studio import TABLE, VOLUME, Studio, questions

from workbench.backends.models import ModelUnavailable
from workbench.features.generation import service as generation
from workbench.features.generation.schemas import Mode, Origin, PairPreviewIn, TrainingSheet, TrainingSheetCopy
from workbench.features.generation.service.preparing import MayNotSend
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import NodeKind
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.vocabulary import Classification, PairStatus, Verdict


def intent(call: Call) -> Any:
    return says("Transfer" if "transfer" in call.prompt else "Card lost")


def check_counts(studio: Studio, sheet: TrainingSheet) -> None:
    pairs = studio.pairs(sheet.id)
    counted = Counter(pair.status for pair in pairs)
    counts = sheet.counts.model_dump()
    assert counts["total"] == len(pairs)
    assert {status: counts[status] for status in PairStatus} == {status: counted[status] for status in PairStatus}
    assert counts["stale"] == sum(pair.stale is not None for pair in pairs)
    assert counts["failed"] == sum(pair.problem is not None for pair in pairs)


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


def test_a_model_answers_what_is_left(studio: Studio, chat: ChatEndpointServer) -> None:
    chat.respond = intent
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url, concurrency=4)
    template = studio.template(model={"endpoint_id": str(endpoint.id), "temperature": 0.1, "max_tokens": 9})
    made = studio.generate(studio.sheet(), template, mode="ai_generated")
    pairs = studio.pairs(made.id)
    assert [pair.summary for pair in pairs] == ["Transfer" if n % 2 else "Card lost" for n in range(30)]
    assert {(pair.status, pair.origin) for pair in pairs} == {(PairStatus.UNLABELED, Origin.AI_GENERATED)}
    assert (chat.calls[0].body["temperature"], chat.calls[0].body["max_tokens"]) == (0.1, 9)
    check_counts(studio, made)


def test_what_a_model_answered_is_not_paid_for_again(studio: Studio, chat: ChatEndpointServer) -> None:
    chat.respond = intent
    studio.labelset()
    sheet, template, endpoint = studio.sheet(), studio.template(), studio.endpoint(chat.base_url)
    studio.generate(sheet, template, mode="ai_generated", endpoint_id=endpoint.id)
    studio.generate(sheet, template, mode="ai_generated", endpoint_id=endpoint.id)
    assert len(chat.calls) == 30
    studio.generate(sheet, template, mode="ai_generated", endpoint_id=endpoint.id, reuse_answers=False)
    assert len(chat.calls) == 60


def test_answers_that_do_not_fit_are_told_and_can_be_retried(studio: Studio, chat: ChatEndpointServer) -> None:
    def respond(call: Call) -> Any:
        if "number 4 " in call.prompt:
            return says("I would say: a chair.")
        if "number 6 " in call.prompt:
            return says("")
        if "number 8 " in call.prompt:
            return fails(413, "too long")
        return intent(call)

    chat.respond = respond
    studio.labelset()
    made = studio.generate(
        studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=studio.endpoint(chat.base_url).id
    )
    failed = studio.pairs(made.id, failed=True)
    assert {pair.item_ref: (pair.problem or {})["kind"] for pair in failed} == {
        "i:4": "answer",
        "i:6": "empty",
        "i:8": "refused",
    }
    assert (failed[0].problem or {})["said"] == "I would say: a chair."
    assert made.counts.failed == 3
    chat.respond = intent
    asked = len(chat.calls)
    with studio.backends.database.begin() as session:
        job = generation.retry_failures(
            session, studio.owner, studio.backends, made.id, generation_retry(kinds=["answer", "empty"])
        )
    assert studio.run(job.id).status == "succeeded"
    assert len(chat.calls) == asked + 2
    again = studio.training_sheet(made.id)
    assert again.counts.failed == 1
    assert [pair.summary for pair in studio.pairs(made.id)][4] == "Card lost"
    check_counts(studio, again)


def generation_retry(**told: Any) -> Any:
    from workbench.features.generation.schemas import RetryFailures

    return RetryFailures(**told)


def test_only_a_models_failures_are_retried(studio: Studio) -> None:
    studio.labelset()
    made = studio.generate(studio.sheet(), studio.template())
    with studio.backends.database.begin() as session, pytest.raises(Conflict, match="No model"):
        generation.retry_failures(session, studio.owner, studio.backends, made.id, generation_retry())


def test_an_outage_stops_the_job_and_it_goes_on_later(studio: Studio, chat: ChatEndpointServer) -> None:
    chat.respond = lambda call: intent(call) if call.number < 12 else fails(503, "closed for lunch")
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url, concurrency=1)
    made = studio.start(studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=endpoint.id)
    job = studio.run(made.job_id)
    assert job.status == "failed"
    assert job.problem is not None
    assert "closed for lunch" in job.problem["detail"]
    stopped = studio.training_sheet(made.id)
    assert stopped.state == "failed"
    assert stopped.counts.failed == 0
    chat.respond = intent
    asked = len(chat.calls)
    assert studio.again(made.job_id).status == "succeeded"
    assert len(chat.calls) == asked + 18  # twelve were paid for already
    done = studio.training_sheet(made.id)
    assert (done.state, done.counts.total, done.counts.failed) == ("review", 30, 0)
    assert [pair.position for pair in studio.pairs(made.id)] == list(range(30))
    check_counts(studio, done)


def test_a_stopped_generation_can_be_kept_as_it_is(studio: Studio, chat: ChatEndpointServer) -> None:
    chat.respond = lambda call: intent(call) if call.number < 8 else fails(401, "no")
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url, concurrency=1)
    made = studio.start(studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=endpoint.id)
    studio.run(made.job_id)
    stopped = studio.training_sheet(made.id)
    assert (stopped.state, stopped.counts.total) == ("failed", 8)
    with studio.backends.database.begin() as session:
        kept = generation.finish_training_sheet(session, studio.owner, made.id, stopped.version)
    assert (kept.state, kept.counts.total) == ("review", 8)


def test_the_nearest_label_answers_offline(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {f"i:{n}": "move" if n % 2 else "lost" for n in range(12)})
    made = studio.generate(sheet, studio.template(), mode="ai_generated", endpoint_id=studio.nearest().id)
    asked = [pair for pair in studio.pairs(made.id) if pair.origin is Origin.AI_GENERATED]
    assert len(asked) == 18
    assert [pair.summary for pair in asked] == ["Transfer" if n % 2 else "Card lost" for n in range(12, 30)]
    assert all(0 < (pair.model_confidence or 0) < 1 for pair in asked)
    with studio.backends.database.read() as session:
        exits = governance.list_exits(session, studio.owner, kind="few_shot").items
    assert [(each.use, each.released) for each in exits] == [("few_shot", 12)]


def test_the_nearest_label_learns_only_what_the_gate_lets_out(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:0": "lost", "i:1": "move"}, fields=("customer", "text"))
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#customer", {"CONFIDENTIAL": ""})
    made = studio.start(sheet, studio.template(), mode="ai_generated", endpoint_id=studio.nearest().id)
    job = studio.run(made.job_id)
    assert job.status == "failed"
    assert "no label" in (job.problem or {})["detail"]


def test_the_nearest_label_learns_from_other_tables_with_the_same_fields(studio: Studio) -> None:
    labelset = studio.labelset()
    studio.load(questions(100, 20), table="main.help.archive")
    old = studio.sheet("main.help.archive")
    studio.label(old, labelset, {f"i:{n}": "move" if n % 2 else "lost" for n in range(100, 120)})
    made = studio.generate(studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=studio.nearest().id)
    assert [pair.summary for pair in studio.pairs(made.id)] == ["Transfer" if n % 2 else "Card lost" for n in range(30)]


def test_nothing_is_sent_to_a_model_that_may_not_see_it(studio: Studio, chat: ChatEndpointServer) -> None:
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url, max_classification=Classification.INTERNAL)
    sheet, template = studio.sheet(), studio.template()
    waiting = studio.start(sheet, template, mode="ai_generated", endpoint_id=endpoint.id)
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#text", {"PHI": ""})
    with pytest.raises(MayNotSend, match="restricted"):
        studio.start(sheet, template, mode="ai_generated", endpoint_id=endpoint.id)
    assert studio.run(waiting.job_id).status == "failed"  # asked again when the job runs
    assert not chat.calls
    unread = studio.template("Intent of question {{ id }}?")
    assert studio.start(sheet, unread, mode="ai_generated", endpoint_id=endpoint.id)


def test_a_key_that_is_not_there_is_named(studio: Studio, chat: ChatEndpointServer) -> None:
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url, key_name="WORKBENCH_KEY_NOWHERE")
    made = studio.start(studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=endpoint.id)
    job = studio.run(made.job_id)
    assert "WORKBENCH_KEY_NOWHERE" in (job.problem or {})["detail"]
    assert ModelUnavailable.slug() == (job.problem or {})["type"]


def test_images_are_shown_to_models_that_take_them(studio: Studio, chat: ChatEndpointServer) -> None:
    studio.shots(28)
    studio.labelset()
    join = {"kind": "volume", "name": VOLUME, "alias": "shot", "join": {"key": "id"}}
    sheet = studio.sheet(secondary_sources=[join])
    template = studio.template("{{ text }} {{ image(shot) }}")
    assert template.image_fields == ["shot"]
    with pytest.raises(Invalid, match="takes none"):
        studio.start(sheet, template, mode="ai_generated", endpoint_id=studio.endpoint(chat.base_url).id)
    chat.respond = intent
    endpoint = studio.endpoint(chat.base_url, takes_images=True)
    made = studio.generate(sheet, template, mode="ai_generated", endpoint_id=endpoint.id)
    sent = [call.body["messages"][-1]["content"] for call in chat.calls]
    assert sum(isinstance(content, list) for content in sent) == 28  # two items have no picture
    assert all(
        content[1]["image_url"]["url"].startswith("data:image/png;base64,")
        for content in sent
        if isinstance(content, list)
    )
    with studio.backends.database.read() as session:
        pair = generation.get_pair(session, studio.owner, studio.pairs(made.id)[0].id)
    assert pair.messages is not None
    assert pair.messages[-1]["content"][1] == {
        "type": "image_url",
        "image_url": {"url": f"/Volumes/{VOLUME.replace('.', '/')}/0.png"},
    }


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
