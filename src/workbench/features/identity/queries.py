"""Every statement on people, workspaces and their members."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.features.identity.tables import MemberRow, PersonRow, WorkspaceRow


def member(session: Session, workspace_id: UUID, person_id: UUID) -> tuple[MemberRow, PersonRow, WorkspaceRow] | None:
    """A member of a workspace, the person they are, and the workspace."""
    return (
        session.execute(
            select(MemberRow, PersonRow, WorkspaceRow)
            .join(PersonRow, PersonRow.id == MemberRow.person_id)
            .join(WorkspaceRow, WorkspaceRow.id == MemberRow.workspace_id)
            .where(MemberRow.workspace_id == workspace_id, MemberRow.person_id == person_id)
        )
        .tuples()
        .one_or_none()
    )
