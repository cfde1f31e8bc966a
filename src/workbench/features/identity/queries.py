"""Every statement on people, workspaces and their members."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from workbench.features.identity.tables import MemberRow, PersonRow, WorkspaceRow

Membership = Row[MemberRow, PersonRow, WorkspaceRow]


def member(session: Session, workspace_id: UUID, person_id: UUID) -> Membership | None:
    """A member of a workspace, the person they are, and the workspace."""
    return session.execute(
        _memberships().where(MemberRow.workspace_id == workspace_id, MemberRow.person_id == person_id)
    ).one_or_none()


def _memberships() -> Select[MemberRow, PersonRow, WorkspaceRow]:
    return (
        select(MemberRow, PersonRow, WorkspaceRow)
        .join(PersonRow, PersonRow.id == MemberRow.person_id)
        .join(WorkspaceRow, WorkspaceRow.id == MemberRow.workspace_id)
    )
