"""REST of getting in and out: the only routes, with health, that anyone may call."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from workbench.features.identity import access, invitations
from workbench.features.identity.cookies import give_cookie, session_secret, take_cookie
from workbench.features.identity.schemas import Acceptance, OpenedInvitation, Secret, SignIn
from workbench.requests import DbSession, Wired, anyone

router = APIRouter(tags=["sign-in"])


@router.post("/sign-in", status_code=204, dependencies=[anyone()])
def sign_in(body: SignIn, request: Request, response: Response, backends: Wired) -> None:
    """Signs a browser in with address and password. `GET /me` then tells who it is."""
    present = session_secret(request, backends.settings)
    secret = access.sign_in(backends.database, body.email, body.password, replacing=present)
    give_cookie(response, backends.settings, secret)


@router.post("/sign-in/link", status_code=204, dependencies=[anyone()])
def sign_in_by_link(body: Secret, request: Request, response: Response, session: DbSession, backends: Wired) -> None:
    """Signs a browser in with a one-time link's token."""
    present = session_secret(request, backends.settings)
    give_cookie(response, backends.settings, access.sign_in_by_link(session, body.token, replacing=present))


@router.post("/sign-out", status_code=204, dependencies=[anyone()])
def sign_out(request: Request, response: Response, session: DbSession, backends: Wired) -> None:
    """Signs this browser out."""
    present = session_secret(request, backends.settings)
    if present is not None:
        access.sign_out(session, present)
        take_cookie(response, backends.settings)


@router.post("/invitations/open", dependencies=[anyone()])
def open_invitation(body: Secret, session: DbSession) -> OpenedInvitation:
    """What an invitation's link offers."""
    return invitations.open_invitation(session, body.token)


@router.post("/invitations/accept", status_code=204, dependencies=[anyone()])
def accept_invitation(body: Acceptance, request: Request, response: Response, backends: Wired) -> None:
    """Accepts an invitation and signs the browser in."""
    present = session_secret(request, backends.settings)
    give_cookie(response, backends.settings, invitations.accept_invitation(backends.database, body, replacing=present))
