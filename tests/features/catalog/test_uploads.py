"""An upload becomes a table: by a job, once, and with a clear problem when it cannot."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient
from tests.conftest import MakeActor, SignIn

from workbench.app import body_limit
from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import Lakehouse
from workbench.features.catalog import service
from workbench.features.catalog.tasks import JOB_KINDS
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.vocabulary import Role


@pytest.fixture
def engineer(actor: MakeActor) -> Actor:
    return actor(Role.ENGINEER)


def upload(backends: Backends, actor: Actor, content: bytes, name: str = "main.med.new", **how: Any) -> Job:
    with backends.database.begin() as session:
        return service.upload_table(session, actor, backends, name, "rows.csv", io.BytesIO(content), **how)


def finish(backends: Backends, actor: Actor, job: Job) -> Job:
    jobs.run_job(backends, JOB_KINDS, job.id, job.attempt)
    with backends.database.read() as session:
        return jobs.get_job(session, actor, job.id)


def kept(backends: Backends) -> list[str]:
    return [path.name for path in (backends.settings.files / "uploads").iterdir()]


def test_an_upload_becomes_a_table(backends: Backends, engineer: Actor, lakehouse: Lakehouse) -> None:
    job = finish(backends, engineer, upload(backends, engineer, b"id,name\n1,Ada\n2,Bo\n"))
    assert (job.status, job.done, job.total) == ("succeeded", 2, 2)
    assert job.result == {"table": "main.med.new", "rows": 2, "delta_version": 0}
    assert lakehouse.table("main.med.new").count() == 2
    assert kept(backends) == []
    more = finish(backends, engineer, upload(backends, engineer, b"name,id\nCy,3\n", mode="append"))
    assert (more.status, lakehouse.table("main.med.new").count()) == ("succeeded", 3)


def test_a_bad_file_is_explained_and_leaves_nothing(backends: Backends, engineer: Actor, lakehouse: Lakehouse) -> None:
    job = finish(backends, engineer, upload(backends, engineer, b"id,name\n1,Ada\n2\n"))
    assert job.status == "failed"
    assert job.problem is not None
    assert (job.problem["type"], job.problem["row"]) == ("invalid", 3)
    assert "2 columns" in job.problem["detail"]
    assert (kept(backends), lakehouse.tables("main", "med")) == ([], ["invoices"])


def test_a_job_that_was_killed_after_its_commit_is_not_done_again(
    backends: Backends, engineer: Actor, lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = upload(backends, engineer, b"id,patient_name,total\n3,Cy Instance,1\n", "main.med.invoices", mode="append")
    with monkeypatch.context() as patch:

        def killed(*_: object, **__: object) -> None:
            raise SystemExit

        patch.setattr("workbench.features.catalog.tasks.audit.record", killed)
        with pytest.raises(SystemExit):
            jobs.run_job(backends, JOB_KINDS, job.id, job.attempt)
    assert lakehouse.table("main.med.invoices").count() == 3
    done = finish(backends, engineer, job)
    assert (done.status, done.total) == ("succeeded", 1)
    assert lakehouse.table("main.med.invoices").count() == 3


def test_what_can_be_known_at_once_is_said_at_once(backends: Backends, engineer: Actor, lakehouse: Lakehouse) -> None:
    with pytest.raises(Conflict):
        upload(backends, engineer, b"id\n1\n", "main.med.invoices")
    with pytest.raises(NotFound):
        upload(backends, engineer, b"id\n1\n", "main.med.other", mode="append")
    with pytest.raises(NotFound):
        upload(backends, engineer, b"id\n1\n", "main.other.t")
    with pytest.raises(Invalid):
        upload(backends, engineer, b"id\n1\n", "t")
    object.__setattr__(backends.settings, "upload_limit_mb", 0)
    with pytest.raises(Invalid, match="larger than"):
        upload(backends, engineer, b"id\n1\n")
    assert kept(backends) == []


@pytest.fixture
def browser(signed_in: SignIn, actor: MakeActor) -> TestClient:
    return signed_in(actor(Role.ADMIN))


def test_upload_in_the_browser(
    browser: TestClient, backends: Backends, lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limit, "LONGEST", 10)  # bytes; uploads are not held to it
    answer = browser.post(
        "/api/v1/catalog/tables/upload",
        data={"full_name": "main.med.new"},
        files={"file": ("rows.jsonl", b'{"id": 1}\n', "text/html")},
    )
    assert answer.status_code == 202, answer.text
    jobs.run_job(backends, JOB_KINDS, UUID(answer.json()["id"]), 1)
    assert browser.get("/api/v1/catalog/tables/main.med.new").json()["row_count"] == 1
    refused = browser.post(
        "/api/v1/catalog/tables/upload", data={"full_name": "main.med.x"}, files={"file": ("rows.xlsx", b"x", "x/y")}
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "file")


def test_files_of_volumes_are_served_without_letting_them_run(browser: TestClient, lakehouse: Lakehouse) -> None:
    base = "/api/v1/catalog/volumes/main.med.scans"
    evil = b"<script>alert(1)</script>"
    made = browser.post(f"{base}/files", data={"path": "b/evil.html"}, files={"file": ("x.html", evil, "text/html")})
    assert made.status_code == 201, made.text
    taken = browser.post(f"{base}/files", data={"path": "b/evil.html"}, files={"file": ("x", b"", "x/y")})
    assert taken.status_code == 409
    for path, status in (("b/evil.html/x", 409), ("b/" + "x" * 300, 422)):
        refused = browser.post(f"{base}/files", data={"path": path}, files={"file": ("x", b"", "x/y")})
        assert (refused.status_code, refused.json()["field"]) == (status, "path")
        assert browser.get(f"{base}/content", params={"path": path}).status_code in (404, 422)
    page = browser.get(f"{base}/content", params={"path": "b/evil.html"})
    assert page.content == evil
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"].startswith("attachment")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    part = browser.get(f"{base}/content", params={"path": "a/1.txt"}, headers={"Range": "bytes=6-"})
    assert (part.status_code, part.content) == (206, b"world")
    assert part.headers["content-disposition"].startswith("inline")
    listed = browser.get(f"{base}/files", params={"folder": "b"}).json()["items"]
    assert [(e["path"], e["is_folder"], e["media_type"]) for e in listed] == [
        ("b/evil.html", False, "application/octet-stream")
    ]
    first = browser.get(f"{base}/files", params={"limit": 1}).json()
    rest = browser.get(f"{base}/files", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [(page["items"][0]["path"], page["total"]) for page in (first, rest)] == [("a", 2), ("b", 2)]
    assert rest["next_cursor"] is None
    found = browser.get(f"{base}/files", params={"search": "EVIL"}).json()
    assert ([each["path"] for each in found["items"]], found["total"]) == (["b/evil.html"], 1)
    assert browser.delete(f"{base}/files", params={"path": "b/evil.html"}).status_code == 204
    for path in ("b/evil.html", "../../../workbench.db", "%2e%2e/x", "/etc/passwd"):
        assert browser.get(f"{base}/content", params={"path": path}).status_code in (404, 422)
    assert browser.get(f"{base}/picture", params={"path": "a/1.txt"}).status_code == 422


def test_files_of_volumes_obey_the_limit_of_uploads(
    browser: TestClient, backends: Backends, lakehouse: Lakehouse
) -> None:
    object.__setattr__(backends.settings, "upload_limit_mb", 0)
    url = "/api/v1/catalog/volumes/main.med.scans/files"
    refused = browser.post(url, data={"path": "a/2.txt"}, files={"file": ("x", b"more", "x/y")})
    assert (refused.status_code, refused.json()["field"]) == (422, "file")
    assert lakehouse.volume("main.med.scans").paths() == ["a/1.txt"]


def test_files_above_ones_clearance_are_refused(signed_in: SignIn, engineer: Actor, lakehouse: Lakehouse) -> None:
    for what in ("content", "picture", "files"):
        url = f"/api/v1/catalog/volumes/main.med.scans/{what}"
        answer = signed_in(engineer).get(url, params={"path": "a/1.txt"})
        assert (answer.status_code, answer.json()["type"]) == (403, "above-clearance")
