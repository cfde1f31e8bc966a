"""Labelsets over HTTP, from nothing to a second version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from workbench.kernel.actor import Actor

BASE = "/api/v1/labelsets"


@pytest.fixture
def client_of(people: dict[str, Actor], signed_in: Callable[[Actor], TestClient]) -> Callable[[str], TestClient]:
    return lambda name: signed_in(people[name])


def _made(client: TestClient, **changes: Any) -> dict[str, Any]:
    body = {
        "label_type": "mood",
        "kind": "classification",
        "name": "Mood",
        "classes": [{"name": "Glad"}, {"name": "Sad"}],
    }
    answer = client.post(BASE, json=body | changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_labelset_goes_from_draft_to_a_second_version(client_of: Callable[[str], TestClient]) -> None:
    client = client_of("engineer")
    address = f"{BASE}/{_made(client)['id']}"
    draft = client.get(f"{address}/versions/1").json()
    assert (draft["state"], draft["problems"]) == ("draft", [])
    published = client.post(f"{address}/draft/publish", json={"version": draft["version"]}).json()
    assert published["state"] == "published"
    assert client.patch(f"{address}/draft", json={"version": 1, "instructions": "x"}).status_code == 409
    second = client.post(f"{address}/draft").json()
    body = {"version": second["version"], "classes": [{"id": "glad", "name": "Happy"}, {"name": "Angry"}]}
    changed = client.patch(f"{address}/draft", json=body).json()
    assert [each["path"] for each in changed["problems"]] == ["/migration/classes/sad"]
    refused = client.post(f"{address}/draft/publish", json={"version": changed["version"]})
    assert (refused.status_code, refused.json()["type"]) == (422, "definition-invalid")
    body = {"version": changed["version"], "migration": {"classes": {"sad": None}}}
    mended = client.patch(f"{address}/draft", json=body).json()
    assert client.post(f"{address}/draft/publish", json={"version": mended["version"]}).status_code == 200
    diff = client.get(f"{address}/diff", params={"before": 1, "after": 2}).json()
    assert {(each["id"], each["change"]) for each in diff["classes"]} == {
        ("sad", "removed"),
        ("angry", "added"),
        ("glad", "renamed"),
    }
    assert [each["number"] for each in client.get(f"{address}/versions").json()] == [2, 1]
    assert client.get(address).json()["published"] == 2


def test_every_kind_introduces_itself_with_an_example_that_can_be_made(client_of: Callable[[str], TestClient]) -> None:
    client = client_of("engineer")
    for kind in client.get(f"{BASE}/kinds").json():
        example = {name: kind["example"][name] for name in ("classes", "response_schema", "instructions")}
        made = _made(client, label_type=kind["name"], kind=kind["name"], name=kind["title"], **example)
        answer = client.post(f"{BASE}/{made['id']}/draft/publish", json={"version": 1})
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"label_type": "Mood!"}, "label_type"),
        ({"label_type": ""}, "label_type"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kind": "regression"}, "kind"),
        ({"classes": [{"name": ""}]}, "classes.0.name"),
        ({"classes": [{"id": "Not An Id", "name": "A"}]}, "classes.0.id"),
        ({"classes": [{"name": f"Class {i}"} for i in range(1001)]}, "classes"),
        ({"response_schema": {"x": "y" * 1_000_001}}, "response_schema"),
        ({"instructions": "a\x00b"}, "instructions"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_with_a_labelset_is_said(
    client_of: Callable[[str], TestClient], change: dict[str, Any], field: str
) -> None:
    body = {"label_type": "mood", "kind": "classification", "name": "Mood"}
    answer = client_of("engineer").post(BASE, json=body | change)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field


def test_an_expert_reads_labelsets_and_does_not_change_them(client_of: Callable[[str], TestClient]) -> None:
    made = _made(client_of("engineer"))
    expert = client_of("expert")
    assert expert.get(f"{BASE}/{made['id']}").status_code == 200
    assert expert.patch(f"{BASE}/{made['id']}", json={"version": 1, "name": "Mine"}).status_code == 403
    assert client_of("elsewhere").get(f"{BASE}/{made['id']}").status_code == 404
