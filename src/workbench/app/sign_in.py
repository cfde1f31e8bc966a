"""Finds out who sent a request: a token or a browser session becomes the actor that routes ask for.

Refuses what a web page from elsewhere could send: another host name (DNS rebinding), another origin, a change without
the session's CSRF token. Reads in short transactions only, so that a slow upload never holds the database's write lock.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy.exc import DataError, OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.app.errors import problem_response
from workbench.app.transaction import READS, as_workbench_error
from workbench.backends.database import Database
from workbench.backends.settings import Settings
from workbench.features.identity import access, rules, secret_queries, tokens
from workbench.features.identity.access import Presence
from workbench.features.identity.cookies import session_secret
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Forbidden, WorkbenchError
from workbench.requests import NotSignedIn

log = structlog.get_logger()

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HEALTH = "/api/v1/health"  # probes ask by any name


class CsrfFailed(Forbidden):
    """A browser's request to change something came without its session's CSRF token."""


class ForeignHost(Forbidden):
    """The request was sent to a host name, or from an origin, that is not this workbench's."""


class SignInLayer:
    """Wraps the application inside the request's transaction. Routes find the actor, or why there is none."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._idle = timedelta(hours=settings.session_hours)
        public = urlsplit(settings.public_url or "").hostname
        self._hosts = LOOPBACK | {settings.host.lower()} | ({public} if public else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        token = _bearer(request)
        if token is None and scope["path"] != HEALTH:
            foreign = self._foreign(request)
            if foreign is not None:
                await problem_response(foreign)(scope, receive, send)
                return
        secret = session_secret(request, self._settings) if token is None else None
        if (token is None and secret is None) or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        try:
            presence = await run_in_threadpool(self._identify, request, token, secret)
        except (OperationalError, DataError) as error:  # the table of errors answers only for what is further inside
            log.warning("database refused", path=scope["path"], error=type(error).__name__)
            await problem_response(as_workbench_error(error))(scope, receive, send)
            return
        scope["workbench.again"] = lambda: self._identified(request, token, secret)
        await self._app(scope, receive, send)
        if presence is not None and presence.touch:
            async with scope["workbench.transaction"].writers:
                await run_in_threadpool(_touch, scope["app"].state.backends.database, presence, secret)

    def _identify(self, request: HTTPConnection, token: str | None, secret: str | None) -> Presence | None:
        """Puts the actor on the request, or the reason why there is none."""
        try:
            presence = self._look_up(request, token, secret)
        except tokens.TokenRefused as refused:
            request.scope["workbench.refusal"] = NotSignedIn(refused.message, fix=refused.fix)
        except WorkbenchError as refused:
            request.scope["workbench.refusal"] = refused
        else:
            if presence is not None:
                request.scope["workbench.actor"] = presence.actor
            return presence
        return None

    def _identified(self, request: HTTPConnection, token: str | None, secret: str | None) -> Actor | None:
        """Who they are now, for an answer that lasts: rights may end while it is given."""
        try:
            presence = self._look_up(request, token, secret)
        except WorkbenchError:
            return None
        return presence.actor if presence else None

    def _look_up(self, request: HTTPConnection, token: str | None, secret: str | None) -> Presence | None:
        slug = request.headers.get("x-workspace") or request.query_params.get("workspace")
        database: Database = request.scope["app"].state.backends.database
        with database.read() as session:
            if token is not None:
                return tokens.actor_of_token(session, token, slug)
            assert secret is not None
            presence = access.actor_of_session(session, secret, slug, self._idle)
        if presence is not None and request.scope["method"] not in READS:
            _check_csrf(request, secret)
        return presence

    def _foreign(self, request: HTTPConnection) -> ForeignHost | None:
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if _hostname(f"//{host}") not in self._hosts:
            return ForeignHost(
                f"This workbench does not answer to the name {host[:100]!r}.",
                fix="Set WORKBENCH_PUBLIC_URL to the address that people use.",
            )
        if origin is not None and _hostname(origin) not in self._hosts:
            return ForeignHost("The request came from another site.", fix="Use the workbench from its own address.")
        return None


def _bearer(request: HTTPConnection) -> str | None:
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else None


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _check_csrf(request: HTTPConnection, secret: str) -> None:
    given = request.headers.get("x-workbench-csrf", "")
    if not rules.is_same_secret(given, rules.csrf_token_of(secret)):
        raise CsrfFailed(
            "The request did not carry this session's CSRF token.",
            fix="Send `csrf_token` of GET /api/v1/me as X-Workbench-CSRF; after signing in again it is another one.",
        )


def _touch(database: Database, presence: Presence, secret: str | None) -> None:
    """Notes the use after the answer left; a busy database may skip it."""
    try:
        with database.begin() as session:
            secret_queries.touch(
                session,
                session_digest=rules.digest_of(secret) if secret else None,
                token_id=presence.actor.token_id,
                moment=now(),
            )
    except OperationalError as error:
        log.warning("use of a session was not noted", error=type(error).__name__)
