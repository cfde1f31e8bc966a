"""Who is in a workspace and as what: members, profiles, workspaces, and the first start."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.governance import service as governance
from workbench.features.identity import access, queries, rules, secret_queries, tokens
from workbench.features.identity.actors import as_actor, chosen_clearance, require_person
from workbench.features.identity.queries import Membership
from workbench.features.identity.schemas import (
    Me,
    Member,
    MemberChange,
    NewWorkspace,
    OwnWorkspace,
    ProfileChange,
    Workspace,
    WorkspaceChange,
)
from workbench.features.identity.tables import MemberRow, PersonRow, WorkspaceRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import Role

THIS_MACHINE = "This machine"  # the token that the command line finds in the workbench's folder


class LastAdmin(Conflict):
    """Without this member nobody could let anyone in."""


@dataclass(frozen=True, slots=True)
class LocalAccess:
    """Ways in for whoever runs the workbench: the secret of a one-time sign-in link, and an API token."""

    link_token: str
    local_token: str


def actor_of_member(session: Session, person_id: UUID, workspace_id: UUID) -> Actor:
    """The actor that a member of a workspace is now. Raises `NotFound` once they left, `MemberDisabled` if shut out."""
    found = queries.member(session, workspace_id, person_id)
    if found is None:
        raise NotFound("This person is not a member of the workspace.")
    return as_actor(*found)


def first_start(session: Session) -> LocalAccess | None:
    """Makes the first workspace and its admin; None when this workbench was started before."""
    if queries.any_workspace(session):
        return None
    moment = now()
    workspace = WorkspaceRow(id=new_id(), slug="main", name="Main", created_at=moment)
    person = PersonRow(id=new_id(), email="admin@localhost", name="Admin", password_hash=None, created_at=moment)
    session.add_all([workspace, person])
    session.flush()
    _join(session, workspace, person.id, Role.ADMIN)
    governance.ensure_organisation(session, workspace.id)
    details = {"name": workspace.name}
    audit.record(session, None, "workspace.create", "workspace", workspace.id, details, workspace_id=workspace.id)
    return renew_local_access(session)


def renew_local_access(session: Session) -> LocalAccess:
    """A new sign-in link and a new local token for the first admin; the older ones stop working."""
    found = queries.first_admin(session)
    if found is None:
        raise NotFound("This workbench has no admin yet.", fix="Start it once with `workbench serve`.")
    _member, person, workspace = found
    secret_queries.revoke_tokens(session, workspace.id, person.id, now(), name=THIS_MACHINE)
    _row, local_token = tokens.issue(session, workspace.id, person.id, THIS_MACHINE, ["admin"], None)
    details = {"person": person.name}
    audit.record(session, None, "local_access.renew", "local_access", None, details, workspace_id=workspace.id)
    return LocalAccess(access.make_sign_in_link(session, person.id), local_token)


def describe_me(session: Session, actor: Actor, secret: str | None) -> Me:
    """Who the actor is and may do; `secret` is the browser session's, or None for a token."""
    person = session.get_one(PersonRow, actor.id)
    secret = secret if actor.token_id is None else None
    return Me(
        id=person.id,
        name=person.name,
        email=person.email,
        workspace=Workspace.model_validate(session.get_one(WorkspaceRow, actor.workspace_id)),
        workspaces=list_own_workspaces(session, actor),
        role=actor.role,
        clearance=actor.clearance,
        permissions=sorted(actor.permissions),
        csrf_token=rules.csrf_token_of(secret) if secret else None,
        token_id=actor.token_id,
        has_password=person.password_hash is not None,
        current_password_needed=access.needs_current_password(session, person, secret),
    )


def change_profile(session: Session, actor: Actor, body: ProfileChange) -> None:
    """Changes one's own name or address. Raises `Conflict` when someone else has the address."""
    require_person(actor)
    person = session.get_one(PersonRow, actor.id)
    if body.name is not None:
        person.name = rules.clean_name(body.name)
    if body.email is not None:
        email = rules.clean_email(body.email)
        other = queries.person_by_email(session, email)
        if other is not None and other.id != person.id:
            raise Conflict(f"Someone else signs in with {email}.", field="email", fix="Use another address.")
        person.email = email
    audit.record(session, actor, "profile.change", "profile", None, {"name": person.name, "email": person.email})


def list_own_workspaces(session: Session, actor: Actor) -> list[OwnWorkspace]:
    """The workspaces that the actor's person may act in; a token's own alone."""
    return [
        OwnWorkspace(slug=workspace.slug, name=workspace.name, role=Role(member.role))
        for member, _person, workspace in queries.memberships_of(session, actor.id)
        if actor.token_id is None or workspace.id == actor.workspace_id
    ]


def create_workspace(session: Session, actor: Actor, body: NewWorkspace) -> Workspace:
    """Makes a workspace with the actor as its admin. Raises `Conflict` when the slug is taken."""
    rules.check_slug(body.slug)
    if queries.workspace_by_slug(session, body.slug) is not None:
        raise Conflict(f"The short name {body.slug} is taken.", field="slug", fix="Choose another.")
    row = WorkspaceRow(id=new_id(), slug=body.slug, name=rules.clean_name(body.name), created_at=now())
    session.add(row)
    session.flush()
    _join(session, row, actor.id, Role.ADMIN)
    governance.ensure_organisation(session, row.id)
    audit.record(session, actor, "workspace.create", "workspace", row.id, {"name": row.name}, workspace_id=row.id)
    return Workspace.model_validate(row)


def rename_workspace(session: Session, actor: Actor, workspace_id: UUID, body: WorkspaceChange) -> Workspace:
    """Renames the actor's workspace; its slug stays. Raises `NotFound` for any other, `Conflict` when it changed."""
    if workspace_id != actor.workspace_id:
        raise NotFound(f"There is no workspace {workspace_id} here.", field="workspace_id")
    row = session.get_one(WorkspaceRow, workspace_id)
    _same_version(row.version, body.version, Workspace.model_validate(row).model_dump(mode="json"))
    row.name = rules.clean_name(body.name)
    session.flush()
    audit.record(session, actor, "workspace.rename", "workspace", row.id, {"name": row.name})
    return Workspace.model_validate(row)


def list_members(
    session: Session, actor: Actor, *, search: str | None = None, cursor: str | None = None, limit: int | None = None
) -> Page[Member]:
    """Members of the workspace by name."""
    size, key = clamp_limit(limit), cursor_key(cursor, str, UUID)
    after = (key[0], key[1]) if key else None
    rows = queries.members_page(session, actor.workspace_id, after=after, limit=size + 1, search=search)
    last = rows[size - 1].PersonRow if len(rows) > size else None
    more = encode_cursor(last.name, str(last.id)) if last else None
    return Page(items=[_as_member(row) for row in rows[:size]], next_cursor=more)


def change_member(session: Session, actor: Actor, person_id: UUID, body: MemberChange) -> Member:
    """Sets a member's role, clearance and access. Raises `NotFound`, `Conflict` when it changed, `LastAdmin`."""
    queries.lock_workspace(session, actor.workspace_id)
    found = _require(session, actor, person_id)
    member, person, _workspace = found
    _same_version(member.version, body.version, _as_member(found).model_dump(mode="json"))
    before = {"role": member.role, "clearance": member.clearance, "disabled": member.disabled}
    member.role, member.clearance, member.disabled = body.role, body.clearance, body.disabled
    session.flush()
    _keep_an_admin(session, actor.workspace_id)
    after = {"role": body.role, "clearance": body.clearance, "disabled": body.disabled}
    details = {"name": person.name, "before": before, "after": after}
    audit.record(session, actor, "member.change", "member", person.id, details)
    return _as_member(found)


def remove_member(session: Session, actor: Actor, person_id: UUID) -> None:
    """Takes someone out of the workspace and ends their tokens here; what they did stays theirs. Raises `LastAdmin`."""
    queries.lock_workspace(session, actor.workspace_id)
    member, person, _workspace = _require(session, actor, person_id)
    session.delete(member)
    session.flush()
    _keep_an_admin(session, actor.workspace_id)
    secret_queries.revoke_tokens(session, actor.workspace_id, person_id, now())
    audit.record(session, actor, "member.remove", "member", person.id, {"name": person.name})


def _join(session: Session, workspace: WorkspaceRow, person_id: UUID, role: Role) -> None:
    session.add(MemberRow(workspace_id=workspace.id, person_id=person_id, role=role, clearance=None, joined_at=now()))
    session.flush()


def _require(session: Session, actor: Actor, person_id: UUID) -> Membership:
    found = queries.member(session, actor.workspace_id, person_id)
    if found is None:
        raise NotFound(f"There is no member {person_id}.", field="person_id")
    return found


def _keep_an_admin(session: Session, workspace_id: UUID) -> None:
    if queries.count_admins(session, workspace_id) == 0:
        raise LastAdmin("This is the last admin of the workspace.", fix="Make someone else an admin first.")


def _same_version(present: int, seen: int, current: dict[str, object]) -> None:
    if present != seen:
        raise Conflict(
            "Someone else changed this since you opened it.",
            field="version",
            fix="Look at what it is now and repeat your change.",
            details={"current": current},
        )


def _as_member(row: Membership) -> Member:
    member, person, _workspace = row
    role, chosen = Role(member.role), chosen_clearance(member)
    return Member(
        id=person.id,
        name=person.name,
        email=person.email,
        role=role,
        clearance=rules.clearance_of(role, chosen),
        chosen_clearance=chosen,
        disabled=member.disabled,
        version=member.version,
        joined_at=member.joined_at,
    )
