"""Writers of one SQLite file wait in line: who came first writes first.

SQLite lets one connection write and makes the others look again after pauses that grow, so whoever is unlucky waits
many turns. Here the writers of one process stand in line before `BEGIN IMMEDIATE`. Writers of other processes, such as
the worker, still meet at SQLite's own lock.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque


class WriteLine:
    """First in, first out. A place belongs to a connection, not to a thread: a request's transaction begins in one
    thread and ends in another."""

    def __init__(self) -> None:
        # Reentrant, and tickets are bare locks, because the garbage collector may return a forgotten connection, and
        # with it its place, in the middle of any of these lines.
        self._guard = threading.RLock()
        self._waiting: deque[threading.Lock] = deque()
        self._turn: threading.Lock | None = None

    def enter(self, seconds: float) -> bool:
        """Waits until it is our turn, which lasts until `leave`; False when it did not come in so many seconds."""
        ticket = threading.Lock()
        ticket.acquire()
        with self._guard:
            self._waiting.append(ticket)
            self._call_next()
        try:
            if ticket.acquire(timeout=seconds):
                return True
        except BaseException:  # an interrupt from the keyboard: nobody is left to leave
            if not self._gave_up(ticket):
                self.leave()
            raise
        return not self._gave_up(ticket)

    @property
    def waiting(self) -> int:
        """How many stand in line, beside the one whose turn it is."""
        return len(self._waiting)

    def leave(self) -> None:
        """Ends our turn and lets the next one in."""
        with self._guard:
            self._turn = None
            self._call_next()

    def _call_next(self) -> None:
        if self._turn is None and self._waiting:
            self._turn = self._waiting.popleft()
            self._turn.release()

    def _gave_up(self, ticket: threading.Lock) -> bool:
        """Takes it out of the line; False when its turn came at that very moment."""
        with self._guard:
            try:
                self._waiting.remove(ticket)
            except ValueError:
                return False
        return True


class LinedConnection(sqlite3.Connection):
    """A connection that stands in line to write, and leaves it when its transaction is over, however that ends."""

    line: WriteLine | None = None
    _writes = False

    def stand_in_line(self, seconds: float) -> None:
        """Waits for its turn. Raises `sqlite3.OperationalError` when it does not come in so many seconds."""
        if self.line is None or self._writes:
            return
        if not self.line.enter(seconds):
            raise sqlite3.OperationalError(
                f"database is locked: no turn to write in {seconds:.0f} seconds, and {self.line.waiting} wait still."
                " A transaction of this process does not end; if the code that waits here began it, it waits for"
                " itself: write with the session that it has."
            )
        self._writes = True

    def leave_line(self) -> None:
        """Lets the next writer in, unless the transaction still goes on."""
        if self._writes and self.line is not None and not self.in_transaction:
            self._writes = False
            self.line.leave()

    def commit(self) -> None:
        """Commits, as any connection does."""
        try:
            super().commit()
        finally:
            self.leave_line()

    def rollback(self) -> None:
        """Rolls back, as any connection does."""
        try:
            super().rollback()
        finally:
            self.leave_line()

    def close(self) -> None:
        """Closes, which ends a transaction that was left open."""
        super().close()
        if self._writes and self.line is not None:
            self._writes = False
            self.line.leave()
