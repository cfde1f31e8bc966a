"""A worker that stops leaves nothing behind that still works, and the next one goes on where it stopped."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.conftest import MakeActor
from tests.e2e.served import until

from workbench.app import worker
from workbench.backends.bundle import Backends
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job


def test_a_stopped_worker_works_no_more_and_the_next_goes_on(
    backends: Backends, actor: MakeActor, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    begun, held, left = threading.Event(), threading.Event(), threading.Event()

    def count(work: jobs.Work) -> dict[str, Any]:
        runs.append(work.done)
        try:
            while work.done < 3 or not held.wait(0.01):
                with work.step():
                    work.done += 1
                begun.set()
        finally:
            left.set()
        runs.append(work.done)
        return {}

    monkeypatch.setattr(worker, "JOB_KINDS", {"page.count": jobs.JobKind("me", count)})
    ada = actor()
    stop = worker.start_worker(backends)
    with backends.database.begin() as session:
        job = jobs.submit(
            session, ada, backends, kind="page.count", title="Count", subject_kind="page", subject_id=None, arguments={}
        )

    def look() -> Job:
        with backends.database.read() as session:
            return jobs.get_job(session, ada, job.id)

    assert begun.wait(30)
    stop()
    assert left.is_set()
    stopped = look()
    assert (stopped.status, runs) == ("running", [0])

    held.set()
    stop = worker.start_worker(backends)
    until(lambda: look().status != "running", "the end of the job")
    stop()
    assert (look().status, look().attempt) == ("succeeded", 1)
    assert runs == [0, stopped.done, max(3, stopped.done)]
