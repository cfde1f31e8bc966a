"""`workbench me`, `members`, `tokens` and `workspaces`: who acts."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.frame import Limit, Search, Yes, confirm, noun, verb
from workbench.cli.names import find
from workbench.cli.show import Listing, Said, columns

if TYPE_CHECKING:
    from workbench.features.identity.schemas import Invitation, Member
    from workbench.sdk import Workbench

me = noun("The person behind this connection; name, address and password are changed in the browser.")
members = noun("The people of the workspace, and those invited.")
tokens = noun("Your own API tokens.")
workspaces = noun("The workspaces that you may act in.")

Person = Annotated[str, typer.Argument(help="A member's name, address or id.", metavar="MEMBER")]
Email = Annotated[str, typer.Argument(help="The address of whoever is invited.")]
RoleName = Annotated[str, typer.Option(help="admin, governor, engineer, expert or viewer.")]


@verb(me, "show")
def show_me(wb: "Workbench") -> Any:
    """Who you are, in which workspace, and what you may do there."""
    return wb.me.get()


@verb(members, "list")
def list_members(wb: "Workbench", search: Search = None, limit: Limit = 50) -> Listing:
    """Members by name."""
    return Listing(wb.members.list(search=search).take(limit), columns("name email role clearance disabled"))


@verb(members, "change")
def change_member(
    wb: "Workbench",
    member: Person,
    role: Annotated[str | None, typer.Option(help="The new role.")] = None,
    clearance: Annotated[
        str | None, typer.Option(help="Highest classification to see, or `role` for the role's.")
    ] = None,
    disable: Annotated[bool | None, typer.Option("--disable/--enable", help="Switch access off or on.")] = None,
) -> Any:
    """Set a member's role, clearance and access."""
    found = _member(wb, member)
    chosen = found.chosen_clearance if clearance is None else None if clearance == "role" else clearance
    return wb.members.change(
        found.id,
        role=role or found.role,
        clearance=chosen,
        disabled=found.disabled if disable is None else disable,
        version=found.version,
    )


@verb(members, "remove")
def remove_member(wb: "Workbench", member: Person, yes: Yes = False) -> Said:
    """Take someone out of the workspace; what they did stays under their name."""
    found = _member(wb, member)
    confirm(f"Remove {found.name} from the workspace?", yes)
    wb.members.remove(found.id)
    return Said(f"{found.name} is no longer a member.")


@verb(members, "invite")
def invite(wb: "Workbench", email: Email, role: RoleName) -> Said:
    """Invite someone; prints the link to hand over."""
    return _handed_over(wb, wb.members.invite(email, role))


@verb(members, "invitations")
def list_invitations(wb: "Workbench", limit: Limit = 50) -> Listing:
    """Invitations that are still open."""
    shown = columns("email role invited_by=invited_by_name expires=expires_at expired")
    return Listing(wb.members.invitations().take(limit), shown, "No open invitations.")


@verb(members, "resend-invitation")
def resend_invitation(wb: "Workbench", email: Email) -> Said:
    """Give an invitation a new link and a new week; the older link stops working."""
    return _handed_over(wb, wb.members.resend_invitation(_invitation(wb, email).id))


@verb(members, "revoke-invitation")
def revoke_invitation(wb: "Workbench", email: Email) -> Said:
    """Make an invitation useless."""
    wb.members.revoke_invitation(_invitation(wb, email).id)
    return Said(f"The invitation of {email} no longer works.")


@verb(members, "accept")
def accept_invitation(
    wb: "Workbench",
    link: Annotated[str, typer.Argument(help="The invitation's link, or the token at its end.")],
    name: Annotated[str | None, typer.Option(help="Your name, when you are new here.")] = None,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Asked for.")] = "",
) -> Said:
    """Accept an invitation; someone new chooses the password, others give the one they have."""
    token = link.rstrip("/").rpartition("/")[2]
    offer = wb.members.open_invitation(token)
    wb.members.accept_invitation(token, password, name=name)
    return Said(f"You are now {offer.role} of {offer.workspace}. Sign in at {wb.address}.")


@verb(tokens, "list")
def list_tokens(wb: "Workbench", limit: Limit = 50) -> Listing:
    """Your tokens in this workspace, newest first."""
    shown = columns("name hint scopes expires=expires_at expired last_used=last_used_at")
    return Listing(wb.tokens.list().take(limit), shown, "No tokens yet: make one with `workbench tokens create`.")


@verb(tokens, "create")
def create_token(
    wb: "Workbench",
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help="read, label, write, admin, or a permission; repeat for more.")],
    days: Annotated[int, typer.Option(min=0, help="Days until it ends; 0 never.")] = 90,
) -> Said:
    """Make a token; its secret is printed once."""
    token = wb.tokens.create(name, scope, days=days or None)
    return Said(str(token.secret), token)


@verb(tokens, "revoke")
def revoke_token(
    wb: "Workbench", token: Annotated[str, typer.Argument(help="The token's name or id.")], yes: Yes = False
) -> Said:
    """End a token at once."""
    found = find(lambda _: wb.tokens.list(), token, "token")
    confirm(f"End the token {found.name}?", yes)
    wb.tokens.revoke(found.id)
    return Said(f"The token {found.name} no longer works.")


@verb(workspaces, "list")
def list_workspaces(wb: "Workbench") -> Listing:
    """Your workspaces; choose one with `workbench -w SLUG …`."""
    return Listing(wb.workspaces.list(), columns("slug name role"))


@verb(workspaces, "create")
def create_workspace(
    wb: "Workbench",
    slug: Annotated[str, typer.Argument(help="Its short name, which never changes.")],
    name: Annotated[str, typer.Option(help="Its name; the short name when absent.")] = "",
) -> Any:
    """Make a workspace; you become its admin."""
    return wb.workspaces.create(slug, name or slug)


@verb(workspaces, "rename")
def rename_workspace(wb: "Workbench", name: Annotated[str, typer.Argument(help="The new name.")]) -> Any:
    """Rename the workspace that you act in."""
    workspace = wb.me.get().workspace
    return wb.workspaces.rename(workspace.id, name, version=workspace.version)


def _member(wb: "Workbench", text: str) -> "Member":
    people = list(wb.members.list())
    by_email = [person for person in people if person.email == text.casefold()]
    found: Member = by_email[0] if by_email else find(lambda _: people, text, "member")
    return found


def _invitation(wb: "Workbench", email: str) -> "Invitation":
    found: Invitation = find(lambda _: wb.members.invitations(), email, "invitation", name="email")
    return found


def _handed_over(wb: "Workbench", invitation: "Invitation") -> Said:
    server = wb.address if wb.address.startswith("http") else ""
    return Said(f"Hand this link to {invitation.email}: {server}{invitation.link}", invitation)
