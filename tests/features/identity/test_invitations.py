"""Inviting people, and how they come in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError
from tests.conftest import MakeActor
from tests.features.identity.conftest import PASSWORD, Clock, give_password

from workbench.backends.database import Database
from workbench.features.identity import access, invitations, queries
from workbench.features.identity.access import SignInRefused
from workbench.features.identity.invitations import AlreadyMember, InvitationSpent
from workbench.features.identity.schemas import Acceptance, Invitation, NewInvitation, OpenedInvitation
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound, WorkbenchError
from workbench.kernel.vocabulary import Classification, Role

EMAIL = "bo@example.org"


@pytest.fixture
def admin(actor: MakeActor) -> Actor:
    return actor(Role.ADMIN, name="Ada Fern")


def _invite(db: Database, admin: Actor, email: str = EMAIL, role: Role = Role.EXPERT) -> Invitation:
    with db.begin() as session:
        return invitations.invite(session, admin, NewInvitation(email=email, role=role))


def _token(invitation: Invitation) -> str:
    assert invitation.link is not None
    return invitation.link.removeprefix("/invitation/")


def _accept(db: Database, token: str, password: str = PASSWORD, name: str | None = "Bo Moss") -> Actor:
    secret = invitations.accept_invitation(db, Acceptance(token=token, name=name, password=password))
    with db.read() as session:
        presence = access.actor_of_session(session, secret, None, access.rules.SESSION_AT_MOST)
    assert presence is not None
    return presence.actor


def _open(db: Database, token: str) -> OpenedInvitation:
    with db.read() as session:
        return invitations.open_invitation(session, token)


def test_an_invited_person_comes_in_with_the_role(db: Database, admin: Actor) -> None:
    token = _token(_invite(db, admin, " BO@Example.org "))
    assert _open(db, token) == OpenedInvitation(
        workspace="Main", invited_by_name="Ada Fern", email=EMAIL, role=Role.EXPERT, known=False
    )
    bo = _accept(db, token)
    assert (bo.name, bo.role, bo.clearance, bo.workspace_id) == (
        "Bo Moss",
        Role.EXPERT,
        Classification.RESTRICTED,
        admin.workspace_id,
    )
    access.sign_in(db, EMAIL, PASSWORD)
    with db.read() as session:
        assert invitations.list_invitations(session, admin).items == []


def test_an_invitation_works_once(db: Database, admin: Actor) -> None:
    token = _token(_invite(db, admin))
    _accept(db, token)
    with pytest.raises(InvitationSpent):
        _accept(db, token)
    with pytest.raises(InvitationSpent):
        _open(db, token)


def test_of_two_who_accept_at_once_one_comes_in(db: Database, admin: Actor) -> None:
    token = _token(_invite(db, admin))

    def accept(number: int) -> bool:
        try:
            _accept(db, token, name=f"Bo {number}")
        except (WorkbenchError, IntegrityError):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(accept, range(4))) == 1


def test_an_invitation_ends(db: Database, admin: Actor, clock: Clock) -> None:
    revoked, old = _invite(db, admin), _invite(db, admin, "cy@example.org")
    with db.begin() as session:
        invitations.revoke_invitation(session, admin, revoked.id)
    clock.move(days=7)
    for token in (_token(revoked), _token(old), "made up", ""):
        with pytest.raises(InvitationSpent):
            _open(db, token)
        with pytest.raises(InvitationSpent):
            _accept(db, token)
    with db.read() as session:
        assert [(one.email, one.expired) for one in invitations.list_invitations(session, admin).items] == [
            ("cy@example.org", True)
        ]


def test_sending_again_makes_a_new_link_and_kills_the_old(db: Database, admin: Actor, clock: Clock) -> None:
    first = _invite(db, admin)
    clock.move(days=8)
    with db.begin() as session:
        second = invitations.resend_invitation(session, admin, first.id)
    with pytest.raises(InvitationSpent):
        _open(db, _token(first))
    assert _accept(db, _token(second)).name == "Bo Moss"


def test_only_open_invitations_of_ones_workspace_can_be_touched(db: Database, admin: Actor, actor: MakeActor) -> None:
    stranger = actor(Role.ADMIN, slug="theirs")
    invitation = _invite(db, admin)
    for touch in (invitations.resend_invitation, invitations.revoke_invitation):
        with pytest.raises(NotFound), db.begin() as session:
            touch(session, stranger, invitation.id)
    _accept(db, _token(invitation))
    with pytest.raises(NotFound), db.begin() as session:
        invitations.revoke_invitation(session, admin, invitation.id)


def test_nobody_is_invited_twice(db: Database, admin: Actor) -> None:
    token = _token(_invite(db, admin))
    with pytest.raises(Conflict, match="invited already"):
        _invite(db, admin, EMAIL.upper())
    _accept(db, token)
    with pytest.raises(AlreadyMember):
        _invite(db, admin)


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [(None, PASSWORD, "name"), (" ", PASSWORD, "name"), ("Bo", "short", "password"), ("Bo", EMAIL, "password")],
)
def test_a_bad_answer_is_refused_and_may_be_given_again(
    db: Database, admin: Actor, name: str | None, password: str, field: str
) -> None:
    token = _token(_invite(db, admin))
    with pytest.raises(Invalid) as refused:
        _accept(db, token, password, name)
    assert refused.value.field == field
    with db.read() as session:
        assert queries.person_by_email(session, EMAIL) is None
    _accept(db, token)


def test_someone_known_proves_who_they_are(db: Database, admin: Actor, actor: MakeActor) -> None:
    known = actor(Role.VIEWER, slug="clinic", name="Cy Reed")
    email = give_password(db, known)
    token = _token(_invite(db, admin, email))
    assert _open(db, token).known
    with pytest.raises(SignInRefused):
        _accept(db, token, "wrong wrong wrong")
    came = _accept(db, token, PASSWORD, name="Someone Else")
    assert (came.id, came.name) == (known.id, "Cy Reed")
    with db.read() as session:
        assert [row.WorkspaceRow.slug for row in queries.memberships_of(session, known.id)] == ["clinic", "main"]
