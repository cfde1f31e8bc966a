"""Who is told what of a job: its problem may quote the data, and rights may end while somebody watches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from tests.conftest import MakeActor, SignIn

from workbench.backends.bundle import Backends
from workbench.features.identity.tables import BrowserSessionRow, MemberRow
from workbench.features.jobs import routes
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job
from workbench.features.jobs.tables import JobRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, Role

CELL = "'Ada Fern' in column age is not a whole number."


def submit(backends: Backends, actor: Actor, handler: Callable[..., dict[str, Any]]) -> Job:
    """A job that ran to its end."""
    with backends.database.begin() as session:
        made = jobs.submit(
            session, actor, backends, kind="try", title="Try", subject_kind="source", subject_id=None, arguments={}
        )
    jobs.run_job(backends, {"try": jobs.JobKind("me", handler)}, made.id, 1)
    with backends.database.read() as session:
        return jobs.get_job(session, actor, made.id)


def test_what_a_problem_quotes_is_told_to_whom_may_see_it(
    backends: Backends, actor: MakeActor, signed_in: SignIn
) -> None:
    def fail(_work: jobs.Work) -> dict[str, Any]:
        raise Invalid(CELL, field="age", row=7, fix="Mend the cell.")

    def report(_work: jobs.Work) -> dict[str, Any]:
        return {"invalid": 1, "problems": [{"row": 7, "field": "age", "message": CELL}]}

    starter = actor(Role.ENGINEER)
    failed, reported = submit(backends, starter, fail), submit(backends, starter, report)
    assert failed.problem is not None
    assert failed.problem["detail"] == CELL
    colleague, cleared = (actor(Role.ENGINEER, clearance=each) for each in (Classification.INTERNAL, "restricted"))
    for reader, told in ((colleague, False), (cleared, True), (starter, True)):
        client = signed_in(reader)
        for address in (f"/api/v1/jobs/{failed.id}", f"/api/v1/jobs/{reported.id}", "/api/v1/jobs"):
            assert ("Ada Fern" in client.get(address).text) == told
        seen = client.get(f"/api/v1/jobs/{failed.id}").json()["problem"]
        assert (seen["field"], seen["row"], seen["fix"]) == ("age", 7, "Mend the cell.")
        with backends.database.read() as session:
            changed = jobs.list_changed_jobs(session, reader, failed.created_at)
        assert ("Ada Fern" in str(changed)) == told


def test_whoever_watches_is_told_of_any_number_of_changes_at_the_same_moment(
    backends: Backends, actor: MakeActor
) -> None:
    ada = actor()
    made = submit(backends, ada, lambda _: {})
    with backends.database.begin() as session:
        row = session.get_one(JobRow, made.id)
        values = {column.name: getattr(row, column.name) for column in JobRow.__table__.columns}
        session.execute(insert(JobRow), [{**values, "id": new_id()} for _ in range(450)])
    with backends.database.read() as session:
        told = [job.id for _moment, job in jobs.list_changed_jobs(session, ada, made.created_at)]
    assert (len(told), len(set(told))) == (451, 451)


@pytest.mark.parametrize(
    "end",
    [
        delete(BrowserSessionRow),
        delete(MemberRow),
        update(MemberRow).values(disabled=True),
    ],
    ids=["signed out", "removed", "disabled"],
)
def test_watching_ends_with_the_right_to_watch(
    backends: Backends, actor: MakeActor, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, end: Any
) -> None:
    client, looks = signed_in(actor(Role.VIEWER)), []
    look = routes._look

    def ending(backends: Backends, again: routes.Again, since: datetime) -> Any:
        looks.append(look(backends, again, since))
        if len(looks) == 1:
            with backends.database.begin() as session:
                session.execute(end)
        return looks[-1]

    monkeypatch.setattr(routes, "_look", ending)
    monkeypatch.setattr(routes, "LOOK_EVERY", 0.001)
    assert client.get("/api/v1/jobs/events").text == ": watching\n\n"
    assert looks == [[], None]
