"""The story the workbench is for, over HTTP: label once in January, and never again for the same items.

January: 500 tickets, 150 labeled directly, a model proposes the other 350, an expert reviews them. February: a new
prompt finds all 500 answered. March: 200 new tickets are exactly what there is to review. A sheet made again over the
same table shares the labels; a ticket whose text changed comes back as stale, alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import deltalake
import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from tests.conftest import SignIn

from workbench.app.features import JOB_KINDS
from workbench.backends.bundle import Backends
from workbench.features.governance import service as governance
from workbench.features.jobs import service as jobs
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Role

API = "/api/v1"
TABLE = "main.desk.tickets"
WORDS = {"billing": "the invoice shows a wrong amount", "delivery": "the parcel came to a wrong door"}


def topic_of(number: int) -> str:
    return "billing" if number % 3 else "delivery"


def tickets(numbers: range, **changed: str) -> pa.Table:
    texts = [changed.get(f"t{n}", f"Ticket {n}: {WORDS[topic_of(n)]}, case {n * 7919}.") for n in numbers]
    return pa.table({"number": list(numbers), "text": texts, "urgent": [n % 5 == 0 for n in numbers]})


class Desk:
    """The engineer and the expert at work over HTTP, and the worker that runs their jobs."""

    def __init__(self, backends: Backends, engineer: TestClient, expert: TestClient, folder: Any) -> None:
        self.backends, self.engineer, self.expert = backends, engineer, expert
        self.folder = folder

    def call(self, who: TestClient, method: str, path: str, **more: Any) -> Any:
        answer = who.request(method, f"{API}{path}", **more)
        assert answer.status_code < 400, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def run(self, job_id: str) -> dict[str, Any]:
        jobs.run_job(self.backends, JOB_KINDS, UUID(job_id), 1)
        job = self.call(self.engineer, "GET", f"/jobs/{job_id}")
        assert job["status"] == "succeeded", job
        return dict(job)

    def sheet(self, name: str) -> str:
        body = {"name": name, "definition": {"primary_table": TABLE, "item_key": ["number"]}}
        sheet = self.call(self.engineer, "POST", "/sheets", json=body)
        self.call(self.engineer, "POST", f"/sheets/{sheet['id']}/publish", json={"version": sheet["version"]})
        return str(sheet["id"])

    def template(self, name: str, prompt: str) -> str:
        body = {"name": name, "label_type": "topic", "user_prompt": prompt}
        template = self.call(self.engineer, "POST", "/templates", json=body)
        draft = self.call(self.engineer, "GET", f"/templates/{template['id']}/versions")[0]
        path = f"/templates/{template['id']}/draft/publish"
        return str(self.call(self.engineer, "POST", path, json={"version": draft["version"]})["id"])

    def generate(self, name: str, sheet: str, template: str, **more: Any) -> dict[str, Any]:
        body = {"name": name, "sheet_id": sheet, "template_version_id": template, "mode": "manual", **more}
        made = self.call(self.engineer, "POST", "/training-sheets", json=body)
        self.run(made["job_id"])
        return dict(self.call(self.engineer, "GET", f"/training-sheets/{made['id']}"))

    def label(self, sheet: str, numbers: range) -> None:
        """Labels items directly, having seen the whole of each."""
        for number in numbers:
            item = {"sheet_id": sheet, "item_ref": f"i:{number}", "label_type": "topic"}
            answer = {"value": topic_of(number), "version": None}
            self.call(self.expert, "POST", "/labels", json=item | answer)

    def review(self, training_sheet: str) -> list[str]:
        """Works through the whole queue, correcting what is wrong; gives the items that were shown."""
        seen: list[str] = []
        while True:
            claimed = self.call(self.expert, "POST", f"/review/training-sheets/{training_sheet}/next", json={"n": 5})
            if claimed["state"] == "done":
                return seen
            for pair in claimed["pairs"]:
                right = topic_of(int(pair["item_ref"].removeprefix("i:")))
                body = {"version": pair["version"], "value": right}
                self.call(self.expert, "POST", f"/review/pairs/{pair['id']}/edit", json=body)
                seen.append(pair["item_ref"])

    def approve(self, training_sheet: dict[str, Any]) -> None:
        now = self.call(self.engineer, "GET", f"/training-sheets/{training_sheet['id']}")
        path = f"/review/training-sheets/{training_sheet['id']}/approve"
        self.call(self.engineer, "POST", path, json={"version": now["version"]})


@pytest.fixture
def desk(backends: Backends, signed_in: SignIn, actor: Callable[..., Actor]) -> Desk:
    """500 tickets, a labelset of two topics, an engineer and an expert."""
    admin = actor(Role.ADMIN, name="Eve Engineer")
    lakehouse = backends.lakehouse(admin.workspace)
    lakehouse.create_catalog("main")
    lakehouse.create_schema("main", "desk")
    folder = lakehouse.root / "main" / "desk" / "tickets"
    deltalake.write_deltalake(folder, tickets(range(500)))
    with backends.database.begin() as session:
        governance.ensure_organisation(session, admin.workspace_id)
    desk = Desk(backends, signed_in(admin), signed_in(actor(Role.EXPERT, name="Ada Sample")), folder)
    classes = [{"id": name, "name": name.title()} for name in WORDS]
    body = {"label_type": "topic", "kind": "classification", "name": "Topics", "classes": classes}
    labelset = desk.call(desk.engineer, "POST", "/labelsets", json=body)
    draft = desk.call(desk.engineer, "GET", f"/labelsets/{labelset['id']}/versions")[0]
    path = f"/labelsets/{labelset['id']}/draft/publish"
    desk.call(desk.engineer, "POST", path, json={"version": draft["version"]})
    return desk


def counts(training_sheet: dict[str, Any]) -> dict[str, int]:
    return {name: n for name, n in training_sheet["counts"].items() if n}


def test_three_months(desk: Desk) -> None:
    # January: 150 labeled directly, a model proposes the rest, an expert reviews it
    sheet = desk.sheet("Tickets")
    first = desk.template("Topic", "Which topic is this?\n{{ text }}")
    desk.label(sheet, range(150))
    asked = {"sheet_id": sheet, "template_version_id": first}
    coverage = desk.call(desk.engineer, "GET", "/training-sheets/coverage", params=asked)
    assert (coverage["labeled"], coverage["unlabeled"], coverage["total"]) == (150, 350, 500)
    body = {"name": "Nearest", "kind": "nearest_label"}
    endpoint = desk.call(desk.engineer, "POST", "/models", json=body)["id"]
    january = desk.generate("January", sheet, first, mode="ai_generated", endpoint_id=endpoint)
    assert (january["state"], counts(january)) == (
        "review",
        {"total": 500, "labeled": 150, "unlabeled": 350, "reused": 150},
    )
    assert len(desk.review(january["id"])) == 350
    desk.approve(january)
    shown = desk.call(desk.engineer, "GET", f"/training-sheets/{january['id']}")
    assert (shown["state"], counts(shown)) == ("approved", {"total": 500, "labeled": 500, "reused": 150})
    exported(desk, january["id"], 500)

    # February: a better prompt, and nothing left to do
    better = desk.template("Topic, urgent first", "{% if urgent %}Urgent! {% endif %}What is this about?\n{{ text }}")
    february = desk.generate("February", sheet, better)
    assert counts(february) == {"total": 500, "labeled": 500, "reused": 500}
    assert desk.review(february["id"]) == []
    desk.approve(february)

    # March: 200 new tickets are exactly what there is to review
    deltalake.write_deltalake(desk.folder, tickets(range(500, 700)), mode="append")
    march = desk.generate("March", sheet, better)
    assert counts(march) == {"total": 700, "labeled": 500, "unlabeled": 200, "reused": 500}
    assert set(desk.review(march["id"])) == {f"i:{number}" for number in range(500, 700)}
    desk.approve(march)

    # The sheet made again shares the labels, for they belong to the table's items
    again = desk.sheet("Tickets, made again")
    assert counts(desk.generate("Again", again, first)) == {"total": 700, "labeled": 700, "reused": 700}

    # A ticket whose text changed comes back, alone, with its old answer filled in
    changed = tickets(range(700), t7="Ticket 7: the parcel came to a wrong door after all.")
    deltalake.write_deltalake(desk.folder, changed, mode="overwrite")
    april = desk.generate("April", sheet, better)
    assert counts(april) == {"total": 700, "labeled": 699, "unlabeled": 1, "stale": 1, "reused": 699}
    stale = desk.call(desk.engineer, "GET", f"/training-sheets/{april['id']}/pairs", params={"stale": True})["items"]
    assert [(pair["item_ref"], pair["stale"], pair["summary"]) for pair in stale] == [("i:7", "item", "Billing")]
    assert desk.review(april["id"]) == ["i:7"]
    exported(desk, april["id"], 700)


def exported(desk: Desk, training_sheet: str, lines: int) -> None:
    """Exports the training sheet and counts what is in the file."""
    export = desk.call(desk.engineer, "POST", "/exports", json={"training_sheet_id": training_sheet})
    desk.run(export["job_id"])
    files = desk.call(desk.engineer, "GET", f"/exports/{export['id']}")["files"]
    assert sum(file["rows"] for file in files if file["split"] == "train") == lines


def test_labels_given_after_generation_leave_the_queue(desk: Desk) -> None:
    """Labels made on the whole item, while the prompt reads one field: the item itself is compared."""
    sheet = desk.sheet("Tickets")
    template = desk.template("Topic", "Which topic is this?\n{{ text }}")
    made = desk.generate("Spring", sheet, template, limit=40)
    desk.label(sheet, range(12))
    path = f"/review/training-sheets/{made['id']}"
    claimed = desk.call(desk.expert, "POST", f"{path}/next", json={"n": 3})
    assert ([pair["item_ref"] for pair in claimed["pairs"]], claimed["filled"]) == (["i:12", "i:13", "i:14"], 12)
    desk.label(sheet, range(20, 24))
    job = desk.call(desk.expert, "POST", f"{path}/refresh")
    assert desk.run(job["id"])["result"] == {"filled": 4}
    progress = desk.call(desk.expert, "GET", f"{path}/progress")
    assert (progress["counts"]["labeled"], progress["to_review"]) == (16, 24)
