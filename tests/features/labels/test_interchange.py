"""Labels in and out as JSON Lines: reports by row, policies, resume, and a gate that nothing passes unseen."""

from __future__ import annotations

import gc
import io
import json
import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from workbench.features.jobs import service as jobs
from workbench.features.jobs.service import attempts
from workbench.features.jobs.tables import JobRow
from workbench.features.labels.rules import Submission
from workbench.features.labels.service import imports
from workbench.features.labels.tasks import JOB_KINDS


def _upload(shop: Any, content: bytes, *, by: str = "expert", **options: Any) -> Any:
    data = {"sheet_id": shop.sheet_id, "label_type": "topic"} | options
    files = {"file": ("labels.jsonl", io.BytesIO(content), "application/jsonl")}
    return shop.clients[by].post("/api/v1/labels/import", data=data, files=files)


def _lines(*rows: Any) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _import(shop: Any, content: bytes, **options: Any) -> dict[str, Any]:
    answer = _upload(shop, content, **options)
    assert answer.status_code == 202, answer.text
    return dict(shop.work(answer.json()))


def _values(shop: Any) -> dict[str, Any]:
    return {each["item_ref"]: each["value"] for each in shop.get("", sort="item_ref").json()["items"]}


def test_lines_become_labels(shop: Any) -> None:
    job = _import(
        shop,
        _lines(
            {"item_ref": "i:1", "value": "card_arrival", "notes": "clear", "confidence": "medium"},
            {"key": {"id": 2}, "value": "Other"},
            {"item_ref": "i:3", "verdict": "unlabelable"},
            {"item_ref": "i:4", "value": "complaint", "split": "train"},
        ),
    )
    assert job["status"] == "succeeded", job
    assert job["result"] == {
        "dry_run": False,
        "rows": 4,
        "created": 4,
        "changed": 0,
        "unchanged": 0,
        "skipped": 0,
        "invalid": 0,
        "problems": [],
    }
    assert _values(shop) == {"i:1": "card_arrival", "i:2": "other", "i:3": None, "i:4": "complaint"}
    label = shop.get("/of-item", item_ref="i:1").json()
    assert (label["notes"], label["confidence"], label["stale"]) == ("clear", "medium", None)
    assert label["labeled_by_name"] == "Eva Beispiel"
    assert list((shop.backends.settings.files / "uploads").iterdir()) == []


BROKEN = b"\n".join(
    [
        b'{"item_ref": "i:1", "value": "other"}',
        b'{"item_ref": "i:2", "value": ',
        b'"other"',
        b'{"value": "other"}',
        b'{"item_ref": "i:99", "value": "other"}',
        b'{"item_ref": "row 3", "value": "other"}',
        b'{"item_ref": "i:3"}',
        b'{"item_ref": "i:3", "value": "nonsense"}',
        b"",
        b'{"item_ref": "i:1", "value": "complaint"}',
        b'{"item_ref": "i:4", "value": "\xff"}',
        b'{"item_ref": "i:4", "value": "other", "verdict": "maybe"}',
        b'{"item_ref": "i:4", "value": "other", "verdict": "retracted"}',
        b'{"item_ref": "i:4", "value": "other", "confidence": 3}',
        b'{"item_ref": "i:4", "value": "other", "notes": ["x"]}',
        b'{"item_ref": "i:4", "value": "other", "label_type": "mood"}',
        b'{"key": {"id": 4, "part": 1}, "value": "other"}',
        b'{"key": {"id": 4.5}, "value": "other"}',
        b'{"item_ref": 4, "value": "other"}',
        b'{"item_ref": "i:4", "value": "other"}',
    ]
)
PROBLEMS = [
    (2, None, "The row is not JSON"),
    (3, None, "The row is JSON, but not an object."),
    (4, "item_ref", "The row names no item."),
    (5, "item_ref", "main.shop.messages has no item i:99."),
    (6, "item_ref", "'row 3' is not an item_ref."),
    (7, "value", "The row has no value."),
    (8, "value", "“nonsense” is no class id"),
    (10, "item_ref", "The item is answered in row 1 already."),
    (11, None, "The row is not UTF-8 text."),
    (12, "verdict", "maybe is not one of answered"),
    (13, "verdict", "A file cannot retract labels."),
    (14, "confidence", "3 is not one of high"),
    (15, "notes", "Notes are text"),
    (16, "label_type", "The row is of label type mood"),
    (17, "key", "The key must have exactly the columns id."),
    (18, "key", "cannot name an item"),
    (19, "item_ref", "4 is not an item_ref."),
]


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_row_that_is_wrong_is_reported_and_the_others_are_taken(shop: Any, dry_run: bool) -> None:
    job = _import(shop, BROKEN, dry_run=dry_run)
    assert job["status"] == "succeeded", job
    report = job["result"]
    assert [(each["row"], each["field"]) for each in report["problems"]] == [line[:2] for line in PROBLEMS]
    for found, (_, _, message) in zip(report["problems"], PROBLEMS, strict=True):
        assert message in found["message"]
    assert (report["rows"], report["created"], report["invalid"]) == (19, 2, 17)
    assert _values(shop) == ({} if dry_run else {"i:1": "other", "i:4": "other"})


def test_all_or_nothing(shop: Any) -> None:
    job = _import(shop, BROKEN, policy="fail")
    assert job["status"] == "failed"
    assert job["problem"]["detail"].startswith("17 of 19 rows cannot be taken, so no label was changed. Row 2: ")
    assert job["problem"]["row"] == 2
    assert _values(shop) == {}
    good = _lines({"item_ref": "i:1", "value": "other"}, {"item_ref": "i:2", "value": "other"})
    assert _import(shop, good, policy="fail")["result"]["created"] == 2


def test_policies_decide_on_items_that_have_a_label(shop: Any) -> None:
    shop.label("i:1", "card_arrival")
    shop.label("i:2", "other")
    rows = _lines(*({"item_ref": f"i:{number}", "value": "other"} for number in (1, 2, 3)))
    tried = _import(shop, rows, policy="overwrite", dry_run=True)["result"]
    assert (tried["created"], tried["changed"], tried["unchanged"]) == (1, 1, 1)
    refused = _import(shop, rows, policy="fail")
    assert (refused["status"], refused["problem"]["row"]) == ("failed", 1)
    skipped = _import(shop, rows, policy="skip")["result"]
    assert (skipped["created"], skipped["skipped"]) == (1, 2)
    assert _values(shop)["i:1"] == "card_arrival"
    written = _import(shop, rows, policy="overwrite")["result"]
    assert (written["created"], written["changed"], written["unchanged"]) == (0, 1, 2)
    assert _values(shop) == {"i:1": "other", "i:2": "other", "i:3": "other"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\n\n  \n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        ('{"item_ref": "i:1", "value": "other"}\n'.encode("utf-16"), "The file is UTF-16."),
        (b"id,label\n1,other\n", "2 of 2 rows cannot be taken"),
        (b"PK\x03\x04" + bytes(1000), "1 of 1 rows cannot be taken"),
    ],
)
def test_a_file_that_is_no_json_lines_is_refused_whole(shop: Any, content: bytes, message: str) -> None:
    job = _import(shop, content)
    assert job["status"] == "failed"
    assert job["problem"]["detail"].startswith(message)
    assert list((shop.backends.settings.files / "uploads").iterdir()) == []


def test_a_byte_order_mark_is_no_part_of_the_first_line(shop: Any) -> None:
    job = _import(shop, b"\xef\xbb\xbf" + _lines({"item_ref": "i:1", "value": "other"}))
    assert job["result"]["created"] == 1


def test_a_line_without_end_does_not_fill_the_memory(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "LONGEST_LINE", 100)
    endless = b'{"item_ref": "i:1", "value": "other", "notes": "' + b"x" * 5000 + b'"}\n'
    job = _import(shop, endless + _lines({"item_ref": "i:2", "value": "other"}))
    assert [each["message"] for each in job["result"]["problems"]] == ["The row is longer than 100 bytes."]
    assert _values(shop) == {"i:2": "other"}


def test_an_import_goes_on_where_it_was_stopped(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    rows = _lines(*({"item_ref": f"i:{number}", "value": "other"} for number in range(1, 6)))
    job = _upload(shop, rows + _lines({"item_ref": "i:1", "value": "complaint"})).json()
    submit_many, calls = imports.submit_many, []

    def dies_in_the_second_batch(*args: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return submit_many(*args, **named)

    monkeypatch.setattr(imports, "submit_many", dies_in_the_second_batch)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_job(shop.backends, JOB_KINDS, UUID(job["id"]), job["attempt"])
    assert sorted(_values(shop)) == ["i:1", "i:2"]
    done = shop.work(job)
    assert done["status"] == "succeeded", done
    report = done["result"]
    assert (report["rows"], report["created"], report["invalid"]) == (6, 5, 1)
    assert report["problems"][0]["row"] == 6
    assert sorted(_values(shop)) == [f"i:{number}" for number in range(1, 6)]


@pytest.mark.parametrize("options", [{}, {"policy": "fail"}, {"dry_run": True}], ids=["skip", "fail", "dry run"])
def test_an_import_whose_end_could_not_be_saved_is_not_told_that_its_file_is_gone(
    shop: Any, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    job = _upload(shop, _lines({"item_ref": "i:1", "value": "other"}), **options).json()

    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("UPDATE job", {}, Exception("database is locked"))

    with monkeypatch.context() as patched:
        patched.setattr(attempts, "_finish", locked)
        with pytest.raises(OperationalError):
            jobs.run_job(shop.backends, JOB_KINDS, UUID(job["id"]), job["attempt"])
    done = shop.work(job)
    assert done["status"] == "succeeded", done
    assert (done["result"]["rows"], done["result"]["created"]) == (1, 1)
    assert _values(shop) == ({} if options.get("dry_run") else {"i:1": "other"})
    assert list((shop.backends.settings.files / "uploads").iterdir()) == []


def test_all_or_nothing_does_not_hold_the_whole_file(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 1)
    submit_many, held = imports.submit_many, []

    def counted(*args: Any, **named: Any) -> Any:
        held.append(sum(isinstance(each, Submission) for each in gc.get_objects()))
        return submit_many(*args, **named)

    monkeypatch.setattr(imports, "submit_many", counted)
    rows = _lines(*({"item_ref": f"i:{number}", "value": "other"} for number in range(1, 6)))
    assert _import(shop, rows, policy="fail")["result"]["created"] == 5
    assert len(held) == 10, "each is tried, then written"
    assert max(held) < 5


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"sheet_id": "00000000-0000-7000-8000-000000000000"}, 404),
        ({"label_type": "mood"}, 404),
        ({"policy": "merge"}, 422),
        ({"fields": ["salary"]}, 422),
        ({"by": "viewer"}, 403),
        ({"by": "elsewhere"}, 404),
    ],
)
def test_what_can_be_known_at_once_is_refused_at_once(shop: Any, change: dict[str, Any], status: int) -> None:
    answer = _upload(shop, _lines({"item_ref": "i:1", "value": "other"}), **change)
    assert answer.status_code == status, answer.text
    with shop.backends.database.read() as session:
        assert session.scalars(select(JobRow)).all() == []


def test_what_goes_out_can_come_in_again(shop: Any) -> None:
    shop.label("i:1", "card_arrival", notes="clear")
    shop.label("i:2", "other", confidence="low")
    job = shop.export()
    answer = shop.download(job)
    assert answer.status_code == 200
    assert re.fullmatch(r"topic-training-\d{4}-\d\d-\d\d\.jsonl", job["result"]["file"])
    assert job["result"]["file"] in answer.headers["content-disposition"]
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert [(each["item_ref"], each["key"], each["value"], each["rendered"]) for each in lines] == [
        ("i:1", {"id": 1}, "card_arrival", "Card arrival"),
        ("i:2", {"id": 2}, "other", "Other"),
    ]
    assert job["result"]["rows"] == 2
    before = _values(shop)
    report = _import(shop, answer.content, policy="overwrite")["result"]
    assert (report["unchanged"], report["changed"], report["invalid"]) == (2, 0, 0)
    assert _values(shop) == before


def test_only_label_exports_are_downloaded_and_only_when_done(shop: Any) -> None:
    waiting = shop.clients["engineer"].post("/api/v1/labels/export", json={"label_type": "topic", "use": "training"})
    assert shop.download(waiting.json()).status_code == 409
    other = _import(shop, _lines({"item_ref": "i:1", "value": "other"}))
    assert shop.download(other).status_code == 404
