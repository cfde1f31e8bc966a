"""Exports and uses over HTTP: ranges, refusals, and the shapes that the SDK reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from starlette.testclient import TestClient
from tests.conftest import MakeActor, SignIn
from tests.features.exports.conftest import COUNT, Desk

from workbench.features.exports.schemas import Export
from workbench.features.governance import service as governance
from workbench.kernel.vocabulary import Role

API = "/api/v1"


@pytest.fixture
def client(desk: Desk, signed_in: SignIn) -> TestClient:
    """The desk's admin in a browser."""
    return signed_in(desk.owner)


@pytest.fixture
def written(desk: Desk) -> Export:
    """An export with a validation file."""
    return desk.export(validation_fraction=0.5)


def _of(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(API + path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_file_is_downloaded_whole_or_from_where_one_was(desk: Desk, client: TestClient, written: Export) -> None:
    path = f"{API}/exports/{written.id}/files/train.jsonl"
    whole = client.get(path)
    assert whole.content == (desk.folder(written) / "train.jsonl").read_bytes()
    assert whole.headers["content-type"] == "application/octet-stream"
    assert "attachment" in whole.headers["content-disposition"]
    assert whole.headers["x-content-type-options"] == "nosniff"
    part = client.get(path, headers={"Range": "bytes=10-19", "If-Range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert client.get(path, headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416
    assert client.head(path).status_code == 200
    audited = _of(client, "/audit/events", action="export.download")["items"]
    assert [each["details"].get("part") for each in reversed(audited)] == [None, "bytes=10-19", mock.ANY]


@pytest.mark.parametrize("method", ["head", "get"])
def test_a_download_that_the_rules_forbid_is_in_the_audit(
    desk: Desk, client: TestClient, written: Export, method: str
) -> None:
    with desk.backends.database.begin() as session:
        governance.set_tags(session, desk.owner, desk.sheet.definition.primary_table, {"PII": ""})
    refused = client.request(method, f"{API}/exports/{written.id}/files/train.jsonl")
    assert refused.status_code == 409
    (event,) = _of(client, "/audit/events", action="export.refuse")["items"]
    assert event["subject_id"] == str(written.id)
    assert event["details"]["file"] == "train.jsonl"
    assert "tagged PII" in event["details"]["why"]
    assert not _of(client, "/audit/events", action="export.download")["items"]


def test_asking_waits_for_a_job(desk: Desk, client: TestClient) -> None:
    answer = client.post(f"{API}/exports", json={"training_sheet_id": str(desk.training_sheet.id)})
    assert (answer.status_code, answer.json()["state"]) == (202, "writing")
    early = client.get(f"{API}/exports/{answer.json()['id']}/files/train.jsonl")
    assert (early.status_code, early.json()["type"]) == (409, "export-not-ready")
    assert client.delete(f"{API}/exports/{answer.json()['id']}").status_code == 409


@pytest.mark.parametrize(
    "query",
    [
        {"validation_fraction": "2"},
        {"validation_fraction": "nan"},
        {"seed": "x"},
        {"images": "inline"},
        {"format": "word", "split": "train"},
        {"lines": "0"},
        {"split": "test"},
    ],
)
def test_bad_options_are_named(desk: Desk, client: TestClient, query: dict[str, str]) -> None:
    answer = client.get(f"{API}/exports/preview", params={"training_sheet_id": str(desk.training_sheet.id)} | query)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] in query


def test_summary_preview_list_check_and_formats(desk: Desk, client: TestClient, written: Export) -> None:
    sheet = str(desk.training_sheet.id)
    summary = _of(client, "/exports/summary", training_sheet_id=sheet, validation_fraction=0.5)
    assert sum(split["gate"]["allowed"] for split in summary["splits"]) == COUNT
    assert len(_of(client, "/exports/preview", training_sheet_id=sheet, lines=2)["lines"]) == 2
    assert [
        each["id"] for each in _of(client, "/exports", training_sheet_id=sheet, state="ready", search="trial")["items"]
    ] == [str(written.id)]
    assert _of(client, f"/exports/{written.id}/verify")["standing"]
    assert _of(client, "/exports/formats")[0]["name"] == "openai_chat"
    line = _of(client, f"/exports/{written.id}/lines/train/1")
    row = _of(client, "/exports/row", table=line["source_table"], key=str(line["key"]["id"]))
    assert row["exports"][0]["line"] == 1
    assert _of(client, "/exports/row", table=line["source_table"], item_ref=line["item_ref"]) == row


def test_a_viewer_may_look_but_not_take(
    written: Export, desk: Desk, actor: MakeActor, signed_in: Callable[..., TestClient]
) -> None:
    viewer = signed_in(actor(Role.VIEWER))
    assert viewer.get(f"{API}/exports/{written.id}").status_code == 200
    for path in (
        f"/exports/{written.id}/files/train.jsonl",
        f"/exports/preview?training_sheet_id={desk.training_sheet.id}",
    ):
        assert viewer.get(API + path).status_code == 403


def test_constraints_waivers_and_the_answer_to_why_not(desk: Desk, client: TestClient) -> None:
    pair = desk.studio.pairs(desk.training_sheet.id)[0]
    path = f"{API}/governance/constraints/pair/{pair.id}"
    assert client.get(path).json()["version"] == 0
    change = {"prohibited_uses": ["training"], "reason": "names a customer", "version": 0}
    assert client.put(path, json=change).json()["version"] == 1
    stale = client.put(path, json=change)
    assert (stale.status_code, stale.json()["type"]) == (409, "constraints-changed")
    explained = _of(client, f"/governance/pairs/{pair.id}/uses")
    assert explained["allowed_uses"] == ["validation", "evaluation", "few_shot", "testing"]
    assert explained["uses"][0]["obstacles"][0]["text"] == "pair: names a customer"
    summaries = _of(client, f"/governance/training-sheets/{desk.training_sheet.id}/uses")
    assert {each["use"]: each["allowed"] for each in summaries}["training"] == COUNT - 1
    grant = {"subject_kind": "pair", "subject_ref": str(pair.id), "uses": ["training"], "reason": "board decision 7"}
    made = client.post(f"{API}/governance/waivers", json=grant)
    assert made.status_code == 201
    assert client.post(f"{API}/governance/waivers", json=grant).status_code == 409
    explained = _of(client, f"/governance/pairs/{pair.id}/uses")
    assert "training" in explained["allowed_uses"]
    (waived,) = explained["uses"][0]["waivers"]
    owner = desk.owner.name
    assert waived["text"] == f"By a waiver of {owner}: board decision 7 (despite pair: names a customer)"
    assert (waived["waiver_id"], waived["granted_by_name"]) == (made.json()["id"], owner)
    assert client.post(f"{API}/governance/waivers/{made.json()['id']}/revoke").json()["stands"] is False


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"subject_kind": "pair", "subject_ref": "7"}, 404),
        ({"subject_kind": "pair", "subject_ref": "01a1fd44-d9c8-7499-b4c5-0d9d6393260b"}, 404),
        ({"subject_kind": "organisation", "subject_ref": "x"}, 422),
        ({"subject_kind": "source", "subject_ref": "a..b"}, 422),
        ({"subject_kind": "source", "subject_ref": "main.help.qestions"}, 404),
        ({"subject_kind": "source", "subject_ref": "main", "uses": []}, 422),
        ({"subject_kind": "source", "subject_ref": "main", "uses": ["selling"]}, 422),
        ({"subject_kind": "source", "subject_ref": "main", "reason": ""}, 422),
        ({"subject_kind": "source", "subject_ref": "main", "expires_at": "2001-01-01T00:00:00Z"}, 422),
    ],
)
def test_waivers_that_make_no_sense(client: TestClient, body: dict[str, Any], status: int) -> None:
    answer = client.post(f"{API}/governance/waivers", json={"uses": ["training"], "reason": "board decision 7"} | body)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("kind", ["source", "organisation", "galaxy"])
def test_only_what_takes_constraints_has_them(desk: Desk, client: TestClient, kind: str) -> None:
    answer = client.get(f"{API}/governance/constraints/{kind}/{desk.owner.workspace_id}")
    assert answer.status_code == (422 if kind == "galaxy" else 404)
