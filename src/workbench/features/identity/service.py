"""Who acts: what a member of a workspace may do there."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.identity import queries, rules
from workbench.features.identity.tables import MemberRow, PersonRow, WorkspaceRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Forbidden, NotFound
from workbench.kernel.vocabulary import Classification, Role


class MemberDisabled(Forbidden):
    """This member's access to the workspace is switched off."""


def actor_of_member(session: Session, person_id: UUID, workspace_id: UUID) -> Actor:
    """The actor that a member of a workspace is now. Raises `NotFound` once they left, `MemberDisabled` if shut out."""
    found = queries.member(session, workspace_id, person_id)
    if found is None:
        raise NotFound("This person is not a member of the workspace.")
    return as_actor(*found)


def as_actor(
    member: MemberRow,
    person: PersonRow,
    workspace: WorkspaceRow,
    *,
    scopes: Iterable[str] | None = None,
    token_id: UUID | None = None,
) -> Actor:
    """The actor behind a member's rows, narrowed to a token's scopes when it acts through one."""
    if member.disabled:
        raise MemberDisabled(
            "Your access to this workspace is switched off.", fix="Ask an admin of the workspace to switch it on again."
        )
    role = Role(member.role)
    permissions = rules.permissions_of(role)
    if scopes is not None:
        permissions &= rules.expand_scopes(scopes)
    chosen = Classification(member.clearance) if member.clearance else None
    return Actor(
        id=person.id,
        name=person.name,
        workspace_id=workspace.id,
        workspace=workspace.slug,
        role=role,
        clearance=rules.clearance_of(role, chosen),
        permissions=permissions,
        token_id=token_id,
    )
