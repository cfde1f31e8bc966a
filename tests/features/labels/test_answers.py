"""Answers of the single kinds, read and checked in detail."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.features.labels.kinds import kind_of
from workbench.features.labels.kinds.answers import fits, schema_problems
from workbench.features.labels.kinds.entity_extraction import EntityExtraction
from workbench.features.labels.schemas import Definition, LabelClass
from workbench.kernel.errors import Invalid

DEFECTS = Definition(
    kind="classification",
    classes=[
        LabelClass(id="solder_bridge", name="Solder bridge"),
        LabelClass(id="scratch", name="Scratch"),
        LabelClass(id="none", name="No defect"),
    ],
)
TOPICS = DEFECTS.model_copy(update={"kind": "multi_classification"})


@pytest.mark.parametrize(
    "text",
    [
        "Solder bridge",
        "solder_bridge",
        "SOLDER BRIDGE",
        '"Solder bridge"',
        "Solder bridge.",
        "“Solder bridge”",
        "```\nSolder bridge\n```",
        '{"class": "solder_bridge"}',
        '```json\n{"answer": "Solder bridge"}\n```',
        "Here you are:\n```\nsolder_bridge\n```\nAnything else?",
    ],
)
def test_a_class_is_read_in_every_usual_spelling(text: str) -> None:
    assert kind_of("classification").parse(text, DEFECTS) == "solder_bridge"


@pytest.mark.parametrize("text", ["", "bridge", "Solder bridge or scratch", "{}", "[1]", '{"a": "scratch", "b": 1}'])
def test_what_names_no_class_is_refused_with_the_classes(text: str) -> None:
    with pytest.raises(Invalid, match=r"none of the labelset's classes|is empty") as refused:
        kind_of("classification").parse(text, DEFECTS)
    assert refused.value.fix == "Answer with one of: solder_bridge, scratch, none."


@pytest.mark.parametrize(
    "text",
    [
        '["Scratch", "Solder bridge"]',
        "Scratch, solder_bridge",
        "scratch\nSolder bridge\n",
        '{"topics": ["scratch", "solder_bridge"]}',
    ],
)
def test_several_classes_are_read_and_put_in_order(text: str) -> None:
    assert kind_of("multi_classification").parse(text, TOPICS) == ["solder_bridge", "scratch"]


def test_a_merged_class_goes_where_it_was_sent_and_a_dropped_one_is_gone() -> None:
    one, many = kind_of("classification"), kind_of("multi_classification")
    moves = {"scratch": "none", "solder_bridge": None}
    assert one.migrate("scratch", moves) == "none"
    assert one.migrate("solder_bridge", moves) is None
    assert many.migrate(["scratch", "none"], moves) == ["none"]
    assert many.migrate(["scratch", "solder_bridge"], moves) is None


INVOICE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "pattern": "^[A-Z]-[0-9]+$"},
        "total": {"type": ["number", "null"]},
        "date": {"type": "string", "format": "date"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
    },
    "required": ["number", "total"],
    "additionalProperties": False,
    "$defs": {"line": {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]}},
}


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        ({"total": 1}, "/number", "This is required."),
        ({"number": "A-1"}, "/total", "This is required."),
        ({"number": "1", "total": 1}, "/number", "Must match ^[A-Z]-[0-9]+$."),
        ({"number": "A-1", "total": "1"}, "/total", "Must be a number or null, not a string."),
        ({"number": "A-1", "total": 1, "date": "yesterday"}, "/date", "Must be a date."),
        ({"number": "A-1", "total": 1, "lines": [{"code": "x"}, {}]}, "/lines/1/code", "This is required."),
        ({"number": "A-1", "total": 1, "a/b~c": 2}, "/a~1b~0c", "The labelset has no such field."),
        ({"number": "A-1", "total": 2**64}, "", "This cannot be kept as JSON"),
        ({"number": "A-1", "total": 1, "date": "\ud800"}, "", "This cannot be kept as JSON"),
        ([1], "", "Must be an object, not a list."),
    ],
)
def test_a_problem_says_where_and_what(value: Any, path: str, message: str) -> None:
    found = fits(value, INVOICE)
    assert (found[0].path, found[0].message[: len(message)]) == (path, message)


def test_every_problem_is_reported_once() -> None:
    found = fits({"x": 1, "y": 2}, INVOICE)
    assert sorted(each.path for each in found) == ["/number", "/total", "/x", "/y"]


def test_a_value_without_end_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(5000):
        nested = [nested]
    assert "cannot be kept" in fits(nested, {"type": "array"})[0].message
    assert "bytes" in fits("x" * 1_000_001, {"type": "string"})[0].message


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"type": "objekt"}, "/type"),
        ({"type": "object", "properties": {"a": {"minimum": "1"}}}, "/properties/a/minimum"),
        ({"properties": {"a": {"$ref": "https://example.org/a.json"}}}, "/properties/a/$ref"),
        ({"properties": {"a": {"$ref": "#/$defs/missing"}}}, "/properties/a/$ref"),
        ({"properties": {"a": {"$id": "https://example.org/a.json"}}}, "/properties/a/$id"),
        ({"properties": {"a": {"pattern": "(?=x)"}}}, "/properties/a/pattern"),
        ({"patternProperties": {"(x)\\1": {}}}, "/patternProperties"),
        ({"description": "x" * 100_001}, ""),
    ],
)
def test_a_schema_that_cannot_be_used_is_refused_with_the_place(schema: dict[str, Any], path: str) -> None:
    assert [each.path for each in schema_problems(schema)][:1] == [path]


def test_a_property_called_pattern_or_ref_is_only_a_property() -> None:
    assert schema_problems({"properties": {"pattern": {"type": "string"}, "$ref": {"type": "string"}}}) == []


def test_a_pattern_made_to_run_forever_is_answered_at_once() -> None:
    schema = {"type": "string", "pattern": "^(a+)+$", "maxLength": 100_000}
    assert schema_problems(schema) == []
    assert fits("a" * 50_000 + "!", schema)[0].message == "Must match ^(a+)+$."


def test_a_schema_that_is_none_says_where() -> None:
    (problem,) = schema_problems({"properties": {"total": {"type": "strin"}}})
    assert problem.path == "/properties/total/type"
    assert "/properties/total/type: 'strin'" in problem.message


def test_an_entity_that_is_required_must_be_described() -> None:
    schema = {"type": "object", "properties": {"total": {"type": "string"}}, "required": ["totl"]}
    (problem,) = EntityExtraction().define([], schema)
    assert problem.path == "/response_schema/required"
    assert "'totl' is required" in problem.message
    assert EntityExtraction().define([], {**schema, "required": ["total"]}) == []
