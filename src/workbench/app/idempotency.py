"""Replay of repeated POSTs: the same `Idempotency-Key` gets the same answer, and nothing happens twice.

The answer is kept in the transaction that did the work, so a client that lost the connection can always ask again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column
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
BODY_LIMIT = 1_000_000  # uploads are not replayed: they are told apart by their path and length only


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
        body, receive = await _read(scope, receive)
        target = f"{scope['path']}?{scope.get('query_string', b'').decode('latin-1')}\n{_rights(actor)}\n"
        digest = hashlib.sha256(target.encode() + body).digest()
        transaction: Transaction = scope["workbench.transaction"]
        kept = await run_in_threadpool(_look_up, transaction, actor.id, key)
        if kept is not None:
            await _replay(kept, digest)(scope, receive, send)
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
            if start["status"] < 400 and not scope.get("workbench.once"):
                transaction.session().add(
                    KeptAnswer(
                        actor_id=actor.id,
                        key=key,
                        request_digest=digest,
                        status=start["status"],
                        content_type=Headers(raw=start["headers"]).get("content-type", "application/json"),
                        body=b"".join(parts).decode(),
                        created_at=now(),
                    )
                )
            await send(start)
            await send({"type": "http.response.body", "body": b"".join(parts)})

        await self._app(scope, receive, keep_then_send)


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


async def _read(scope: Scope, receive: Receive) -> tuple[bytes, Receive]:
    """The request's body and a `receive` that gives it again; of a large body only the beginning is held, which stands
    for it with its length."""
    length = Headers(scope=scope).get("content-length") or ""
    if length.isdecimal() and int(length) > BODY_LIMIT:
        return length.encode(), receive
    held: list[Message] = []
    size = 0
    while True:
        message = await receive()
        held.append(message)
        size += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body") or size > BODY_LIMIT:
            break
    body = b"".join(message.get("body", b"") for message in held)
    held.reverse()

    async def again() -> Message:
        return held.pop() if held else await receive()

    return body, again
