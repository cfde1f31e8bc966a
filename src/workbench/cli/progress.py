"""Following a job: a live bar on a terminal, a line now and then in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from workbench.cli.show import Said

if TYPE_CHECKING:
    from workbench.features.jobs.schemas import Job
    from workbench.sdk import Workbench

LINES = 10  # progress lines in a pipe, at most


def follow(wb: "Workbench", job: "Job", wait: bool) -> "Job | Said":
    """Waits for a job and returns it as it ended; without `wait` says how to look at it later."""
    if not wait:
        return Said(f"{job.title}: queued. Watch it with `workbench jobs wait {job.id}`.", job)
    try:
        with _reporter(job) as report:
            return wb.jobs.wait(job.id, on_progress=report)
    except KeyboardInterrupt:
        typer.echo(f"The job is not stopped by this. Wait again with `workbench jobs wait {job.id}`.", err=True)
        raise


@contextmanager
def _reporter(job: "Job") -> "Iterator[Callable[[Job], None]]":
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(job.title, total=job.total)

        def report(now: "Job") -> None:
            doing = now.doing or now.status.value
            progress.update(task, description=f"{now.title}: {doing}", completed=now.done, total=now.total)

        yield report


class _Lines:
    def __init__(self) -> None:
        self._said = -1

    def __call__(self, job: "Job") -> None:
        tenth = job.done * LINES // job.total if job.total else 0
        if tenth > self._said:
            self._said = tenth
            of = f" of {job.total}" if job.total else ""
            typer.echo(f"{job.title}: {job.status.value}, {job.done}{of} {job.unit}", err=True)
