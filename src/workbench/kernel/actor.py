"""Who acts: the person, in a workspace, in a browser or through a token."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from workbench.kernel.errors import Forbidden
from workbench.kernel.vocabulary import Classification, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in one workspace; what a token acts with is already narrowed to the token's scopes."""

    id: UUID
    name: str
    workspace_id: UUID
    workspace: str  # the workspace's slug, which also names its folder of catalogs
    role: Role
    clearance: Classification
    permissions: frozenset[str]
    token_id: UUID | None = None

    def may(self, permission: str) -> bool:
        """Whether this actor holds the permission, e.g. `pairs.review`."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raises `Forbidden` unless this actor holds the permission."""
        if not self.may(permission):
            through = "this token" if self.token_id else f"the role {self.role}"
            raise Forbidden(
                f"{through[0].upper()}{through[1:]} may not do this: it needs the permission {permission}.",
                fix="Ask an admin of the workspace for a role that has it.",
            )
