"""Labels as a file: a gate that nothing passes unseen, whole files only, and none longer than it may be handed out."""

from __future__ import annotations

import json
import re
import threading
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from workbench.app import worker
from workbench.features.audit.tables import AuditEventRow
from workbench.features.governance import service as governance
from workbench.features.governance.tables import ExitRow
from workbench.features.jobs.tables import JobRow
from workbench.features.labels.service import exports
from workbench.kernel.vocabulary import Use


def test_only_what_the_gate_allows_goes_out_and_it_leaves_an_exit(shop: Any) -> None:
    shop.label("i:1", "other")
    shop.label("i:2", None, verdict="unlabelable")
    gone = shop.label("i:3", "other").json()["label"]
    shop.expert.post(f"/api/v1/labels/{gone['id']}/retract", json={"version": 1, "reason": "a test"})
    kept = shop.label("i:4", "other").json()["label"]
    with shop.backends.database.begin() as session:
        governance.narrow(
            session,
            shop.engineer,
            "label",
            UUID(kept["id"]),
            prohibited={Use.TRAINING},
            reason="held out",
            version=0,
        )
    job = shop.export()
    lines = [json.loads(line) for line in shop.download(job).content.splitlines()]
    assert [each["item_ref"] for each in lines] == ["i:1"]
    assert sum(job["result"]["excluded"].values()) == 3
    with shop.backends.database.read() as session:
        (left,) = session.scalars(select(ExitRow))
        assert (left.kind, left.use, left.considered, left.released) == ("labels", "training", 4, 1)
        actions = session.scalars(select(AuditEventRow.action)).all()
        assert "label.download" in actions
    evaluation = shop.export(use="evaluation")
    assert evaluation["result"]["rows"] == 2


def test_tags_on_the_key_count_since_every_line_spells_it(shop: Any) -> None:
    answer = shop.label("i:1", "other", fields=["text"])
    assert answer.status_code == 200, answer.text
    with shop.backends.database.begin() as session:
        governance.set_tags(session, shop.engineer, "main.shop.messages#id", {"PII": ""})
    training = shop.export()
    assert training["result"]["excluded"] == {"main.shop.messages#id: tagged PII": 1}
    assert shop.download(training).content == b""
    evaluation = shop.export(use="evaluation")
    assert (evaluation["result"]["rows"], evaluation["result"]["classification"]) == (1, "restricted")
    assert shop.download(evaluation).status_code == 403, "engineers are not cleared for it"
    assert shop.download(evaluation, by="expert").status_code == 200


def test_a_file_is_not_handed_out_once_the_rules_changed(shop: Any) -> None:
    label = shop.label("i:1", "other").json()["label"]
    job = shop.export()
    assert shop.download(job).status_code == 200
    shop.expert.post(f"/api/v1/labels/{label['id']}/retract", json={"version": 1, "reason": "a test"})
    refused = shop.download(job)
    assert refused.status_code == 409
    assert refused.json()["type"] == "label-export-not-ready"


def test_a_file_is_handed_out_only_to_whom_may_see_it(shop: Any) -> None:
    shop.label("i:1", "other")
    with shop.backends.database.begin() as session:
        governance.set_tags(session, shop.engineer, "main.shop.messages", {"classification": "confidential"})
    job = shop.export()
    assert shop.download(job).status_code == 200
    assert shop.download(job, by="viewer").status_code == 403
    assert shop.download(job, by="elsewhere").status_code == 404


def test_an_export_of_nothing_is_an_empty_file(shop: Any) -> None:
    job = shop.export(sheet_id=shop.sheet_id)
    assert job["result"]["rows"] == 0
    assert re.match(r"topic-[a-z-]+-training-\d{4}-", job["result"]["file"]), "it names its sheet"
    assert shop.download(job).content == b""


def _files(shop: Any) -> list[str]:
    return sorted(each.name for each in (shop.backends.settings.files / "labels").glob("*/*"))


@pytest.mark.parametrize("why", ["broken", "cancelled"])
def test_an_attempt_that_does_not_end_well_leaves_no_file(shop: Any, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    write = exports._write

    def stopped(*written: Any) -> str:
        digest = write(*written)
        if why == "broken":
            raise RuntimeError("the disk is full")
        with shop.backends.database.begin() as session:
            session.execute(update(JobRow).values(cancel_requested=True))
        return digest

    monkeypatch.setattr(exports, "_write", stopped)
    shop.label("i:1", "other")
    assert shop.export()["status"] == ("failed" if why == "broken" else "cancelled")
    assert _files(shop) == []


def test_two_attempts_write_two_files(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write, places = exports._write, []

    def noted(path: Any, lines: Any) -> str:
        places.append(path)
        if len(places) == 1:
            raise RuntimeError("the disk is full")
        return write(path, lines)

    monkeypatch.setattr(exports, "_write", noted)
    job = shop.export()
    again = shop.clients["engineer"].post(f"/api/v1/jobs/{job['id']}/retry").json()
    assert shop.work(again)["status"] == "succeeded"
    assert len(set(places)) == 2
    assert _files(shop) == [f"{job['id']}.jsonl"]


def test_a_run_that_was_overtaken_takes_nothing_with_it(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write, places = exports._write, []

    def overtaken(path: Any, lines: Any) -> str:
        places.append(path)
        digest = write(path, lines)
        if len(places) == 1:  # the worker stopped, and the next one takes the same attempt up: it is through first
            shop.work(shop.clients["engineer"].get(f"/api/v1/jobs/{path.name.partition('.')[0]}").json())
            write(path, iter([b"of the first run"]))
        return digest

    monkeypatch.setattr(exports, "_write", overtaken)
    shop.label("i:1", "other")
    job = shop.export()
    assert (job["status"], len(set(places))) == ("succeeded", 2)
    assert _files(shop) == [f"{job['id']}.jsonl"]
    assert json.loads(shop.download(job).content)["item_ref"] == "i:1"


def test_a_file_that_was_changed_is_not_handed_out(shop: Any) -> None:
    shop.label("i:1", "other")
    job = shop.export()
    (file,) = (shop.backends.settings.files / "labels").glob("*/*")
    file.write_bytes(file.read_bytes().replace(b"other", b"risky"))
    refused = shop.download(job)
    assert (refused.status_code, refused.json()["type"]) == (409, "label-export-not-ready")


def test_the_worker_removes_files_that_are_never_handed_out_again(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    label = shop.label("i:1", "other").json()["label"]
    old = shop.export()
    shop.expert.post(f"/api/v1/labels/{label['id']}/retract", json={"version": 1, "reason": "a test"})
    new = shop.export()
    (folder,) = (shop.backends.settings.files / "labels").iterdir()
    (folder / f"{old['id']}.jsonl.1.partial").write_bytes(b"half a li")
    body = {"label_type": "topic", "use": "training"}
    waiting = shop.clients["engineer"].post("/api/v1/labels/export", json=body).json()
    (folder / f"{waiting['id']}.jsonl.1.partial").write_bytes(b"still being wri")
    (folder / ".nfs0001").touch()  # such as a network's file system leaves
    stopping = threading.Event()
    monkeypatch.setattr(worker, "HOUSEKEEPING_EVERY", 0.0)
    monkeypatch.setattr(worker.jobs, "settle_lost_jobs", lambda _backends: stopping.set())
    worker._keep_house(shop.backends, stopping)
    assert _files(shop) == [".nfs0001", f"{new['id']}.jsonl", f"{waiting['id']}.jsonl.1.partial"]
    assert shop.download(old).status_code == 409
    assert shop.download(new).status_code == 200
