"""Generation that asks models: what is left to them, failures and outages, what may be sent, what is learned from."""

from __future__ import annotations

from typing import Any

import pytest
from tests.chat_endpoint import Call, ChatEndpointServer, fails, says
from tests.features.generation.conftest import check_counts, intent
from tests.studio import TABLE, VOLUME, Studio, questions

from workbench.backends.models import ModelUnavailable
from workbench.features.audit import service as audit
from workbench.features.generation import service as generation
from workbench.features.generation.schemas import Origin
from workbench.features.generation.service.preparing import MayNotSend
from workbench.features.governance import service as governance
from workbench.features.models import service as models
from workbench.features.models.schemas import ModelEndpointChange
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.vocabulary import Classification, PairStatus


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
    wanted = generation_retry(kinds=["answer", "tiemout"])
    with studio.backends.database.begin() as session, pytest.raises(Invalid, match="tiemout") as unknown:
        generation.retry_failures(session, studio.owner, studio.backends, made.id, wanted)
    assert unknown.value.field == "kinds"
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


def test_a_running_generation_stops_sending_when_its_model_may_see_the_prompts_no_more(
    studio: Studio, chat: ChatEndpointServer
) -> None:
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url, max_classification=Classification.INTERNAL, concurrency=1)

    def tagged(call: Call) -> Any:
        if call.number == 2:
            with studio.backends.database.begin() as session:
                governance.set_tags(session, studio.owner, f"{TABLE}#text", {"PHI": ""})
        return intent(call)

    chat.respond = tagged
    made = studio.start(studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=endpoint.id)
    job = studio.run(made.job_id)
    assert (job.status, (job.problem or {})["type"]) == ("failed", MayNotSend.slug())
    assert len(chat.calls) == 8  # those that were asked together
    assert job.done == 8
    with studio.backends.database.read() as session:
        events = audit.list_events(session, studio.owner, action="training_sheet.generate").items
    assert events[0].details["sent_to"] == endpoint.name


def test_a_running_generation_does_not_go_on_with_a_model_that_was_replaced(
    studio: Studio, chat: ChatEndpointServer
) -> None:
    """What the new one may see would else be sent to the old one."""
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url, max_classification=Classification.INTERNAL, concurrency=1)

    def moved(call: Call) -> Any:
        if call.number == 2:
            with studio.backends.database.begin() as session:
                governance.set_tags(session, studio.owner, f"{TABLE}#text", {"PHI": ""})
                change = ModelEndpointChange(
                    version=endpoint.version,
                    base_url="http://127.0.0.1:9/v1",
                    max_classification=Classification.RESTRICTED,
                )
                models.change_model_endpoint(session, studio.owner, endpoint.id, change)
        return intent(call)

    chat.respond = moved
    made = studio.start(studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=endpoint.id)
    job = studio.run(made.job_id)
    assert (job.status, (job.problem or {})["type"]) == ("failed", MayNotSend.slug())
    assert len(chat.calls) == 8


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
