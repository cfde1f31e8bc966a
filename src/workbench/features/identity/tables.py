"""Rows of workspaces, people, members, and the secrets (kept only as digests) that they sign in with."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.backends.database import Base, key_string

DIGEST = LargeBinary(32)


class WorkspaceRow(Base):
    """One team's own data, members and rules."""

    __tablename__ = "workspace"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}


class PersonRow(Base):
    """Someone who can sign in. `email` is lower case; without `password_hash` only a one-time link lets them in."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(key_string(100))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]


class MemberRow(Base):
    """A person in a workspace. `clearance` NULL means the role's own; a disabled member may do nothing there."""

    __tablename__ = "member"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    clearance: Mapped[str | None] = mapped_column(String(20))
    disabled: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    joined_at: Mapped[datetime]

    __table_args__ = (Index("ix_member_person", "person_id", "joined_at"),)
    __mapper_args__ = {"version_id_col": version}


class BrowserSessionRow(Base):
    """One signed-in browser. One that came `by_link` may choose a new password without knowing the old one."""

    __tablename__ = "browser_session"

    digest: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    by_link: Mapped[bool]


class TokenRow(Base):
    """An API token: acts for its maker in one workspace, within its scopes."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    hint: Mapped[str] = mapped_column(String(10))
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_api_token_list", "workspace_id", "person_id", "id"),)


class InvitationRow(Base):
    """An open door for one person; `digest` changes when it is sent again, so that the older link is dead."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), index=True)
    email: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    digest: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    invited_by: Mapped[UUID]
    invited_by_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SignInLinkRow(Base):
    """A link that signs one person in, once."""

    __tablename__ = "sign_in_link"

    digest: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]


class SignInFailureRow(Base):
    """Failed sign-ins in a row for one address, whether or not anyone has it."""

    __tablename__ = "sign_in_failure"

    email_digest: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
