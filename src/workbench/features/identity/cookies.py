"""The one cookie of the workbench: the browser session's secret, out of reach of scripts and other sites."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

from workbench.backends.settings import Settings
from workbench.features.identity.rules import SESSION_AT_MOST


def is_https(settings: Settings) -> bool:
    """Whether people reach this workbench over TLS."""
    return (settings.public_url or "").startswith("https://")


def cookie_name(settings: Settings) -> str:
    """`__Host-workbench` over TLS, which browsers guard; else one per port, since cookies do not tell ports apart."""
    return "__Host-workbench" if is_https(settings) else f"workbench-{settings.port}"


def session_secret(request: HTTPConnection, settings: Settings) -> str | None:
    """The browser session's secret that came with a request."""
    return request.cookies.get(cookie_name(settings))


def give_cookie(response: Response, settings: Settings, secret: str) -> None:
    """Hands the secret to the browser; how long it counts is decided here, by use."""
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=int(SESSION_AT_MOST.total_seconds()),
        path="/",
        secure=is_https(settings),
        httponly=True,
        samesite="lax",
    )


def take_cookie(response: Response, settings: Settings) -> None:
    """Takes it away."""
    response.delete_cookie(cookie_name(settings), path="/", secure=is_https(settings), httponly=True, samesite="lax")
