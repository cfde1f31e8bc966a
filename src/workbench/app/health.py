"""Whether this server is up and what it is, for people, proxies and the command line."""

from __future__ import annotations

from fastapi import APIRouter

from workbench import __version__
from workbench.kernel.schema import Schema
from workbench.requests import Wired, anyone

router = APIRouter(tags=["health"])


class Health(Schema):
    """`status` is always `ok`: a server that cannot reach its database answers 503 instead."""

    status: str
    version: str


@router.get("/health", dependencies=[anyone()])
def check_health(backends: Wired) -> Health:
    """Answers once the server and its database do."""
    backends.database.check()
    return Health(status="ok", version=__version__)
