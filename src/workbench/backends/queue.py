"""The durable queue that jobs run on: DBOS workflows kept in the same database as everything else.

A job is enqueued in the transaction that made its row, so either both exist or neither does. A worker that dies
leaves its workflows pending; they are taken up again when a worker of the same name starts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy.orm import Session

from workbench.backends.database import Database

QUEUE = "jobs"
WORKFLOW = "run_job"
VERSION = "1"  # pending workflows are recovered only by workers of the same version: raise it when arguments change
POLL_SECONDS = 0.2
TRIES = 8  # of one attempt while the database cannot be reached: for two minutes, each wait twice as long
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class JobQueue:
    """Puts jobs on the queue, and runs them in a worker."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._client: Any = None

    def prepare(self) -> None:
        """Makes or upgrades the queue's own tables."""
        from dbos import run_dbos_database_migrations

        run_dbos_database_migrations(self._database.url)

    def enqueue(self, session: Session, job_id: str, attempt: int) -> None:
        """Enqueues one attempt of a job; it becomes visible to workers when the session commits."""
        self._as_client().enqueue_in_transaction(
            session,
            {"queue_name": QUEUE, "workflow_name": WORKFLOW, "workflow_id": _entry(job_id, attempt)},
            job_id,
            attempt,
        )

    def ended(self, attempts: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those of the attempts (job id, number) that no worker runs, or will run any more."""
        entries = {_entry(*attempt): attempt for attempt in attempts}
        found = self._as_client().list_workflows(
            workflow_ids=list(entries), status=ENDED, load_input=False, load_output=False
        )
        return {entries[each.workflow_id] for each in found}

    def _as_client(self) -> Any:
        if self._client is None:
            from dbos import DBOSClient, DBOSPortableJSONSerializer

            self._client = DBOSClient(
                system_database_engine=self._database.engine, serializer=DBOSPortableJSONSerializer(), lazy=True
            )
        return self._client

    def work(self, run: Callable[[str, int], None], *, worker_name: str, concurrency: int) -> Callable[[], None]:
        """Starts taking jobs from the queue in background threads; returns the function that stops it.

        `run(job_id, attempt)` does the whole job and must be safe to call again after a crash: it is, because jobs
        commit their checkpoint together with their results.
        """
        # A notebook runs an event loop in its main thread, where the library refuses to start: a thread of our own
        # has none.
        with ThreadPoolExecutor(1, "queue-start") as thread:
            return thread.submit(self._start, run, worker_name, concurrency).result()

    def _start(self, run: Callable[[str, int], None], worker_name: str, concurrency: int) -> Callable[[], None]:
        from dbos import DBOS, DBOSPortableJSONSerializer

        # Without a handler of its own the library logs where we log, and not to a stream that may be closed by then.
        logging.getLogger("dbos").addHandler(logging.NullHandler())
        DBOS(
            config={
                "name": "workbench",
                "system_database_url": self._database.url,
                "application_version": VERSION,
                "executor_id": worker_name,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "ERROR",
                "db_engine_kwargs": {"connect_args": {"timeout": 30}} if self._database.is_sqlite else {},
            }
        )

        @DBOS.step(name="run", retries_allowed=True, max_attempts=TRIES)
        def step(job_id: str, attempt: int) -> None:
            run(job_id, attempt)

        @DBOS.workflow(name=WORKFLOW)
        def workflow(job_id: str, attempt: int) -> None:
            step(job_id, attempt)

        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=concurrency, polling_interval_sec=POLL_SECONDS)

        def stop() -> None:
            DBOS.destroy(destroy_registry=True)

        return stop

    def close(self) -> None:
        """Lets go of the client; the engine belongs to the database."""
        self._client = None


def _entry(job_id: str, attempt: int) -> str:
    return f"{job_id}:{attempt}"
