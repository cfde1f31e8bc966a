"""What the SDK is given in a wrong shape is the project's own error, says what is allowed, and asks no server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from workbench.kernel.errors import Invalid, Unavailable
from workbench.sdk import PARTS, Workbench
from workbench.sdk.http import Http
from workbench.sdk.part import Part

ID = uuid4()
Call = Callable[[Workbench], Any]

MISTAKES: list[tuple[Call, str, str]] = [
    (
        lambda wb: wb.training_sheets.generate("x", sheet_id=ID, template_version_id=ID, mode="ai"),
        "mode",
        "'ai' is not a mode. It has to be one of ai_generated, manual, existing_column.",
    ),
    (
        lambda wb: wb.exports.trace_line(ID, 1, split="val"),
        "split",
        "'val' is not a split. It has to be one of train, validation.",
    ),
    (
        lambda wb: wb.templates.publish(ID, version=1, bump="huge"),
        "bump",
        "'huge' is not a bump. It has to be one of major, minor, patch.",
    ),
    (
        lambda wb: wb.exports.create(ID, validation=0.2),
        "validation",
        "validation: there is no such field. Leave it out, or write its name as the reference does.",
    ),
    (
        lambda wb: wb.exports.create(ID, validation_fraction=20),
        "validation_fraction",
        "validation_fraction: it should be less than or equal to 0.9.",
    ),
    (
        lambda wb: wb.exports.create(ID, images="no"),
        "images",
        "images: there is no 'no'. It has to be one of reference or embed.",
    ),
    (lambda wb: wb.sheets.create("x", {"item_key": ["id"]}), "primary_table", "primary_table: it is missing."),
    (
        lambda wb: wb.sheets.check_definition(
            {"primary_table": "a.b.c", "item_key": ["id"], "secondary_sources": [{}]}
        ),
        "secondary_sources.0",
        "secondary_sources.0: it lacks its kind.",
    ),
    (
        lambda wb: wb.labelsets.create("Bad Type", "classification", "x"),
        "label_type",
        "label_type: use lower-case letters, digits and _, a letter first.",
    ),
]


@pytest.mark.parametrize(("call", "field", "said"), MISTAKES, ids=[field for _, field, _ in MISTAKES])
def test_a_wrong_shape_is_invalid_and_says_what_is_allowed(call: Call, field: str, said: str) -> None:
    with Workbench("http://127.0.0.1:1") as wb, pytest.raises(Invalid) as refused:
        call(wb)
    assert refused.value.field == field
    assert str(refused.value).startswith(said)
    assert "pydantic" not in str(refused.value)


def test_every_part_refuses_the_same_way() -> None:
    assert [name for name, part in PARTS.items() if not issubclass(part, Part)] == []


def test_an_answer_that_nobody_understands_is_not_the_callers_mistake() -> None:
    page = httpx2.MockTransport(lambda _: httpx2.Response(200, text="<html>Welcome to the hotel's network</html>"))
    with httpx2.Client(base_url="http://wb", transport=page) as client, pytest.raises(Unavailable, match="wb"):
        PARTS["exports"](Http(client)).get(ID)
