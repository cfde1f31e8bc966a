"""API tokens: what they may do, and when they stop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.conftest import MakeActor, every
from tests.features.identity.conftest import Clock

from workbench.backends.database import Database
from workbench.features.identity import rules, service, tokens
from workbench.features.identity.actors import MemberDisabled
from workbench.features.identity.schemas import MemberChange, NewToken, Token
from workbench.features.identity.tables import MemberRow
from workbench.features.identity.tokens import TokenRefused
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Role


def _create(db: Database, actor: Actor, *scopes: str, days: int | None = 90, name: str = "ci") -> Token:
    with db.begin() as session:
        return tokens.create_token(session, actor, NewToken(name=name, scopes=list(scopes), days=days))


def _who(db: Database, token: Token, slug: str | None = None) -> Actor:
    assert token.secret is not None
    with db.read() as session:
        return tokens.actor_of_token(session, token.secret, slug).actor


def test_a_token_acts_for_its_maker_within_its_scopes(db: Database, actor: MakeActor) -> None:
    ada = actor(Role.ENGINEER)
    token = _create(db, ada, "sheets.read", "sheets.write")
    through = _who(db, token)
    assert (through.id, through.name, through.role, through.clearance) == (ada.id, ada.name, ada.role, ada.clearance)
    assert through.permissions == {"me", "sheets.read", "sheets.write"}
    assert through.token_id == token.id
    assert token.secret is not None
    assert token.secret.startswith("wb_")
    assert token.secret.startswith(token.hint)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("group", list(rules.SCOPE_GROUPS))
def test_a_group_never_gives_more_than_the_role(db: Database, actor: MakeActor, role: Role, group: str) -> None:
    ada = actor(role)
    token = _create(db, ada, group)
    assert _who(db, token).permissions == rules.SCOPE_GROUPS[group] & ada.permissions
    assert set(token.permissions) == _who(db, token).permissions


def test_asking_for_what_one_lacks_is_refused(db: Database, actor: MakeActor) -> None:
    with pytest.raises(Invalid, match=r"audit\.read, sheets\.write"):
        _create(db, actor(Role.VIEWER), "sheets.write", "sheets.read", "audit.read")
    with pytest.raises(Invalid, match="no scope"):
        _create(db, actor(Role.ADMIN), "everything")
    with pytest.raises(Invalid, match="name"):
        _create(db, actor(Role.ADMIN), "read", name=" ")


def test_a_token_cannot_make_a_wider_one(db: Database, actor: MakeActor) -> None:
    through = _who(db, _create(db, actor(Role.ADMIN), "read", "tokens.write"))
    for wider in ("label", "write", "admin", "sheets.write"):
        with pytest.raises(Invalid, match="do not have"):
            _create(db, through, wider)
    assert _who(db, _create(db, through, "read")).permissions == rules.SCOPE_GROUPS["read"]


@pytest.mark.parametrize(("days", "lasts"), [(None, 10), (90, 10), (3, 3)])
def test_a_token_made_by_a_token_does_not_outlive_it(
    db: Database, actor: MakeActor, clock: Clock, days: int | None, lasts: int
) -> None:
    ada = actor(Role.ENGINEER)
    through = _who(db, _create(db, ada, "tokens.write", days=10))
    assert _create(db, through, "tokens.write", days=days).expires_at == clock() + timedelta(days=lasts)
    unending = _who(db, _create(db, ada, "tokens.write", days=None))
    assert _create(db, unending, "tokens.write", days=None).expires_at is None


def test_a_token_follows_its_owner_down(db: Database, actor: MakeActor) -> None:
    admin, ada = actor(Role.ADMIN), actor(Role.ENGINEER)
    token = _create(db, ada, "write")
    with db.begin() as session:
        service.change_member(session, admin, ada.id, MemberChange(version=1, role=Role.VIEWER))
    assert _who(db, token).permissions == rules.permissions_of(Role.VIEWER) - {"tokens.write"}
    with db.begin() as session:
        service.change_member(session, admin, ada.id, MemberChange(version=2, role=Role.VIEWER, disabled=True))
    with pytest.raises(MemberDisabled):
        _who(db, token)
    with db.begin() as session:
        service.remove_member(session, admin, ada.id)
    with pytest.raises(TokenRefused):
        _who(db, token)


def test_coming_back_does_not_bring_tokens_back(db: Database, actor: MakeActor) -> None:
    admin, ada = actor(Role.ADMIN), actor(Role.ENGINEER)
    token = _create(db, ada, "read")
    with db.begin() as session:
        service.remove_member(session, admin, ada.id)
    with db.begin() as session:
        session.add(
            MemberRow(workspace_id=ada.workspace_id, person_id=ada.id, role=Role.ENGINEER, joined_at=tokens.now())
        )
    with pytest.raises(TokenRefused, match="revoked"):
        _who(db, token)


def test_tokens_expire(db: Database, actor: MakeActor, clock: Clock) -> None:
    ada = actor()
    short, endless = _create(db, ada, "read", days=1), _create(db, ada, "read", days=None)
    clock.move(hours=23, minutes=59)
    assert _who(db, short).id == ada.id
    clock.move(minutes=1)
    with pytest.raises(TokenRefused, match="expired on"):
        _who(db, short)
    clock.move(days=10_000)
    assert _who(db, endless).id == ada.id
    with db.read() as session:
        listed = tokens.list_tokens(session, ada).items
    assert [(token.id, token.expired, token.secret) for token in listed] == [
        (endless.id, False, None),
        (short.id, True, None),
    ]


def test_a_revoked_token_ends_at_once(db: Database, actor: MakeActor) -> None:
    ada, bo = actor(), actor()
    token = _create(db, ada, "read")
    with pytest.raises(NotFound), db.begin() as session:
        tokens.revoke_token(session, bo, token.id)
    with db.begin() as session:
        tokens.revoke_token(session, ada, token.id)
    with pytest.raises(TokenRefused, match="revoked"):
        _who(db, token)
    with pytest.raises(NotFound), db.begin() as session:
        tokens.revoke_token(session, ada, token.id)
    with db.read() as session:
        assert tokens.list_tokens(session, ada).items == []


@pytest.mark.parametrize("secret", ["", "wb_", "wb_made-up", "\x00", "é"])
def test_unknown_tokens_are_refused(db: Database, secret: str) -> None:
    with pytest.raises(TokenRefused, match="not known"), db.read() as session:
        tokens.actor_of_token(session, secret, None)


def test_a_token_stays_in_its_workspace(db: Database, actor: MakeActor) -> None:
    token = _create(db, actor(Role.ADMIN), "admin")
    actor(slug="clinic")
    assert _who(db, token, "main").workspace == "main"
    with pytest.raises(NotFound):
        _who(db, token, "clinic")


def test_a_list_pages_and_shows_only_ones_own(db: Database, actor: MakeActor) -> None:
    ada, bo = actor(), actor()
    made = [_create(db, ada, "read", name=f"token {number}").name for number in range(5)]
    _create(db, bo, "read")
    with db.read() as session:
        found = every(lambda cursor: tokens.list_tokens(session, ada, cursor=cursor, limit=2))
    assert [token.name for token in found] == made[::-1]
    with pytest.raises(Invalid), db.read() as session:
        tokens.list_tokens(session, ada, cursor="WyJ4Il0")


def test_a_token_of_another_workspace_is_not_ones_own_here(db: Database, actor: MakeActor) -> None:
    from dataclasses import replace

    ada = actor()
    token = _create(db, ada, "read")
    with pytest.raises(NotFound), db.begin() as session:
        tokens.revoke_token(session, replace(ada, workspace_id=new_id()), token.id)
