"""Replay of repeated POSTs: the same `Idempotency-Key` gets the same answer, and nothing happens twice.

The answer is kept in the transaction that did the work, so a client that lost the connection can ask again: for a day.
"""

from __future__ import annotations

import hashlib
from collections import deque
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import LargeBinary, String, Text, delete
from sqlalchemy.orm import Mapped, Session, mapped_column
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.app.errors import problem_response
from workbench.app.transaction import Transaction
from workbench.backends.database import Base
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid

KEY_LENGTH = 100
AHEAD = 1_000_000  # bytes of a body that are read before the route is asked
KEPT = timedelta(days=1)


class IdempotencyKeyReused(Conflict):
    """The same idempotency key came with a different request, or from somebody who had other rights then."""


class KeptAnswer(Base):
    """The answer to a POST, under its sender's key."""

    __tablename__ = "kept_answer"

    actor_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), primary_key=True)
    request_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    content_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


def forget_answers(session: Session) -> None:
    """Removes the answers that were kept for long enough: they repeat data that may have been deleted since."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < now() - KEPT))


class IdempotencyLayer:
    """Wraps the application inside its transaction and sign-in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        actor = scope.get("workbench.actor")
        if not key or not actor or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if len(key) > KEY_LENGTH:
            error = Invalid(f"The idempotency key is longer than {KEY_LENGTH} characters.", field="Idempotency-Key")
            await problem_response(error)(scope, receive, send)
            return
        target = f"{scope['path']}?{scope.get('query_string', b'').decode('latin-1')}\n{_rights(actor)}\n"
        body = _Body(target.encode(), receive)
        await body.read_ahead()
        transaction: Transaction = scope["workbench.transaction"]
        kept = await run_in_threadpool(_look_up, transaction, actor.id, key)
        if kept is not None:
            await _replay(kept, await body.digest())(scope, receive, send)
            return
        start: Message | None = None
        parts: list[bytes] = []

        async def keep_then_send(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            assert start is not None
            if start["status"] < 400 and body.ended and not scope.get("workbench.once"):
                transaction.session().add(
                    KeptAnswer(
                        actor_id=actor.id,
                        key=key,
                        request_digest=await body.digest(),
                        status=start["status"],
                        content_type=Headers(raw=start["headers"]).get("content-type", "application/json"),
                        body=b"".join(parts).decode(),
                        created_at=now(),
                    )
                )
            await send(start)
            await send({"type": "http.response.body", "body": b"".join(parts)})

        await self._app(scope, body.receive, keep_then_send)


def _rights(actor: Actor) -> str:
    """Where and with which rights somebody acts: an answer is repeated to nobody who might not get it now."""
    return f"{actor.workspace_id} {actor.clearance} {' '.join(sorted(actor.permissions))}"


def _look_up(transaction: Transaction, actor_id: UUID, key: str) -> KeptAnswer | None:
    # Apart from the request's own session: that would hold SQLite's one write lock from here on, and routes that
    # write in transactions of their own would wait for themselves.
    with transaction.reading() as session:
        return session.get(KeptAnswer, (actor_id, key))


def _replay(kept: KeptAnswer, digest: bytes) -> Response:
    if kept.request_digest != digest:
        return problem_response(
            IdempotencyKeyReused(
                "This idempotency key was used for a different request, or with other rights.",
                field="Idempotency-Key",
                fix="Use a fresh key for each new request.",
            )
        )
    return Response(kept.body, kept.status, {"Idempotent-Replay": "true"}, media_type=kept.content_type)


class _Body:
    """A request's body, hashed as it passes: of one that is long, only the beginning is ever held.

    What of a long body its route does not read stays unread, and so its answer is not kept: waiting for the rest then
    would be waiting for the sender with the database's write lock in hand.
    """

    def __init__(self, target: bytes, receive: Receive) -> None:
        self._hash = hashlib.sha256(target)
        self._receive = receive
        self._held: deque[Message] = deque()
        self.ended = False

    async def read_ahead(self) -> None:
        """Reads the beginning, which for most is all of it, whether a route asks for it or not."""
        held = 0
        while not self.ended and held <= AHEAD:
            self._held.append(await self._next())
            held += len(self._held[-1].get("body", b""))

    async def receive(self) -> Message:
        """The next piece, for the route."""
        return self._held.popleft() if self._held else await self._next()

    async def digest(self) -> bytes:
        """The hash of the target and the whole body; what is still to come is read."""
        while not self.ended:
            await self._next()
        return self._hash.digest()

    async def _next(self) -> Message:
        message = await self._receive()
        self._hash.update(message.get("body", b""))
        self.ended = self.ended or not message.get("more_body")
        return message
