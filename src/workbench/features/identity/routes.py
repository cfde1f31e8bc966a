"""REST of people: who I am, members, invitations, tokens and workspaces. Getting in and out is `sign_in_routes.py`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request

from workbench.features.identity import access, invitations, service, tokens
from workbench.features.identity.cookies import session_secret
from workbench.features.identity.schemas import (
    Invitation,
    Me,
    Member,
    MemberChange,
    NewInvitation,
    NewToken,
    NewWorkspace,
    OwnWorkspace,
    PasswordChange,
    ProfileChange,
    Token,
    Workspace,
    WorkspaceChange,
)
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.requests import DbSession, Wired, allow, once

router = APIRouter(tags=["identity"])


@router.get("/me")
def get_me(request: Request, actor: Annotated[Actor, allow("me")], session: DbSession, backends: Wired) -> Me:
    """Who is signed in, in which workspace, and what they may do there."""
    return service.describe_me(session, actor, session_secret(request, backends.settings))


@router.patch("/me")
def change_me(
    body: ProfileChange, request: Request, actor: Annotated[Actor, allow("me")], session: DbSession, backends: Wired
) -> Me:
    """Changes one's own name or address."""
    service.change_profile(session, actor, body)
    return service.describe_me(session, actor, session_secret(request, backends.settings))


@router.post("/me/password", status_code=204)
def change_password(
    body: PasswordChange, request: Request, actor: Annotated[Actor, allow("me")], backends: Wired
) -> None:
    """Sets one's password and signs every other browser out."""
    secret = session_secret(request, backends.settings) or ""
    access.change_password(backends.database, actor, secret, body.current, body.new)


@router.post("/me/sign-out-everywhere", status_code=204)
def sign_out_everywhere(actor: Annotated[Actor, allow("me")], session: DbSession) -> None:
    """Signs every browser out, this one too; tokens stay."""
    access.sign_out_everywhere(session, actor)


@router.get("/workspaces")
def list_workspaces(actor: Annotated[Actor, allow("me")], session: DbSession) -> list[OwnWorkspace]:
    """The workspaces that one may act in."""
    return service.list_own_workspaces(session, actor)


@router.post("/workspaces", status_code=201)
def create_workspace(
    body: NewWorkspace, actor: Annotated[Actor, allow("workspace.write")], session: DbSession
) -> Workspace:
    """Makes a workspace; its maker becomes its admin."""
    return service.create_workspace(session, actor, body)


@router.patch("/workspaces/{workspace_id}")
def rename_workspace(
    workspace_id: UUID, body: WorkspaceChange, actor: Annotated[Actor, allow("workspace.write")], session: DbSession
) -> Workspace:
    """Renames the workspace that one acts in."""
    return service.rename_workspace(session, actor, workspace_id, body)


@router.get("/members")
def list_members(
    actor: Annotated[Actor, allow("members.read")],
    session: DbSession,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Member]:
    """Members of the workspace by name."""
    return service.list_members(session, actor, search=search, cursor=cursor, limit=limit)


@router.patch("/members/{person_id}")
def change_member(
    person_id: UUID, body: MemberChange, actor: Annotated[Actor, allow("members.write")], session: DbSession
) -> Member:
    """Sets a member's role, clearance and access."""
    return service.change_member(session, actor, person_id, body)


@router.delete("/members/{person_id}", status_code=204)
def remove_member(person_id: UUID, actor: Annotated[Actor, allow("members.write")], session: DbSession) -> None:
    """Takes someone out of the workspace; what they did stays under their name."""
    service.remove_member(session, actor, person_id)


@router.get("/invitations")
def list_invitations(actor: Annotated[Actor, allow("members.write")], session: DbSession) -> Page[Invitation]:
    """Invitations that are still open."""
    return invitations.list_invitations(session, actor)


@router.post("/invitations", status_code=201, dependencies=[once()])
def invite(body: NewInvitation, actor: Annotated[Actor, allow("members.write")], session: DbSession) -> Invitation:
    """Invites someone; the answer carries the link to hand over."""
    return invitations.invite(session, actor, body)


@router.post("/invitations/{invitation_id}/resend", dependencies=[once()])
def resend_invitation(
    invitation_id: UUID, actor: Annotated[Actor, allow("members.write")], session: DbSession
) -> Invitation:
    """Gives an invitation a new link and a new week; the older link stops working."""
    return invitations.resend_invitation(session, actor, invitation_id)


@router.delete("/invitations/{invitation_id}", status_code=204)
def revoke_invitation(invitation_id: UUID, actor: Annotated[Actor, allow("members.write")], session: DbSession) -> None:
    """Makes an invitation useless."""
    invitations.revoke_invitation(session, actor, invitation_id)


@router.get("/tokens")
def list_tokens(
    actor: Annotated[Actor, allow("me")], session: DbSession, cursor: str | None = None, limit: int | None = None
) -> Page[Token]:
    """One's own API tokens in this workspace, newest first."""
    return tokens.list_tokens(session, actor, cursor=cursor, limit=limit)


@router.post("/tokens", status_code=201, dependencies=[once()])
def create_token(body: NewToken, actor: Annotated[Actor, allow("tokens.write")], session: DbSession) -> Token:
    """Makes an API token; its secret is shown in this answer only."""
    return tokens.create_token(session, actor, body)


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(token_id: UUID, actor: Annotated[Actor, allow("tokens.write")], session: DbSession) -> None:
    """Ends an API token of one's own, at once."""
    tokens.revoke_token(session, actor, token_id)
