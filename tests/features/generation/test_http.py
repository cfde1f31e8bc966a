"""Training sheets over HTTP: an engineer's way from preview to pairs, and what is refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from tests.conftest import SignIn
from tests.studio import Studio

API = "/api/v1"


@pytest.fixture
def engineer(studio: Studio, signed_in: SignIn, actor: Any) -> TestClient:
    return signed_in(actor("engineer"))


def recipe(studio: Studio, **told: Any) -> dict[str, Any]:
    studio.labelset()
    sheet, template = studio.sheet(), studio.template()
    return {"sheet_id": str(sheet.sheet_id), "template_version_id": str(template.id), "mode": "manual", **told}


def test_from_preview_to_pairs(studio: Studio, engineer: TestClient) -> None:
    body = recipe(studio, mode="existing_column", column="intent", trusted=True)
    shown = engineer.post(f"{API}/training-sheets/preview", json={**body, "count": 2})
    assert shown.status_code == 200, shown.text
    assert [pair["rendered"] for pair in shown.json()["pairs"]] == ["Card lost", "Transfer"]
    known = {key: body[key] for key in ("sheet_id", "template_version_id")}
    assert engineer.get(f"{API}/training-sheets/coverage", params=known).json()["unlabeled"] == 30
    answer = engineer.post(f"{API}/training-sheets", json={**body, "name": "First"}, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 201, answer.text
    again = engineer.post(f"{API}/training-sheets", json={**body, "name": "First"}, headers={"Idempotency-Key": "k1"})
    made = answer.json()
    assert again.json()["id"] == made["id"]
    studio.run(made["job_id"])
    made = engineer.get(f"{API}/training-sheets/{made['id']}").json()
    assert (made["state"], made["counts"]["labeled"]) == ("review", 30)
    page = engineer.get(
        f"{API}/training-sheets/{made['id']}/pairs",
        params=[("status", "labeled"), ("status", "flagged"), ("limit", "3")],
    ).json()
    assert [pair["item_ref"] for pair in page["items"]] == ["i:0", "i:1", "i:2"]
    assert "messages" not in page["items"][0]
    for wrong in ({"least_confidence": "2"}, {"status": "done"}, {"sure": "1"}):
        refused = engineer.get(f"{API}/training-sheets/{made['id']}/pairs", params=wrong)
        assert refused.status_code == 422
        assert next(iter(wrong)) in refused.json()["detail"] + str(refused.json().get("field"))
    whole = engineer.get(f"{API}/pairs/{page['items'][0]['id']}").json()
    assert whole["messages"][0]["role"] == "user"
    stream = engineer.get(f"{API}/training-sheets/{made['id']}/pairs.arrow", params={"use": "training"})
    assert stream.headers["content-type"] == "application/vnd.apache.arrow.stream"
    assert pa.ipc.open_stream(stream.content).read_all().num_rows == 30


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"mode": "magic"}, 422, "mode"),
    ({"sheet_id": "nonsense"}, 422, "sheet_id"),
    ({"sheet_id": str(uuid4())}, 404, "sheet"),
    ({"template_version_id": str(uuid4())}, 404, "template"),
    ({"mode": "existing_column"}, 422, "column"),
    ({"limit": 0}, 422, "limit"),
    ({"name": " "}, 422, "name"),
    ({"name": "a\x00b"}, 422, "name"),
    ({"surprise": 1}, 422, "surprise"),
]


@pytest.mark.parametrize(("told", "status", "word"), BAD)
def test_what_is_refused_names_the_field(
    studio: Studio, engineer: TestClient, told: dict[str, Any], status: int, word: str
) -> None:
    answer = engineer.post(f"{API}/training-sheets", json={**recipe(studio), "name": "First", **told})
    assert answer.status_code == status, answer.text
    assert word in answer.text
    assert engineer.get(f"{API}/training-sheets").json()["items"] == []


def test_reading_for_a_use_that_does_not_exist(studio: Studio, engineer: TestClient) -> None:
    assert engineer.get(f"{API}/training-sheets/{uuid4()}/pairs.arrow", params={"use": "fun"}).status_code == 422
    assert engineer.get(f"{API}/training-sheets/{uuid4()}/pairs.arrow", params={"use": "training"}).status_code == 404
