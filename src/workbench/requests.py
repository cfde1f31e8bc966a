"""What a request carries, for routes to ask for: its actor, its transaction and the backends.

The application puts them on the request (`app/transaction.py`, `app/sign_in.py`); routes only name what they need:

    @router.post("/sheets", dependencies=[])
    def create_sheet(body: SheetIn, actor: Annotated[Actor, allow("sheets.write")], session: DbSession) -> Sheet: ...

`allow` is the only way to an actor, so a route cannot forget to say who may call it.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Forbidden, WorkbenchError

PUBLIC = "public"  # routes anyone may call: sign-in and health


class NotSignedIn(Forbidden):
    """No valid session or token came with the request."""


# All of these are coroutines, for they wait for nothing: what is not would go to a thread and back, once for each.
async def _session(request: Request) -> Session:
    return cast(Session, await request.scope["workbench.transaction"].admit())


async def _backends(request: Request) -> Backends:
    return cast(Backends, request.app.state.backends)


def refusal_of(scope: MutableMapping[str, Any]) -> WorkbenchError:
    """Why nobody is known to have sent this request."""
    unknown = NotSignedIn("You are not signed in.", fix="Sign in, or send a token as `Authorization: Bearer …`.")
    return cast(WorkbenchError, scope.get("workbench.refusal", unknown))


def allow(permission: str) -> Any:
    """A dependency that gives the actor when it holds `permission`, and refuses the request otherwise."""

    async def authorize(request: Request) -> Actor:
        actor = cast("Actor | None", request.scope.get("workbench.actor"))
        if actor is None:
            raise refusal_of(request.scope)
        actor.require(permission)
        return actor

    authorize.permission = permission  # type: ignore[attr-defined]  # read by the authorization matrix test
    return Depends(authorize)


async def _again(request: Request) -> Callable[[], Actor | None]:
    look: Callable[[], Actor | None] = request.scope.get("workbench.again", lambda: None)
    return look


def once() -> Any:
    """A dependency that marks an answer as given once: no copy of it is kept for repeated requests.

    For answers that hold a secret, and for questions in a POST: their content is shown as it may be seen when asked.
    """

    async def keep_no_copy(request: Request) -> None:
        request.scope["workbench.once"] = True

    return Depends(keep_no_copy)


def anyone() -> Any:
    """A dependency that marks a route as public on purpose."""

    async def authorize() -> None:
        return None

    authorize.permission = PUBLIC  # type: ignore[attr-defined]  # read by the authorization matrix test
    return Depends(authorize)


DbSession = Annotated[Session, Depends(_session)]
Wired = Annotated[Backends, Depends(_backends)]
Again = Annotated[Callable[[], Actor | None], Depends(_again)]  # the actor as they are by now; None when signed out
Handler = Callable[..., Any]
