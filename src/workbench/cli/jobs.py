"""`workbench jobs`: long work."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from workbench.cli.frame import Limit, noun, verb
from workbench.cli.names import an_id
from workbench.cli.progress import follow
from workbench.cli.show import Column, Listing, Said, Stream, columns

if TYPE_CHECKING:
    from workbench.features.jobs.schemas import Job
    from workbench.sdk import Workbench

app = noun("Long work: list, watch, wait, cancel, retry.")

JobId = Annotated[UUID, typer.Argument(help="The job's id.", metavar="JOB", parser=an_id("workbench jobs list"))]


def _progress(job: "Job") -> str:
    return f"{job.done}/{job.total} {job.unit}" if job.total else f"{job.done} {job.unit}"


COLUMNS: dict[str, Column] = {**columns("id title status"), "progress": _progress, **columns("created=created_at")}


@verb(app, "list")
def list_jobs(
    wb: "Workbench",
    status: Annotated[str | None, typer.Option(help="queued, running, succeeded, failed or cancelled.")] = None,
    kind: Annotated[str | None, typer.Option(help="A whole kind (label.import) or its noun (label).")] = None,
    subject: Annotated[UUID | None, typer.Option(help="Only jobs about the thing with this id.")] = None,
    search: Annotated[str | None, typer.Option("--search", "-s", help="Only titles that hold this text.")] = None,
    limit: Limit = 20,
) -> Listing:
    """Jobs, newest first."""
    found = wb.jobs.list(status=status, kind=kind, subject_id=subject, search=search).take(limit)
    return Listing(found, COLUMNS, "No jobs yet: they appear when you generate, import or export.")


@verb(app, "show")
def show_job(wb: "Workbench", job: JobId) -> Any:
    """One job as it stands."""
    return wb.jobs.get(job)


@verb(app, "wait")
def wait_for_job(wb: "Workbench", job: JobId) -> Any:
    """Wait until a job has ended, showing its progress; fails when the job did."""
    return follow(wb, wb.jobs.get(job), wait=True)


@verb(app, "watch")
def watch_jobs(wb: "Workbench") -> Stream:
    """Print every change of any job as it happens, until interrupted; the jobs go on. With --json, one a line."""
    return Stream(wb.jobs.watch(), lambda job: "\t".join((str(job.id), job.status.value, _progress(job), job.title)))


@verb(app, "cancel")
def cancel_job(wb: "Workbench", job: JobId) -> Any:
    """Ask a job to stop; what it finished is kept."""
    asked = wb.jobs.cancel(job)
    stopped = asked.finished_at is not None
    return Said(f"{asked.title}: {'cancelled' if stopped else 'stops after its present step'}.", asked)


@verb(app, "retry")
def retry_job(
    wb: "Workbench",
    job: JobId,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for it, showing its progress.")] = True,
) -> Any:
    """Take a failed or cancelled job up again where it stopped."""
    return follow(wb, wb.jobs.retry(job), wait)
