"""Who acts: oneself, members, invitations, tokens, workspaces."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from workbench.features.identity.schemas import (
    Acceptance,
    Invitation,
    Me,
    Member,
    MemberChange,
    NewInvitation,
    NewToken,
    NewWorkspace,
    OpenedInvitation,
    OwnWorkspace,
    Secret,
    Token,
    Workspace,
    WorkspaceChange,
)
from workbench.kernel.vocabulary import Classification, Role
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part
from workbench.sdk.words import word


class Myself(Part):
    """The person behind this connection."""

    def get(self) -> Me:
        """Who one is, in which workspace, and what one may do there."""
        return self._http.get("/me", Me)


class Members(Part):
    """The people of the workspace, and those invited."""

    def list(self, *, search: str | None = None) -> Pages[Member]:
        """Members by name."""
        return self._http.pages("/members", Member, search=search)

    def change(
        self,
        person_id: UUID,
        *,
        role: Role | str,
        version: int,
        clearance: Classification | str | None = None,
        disabled: bool = False,
    ) -> Member:
        """Sets a member's role, clearance (None: the role's own) and access; the whole of it."""
        wanted = MemberChange(
            role=word(Role, role),
            clearance=word(Classification, clearance) if clearance else None,
            disabled=disabled,
            version=version,
        )
        return self._http.patch(f"/members/{person_id}", Member, wanted)

    def remove(self, person_id: UUID) -> None:
        """Takes someone out of the workspace; what they did stays under their name."""
        self._http.delete(f"/members/{person_id}")

    def invite(self, email: str, role: Role | str) -> Invitation:
        """Invites someone; the answer carries the link to hand over."""
        return self._http.post("/invitations", Invitation, NewInvitation(email=email, role=word(Role, role)))

    def invitations(self) -> Pages[Invitation]:
        """Invitations that are still open."""
        return self._http.pages("/invitations", Invitation)

    def resend_invitation(self, invitation_id: UUID) -> Invitation:
        """Gives an invitation a new link and a new week; the older link stops working."""
        return self._http.post(f"/invitations/{invitation_id}/resend", Invitation)

    def revoke_invitation(self, invitation_id: UUID) -> None:
        """Makes an invitation useless."""
        self._http.delete(f"/invitations/{invitation_id}")

    def open_invitation(self, token: str) -> OpenedInvitation:
        """What the token at the end of an invitation's link offers; needs no sign-in."""
        return self._http.post("/invitations/open", OpenedInvitation, Secret(token=token))

    def accept_invitation(self, token: str, password: str, *, name: str | None = None) -> None:
        """Accepts an invitation; someone new gives a name and chooses the password. Needs no sign-in."""
        self._http.post("/invitations/accept", None, Acceptance(token=token, password=password, name=name))


class Tokens(Part):
    """One's own API tokens in this workspace."""

    def list(self) -> Pages[Token]:
        """One's tokens, newest first; their secrets are not among it."""
        return self._http.pages("/tokens", Token)

    def create(self, name: str, scopes: Sequence[str], *, days: int | None = 90) -> Token:
        """Makes a token; its secret is in this answer only.

        `scopes` are permissions or the groups read, label, write and admin; `days` None never expires.
        """
        return self._http.post("/tokens", Token, NewToken(name=name, scopes=[*scopes], days=days))

    def revoke(self, token_id: UUID) -> None:
        """Ends a token at once."""
        self._http.delete(f"/tokens/{token_id}")


class Workspaces(Part):
    """The workspaces that one may act in."""

    def list(self) -> Sequence[OwnWorkspace]:
        """One's workspaces, and what one is in each."""
        return self._http.get("/workspaces", list[OwnWorkspace])

    def create(self, slug: str, name: str) -> Workspace:
        """Makes a workspace; its maker becomes its admin."""
        return self._http.post("/workspaces", Workspace, NewWorkspace(slug=slug, name=name))

    def rename(self, workspace_id: UUID, name: str, *, version: int) -> Workspace:
        """Renames the workspace that one acts in."""
        return self._http.patch(f"/workspaces/{workspace_id}", Workspace, WorkspaceChange(name=name, version=version))
