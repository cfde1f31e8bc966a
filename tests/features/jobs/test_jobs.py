"""Jobs as people and workers see them: found, run in steps, cancelled, failed, taken up again, never run twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from dbos import DBOSClient
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from tests.conftest import MakeActor, SignIn, every

from workbench.app.features import JOB_KINDS
from workbench.backends.bundle import Backends
from workbench.features.audit import service as audit
from workbench.features.identity.tables import MemberRow
from workbench.features.jobs import service
from workbench.features.jobs.schemas import Job, JobStatus
from workbench.features.jobs.service.attempts import JobSuperseded
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Role

Count = Callable[[service.Work], dict[str, Any]]


@pytest.fixture
def ada(actor: MakeActor) -> Actor:
    return actor(Role.ENGINEER, name="Ada Fern")


def submit(backends: Backends, actor: Actor, kind: str = "page.count", title: str = "Count pages") -> Job:
    with backends.database.begin() as session:
        return service.submit(
            session, actor, backends, kind=kind, title=title, subject_kind="page", subject_id=new_id(), arguments={},
            total=3,
        )  # fmt: skip


def look(backends: Backends, actor: Actor, job_id: UUID) -> Job:
    with backends.database.read() as session:
        return service.get_job(session, actor, job_id)


def run(backends: Backends, job: Job, handler: Count, attempt: int = 1) -> None:
    service.run_job(backends, {job.kind: service.JobKind("labels.write", handler)}, job.id, attempt)


def count_to_three(work: service.Work) -> dict[str, Any]:
    while work.done < 3:
        with work.step():
            work.done += 1
            work.checkpoint["at"] = work.done
    return {"counted": work.done}


def ends(backends: Backends, reader: Actor) -> list[tuple[str, str, str | None]]:
    """How the audit says that jobs ended: who, what and which, in the order of time."""
    with backends.database.read() as session:
        events = audit.list_events(session, reader, subject_kind="job").items
    told = ("job.failed", "job.cancelled")
    return [(each.who, each.action, each.subject_id) for each in reversed(events) if each.action in told]


def test_every_kind_of_job_reads_as_audit_actions_do() -> None:
    assert [kind for kind in JOB_KINDS if not re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+", kind)] == []


def test_jobs_are_found_by_kind_noun_status_and_words(backends: Backends, ada: Actor, actor: MakeActor) -> None:
    first = submit(backends, ada)
    second = submit(backends, ada, kind="page.print", title="Print 100% of it")
    third = submit(backends, ada, kind="pager.count")
    submit(backends, actor(Role.ENGINEER, slug="elsewhere"))
    run(backends, first, count_to_three)

    def found(**wanted: Any) -> list[UUID]:
        with backends.database.read() as session:
            return [j.id for j in every(lambda c: service.list_jobs(session, ada, cursor=c, limit=2, **wanted))]

    assert found() == [third.id, second.id, first.id]
    assert found(kind="page") == [second.id, first.id]
    assert found(kind="page.count") == [first.id]
    assert found(kind="pa_e") == []
    assert found(status=JobStatus.SUCCEEDED) == [first.id]
    assert found(search="100%") == [second.id]
    assert found(subject_id=third.subject_id) == [third.id]


def test_a_job_ends_with_its_result(backends: Backends, ada: Actor) -> None:
    job = submit(backends, ada)
    run(backends, job, count_to_three)
    ended = look(backends, ada, job.id)
    assert (ended.status, ended.done, ended.result) == ("succeeded", 3, {"counted": 3})
    run(backends, job, count_to_three)  # the queue may ask twice
    assert look(backends, ada, job.id) == ended


def test_a_job_says_what_it_does_while_nothing_counts_up(backends: Backends, ada: Actor) -> None:
    job = submit(backends, ada)
    said: list[str | None] = []

    def learns(work: service.Work) -> dict[str, Any]:
        work.tell("Learning from 9 labels")
        said.append(look(backends, ada, job.id).doing)
        with work.step():
            work.done = 1
        said.append(look(backends, ada, job.id).doing)
        work.tell("Counting them")
        return {}

    run(backends, job, learns)
    assert [*said, look(backends, ada, job.id).doing] == ["Learning from 9 labels", None, None]


def test_a_retry_goes_on_from_the_checkpoint(backends: Backends, ada: Actor) -> None:
    job = submit(backends, ada)

    def breaks(work: service.Work) -> dict[str, Any]:
        with work.step():
            work.done = work.checkpoint["at"] = 1
        with work.step():
            work.done = work.checkpoint["at"] = 2
            raise Invalid("Page 2 is blank.", row=2, fix="Print it again.")

    run(backends, job, breaks)
    failed = look(backends, ada, job.id)
    assert (failed.status, failed.done) == ("failed", 1), "the step that broke left nothing"
    assert failed.problem == {"type": "invalid", "detail": "Page 2 is blank.", "row": 2, "fix": "Print it again."}
    with backends.database.begin() as session:
        again = service.retry_job(session, ada, backends, job.id)
    assert (again.status, again.attempt, again.problem) == ("queued", 2, None)
    seen: list[int] = []
    run(backends, job, lambda work: seen.append(work.checkpoint["at"]) or count_to_three(work), attempt=2)
    assert (seen, look(backends, ada, job.id).status) == ([1], "succeeded")
    with backends.database.begin() as session, pytest.raises(Conflict):
        service.retry_job(session, ada, backends, job.id)


def test_what_breaks_unexpectedly_is_told_without_its_words(backends: Backends, ada: Actor) -> None:
    job = submit(backends, ada)

    def breaks(work: service.Work) -> dict[str, Any]:
        raise RuntimeError("a patient's name")

    run(backends, job, breaks)
    problem = look(backends, ada, job.id).problem
    assert problem == {"detail": "The job broke: RuntimeError.", "fix": "The worker's log has the details."}


def test_cancelling_keeps_what_was_finished(backends: Backends, ada: Actor) -> None:
    job = submit(backends, ada)

    def asked_to_stop(work: service.Work) -> dict[str, Any]:
        with work.step():
            work.done = 1
        with backends.database.begin() as session:
            service.cancel_job(session, ada, job.id)
        return count_to_three(work)

    run(backends, job, asked_to_stop)
    ended = look(backends, ada, job.id)
    assert (ended.status, ended.done, ended.result) == ("cancelled", 1, None)
    with backends.database.begin() as session, pytest.raises(Conflict):
        service.cancel_job(session, ada, job.id)


def test_a_job_cancelled_in_the_queue_never_starts(backends: Backends, ada: Actor) -> None:
    job = submit(backends, ada)
    with backends.database.begin() as session:
        assert service.cancel_job(session, ada, job.id).status == "cancelled"
    run(backends, job, lambda _: pytest.fail("it ran"))


def test_an_attempt_that_was_thought_dead_writes_nothing_more(backends: Backends, ada: Actor) -> None:
    job = submit(backends, ada)

    def overtaken(work: service.Work) -> dict[str, Any]:
        with work.step():
            work.done = 1
        with backends.database.begin() as session:
            service.requeue_unfinished(session, backends)
        run(backends, job, count_to_three, attempt=2)
        work.done = 99
        with work.step():
            pytest.fail("the step began")
        return {"counted": 99}

    run(backends, job, overtaken)
    assert (look(backends, ada, job.id).done, look(backends, ada, job.id).result) == (3, {"counted": 3})


def test_of_two_runs_of_the_same_attempt_only_the_later_writes(backends: Backends, ada: Actor) -> None:
    job = submit(backends, ada)

    def overtaken(work: service.Work) -> dict[str, Any]:
        with work.step():
            work.done = 1

        def overtakes(again: service.Work) -> dict[str, Any]:
            assert again.done == 1
            with pytest.raises(JobSuperseded), work.step():
                pytest.fail("the step began")
            return count_to_three(again)

        run(backends, job, overtakes)
        return {"counted": 99}

    run(backends, job, overtaken)
    ended = look(backends, ada, job.id)
    assert (ended.status, ended.done, ended.result) == ("succeeded", 3, {"counted": 3})


def test_a_job_of_another_workspace_is_not_there(
    backends: Backends, ada: Actor, actor: MakeActor, signed_in: SignIn
) -> None:
    job = submit(backends, ada)
    other = actor(Role.ADMIN, slug="elsewhere")
    with backends.database.read() as session, pytest.raises(NotFound):
        service.get_job(session, other, job.id)
    client = signed_in(other)
    assert client.get(f"/api/v1/jobs/{job.id}").status_code == 404
    assert client.post(f"/api/v1/jobs/{job.id}/cancel").status_code == 404
    assert look(backends, ada, job.id).status == "queued"


def test_whoever_may_no_longer_act_has_no_job_run(backends: Backends, ada: Actor, actor: MakeActor) -> None:
    job = submit(backends, ada)
    with backends.database.begin() as session:
        row = session.get(MemberRow, (ada.workspace_id, ada.id))
        assert row is not None
        session.delete(row)
    run(backends, job, lambda _: pytest.fail("it ran"))
    with backends.database.read() as session:
        found = service.list_active_jobs(session, job.subject_id) if job.subject_id else []
    assert not found
    assert ends(backends, actor(Role.ADMIN)) == [(audit.SYSTEM, "job.failed", str(job.id))]


def test_a_kind_that_this_version_does_not_know_is_told_and_not_tried(backends: Backends, ada: Actor) -> None:
    job = submit(backends, ada, kind="page.fold")
    service.run_job(backends, {}, job.id, 1)
    ended = look(backends, ada, job.id)
    assert ended.status == "failed"
    assert "page.fold" in (ended.problem or {})["detail"]


@pytest.mark.parametrize("less", [{"role": "viewer"}, {"clearance": "public"}, {"disabled": True}])
def test_a_job_ends_when_its_starter_may_less_than_when_it_began(
    backends: Backends, ada: Actor, less: dict[str, Any]
) -> None:
    job = submit(backends, ada)

    def change(**values: Any) -> None:
        with backends.database.begin() as session:
            session.execute(update(MemberRow).where(MemberRow.person_id == ada.id).values(**values))

    def goes_on(work: service.Work) -> dict[str, Any]:
        with work.step():
            work.done = 1
        change(role="admin", clearance="restricted")
        with work.step():
            work.done = 2  # who may more goes on
        change(**less)
        return count_to_three(work)

    run(backends, job, goes_on)
    ended = look(backends, ada, job.id)
    assert (ended.status, ended.done) == ("failed", 2)
    assert ended.problem is not None
    assert "disabled" in less or "when this began" in ended.problem["detail"]
    with backends.database.begin() as session:
        service.retry_job(session, ada, backends, job.id)
    run(backends, job, count_to_three, attempt=2)
    again = look(backends, ada, job.id)
    assert (again.status, again.done) == (("succeeded", 3) if "clearance" in less else ("failed", 2))


def test_what_was_decided_for_good_goes_on_whatever_becomes_of_its_starter(
    backends: Backends, ada: Actor, actor: MakeActor
) -> None:
    admin = actor(Role.ADMIN)
    job = submit(backends, ada)
    with backends.database.begin() as session:
        session.execute(update(MemberRow).where(MemberRow.person_id == ada.id).values(disabled=True))

    def goes_on(work: service.Work) -> dict[str, Any]:
        with backends.database.begin() as session:
            service.cancel_job(session, admin, job.id)
        return count_to_three(work)

    service.run_job(backends, {job.kind: service.JobKind(None, goes_on)}, job.id, 1)
    ended = look(backends, admin, job.id)
    assert (ended.status, ended.done) == ("succeeded", 3)


def test_jobs_that_the_queue_gave_up_do_not_run_for_ever(backends: Backends, ada: Actor) -> None:
    given_up, stopping, waiting = (submit(backends, ada, title=title) for title in ("Lost", "Stopping", "Waiting"))

    def loses_its_database(_work: service.Work) -> dict[str, Any]:
        raise OperationalError("SELECT 1", {}, Exception("the connection is gone"))

    for job in (given_up, stopping):
        with pytest.raises(OperationalError):
            run(backends, job, loses_its_database)
    with backends.database.begin() as session:
        service.cancel_job(session, ada, stopping.id)
    assert service.settle_lost_jobs(backends) == 0, "the queue tries again"

    queue = DBOSClient(system_database_engine=backends.database.engine, lazy=True)
    for job in (given_up, stopping):
        queue.cancel_workflow(f"{job.id}:1")
    assert service.settle_lost_jobs(backends) == 2
    assert service.settle_lost_jobs(backends) == 0
    assert look(backends, ada, given_up.id).status == "failed"
    assert look(backends, ada, stopping.id).status == "cancelled"
    assert look(backends, ada, waiting.id).status == "queued"
    assert sorted(ends(backends, ada)) == sorted(
        [(audit.SYSTEM, "job.failed", str(given_up.id)), (audit.SYSTEM, "job.cancelled", str(stopping.id))]
    )

    with backends.database.begin() as session:
        service.retry_job(session, ada, backends, given_up.id)
    assert service.settle_lost_jobs(backends) == 0, "the new attempt is in the queue"
    run(backends, given_up, count_to_three, attempt=2)
    assert look(backends, ada, given_up.id).status == "succeeded"
