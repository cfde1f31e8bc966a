"""From the rows of a member to the actor that acts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from workbench.features.identity import rules
from workbench.features.identity.tables import MemberRow, PersonRow, WorkspaceRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Forbidden
from workbench.kernel.vocabulary import Classification, Role


class MemberDisabled(Forbidden):
    """This member's access to the workspace is switched off."""


class NeedsPerson(Forbidden):
    """A token tried what only its owner may do, signed in."""


def as_actor(
    member: MemberRow,
    person: PersonRow,
    workspace: WorkspaceRow,
    *,
    scopes: Iterable[str] | None = None,
    token_id: UUID | None = None,
) -> Actor:
    """The actor behind a member's rows, narrowed to a token's scopes. Raises `MemberDisabled`."""
    if member.disabled:
        raise MemberDisabled(
            f"Your access to the workspace {workspace.name} is switched off.",
            fix="Ask an admin of the workspace to switch it on again.",
        )
    role = Role(member.role)
    permissions = rules.permissions_of(role)
    if scopes is not None:
        permissions &= rules.expand_scopes(scopes)
    return Actor(
        id=person.id,
        name=person.name,
        workspace_id=workspace.id,
        workspace=workspace.slug,
        role=role,
        clearance=rules.clearance_of(role, chosen_clearance(member)),
        permissions=permissions,
        token_id=token_id,
    )


def chosen_clearance(member: MemberRow) -> Classification | None:
    """What an admin set for this member, or None."""
    return Classification(member.clearance) if member.clearance else None


def require_person(actor: Actor) -> None:
    """Raises `NeedsPerson` when a token acts: profiles, passwords and sessions are for their owner, signed in."""
    if actor.token_id is not None:
        raise NeedsPerson("A token may not do this.", fix="Sign in with a browser.")
