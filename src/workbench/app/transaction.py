"""One transaction per request, committed before the response starts.

A pure ASGI layer: the session opens when a route first asks for it. When the route answers below 400 the session
commits and only then is the answer sent, so a 2xx means it is on disk; above, everything rolls back.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from weakref import WeakKeyDictionary

from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.app.errors import problem_response
from workbench.backends.database import Database
from workbench.kernel.errors import Conflict, Invalid, Unavailable, WorkbenchError

READS = {"GET", "HEAD", "OPTIONS"}
# Requests that write at once. More wait without a thread: the server has forty, a writer that waits for the database
# holds one, and the writer it waits for needs one more to answer and commit.
WRITERS = 16
UNKEEPABLE = ("too large to convert", "exceeds 64-bit range", "surrogates not allowed")


class ChangedMeanwhile(Conflict):
    """Someone else changed the same thing first; this request changed nothing."""


class Transaction:
    """The request's session, opened on first use. `writers` is held by whoever writes in a thread of the server."""

    def __init__(self, database: Database, *, reads_only: bool, writers: asyncio.Semaphore) -> None:
        self._database = database
        self._reads_only = reads_only
        self._session: Session | None = None
        self.writers = writers
        self._admitted = False

    async def admit(self) -> Session:
        """The request's session, once it is among the few that write at the same time; who came first is first."""
        if not self._reads_only and not self._admitted:
            await self.writers.acquire()
            self._admitted = True
        return self.session()

    async def end(self, *, commit: bool) -> None:
        """Finishes in a thread and lets the next writer in. Raises as `finish` does."""
        try:
            if self._session is not None:
                await run_in_threadpool(self.finish, commit=commit)
        finally:
            if self._admitted:
                self._admitted = False
                self.writers.release()

    def session(self) -> Session:
        """The one session of this request."""
        if self._session is None:
            self._session = self._database.session(reads_only=self._reads_only)
        return self._session

    def reading(self) -> AbstractContextManager[Session]:
        """A short look at the database beside this request's own session."""
        return self._database.read()

    def finish(self, *, commit: bool) -> None:
        """Commits or rolls back, and returns the connection. Raises `ChangedMeanwhile` when a writer came first."""
        session, self._session = self._session, None
        if session is None:
            return
        try:
            if commit:
                session.commit()
        except (StaleDataError, IntegrityError) as error:
            raise as_workbench_error(error) from error
        except Exception as error:
            if is_unkeepable(error):
                raise as_workbench_error(error) from error
            raise
        finally:
            session.close()


def is_unkeepable(error: Exception) -> bool:
    """Whether it says that a value of the request has no place in a database: drivers say so in many ways."""
    return isinstance(error, DataError) or any(words in str(error) for words in UNKEEPABLE)


def as_workbench_error(error: Exception) -> WorkbenchError:
    """What a database error means to the person who sent the request."""
    if isinstance(error, StaleDataError | IntegrityError):
        return ChangedMeanwhile(
            "Someone else changed this at the same moment; nothing of your request was kept.",
            fix="Load it again and repeat your change.",
        )
    if is_unkeepable(error):
        return Invalid(
            "A value of the request is nothing that the database can keep, such as a NUL character or a huge number.",
            fix="Take it out and send the request again.",
        )
    return Unavailable("The database does not answer.", fix="Try again; if it lasts, run `workbench doctor`.")


class TransactionLayer:
    """Wraps the application: gives each request its transaction and ends it before the answer leaves."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self._app = app
        self._database = database
        self._writers: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        writers = self._writers.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(WRITERS))
        transaction = Transaction(self._database, reads_only=scope["method"] in READS, writers=writers)
        scope["workbench.transaction"] = transaction
        replaced = False

        async def finish_then_send(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                try:
                    await transaction.end(commit=message["status"] < 400)
                except (WorkbenchError, OperationalError) as error:
                    replaced = True
                    mapped = error if isinstance(error, WorkbenchError) else as_workbench_error(error)
                    await problem_response(mapped)(scope, receive, send)
                    return
            await send(message)

        try:
            await self._app(scope, receive, finish_then_send)
        finally:
            await transaction.end(commit=False)
