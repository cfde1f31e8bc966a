"""Trying templates on items: the fit with a sheet, rendered prompts, answers; within clearance, and leaving an exit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.chat_endpoint import Answer, Call, ChatEndpointServer, fails, says
from tests.studio import TABLE, Studio

from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind
from workbench.features.labels import service as labels
from workbench.features.templates import service
from workbench.features.templates.schemas import TemplateDraftChange, TemplateTrial, TemplateVersion, TrialResult
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import Classification, Use


def attempt(studio: Studio, template: TemplateVersion, *, actor: Actor | None = None, **told: Any) -> TrialResult:
    sheet = told.pop("sheet", None) or studio.sheet()
    body = TemplateTrial(sheet_id=sheet.sheet_id, **told)
    return service.try_template(studio.backends, actor or studio.owner, template.template_id, template.number, body)


def test_the_first_items_are_rendered(studio: Studio) -> None:
    result = attempt(studio, studio.template("Q: {{ text }}", system_prompt="Sort."), count=2)
    assert [item.item_ref for item in result.items] == ["i:0", "i:1"]
    assert result.items[0].messages == [
        {"role": "system", "content": "Sort."},
        {"role": "user", "content": "Q: I lost my card number 0 in the park and cannot find it"},
    ]
    assert result.items[0].answer is None
    with studio.backends.database.read() as session:
        exits = governance.list_exits(session, studio.owner, kind="trial").items
    assert [(each.use, each.released) for each in exits] == [(Use.TESTING, 2)]


def test_items_can_be_named_and_words_tried_before_they_are_saved(studio: Studio) -> None:
    result = attempt(studio, studio.template(), item_refs=["i:7", "i:3"], user_prompt="New: {{ id }}")
    assert [(item.item_ref, item.messages) for item in result.items] == [
        ("i:7", [{"role": "user", "content": "New: 7"}]),
        ("i:3", [{"role": "user", "content": "New: 3"}]),
    ]


def test_an_item_that_cannot_be_rendered_says_why(studio: Studio) -> None:
    result = attempt(studio, studio.template(), user_prompt="{{ 6 // (id - 1) }}", count=2)
    assert result.items[0].problem is None
    assert result.items[1].messages is None
    assert "zero" in (result.items[1].problem.message if result.items[1].problem else "")


@pytest.mark.parametrize(
    ("prompt", "word"),
    [("{{ txet }}", "no field txet"), ("{{ text", "cannot be read"), ("{{ image(text) }}", "not a file")],
)
def test_a_prompt_that_cannot_work_is_refused(studio: Studio, prompt: str, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        attempt(studio, studio.template(), user_prompt=prompt)


def test_a_model_answers_and_its_answers_are_read(studio: Studio, chat: ChatEndpointServer) -> None:
    replies = iter([says("Card lost"), says('{"answer": "move"}'), says("a chair"), fails(413, "too long")])
    chat.respond = lambda call: next(replies)
    endpoint = studio.endpoint(chat.base_url, concurrency=1)
    template = studio.template(model={"endpoint_id": str(endpoint.id)})
    answers = [item.answer for item in attempt(studio, template, count=4, ask=True).items]
    assert [(a.value, a.rendered) for a in answers if a] == [
        ("lost", "Card lost"), ("move", "Transfer"), (None, None), (None, None),
    ]  # fmt: skip
    assert answers[2] is not None
    assert answers[2].text == "a chair"
    assert answers[2].problems
    assert answers[3] is not None
    assert "too long" in answers[3].problems[0]


def test_the_exit_of_a_trial_is_there_before_the_model_is_asked(studio: Studio, chat: ChatEndpointServer) -> None:
    seen: list[int] = []

    def respond(call: Call) -> Answer:
        with studio.backends.database.read() as session:
            seen.append(len(governance.list_exits(session, studio.owner, kind="trial").items))
        return says("Card lost")

    chat.respond = respond
    endpoint = studio.endpoint(chat.base_url)
    attempt(studio, studio.template(model={"endpoint_id": str(endpoint.id)}), count=1, ask=True)
    assert seen == [1]


def test_the_nearest_label_can_be_tried(studio: Studio) -> None:
    sheet = studio.sheet()
    with studio.backends.database.read() as session:
        labelset = labels.require_published(session, studio.owner, "intent")
    studio.label(sheet, labelset, {f"i:{n}": "move" if n % 2 else "lost" for n in range(10)})
    template = studio.template(model={"endpoint_id": str(studio.nearest().id)})
    result = attempt(studio, template, sheet=sheet, item_refs=["i:20", "i:21"], ask=True)
    assert [item.answer.rendered for item in result.items if item.answer] == ["Card lost", "Transfer"]


def test_the_nearest_label_gives_no_label_away(studio: Studio, actor: Callable[..., Actor]) -> None:
    """An item is nearest to itself: what it would answer is the label that its asker may not see."""
    sheet = studio.sheet()
    with studio.backends.database.read() as session:
        labelset = labels.require_published(session, studio.owner, "intent")
    studio.label(sheet, labelset, {"i:0": "lost", "i:1": "move"}, fields=("text", "customer"))
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#customer", {"classification": "restricted"})
    template = studio.template(model={"endpoint_id": str(studio.nearest().id)})
    told = attempt(studio, template, sheet=sheet, ask=True, count=1)
    assert told.items[0].answer is not None
    assert told.items[0].answer.value == "lost"
    untold = attempt(studio, template, actor=actor("engineer"), sheet=sheet, ask=True, count=1)
    assert untold.items[0].answer is None
    assert "no label" in (untold.not_asked or "")


def test_why_no_model_was_asked(studio: Studio, chat: ChatEndpointServer) -> None:
    assert attempt(studio, studio.template(), ask=True).not_asked == "The template names no model."
    endpoint = studio.endpoint(chat.base_url, max_classification=Classification.PUBLIC)
    told = attempt(studio, studio.template(model={"endpoint_id": str(endpoint.id)}), ask=True)
    assert "internal" in (told.not_asked or "")
    keyless = studio.endpoint(chat.base_url, key_name="WORKBENCH_KEY_NOWHERE")
    told = attempt(studio, studio.template(model={"endpoint_id": str(keyless.id)}), ask=True)
    assert "WORKBENCH_KEY_NOWHERE" in (told.not_asked or "")
    assert told.items[0].messages is not None
    assert not chat.calls


def test_what_is_above_ones_clearance_is_not_shown(studio: Studio, actor: Callable[..., Actor]) -> None:
    template, sheet = studio.template("{{ text }} {{ customer }}"), studio.sheet()
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#customer", {"PII": ""})
    engineer = actor("engineer")
    result = attempt(studio, template, sheet=sheet, actor=engineer)
    assert result.items == []
    assert "restricted" in (result.withheld or "")
    assert attempt(studio, template, sheet=sheet, actor=engineer, user_prompt="{{ text }}").items


def test_what_may_not_be_tested_is_not_shown(studio: Studio) -> None:
    template, sheet = studio.template(), studio.sheet()
    with studio.backends.database.begin() as session:
        governance.narrow(
            session, studio.owner, SubjectKind.SHEET, sheet.sheet_id, prohibited=[Use.TESTING], reason="held out"
        )
    result = attempt(studio, template, sheet=sheet)
    assert result.items == []
    assert "held out" in (result.withheld or "")


def test_the_fit_names_every_variable_that_is_missing(studio: Studio) -> None:
    template, sheet = studio.template("{{ text }} {{ costumer }} {{ image(id) }} {{ nowhere.name }}"), studio.sheet()
    fit = service.check_template(studio.backends, studio.owner, template.template_id, "1.0.0", sheet.sheet_id)
    assert not fit.fits
    assert {problem.variable: problem.fix for problem in fit.problems} == {
        "costumer": "Did you mean customer?",
        "id": "Write {{ id }} for its text.",
        "nowhere.name": "Its fields are: id, text, intent, customer.",
    }
    assert fit.unused == ["intent", "customer"]


def test_fields_of_joined_tables_fit_by_their_alias(studio: Studio) -> None:
    studio.load({"id": [0, 1], "reply": ["Yes", "No"], "note": ["a", "b"]}, table="main.help.replies")
    join = {"kind": "table", "name": "main.help.replies", "alias": "reply", "join": {"left": ["id"], "right": ["id"]}}
    one, many = studio.sheet(secondary_sources=[join]), studio.sheet(secondary_sources=[{**join, "many": True}])
    template = studio.template("{{ reply.reply }}")

    def fit(sheet: Any) -> list[str]:
        found = service.check_template(studio.backends, studio.owner, template.template_id, "1.0.0", sheet.sheet_id)
        return [f"{problem.message} {problem.fix}" for problem in found.problems]

    assert fit(one) == []
    assert fit(many) == ["reply is a list. Loop over it: {% for each in reply %}{{ each.reply }}{% endfor %}"]
    result = attempt(studio, template, sheet=one, item_refs=["i:1", "i:5"])
    assert result.items[0].messages == [{"role": "user", "content": "No"}]
    assert result.items[1].problem is not None  # nothing joined: the prompt says so instead of reading "None"


def test_the_fit_looks_into_loops(studio: Studio) -> None:
    studio.load({"id": [0, 1], "reply": ["Yes", "No"], "note": ["a", "b"]}, table="main.help.replies")
    join = {"kind": "table", "name": "main.help.replies", "alias": "reply", "join": {"left": ["id"], "right": ["id"]}}
    one, many = studio.sheet(secondary_sources=[join]), studio.sheet(secondary_sources=[{**join, "many": True}])

    def fit(sheet: Any, prompt: str) -> list[tuple[str, str]]:
        template = studio.template(prompt)
        found = service.check_template(studio.backends, studio.owner, template.template_id, "1.0.0", sheet.sheet_id)
        assert found.fits is (found.problems == [])
        return [(problem.variable, f"{problem.message} {problem.fix}") for problem in found.problems]

    loop = "{% for each in reply %}{{ each.reply }} {{ each.nots }}{% endfor %}"
    assert fit(many, loop) == [("reply[].nots", "reply has no field nots. Did you mean note?")]
    assert fit(many, loop.replace("nots", "note")) == []
    assert fit(many, "{{ reply | map(attribute='xyzzy') | join }}") == [
        ("reply[].xyzzy", "reply has no field xyzzy. reply has: id, reply, note.")
    ]
    assert fit(one, "{% for each in reply %}{{ each.note }}{% endfor %}") == [
        ("reply[].note", "reply is not a list. Write {{ reply.note }}.")
    ]
    with pytest.raises(Invalid, match="reply has no field nots"):
        attempt(studio, studio.template(loop), sheet=many)


def test_a_draft_that_cannot_be_read_fits_nowhere(studio: Studio) -> None:
    sheet, template = studio.sheet(), studio.template()
    with studio.backends.database.begin() as session:
        draft = service.start_template_draft(session, studio.owner, template.template_id)
        change = TemplateDraftChange(version=draft.version, user_prompt="{{ text")
        service.change_template_draft(session, studio.owner, template.template_id, change)
    with pytest.raises(Invalid, match="cannot be read"):
        service.check_template(studio.backends, studio.owner, template.template_id, draft.number, sheet.sheet_id)
