"""Every statement on people, workspaces and their members; secrets are in `secret_queries.py`."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from workbench.features.identity.tables import MemberRow, PersonRow, WorkspaceRow
from workbench.kernel.vocabulary import Role

Membership = Row[MemberRow, PersonRow, WorkspaceRow]


def memberships() -> Select[MemberRow, PersonRow, WorkspaceRow]:
    """The join of members with who and where they are."""
    return (
        select(MemberRow, PersonRow, WorkspaceRow)
        .join(PersonRow, PersonRow.id == MemberRow.person_id)
        .join(WorkspaceRow, WorkspaceRow.id == MemberRow.workspace_id)
    )


def member(session: Session, workspace_id: UUID, person_id: UUID) -> Membership | None:
    """A member of a workspace, the person they are, and the workspace."""
    return session.execute(
        memberships().where(MemberRow.workspace_id == workspace_id, MemberRow.person_id == person_id)
    ).one_or_none()


def memberships_of(session: Session, person_id: UUID) -> list[Membership]:
    """Every workspace that a person may act in, the one they joined first at the head."""
    return list(
        session.execute(
            memberships()
            .where(MemberRow.person_id == person_id, MemberRow.disabled.is_(False))
            .order_by(MemberRow.joined_at, MemberRow.workspace_id)
        )
    )


def members_page(
    session: Session, workspace_id: UUID, *, after: tuple[str, UUID] | None, limit: int, search: str | None
) -> list[Membership]:
    """Members by name."""
    query = memberships().where(MemberRow.workspace_id == workspace_id)
    if after is not None:
        query = query.where(tuple_(PersonRow.name, PersonRow.id) > after)
    if search:
        fields = (PersonRow.name, PersonRow.email)
        query = query.where(or_(*(field.icontains(search, autoescape=True) for field in fields)))
    return list(session.execute(query.order_by(PersonRow.name, PersonRow.id).limit(limit)))


def lock_workspace(session: Session, workspace_id: UUID) -> WorkspaceRow:
    """The workspace, held until the transaction ends, so that two admins cannot remove each other at once."""
    return session.scalars(select(WorkspaceRow).where(WorkspaceRow.id == workspace_id).with_for_update()).one()


def count_admins(session: Session, workspace_id: UUID) -> int:
    """Members who can let others in."""
    admins = select(func.count()).where(
        MemberRow.workspace_id == workspace_id, MemberRow.role == Role.ADMIN, MemberRow.disabled.is_(False)
    )
    return session.scalar(admins) or 0


def workspace_by_slug(session: Session, slug: str) -> WorkspaceRow | None:
    """The workspace of this short name."""
    return session.scalar(select(WorkspaceRow).where(WorkspaceRow.slug == slug))


def any_workspace(session: Session) -> bool:
    """Whether this workbench was started before."""
    return session.scalar(select(WorkspaceRow.id).limit(1)) is not None


def first_admin(session: Session) -> Membership | None:
    """The admin who has been one the longest."""
    return session.execute(
        memberships()
        .where(MemberRow.role == Role.ADMIN, MemberRow.disabled.is_(False))
        .order_by(MemberRow.joined_at, MemberRow.person_id)
        .limit(1)
    ).one_or_none()


def person_by_email(session: Session, email: str) -> PersonRow | None:
    """Who signs in with this address."""
    return session.scalar(select(PersonRow).where(PersonRow.email == email))
