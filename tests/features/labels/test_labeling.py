"""Labeling a sheet's items directly, over HTTP: walk, answer, drafts, progress, staleness, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from tests.conftest import every

from workbench.features.governance import service as governance
from workbench.features.identity.tables import MemberRow, PersonRow
from workbench.features.labels.service import labeling
from workbench.kernel.paging import Page
from workbench.kernel.vocabulary import Classification


def _refs(shop: Any, show: str, **params: Any) -> list[str]:
    answer = shop.get("/items", show=show, **params)
    assert answer.status_code == 200, answer.text
    return [each["item_ref"] for each in answer.json()["items"]]


def test_an_expert_labels_an_item_and_sees_it_labeled(shop: Any) -> None:
    answer = shop.label("i:1", "card_arrival", notes="asks for it")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["change"] == "created"
    label = body["label"]
    assert (label["value"], label["rendered"], label["number"]) == ("card_arrival", "Card arrival", 1)
    assert (label["stale"], label["stale_known"], label["labeled_by_name"]) == (None, True, "Eva Beispiel")
    of_item = shop.get("/of-item", item_ref="i:1").json()
    assert of_item == label
    assert shop.expert.get(f"/api/v1/labels/{label['id']}").json()["value"] == "card_arrival"


def test_items_are_walked_in_the_order_of_the_sheet(shop: Any) -> None:
    shop.label("i:1", "card_arrival")
    shop.label("i:3", None, verdict="unlabelable")
    assert _refs(shop, "to_do") == ["i:2", "i:4", "i:5"]
    assert _refs(shop, "unlabeled") == ["i:2", "i:4", "i:5"]
    assert _refs(shop, "labeled") == ["i:1", "i:3"]
    assert _refs(shop, "stale") == []
    everything = shop.get("/items", show="all").json()["items"]
    assert [(each["position"], each["state"]) for each in everything] == [
        (0, "labeled"),
        (1, "unlabeled"),
        (2, "unlabelable"),
        (3, "unlabeled"),
        (4, "unlabeled"),
    ]
    assert everything[0]["label"]["summary"] == "Card arrival"
    assert everything[1]["label"] is None


@pytest.mark.parametrize("look_at", [1, 2, 3, 20_000])
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_pages_of_the_walk_meet_without_gap(
    shop: Any, monkeypatch: pytest.MonkeyPatch, look_at: int, limit: int
) -> None:
    monkeypatch.setattr(labeling, "LOOK_AT", look_at)
    shop.label("i:2", "other")

    def load(cursor: str | None) -> Page[Any]:
        params = {"cursor": cursor} if cursor else {}
        return Page[Any].model_validate(shop.get("/items", limit=limit, **params).json())

    assert [each["item_ref"] for each in every(load)] == ["i:1", "i:3", "i:4", "i:5"]


def test_a_changed_row_comes_back_stale_alone(shop: Any) -> None:
    for number in range(1, 5):
        shop.label(f"i:{number}", "other")
    rows = {
        "id": [1, 2, 3, 4, 6],
        "text": ["Where is my card?", "Thank you!", "Broken, and again!", "Card lost", "New here"],
        "author": ["Ann Sample", "Bo Test", "Cy Demo", "Di Fake", "Fay Mock"],
    }
    shop.write(rows)
    assert _refs(shop, "stale") == ["i:3"]
    assert _refs(shop, "to_do") == ["i:3", "i:6"]
    stale = shop.get("/item", item_ref="i:3").json()
    assert (stale["state"], stale["label"]["stale"], stale["position"]) == ("stale", "item", None)
    progress = shop.get("/progress").json()
    counted = {name: progress[name] for name in ("items", "labeled", "unlabelable", "stale", "unlabeled", "exact")}
    assert counted == {"items": 5, "labeled": 3, "unlabelable": 0, "stale": 1, "unlabeled": 1, "exact": True}
    assert shop.label("i:3", "complaint", 1).json()["change"] == "changed"
    assert _refs(shop, "stale") == []


def test_a_label_is_stale_only_for_what_its_labeler_looked_at(shop: Any) -> None:
    shop.label("i:1", "card_arrival", fields=["text"])
    shop.label("i:2", "other", fields=["text", "author"])
    rows = {
        "id": [1, 2],
        "text": ["Where is my card?", "Thank you!"],
        "author": ["Someone Else", "Someone Else"],
    }
    shop.write(rows)
    assert _refs(shop, "stale") == ["i:2"]


def test_a_label_whose_item_is_gone_is_stale(shop: Any) -> None:
    shop.label("i:5", "other")
    shop.write({"id": [1], "text": ["x"], "author": ["y"]})
    listed = shop.get("").json()["items"]
    assert [(each["item_ref"], each["stale"]) for each in listed] == [("i:5", "item")]
    assert shop.get("/item", item_ref="i:5").status_code == 404


def test_a_sheet_made_again_over_the_same_table_shares_the_labels(shop: Any) -> None:
    shop.label("i:1", "card_arrival", fields=["text"])
    body = {
        "name": "Messages again",
        "definition": {"primary_table": "main.shop.messages", "item_key": ["id"], "columns": ["id", "text"]},
    }
    sheet = shop.clients["engineer"].post("/api/v1/sheets", json=body).json()
    shop.clients["engineer"].post(f"/api/v1/sheets/{sheet['id']}/publish", json={"version": sheet["version"]})
    answer = shop.get("/of-item", sheet_id=sheet["id"], item_ref="i:1")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["value"], answer.json()["stale"]) == ("card_arrival", None)


def test_progress_says_who_labeled_how_much(shop: Any) -> None:
    shop.label("i:1", "other")
    shop.label("i:2", "other")
    shop.label("i:3", "other", by="engineer")
    people = shop.get("/progress").json()["by_person"]
    assert [(each["name"], each["labels"]) for each in people] == [("Eva Beispiel", 2), ("Ada Testa", 1)]


def test_progress_of_a_large_sheet_is_told_from_the_counts(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labeling, "EXACT_UP_TO", 3)
    shop.label("i:1", "other")
    rough = shop.get("/progress").json()
    assert (rough["exact"], rough["items"], rough["labeled"], rough["unlabeled"]) == (False, 5, 1, 4)
    assert shop.get("/progress", exact=True).json()["exact"] is True


def test_a_conflict_shows_both_answers(shop: Any) -> None:
    shop.label("i:1", "card_arrival", by="engineer")
    answer = shop.label("i:1", "complaint", notes="very angry")
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "label-changed"
    assert problem["details"]["yours"]["value"] == "complaint"
    assert problem["details"]["theirs"]["value"] == "card_arrival"
    assert shop.get("/of-item", item_ref="i:1").json()["value"] == "card_arrival"


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"item_ref": "i:99"}, 404, "item_ref"),
        ({"item_ref": "s:1"}, 404, "item_ref"),
        ({"item_ref": "1"}, 422, "item_ref"),
        ({"item_ref": "i:1' OR '1'='1"}, 422, "item_ref"),
        ({"item_ref": "i:1\x00"}, 422, None),
        ({"item_ref": "s:" + "x" * 600}, 422, None),
        ({"label_type": "unheard_of"}, 404, "label_type"),
        ({"labelset_version": 7}, 404, "number"),
        ({"sheet_id": "00000000-0000-7000-8000-000000000000"}, 404, "sheet_id"),
        ({"sheet_version": 9}, 404, "number"),
        ({"value": "Card arrival"}, 422, "value"),
        ({"value": None}, 422, "value"),
        ({"verdict": "retracted"}, 422, None),
        ({"confidence": "certain"}, 422, None),
        ({"notes": "x" * 10_001}, 422, None),
        ({"notes": "a\x00b"}, 422, None),
        ({"fields": []}, 422, "fields"),
        ({"fields": ["salary"]}, 422, "salary"),
        ({"version": 3}, 409, None),
        ({"unknown": 1}, 422, None),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(
    shop: Any, change: dict[str, Any], status: int, field: str | None
) -> None:
    body = {
        "sheet_id": shop.sheet_id,
        "label_type": "topic",
        "item_ref": "i:1",
        "value": "other",
        "version": None,
    }
    answer = shop.expert.post("/api/v1/labels", json=body | change)
    assert answer.status_code == status, answer.text
    if field is not None:
        assert answer.json()["field"] == field
    assert shop.get("/of-item", item_ref="i:1").status_code == 404


def test_nobody_labels_without_the_permission_or_from_elsewhere(shop: Any) -> None:
    assert shop.label("i:1", "other", by="viewer").status_code == 403
    assert shop.label("i:1", "other", by="elsewhere").status_code == 404
    assert shop.get("/items", by="elsewhere").status_code == 404


def test_what_an_actor_may_not_see_they_neither_read_nor_label(shop: Any) -> None:
    label = shop.label("i:1", "card_arrival", notes="Ann is upset").json()["label"]
    with shop.backends.database.begin() as session:
        governance.set_tags(session, shop.engineer, "main.shop.messages#text", {"PHI": ""})
    hidden = shop.get("/of-item", by="viewer", item_ref="i:1").json()
    assert (hidden["value"], hidden["notes"], hidden["summary"]) == (None, None, None)
    assert "restricted" in hidden["withheld"]
    assert shop.get("", by="viewer").json()["items"][0]["value"] is None
    seen = shop.label("i:2", "other", by="engineer")  # may see what is confidential, and so labels from the rest
    assert seen.status_code == 200, seen.text
    assert shop.label("i:3", "other", by="engineer", fields=["text"]).status_code == 403
    with shop.backends.database.begin() as session:
        governance.set_tags(session, shop.engineer, "main.shop.messages#id", {"PHI": ""})
    assert shop.get("/items", by="viewer").status_code == 403
    assert shop.viewer.get(f"/api/v1/labels/{label['id']}").status_code == 403
    assert shop.viewer.get("/api/v1/labels", params={"label_type": "topic"}).json()["items"] == []
    assert len(shop.expert.get("/api/v1/labels", params={"label_type": "topic"}).json()["items"]) == 2


def test_a_label_above_the_clearance_is_neither_guessed_nor_replaced(shop: Any) -> None:
    """Saying the same again changes nothing, so whoever may answer blindly could try every class."""
    label = shop.label("i:1", "card_arrival").json()["label"]
    with shop.backends.database.begin() as session:
        governance.set_tags(session, shop.engineer, "main.shop.messages#text", {"PHI": ""})
    for value, expected in (("card_arrival", 1), ("other", 1), ("other", None)):
        answer = shop.label("i:1", value, expected, by="engineer", fields=["author"])
        assert answer.status_code == 403, answer.text
        assert "card_arrival" not in answer.text
    assert shop.expert.get(f"/api/v1/labels/{label['id']}").json()["number"] == 1
    assert shop.label("i:1", "other", 1).status_code == 200


# --- drafts


def _draft(shop: Any, content: dict[str, Any], version: int | None, by: str = "expert") -> Any:
    body = {"sheet_id": shop.sheet_id, "label_type": "topic", "item_ref": "i:1", "content": content, "version": version}
    return shop.clients[by].put("/api/v1/labels/draft", json=body)


def test_what_is_typed_is_kept_until_it_is_submitted(shop: Any) -> None:
    assert shop.get("/draft", item_ref="i:1").json() is None
    first = _draft(shop, {"value": "comp", "notes": "not su"}, None).json()
    second = _draft(shop, {"value": "complaint", "notes": "not sure"}, first["version"]).json()
    assert shop.get("/draft", item_ref="i:1").json() == second
    item = shop.get("/item", item_ref="i:1").json()
    assert item["draft"]["content"]["value"] == "complaint"
    assert shop.get("/item", by="engineer", item_ref="i:1").json()["others"] == ["Eva Beispiel"]
    shop.label("i:1", "complaint")
    assert shop.get("/draft", item_ref="i:1").json() is None


def test_a_draft_saved_in_another_window_is_not_overwritten(shop: Any) -> None:
    first = _draft(shop, {"notes": "here"}, None).json()
    _draft(shop, {"notes": "there"}, first["version"])
    answer = _draft(shop, {"notes": "here again"}, first["version"])
    assert answer.status_code == 409
    assert answer.json()["details"]["current"]["content"]["notes"] == "there"
    assert _draft(shop, {"notes": "as if new"}, None).status_code == 409


def test_a_draft_is_its_owners_and_can_be_discarded(shop: Any) -> None:
    _draft(shop, {"notes": "mine"}, None)
    assert shop.get("/draft", by="engineer", item_ref="i:1").json() is None
    params = {"sheet_id": shop.sheet_id, "label_type": "topic", "item_ref": "i:1"}
    assert shop.expert.delete("/api/v1/labels/draft", params=params).status_code == 204
    assert shop.get("/draft", item_ref="i:1").json() is None


def test_a_draft_is_shown_only_while_its_writer_may_see_what_it_was_typed_from(shop: Any) -> None:
    first = _draft(shop, {"value": "complaint", "notes": "Ann is upset"}, None).json()
    with shop.backends.database.begin() as session:
        governance.set_tags(session, shop.engineer, "main.shop.messages#text", {"PHI": ""})
    assert shop.get("/draft", item_ref="i:1").json() == first, "experts may see everything"
    with shop.backends.database.begin() as session:
        person = session.scalars(select(PersonRow.id).where(PersonRow.name == "Eva Beispiel")).one()
        session.execute(
            update(MemberRow).where(MemberRow.person_id == person).values(clearance=Classification.CONFIDENTIAL)
        )
    assert shop.get("/draft", item_ref="i:1").json() is None
    assert shop.get("/item", item_ref="i:1").json()["draft"] is None
    assert [item["draft"] for item in shop.get("/items").json()["items"]] == [None] * 5
    refused = _draft(shop, {"notes": "now without the text"}, first["version"])
    assert (refused.status_code, refused.json()["details"]["current"]) == (409, None)
    again = _draft(shop, {"notes": "now without the text"}, None)
    assert again.status_code == 200, again.text
    assert shop.get("/draft", item_ref="i:1").json() == again.json(), "typed from what they still may see"


# --- lists


def test_lists_are_filtered_and_sorted(shop: Any) -> None:
    shop.label("i:1", "card_arrival", confidence="low")
    shop.label("i:2", "other", by="engineer")
    shop.label("i:3", None, verdict="unlabelable")
    gone = shop.label("i:4", "other").json()["label"]
    shop.expert.post(f"/api/v1/labels/{gone['id']}/retract", json={"version": 1, "reason": "a test"})

    def refs(**params: Any) -> list[str]:
        answer = shop.get("", **params)
        assert answer.status_code == 200, answer.text
        return [each["item_ref"] for each in answer.json()["items"]]

    assert refs() == ["i:3", "i:2", "i:1"]
    assert refs(sort="oldest") == refs(sort="item_ref") == ["i:1", "i:2", "i:3"]
    assert refs(verdict="unlabelable") == ["i:3"]
    assert refs(verdict="retracted") == ["i:4"]
    assert refs(confidence="low") == ["i:1"]
    assert refs(labeled_by=str(shop.engineer.id)) == ["i:2"]
    assert refs(search="i:2") == ["i:2"]
    assert refs(search="I:2") == ["i:2"]
    assert refs(search="%") == []
    assert refs(stale="true") == []
    assert refs(stale="false") == ["i:3", "i:2", "i:1"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "item_ref"])
@pytest.mark.parametrize("stale", [None, "false"])
def test_pages_of_labels_meet_without_gap(shop: Any, sort: str, stale: str | None) -> None:
    for number in range(1, 6):
        shop.label(f"i:{number}", "other")

    def load(cursor: str | None) -> Page[Any]:
        given = {"cursor": cursor, "stale": stale}
        params = {name: value for name, value in given.items() if value is not None}
        return Page[Any].model_validate(shop.get("", sort=sort, limit=2, **params).json())

    seen = [each["item_ref"] for each in every(load)]
    assert seen == [f"i:{number}" for number in (range(5, 0, -1) if sort == "newest" else range(1, 6))]


@pytest.mark.parametrize(
    "params", [{"sort": "value"}, {"cursor": "bm9uc2Vuc2U"}, {"cursor": "WyJ4Il0"}, {"label_type": "\x00"}]
)
def test_a_list_refuses_what_it_does_not_know(shop: Any, params: dict[str, str]) -> None:
    assert shop.get("", **params).status_code in (404, 422)


@pytest.mark.parametrize(
    "cursor", ["nonsense", "WyJ4Il0", "Wy0xXQ", "WzEuNV0", "W3RydWVd", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"]
)
def test_a_walk_refuses_a_cursor_it_did_not_give(shop: Any, cursor: str) -> None:
    answer = shop.get("/items", cursor=cursor)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == "cursor"


def test_a_search_for_what_no_database_holds_is_no_accident(shop: Any) -> None:
    assert shop.get("", search="\x00").status_code in (200, 422)
    assert shop.expert.get("/api/v1/labelsets", params={"search": "\x00"}).status_code in (200, 422)


def test_a_stale_list_needs_a_sheet(shop: Any) -> None:
    answer = shop.expert.get("/api/v1/labels", params={"label_type": "topic", "stale": True})
    assert answer.status_code == 422
    assert answer.json()["field"] == "stale"


def test_a_label_is_retracted_and_reverted_over_http(shop: Any) -> None:
    label = shop.label("i:1", "card_arrival").json()["label"]
    shop.label("i:1", "complaint", 1)
    address = f"/api/v1/labels/{label['id']}"
    assert shop.expert.post(f"{address}/retract", json={"version": 1, "reason": "wrong"}).status_code == 409
    assert shop.expert.post(f"{address}/retract", json={"version": 2, "reason": "  "}).status_code == 422
    retracted = shop.expert.post(f"{address}/retract", json={"version": 2, "reason": "wrong"}).json()
    assert (retracted["verdict"], retracted["value"]) == ("retracted", None)
    assert shop.get("/of-item", item_ref="i:1").status_code == 404
    reverted = shop.expert.post(f"{address}/revert", json={"version": 3, "to": 1}).json()
    assert (reverted["number"], reverted["value"]) == (4, "card_arrival")
    history = shop.expert.get(f"{address}/history").json()
    assert [each["source"] for each in history["versions"]] == ["revert", "retract", "direct", "direct"]
    assert shop.expert.post(f"{address}/revert", json={"version": 4, "to": 9}).status_code == 404
    uses = shop.expert.get(f"{address}/uses").json()
    assert "training" in uses["allowed_uses"]
