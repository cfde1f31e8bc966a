"""Members, profiles, workspaces and the first start."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conftest import MakeActor, every

from workbench.backends.database import Database
from workbench.features.audit import service as audit
from workbench.features.identity import access, rules, service, tokens
from workbench.features.identity.actors import MemberDisabled, NeedsPerson
from workbench.features.identity.schemas import (
    MemberChange,
    NewWorkspace,
    OwnWorkspace,
    ProfileChange,
    WorkspaceChange,
)
from workbench.features.identity.service import LastAdmin
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, Role


def _change(db: Database, admin: Actor, person: Actor, **to: object) -> service.Member:
    with db.begin() as session:
        return service.change_member(session, admin, person.id, MemberChange.model_validate({"version": 1, **to}))


def _now(db: Database, person: Actor) -> Actor:
    with db.read() as session:
        return service.actor_of_member(session, person.id, person.workspace_id)


def test_a_member_acts_with_role_and_clearance(db: Database, actor: MakeActor) -> None:
    admin, ada = actor(Role.ADMIN), actor(Role.VIEWER)
    assert (_now(db, ada).clearance, _now(db, ada).permissions) == (
        Classification.INTERNAL,
        rules.permissions_of(Role.VIEWER),
    )
    changed = _change(db, admin, ada, role="expert", clearance="confidential")
    assert (changed.role, changed.clearance, changed.chosen_clearance, changed.version) == (
        Role.EXPERT,
        Classification.CONFIDENTIAL,
        Classification.CONFIDENTIAL,
        2,
    )
    assert (_now(db, ada).role, _now(db, ada).clearance) == (Role.EXPERT, Classification.CONFIDENTIAL)
    back = _change(db, admin, ada, version=2, role="expert")
    assert (back.clearance, back.chosen_clearance) == (Classification.RESTRICTED, None)


def test_a_disabled_member_may_nothing(db: Database, actor: MakeActor) -> None:
    admin, ada = actor(Role.ADMIN), actor()
    _change(db, admin, ada, role="engineer", disabled=True)
    with pytest.raises(MemberDisabled):
        _now(db, ada)
    _change(db, admin, ada, version=2, role="engineer")
    assert _now(db, ada) == ada


def test_two_admins_changing_one_member(db: Database, actor: MakeActor) -> None:
    admin, ada = actor(Role.ADMIN), actor()
    _change(db, admin, ada, role="expert")
    with pytest.raises(Conflict) as conflict:
        _change(db, admin, ada, role="viewer")
    assert conflict.value.details["current"]["role"] == "expert"
    assert _now(db, ada).role == Role.EXPERT


def test_the_last_admin_stays(db: Database, actor: MakeActor) -> None:
    admin, other = actor(Role.ADMIN), actor(Role.ADMIN)
    actor(Role.ADMIN, slug="elsewhere")
    _change(db, admin, other, role="admin", disabled=True)
    for change in ({"role": "viewer"}, {"role": "admin", "disabled": True}):
        with pytest.raises(LastAdmin):
            _change(db, admin, admin, **change)
    with pytest.raises(LastAdmin), db.begin() as session:
        service.remove_member(session, admin, admin.id)
    _change(db, admin, other, version=2, role="admin")
    with db.begin() as session:
        service.remove_member(session, admin, admin.id)
    assert _now(db, other).role == Role.ADMIN


def test_two_admins_cannot_remove_each_other_at_once(db: Database, actor: MakeActor) -> None:
    one, other = actor(Role.ADMIN), actor(Role.ADMIN)

    def remove(pair: tuple[Actor, Actor]) -> bool:
        try:
            with db.begin() as session:
                service.remove_member(session, pair[0], pair[1].id)
        except LastAdmin:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, [(one, other), (other, one)])) == [False, True]


def test_a_removed_member_is_gone_but_not_what_they_did(db: Database, actor: MakeActor) -> None:
    admin, ada = actor(Role.ADMIN), actor(name="Ada Fern")
    with db.begin() as session:
        audit.record(session, ada, "sheet.publish", "sheet", None, {"name": "Invoices"})
    with db.begin() as session:
        service.remove_member(session, admin, ada.id)
    with pytest.raises(NotFound):
        _now(db, ada)
    with pytest.raises(NotFound), db.begin() as session:
        service.remove_member(session, admin, ada.id)
    with db.read() as session:
        said = [f"{event.who} {event.did} {event.what}" for event in audit.list_events(session, admin).items]
    assert said == [f"{admin.name} removed member Ada Fern", "Ada Fern published sheet Invoices"]


def test_strangers_are_not_members(db: Database, actor: MakeActor) -> None:
    admin, stranger = actor(Role.ADMIN), actor(slug="theirs")
    with pytest.raises(NotFound):
        _change(db, admin, stranger, role="viewer")
    with pytest.raises(NotFound), db.begin() as session:
        service.remove_member(session, admin, stranger.id)
    with pytest.raises(NotFound), db.read() as session:
        service.actor_of_member(session, stranger.id, admin.workspace_id)


def test_members_list_by_name(db: Database, actor: MakeActor) -> None:
    names = ["Zed Oak", "ada fern", "Ada Fern", "Éva Moss", "Bo Moss", "Bo Moss"]
    admin, *_others = [actor(Role.ADMIN, name=name) for name in names]
    actor(name="Stranger", slug="theirs")
    with db.read() as session:
        found = every(lambda cursor: service.list_members(session, admin, cursor=cursor, limit=2))
    assert [member.name for member in found] == ["Ada Fern", "Bo Moss", "Bo Moss", "Zed Oak", "ada fern", "Éva Moss"]
    with db.read() as session:
        assert {member.name for member in service.list_members(session, admin, search="moss").items} == {
            "Éva Moss",
            "Bo Moss",
        }
        assert service.list_members(session, admin, search="%").items == []


def test_a_profile_is_ones_own(db: Database, actor: MakeActor) -> None:
    ada, bo = actor(name="Ada"), actor(name="Bo")
    with db.begin() as session:
        service.change_profile(session, ada, ProfileChange(name=" Ada  Fern ", email="Ada@Example.org"))
        service.change_profile(session, ada, ProfileChange())
    with db.read() as session:
        me = service.describe_me(session, _now(db, ada), None)
    assert (me.name, me.email, me.has_password, me.csrf_token) == ("Ada Fern", "ada@example.org", False, None)
    with pytest.raises(Conflict) as taken, db.begin() as session:
        service.change_profile(session, bo, ProfileChange(email="ADA@example.org"))
    assert taken.value.field == "email"
    with pytest.raises(Invalid), db.begin() as session:
        service.change_profile(session, bo, ProfileChange(email="bo"))
    with pytest.raises(NeedsPerson), db.begin() as session:
        service.change_profile(session, replace(bo, token_id=new_id()), ProfileChange(name="Someone Else"))


def test_whoever_makes_a_workspace_is_its_admin(db: Database, actor: MakeActor) -> None:
    ada = actor(Role.ADMIN)
    with db.begin() as session:
        made = service.create_workspace(session, ada, NewWorkspace(slug="clinic", name="  Clinic "))
    with db.read() as session:
        there = service.actor_of_member(session, ada.id, made.id)
        assert service.list_own_workspaces(session, ada) == [
            OwnWorkspace(slug="main", name="Main", role=Role.ADMIN),
            OwnWorkspace(slug="clinic", name="Clinic", role=Role.ADMIN),
        ]
        assert [event.action for event in audit.list_events(session, there).items] == ["workspace.create"]
        through_token = replace(ada, token_id=new_id())
        assert [one.slug for one in service.list_own_workspaces(session, through_token)] == ["main"]
    assert (there.workspace, there.role) == ("clinic", Role.ADMIN)
    with pytest.raises(Conflict, match="taken"), db.begin() as session:
        service.create_workspace(session, ada, NewWorkspace(slug="clinic", name="Another"))
    with pytest.raises(Invalid), db.begin() as session:
        service.create_workspace(session, ada, NewWorkspace(slug="../clinic", name="Another"))


def test_a_workspace_is_renamed_from_inside_only(db: Database, actor: MakeActor) -> None:
    ada, stranger = actor(Role.ADMIN), actor(Role.ADMIN, slug="theirs")
    with db.begin() as session:
        renamed = service.rename_workspace(session, ada, ada.workspace_id, WorkspaceChange(version=1, name="Garden"))
    assert (renamed.name, renamed.slug, renamed.version) == ("Garden", "main", 2)
    with pytest.raises(Conflict), db.begin() as session:
        service.rename_workspace(session, ada, ada.workspace_id, WorkspaceChange(version=1, name="Meadow"))
    with pytest.raises(NotFound), db.begin() as session:
        service.rename_workspace(session, stranger, ada.workspace_id, WorkspaceChange(version=2, name="Theirs"))


def test_the_first_start_gives_two_ways_in_once(db: Database) -> None:
    with db.begin() as session:
        first = service.first_start(session)
    assert first is not None
    with db.begin() as session:
        assert service.first_start(session) is None
    with db.begin() as session:
        secret = access.sign_in_by_link(session, first.link_token)
    with db.read() as session:
        presence = access.actor_of_session(session, secret, None, timedelta(hours=1))
        through = tokens.actor_of_token(session, first.local_token, "main").actor
    assert presence is not None
    assert presence.actor.permissions == through.permissions == set(rules.PERMISSIONS)
    assert presence.actor.id == through.id


def test_local_access_is_renewed_and_the_old_ends(db: Database) -> None:
    with pytest.raises(NotFound), db.begin() as session:
        service.renew_local_access(session)
    with db.begin() as session:
        first = service.first_start(session)
    assert first is not None
    with db.begin() as session:
        second = service.renew_local_access(session)
    with pytest.raises(access.SignInRefused), db.begin() as session:
        access.sign_in_by_link(session, first.link_token)
    with pytest.raises(tokens.TokenRefused), db.read() as session:
        tokens.actor_of_token(session, first.local_token, None)
    with db.read() as session:
        assert tokens.actor_of_token(session, second.local_token, None).actor.role == Role.ADMIN
