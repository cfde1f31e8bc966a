"""Jobs at the command line, against a server whose worker starts only when a test wants it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from tests.e2e.served import Served, until
from typer.testing import CliRunner, Result

from workbench.cli.main import app
from workbench.features.jobs.schemas import Job, JobStatus
from workbench.sdk import Workbench

COMMAND = [sys.executable, "-m", "workbench.cli.main"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server without a worker: what is submitted stays queued."""
    started = Served(tmp_path_factory.mktemp("jobs") / "home", worker=False)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def wb(server: Served) -> Iterator[Workbench]:
    with server.connect() as connected:
        connected.catalogs.create("desk")
        connected.catalogs.create_schema("desk", "mail")
        yield connected


@pytest.fixture
def environment(server: Served) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")}
    return kept | {"WORKBENCH_HOME": str(server.home), "WORKBENCH_LOG_LEVEL": "ERROR"}


@pytest.fixture
def jobs(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Types a command about jobs: `jobs("show", id)`."""
    monkeypatch.delenv("WORKBENCH_URL", raising=False)
    monkeypatch.setenv("WORKBENCH_HOME", environment["WORKBENCH_HOME"])
    return lambda *words: CliRunner().invoke(app, ["jobs", *(str(word) for word in words)])


Upload = Callable[..., Job]


@pytest.fixture
def upload(wb: Workbench, tmp_path: Path) -> Upload:
    """Submits a job that makes a table of a file's content."""

    def submit(table: str, content: str = "ticket,note\nt1,late\n") -> Job:
        file = tmp_path / f"{table}.csv"
        file.write_text(content)
        return wb.tables.upload(file, f"desk.mail.{table}")

    return submit


@contextmanager
def working(environment: dict[str, str]) -> Iterator[None]:
    """A worker, for a while."""
    with subprocess.Popen([*COMMAND, "worker"], env=environment) as worker:
        try:
            yield
        finally:
            worker.terminate()


class Typed:
    """A command that runs on until it is interrupted, and the lines that it prints."""

    def __init__(self, environment: dict[str, str], *words: str, stream: str = "stdout") -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "jobs", *words],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # a shell that runs the tests in the background lets its children ignore the signal
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, args=(getattr(self.process, stream),), daemon=True)
        self._reader.start()

    def _read(self, stream: Iterator[str]) -> None:
        for line in stream:
            self.lines.append(line)

    def interrupt(self) -> int:
        """Ctrl-C, and the exit code that follows."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self._reader.join()
        return code


def status(wb: Workbench, job_id: UUID) -> JobStatus:
    return wb.jobs.get(job_id).status


def test_a_list_is_narrowed_to_what_one_looks_for(jobs: Callable[..., Result], upload: Upload) -> None:
    first, second = upload("listed"), upload("listed_too")
    lines = [line.split("\t") for line in jobs("list").stdout.splitlines()]
    assert [line[0] for line in lines[:2]] == [str(second.id), str(first.id)], "newest first"
    assert lines[0][1:4] == [second.title, "queued", "0 rows"]
    one = json.loads(jobs("list", "--status", "queued", "--kind", "table", "-n", "1", "--json").stdout)
    assert [job["id"] for job in one] == [str(second.id)]
    found = jobs("list", "--search", "listed_too").stdout
    assert (str(second.id) in found, str(first.id) in found) == (True, False)
    assert jobs("list", "--kind", "label").stdout == ""
    assert jobs("list", "--subject", second.id).stdout == ""


def test_a_status_that_there_is_not_names_those_that_there_are(jobs: Callable[..., Result]) -> None:
    done = jobs("list", "--status", "done")
    assert done.exit_code == 5
    assert "queued" in done.stderr
    assert "status" in done.stderr


def test_a_job_is_shown(jobs: Callable[..., Result], upload: Upload) -> None:
    job = upload("shown")
    shown = jobs("show", job.id)
    assert shown.exit_code == 0
    assert any(line.split() == ["status", "queued"] for line in shown.stdout.splitlines())
    assert Job.model_validate_json(jobs("show", job.id, "--json").stdout) == job


def test_what_was_cancelled_fails_whoever_waits_and_is_taken_up_again(
    jobs: Callable[..., Result], upload: Upload, wb: Workbench
) -> None:
    job = upload("cancelled")
    assert jobs("cancel", job.id).stdout == f"{job.title}: cancelled.\n"
    assert jobs("cancel", job.id).exit_code == 4, "it has ended"
    waited = jobs("wait", job.id)
    assert waited.exit_code == 4
    assert f"{job.title}: the job was cancelled." in waited.stderr
    assert f"workbench jobs retry {job.id}" in waited.stderr
    told = json.loads(jobs("wait", job.id, "--json").stderr.partition("\n")[2])
    assert (told["type"], told["details"]["job_id"], told["details"]["status"]) == (
        "job-failed", str(job.id), "cancelled",
    )  # fmt: skip
    again = jobs("retry", job.id, "--no-wait")
    assert (again.exit_code, f"workbench jobs wait {job.id}" in again.stdout) == (0, True)
    assert status(wb, job.id) == JobStatus.QUEUED
    assert jobs("retry", job.id).exit_code == 4, "it is queued already"
    assert json.loads(jobs("cancel", job.id, "--json").stdout)["status"] == "cancelled"


def test_waiting_shows_progress_beside_the_result(
    jobs: Callable[..., Result], upload: Upload, environment: dict[str, str]
) -> None:
    good, bad = upload("good"), upload("bad", 'ticket,note\nt1,late\nt2,"half\n')
    with working(environment):
        done = jobs("wait", good.id, "--json")
        failed, tried_again = jobs("wait", bad.id), jobs("retry", bad.id)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "succeeded"
    assert done.stderr.startswith(f"{good.title}: ")
    for ended in (failed, tried_again):
        assert ended.exit_code == 4, "whoever waits for a job that fails is told by the exit code"
        assert ended.stdout == ""
        assert f"error: {bad.title}: " in ended.stderr


def test_interrupting_who_waits_does_not_stop_the_job(
    upload: Upload, wb: Workbench, environment: dict[str, str]
) -> None:
    job = upload("waited")
    waiting = Typed(environment, "wait", str(job.id), stream="stderr")
    until(lambda: waiting.lines, "its first line")
    assert waiting.interrupt() == 130
    assert waiting.lines[0] == f"{job.title}: queued, 0 rows\n"
    assert waiting.lines[1:] == [f"The job is not stopped by this. Wait again with `workbench jobs wait {job.id}`.\n"]
    assert (status(wb, job.id), wb.jobs.get(job.id).cancel_requested) == (JobStatus.QUEUED, False)
    with working(environment):
        assert wb.jobs.wait(job.id).status == JobStatus.SUCCEEDED


@pytest.mark.parametrize("as_json", [False, True])
def test_watching_prints_each_change_and_stops_nothing(
    upload: Upload, wb: Workbench, environment: dict[str, str], as_json: bool
) -> None:
    job = upload(f"watched_{as_json}".lower())
    watching = Typed(environment, "watch", *(["--json"] if as_json else []))

    def is_told() -> bool:
        wb.jobs.cancel(job.id)  # a change, until one is told: nobody knows when the watching has begun
        wb.jobs.retry(job.id)
        return any(str(job.id) in line for line in watching.lines)

    until(is_told, "a line")
    assert watching.interrupt() == 130
    told = next(line for line in watching.lines if str(job.id) in line)
    if as_json:
        assert Job.model_validate_json(told).title == job.title
    else:
        assert told.rstrip("\n").split("\t") == [str(job.id), told.split("\t")[1], "0 rows", job.title]
    assert watching.process.stderr is not None
    assert watching.process.stderr.read() == ""
    assert status(wb, job.id) == JobStatus.QUEUED, "as it was left"
