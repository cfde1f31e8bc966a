"""Whether this server is up and what it is, for people, proxies and the command line."""

from __future__ import annotations

from fastapi import APIRouter, Request

from workbench import __version__
from workbench.kernel.schema import Schema
from workbench.requests import Wired, anyone

router = APIRouter(tags=["health"])


class Health(Schema):
    """`status` is always `ok`: a server that cannot reach its database answers 503 instead. `instance` is
    made anew with each start: who knows a server by it takes no other for that one."""

    status: str
    version: str
    instance: str


@router.get("/health", dependencies=[anyone()])
def check_health(request: Request, backends: Wired) -> Health:
    """Answers once the server and its database do."""
    backends.database.check()
    return Health(status="ok", version=__version__, instance=request.app.state.instance)
