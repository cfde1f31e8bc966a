"""Runs jobs from the queue, seals the audit chain, settles lost jobs, removes what may no longer be kept, and lets only
one worker of a name live at a time."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from uuid import UUID

import structlog

from workbench.app.features import JOB_KINDS
from workbench.app.idempotency import forget_answers
from workbench.backends.bundle import Backends
from workbench.backends.settings import Settings
from workbench.features.audit import service as audit
from workbench.features.jobs import service as jobs
from workbench.features.labels.service.exports import clear_label_exports
from workbench.kernel.errors import Conflict

log = structlog.get_logger()

HOUSEKEEPING_EVERY = 5.0  # seconds between sealings of new audit events, and looks at jobs that nobody works on
CLEARING_EVERY = 3600.0  # seconds between two looks through all kept answers and files of exported labels
LEAVING = 5.0  # seconds that a worker which stops waits for its jobs to leave off


class WorkerAlreadyRuns(Conflict):
    """Another process holds this worker's name."""


class WorkerLock:
    """Held while a worker of this name lives; the system lets go of it when the process dies, however it dies."""

    def __init__(self, settings: Settings) -> None:
        self._path: Path = settings.home / f"worker-{settings.worker_name}.lock"
        self._file: TextIOWrapper | None = None

    def take(self) -> bool:
        """Whether this process now holds the name."""
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def is_held(self) -> bool:
        """Whether some process holds the name now. Only looks: makes no file."""
        try:
            with self._path.open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def release(self) -> None:
        """Lets another process have the name."""
        if self._file is not None:
            self._file.close()
            self._file = None


def start_worker(backends: Backends) -> Callable[[], None]:
    """Starts working in background threads and returns what stops it. Raises `WorkerAlreadyRuns`."""
    lock = WorkerLock(backends.settings)
    if not lock.take():
        raise WorkerAlreadyRuns(
            f"A worker named {backends.settings.worker_name} already runs on this workbench.",
            field="worker_name",
            fix="Give this one another WORKBENCH_WORKER_NAME, or stop the other.",
        )
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep_house, args=(backends, stopping), name="housekeeping", daemon=True)
    keeper.start()

    idle, running = threading.Condition(), 0

    def count(by: int) -> None:
        nonlocal running
        with idle:
            running += by
            idle.notify_all()

    def run(job_id: str, attempt: int) -> None:
        count(1)
        try:
            jobs.run_job(backends, JOB_KINDS, UUID(job_id), attempt, stopping)
        finally:
            count(-1)

    stop_queue = backends.queue.work(
        run, worker_name=backends.settings.worker_name, concurrency=backends.settings.worker_jobs
    )

    def stop() -> None:
        stop_queue()  # first: a job that is left unfinished must not count as done in the queue
        stopping.set()
        keeper.join()
        with idle:  # whoever takes the lock next takes these jobs up again
            idle.wait_for(lambda: running == 0, LEAVING)
        lock.release()

    return stop


def _keep_house(backends: Backends, stopping: threading.Event) -> None:
    cleared = float("-inf")
    while not stopping.wait(HOUSEKEEPING_EVERY):
        try:
            with backends.database.begin() as session:
                audit.seal(session)
            jobs.settle_lost_jobs(backends)
            if time.monotonic() - cleared >= CLEARING_EVERY:
                cleared = time.monotonic()
                with backends.database.begin() as session:
                    forget_answers(session)
                clear_label_exports(backends)
        except Exception as error:
            log.warning("housekeeping postponed", error=type(error).__name__)
