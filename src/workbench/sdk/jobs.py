"""Jobs: list, watch, cancel, retry, wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from uuid import UUID

from workbench.features.jobs.schemas import ENDED, Job, JobStatus
from workbench.kernel.errors import Conflict
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part

OUTCOME = {JobStatus.FAILED: "failed", JobStatus.CANCELLED: "was cancelled"}
LOOK_SECONDS = (0.1, 0.2, 0.4, 0.8)


class JobFailed(Conflict):
    """A job that was waited for failed or was cancelled; `details` is its problem."""


class Jobs(Part):
    """Long work of the workspace."""

    def list(
        self,
        *,
        status: JobStatus | str | None = None,
        kind: str | None = None,
        subject_id: UUID | None = None,
        search: str | None = None,
    ) -> Pages[Job]:
        """Jobs, newest first."""
        return self._http.pages("/jobs", Job, status=status, kind=kind, subject_id=subject_id, search=search)

    def get(self, job_id: UUID) -> Job:
        """One job as it stands."""
        return self._http.get(f"/jobs/{job_id}", Job)

    def watch(self) -> Iterator[Job]:
        """Every change of any job of the workspace as it happens; ends only when the reader stops."""
        self._http.wake()
        with self._http.stream("/jobs/events") as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    yield Job.model_validate_json(line[5:])

    def cancel(self, job_id: UUID) -> Job:
        """Asks a job to stop; what it finished is kept."""
        return self._http.post(f"/jobs/{job_id}/cancel", Job)

    def retry(self, job_id: UUID) -> Job:
        """Takes a failed or cancelled job up again where it stopped."""
        job = self._http.post(f"/jobs/{job_id}/retry", Job)
        self._http.wake()
        return job

    def wait(
        self, job_id: UUID, *, timeout: float | None = None, on_progress: Callable[[Job], None] | None = None
    ) -> Job:
        """Waits until a job has succeeded, and returns it. `on_progress` is called with every look at it.

        Raises `JobFailed` when it ends otherwise, `TimeoutError` after `timeout` seconds (the job goes on).
        """
        self._http.wake()
        started, looks = time.monotonic(), 0
        while True:
            job = self.get(job_id)
            if on_progress:
                on_progress(job)
            if job.status in ENDED:
                return _succeeded(job)
            if timeout is not None and time.monotonic() - started > timeout:
                raise TimeoutError(f"Job {job_id} still runs after {timeout} seconds.")
            time.sleep(LOOK_SECONDS[min(looks, len(LOOK_SECONDS) - 1)])
            looks += 1


def _succeeded(job: Job) -> Job:
    if job.status == JobStatus.SUCCEEDED:
        return job
    problem = job.problem or {}
    raise JobFailed(
        f"{job.title}: {problem.get('detail') or f'the job {OUTCOME[job.status]}.'}",
        field=problem.get("field"),
        row=problem.get("row"),
        fix=problem.get("fix") or f"Take it up again with `workbench jobs retry {job.id}`.",
        details={"job_id": str(job.id), "status": job.status.value, **problem},
    )
