"""Every kind on the shelf keeps the promises of `Kind`."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.features.labels.kinds import KINDS, kind_of
from workbench.features.labels.kinds.answers import canonical
from workbench.features.labels.kinds.protocol import SUMMARY, Kind
from workbench.features.labels.rules.labelsets import definition_problems
from workbench.features.labels.schemas import LabelClass
from workbench.kernel.errors import Invalid

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)

shelf = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def test_names_are_distinct_and_find_their_kind() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind_of(kind.name) is kind for kind in KINDS)


def test_an_unknown_kind_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(Invalid, match="classification, multi_classification") as refused:
        kind_of("regression")
    assert refused.value.field == "kind"


@shelf
def test_it_introduces_itself(kind: Kind) -> None:
    assert kind.title
    assert kind.description.endswith(".")
    assert kind.example.kind == kind.name
    assert len(kind.answers) >= 2
    assert len(kind.wrong_answers) >= 4


@shelf
def test_its_example_can_be_published(kind: Kind) -> None:
    assert definition_problems(kind.example) == []


@shelf
def test_what_it_does_not_take_is_refused(kind: Kind) -> None:
    example = kind.example
    if not kind.takes_classes:
        wrong = example.model_copy(update={"classes": [LabelClass(id="a", name="A")]})
        assert [each.path for each in definition_problems(wrong)] == ["/classes"]
    if not kind.takes_schema:
        wrong = example.model_copy(update={"response_schema": {"maxLength": 3}})
        assert [each.path for each in definition_problems(wrong)] == ["/response_schema"]


@shelf
def test_its_answers_fit_and_the_wrong_ones_do_not(kind: Kind) -> None:
    for value in kind.answers:
        assert kind.check(value, kind.example) == []
    for value in kind.wrong_answers:
        found = kind.check(value, kind.example)
        assert found, f"{value!r} was let through"
        assert all(each.message.endswith(".") for each in found)


@shelf
def test_check_agrees_with_its_response_schema(kind: Kind) -> None:
    schema = kind.response_schema(kind.example.classes, kind.example.response_schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for value in kind.answers:
        assert validator.is_valid(value)
    for value in kind.wrong_answers:
        blank_text = isinstance(value, str) and not value.strip()
        assert blank_text or not validator.is_valid(value)


@shelf
def test_what_it_renders_it_parses_back(kind: Kind) -> None:
    for value in kind.answers:
        text = kind.render(value, kind.example)
        assert isinstance(text, str)
        parsed = kind.parse(text, kind.example)
        assert parsed == value
        assert kind.render(parsed, kind.example) == text


@shelf
def test_it_reads_answers_that_models_wrap_in_code_fences(kind: Kind) -> None:
    if kind.name == "text":
        pytest.skip("a fence may be part of a text answer")
    for value in kind.answers:
        text = kind.render(value, kind.example)
        assert kind.parse(f"```json\n{text}\n```", kind.example) == value
        assert kind.parse(f"  {text}\n", kind.example) == value


@shelf
def test_it_reads_the_json_of_its_own_values(kind: Kind) -> None:
    if kind.name == "text":
        pytest.skip("text is taken as it stands")
    for value in kind.answers:
        assert kind.parse(canonical(value), kind.example) == value


@shelf
@given(text=st.text(max_size=200))
def test_parsing_anything_gives_an_answer_or_says_why_not(kind: Kind, text: str) -> None:
    try:
        value = kind.parse(text, kind.example)
    except Invalid as error:
        refused = error
    else:
        kind.check(value, kind.example)
        return
    assert refused.message.endswith(".")
    assert refused.fix


@shelf
@given(value=JSON)
def test_checking_anything_gives_problems_and_never_breaks(kind: Kind, value: object) -> None:
    if kind.check(value, kind.example):
        return
    normal = kind.normalize(value, kind.example)
    assert kind.check(normal, kind.example) == []
    assert kind.normalize(normal, kind.example) == normal
    assert canonical(kind.parse(kind.render(normal, kind.example), kind.example)) == canonical(normal)
    assert len(kind.summarize(normal, kind.example)) <= SUMMARY


@shelf
def test_values_survive_when_no_class_moves(kind: Kind) -> None:
    for value in kind.answers:
        assert kind.migrate(value, {}) == value


@shelf
def test_summaries_are_one_short_line(kind: Kind) -> None:
    for value in kind.answers:
        line = kind.summarize(value, kind.example)
        assert "\n" not in line
        assert 0 < len(line) <= SUMMARY
