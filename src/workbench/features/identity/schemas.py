"""Wire shapes of people, members, workspaces, invitations and tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import Classification, Role


class Workspace(Schema):
    """A team's own data, members and rules; `slug` is what `X-Workspace` names it by and never changes."""

    id: UUID
    slug: str
    name: str
    version: int
    created_at: datetime


class OwnWorkspace(Schema):
    """A workspace that the person is a member of, and as what."""

    slug: str
    name: str
    role: Role


class Me(Schema):
    """Who is signed in, where, and what they may do there.

    `csrf_token` goes into `X-Workbench-CSRF` with every change; it is null for tokens. `current_password_needed` says
    whether choosing a new password asks for the present one: not right after a sign-in link.
    """

    id: UUID
    name: str
    email: str
    workspace: Workspace
    workspaces: list[OwnWorkspace]
    role: Role
    clearance: Classification
    permissions: list[str]
    csrf_token: str | None
    token_id: UUID | None
    has_password: bool
    current_password_needed: bool


class ProfileChange(Schema):
    """A person's new name and address; null leaves one as it is."""

    name: str | None = None
    email: str | None = None


class PasswordChange(Schema):
    """A new password; `current` may be missing only where `Me.current_password_needed` is false."""

    current: str | None = Field(None, max_length=1000)
    new: str = Field(max_length=1000)


class SignIn(Schema):
    """An address and its password."""

    email: str = Field(max_length=1000)
    password: str = Field(max_length=1000)


class Secret(Schema):
    """The token out of a one-time link."""

    token: str = Field(max_length=200)


class NewWorkspace(Schema):
    """A workspace to make; its maker becomes its admin."""

    slug: str
    name: str


class WorkspaceChange(Change):
    """A workspace's new name."""

    name: str


class Member(Schema):
    """A person in the workspace. `chosen_clearance` is null where the role's own applies; `clearance` is in force."""

    id: UUID
    name: str
    email: str
    role: Role
    clearance: Classification
    chosen_clearance: Classification | None
    disabled: bool
    version: int
    joined_at: datetime


class MemberChange(Change):
    """What a member is from now on; the whole of it."""

    role: Role
    clearance: Classification | None = None
    disabled: bool = False


class NewInvitation(Schema):
    """Whom to invite, and as what."""

    email: str
    role: Role


class Invitation(Schema):
    """An open invitation. `link` is a path on this server, given only when the invitation is made or sent again."""

    id: UUID
    email: str
    role: Role
    invited_by_name: str
    created_at: datetime
    expires_at: datetime
    expired: bool
    link: str | None = None


class OpenedInvitation(Schema):
    """What an invitation's link offers. A `known` person accepts with the password they have."""

    workspace: str
    invited_by_name: str
    email: str
    role: Role
    known: bool


class Acceptance(Secret):
    """The answer to an invitation; `name` is needed from someone new."""

    name: str | None = None
    password: str = Field(max_length=1000)


class NewToken(Schema):
    """A token to make. `scopes` are permissions or the groups read, label, write, admin; `days` null never expires."""

    name: str
    scopes: list[str] = Field(min_length=1)
    days: int | None = Field(90, ge=1, le=3650)


class Token(Schema):
    """An API token of one's own. `hint` is how it begins; `secret` is given once, when it is made."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    permissions: list[str]
    created_at: datetime
    expires_at: datetime | None
    expired: bool
    last_used_at: datetime | None
    secret: str | None = None
