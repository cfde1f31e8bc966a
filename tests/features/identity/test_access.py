"""Passwords, locks, links and browser sessions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import MakeActor
from tests.features.identity.conftest import PASSWORD, Clock, give_password

from workbench.backends.database import Database
from workbench.features.audit import service as audit
from workbench.features.identity import access, queries, rules
from workbench.features.identity.access import SignInLocked, SignInRefused
from workbench.features.identity.actors import MemberDisabled, NeedsPerson
from workbench.features.identity.tables import MemberRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Forbidden, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Role

IDLE = timedelta(hours=72)


def _who(db: Database, secret: str, slug: str | None = None) -> Actor | None:
    with db.read() as session:
        presence = access.actor_of_session(session, secret, slug, IDLE)
    return presence.actor if presence else None


def _link(db: Database, person: Actor) -> str:
    with db.begin() as session:
        return access.make_sign_in_link(session, person.id)


def _use(db: Database, link: str, replacing: str | None = None) -> str:
    with db.begin() as session:
        return access.sign_in_by_link(session, link, replacing=replacing)


def _actions(db: Database, actor: Actor) -> list[str]:
    with db.read() as session:
        return [event.action for event in audit.list_events(session, actor).items]


@pytest.fixture
def ada(actor: MakeActor) -> Actor:
    return actor(Role.EXPERT, name="Ada Fern")


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords were compared with."""
    compared: list[str] = []
    original: Callable[..., Any] = access.HASHER.verify_and_update

    def verify(password: str, kept: str) -> Any:
        compared.append(kept)
        return original(password, kept)

    monkeypatch.setattr(access.HASHER, "verify_and_update", verify)
    return compared


def test_the_right_password_opens_a_session(db: Database, ada: Actor) -> None:
    email = give_password(db, ada)
    assert _who(db, access.sign_in(db, f"  {email.upper()} ", PASSWORD)) == ada
    assert _actions(db, ada) == ["session.open"]


@pytest.mark.parametrize("password", ["", "moss fern liche", PASSWORD + " ", PASSWORD.upper(), "x" * 1000, "\x00"])
def test_a_wrong_password_does_not(db: Database, ada: Actor, password: str) -> None:
    with pytest.raises(SignInRefused):
        access.sign_in(db, give_password(db, ada), password)
    assert _actions(db, ada) == ["session.refuse"]


def test_an_unknown_address_answers_like_a_wrong_password(
    db: Database, ada: Actor, actor: MakeActor, verifications: list[str]
) -> None:
    linked_only = f"{actor().id.hex}@example.org"  # who has no password yet
    said = set()
    for email in (give_password(db, ada), "nobody@example.org", linked_only, "not an address"):
        with pytest.raises(SignInRefused) as refused:
            access.sign_in(db, email, "wrong wrong wrong")
        said.add(str(refused.value))
    assert len(said) == 1
    assert len(verifications) == 4, "each is as much work as the other"
    parameters = {kept.rsplit("$", 2)[0] for kept in verifications}
    assert len(parameters) == 1


@pytest.mark.parametrize("known", [True, False])
def test_repeated_failures_lock_the_address(db: Database, ada: Actor, clock: Clock, known: bool) -> None:
    email = give_password(db, ada) if known else "nobody@example.org"
    for _attempt in range(rules.FAILURES_ALLOWED):
        with pytest.raises(SignInRefused):
            access.sign_in(db, email, "wrong wrong wrong")
    with pytest.raises(SignInLocked, match=r"Try again in 1 minute,"):
        access.sign_in(db, email, PASSWORD)
    clock.move(minutes=1)
    if known:
        assert _who(db, access.sign_in(db, email, PASSWORD)) == ada
    else:
        with pytest.raises(SignInRefused):
            access.sign_in(db, email, PASSWORD)
        with pytest.raises(SignInLocked, match=r"Try again in 2 minutes,"):
            access.sign_in(db, email, PASSWORD)


def test_a_success_forgets_failures(db: Database, ada: Actor, clock: Clock) -> None:
    email = give_password(db, ada)
    for _round in range(3):
        for _attempt in range(rules.FAILURES_ALLOWED - 1):
            with pytest.raises(SignInRefused):
                access.sign_in(db, email, "wrong wrong wrong")
        access.sign_in(db, email, PASSWORD)


def test_many_guesses_at_once_do_not_slip_past_the_lock(db: Database, ada: Actor, verifications: list[str]) -> None:
    email = give_password(db, ada)

    def guess(number: int) -> str:
        try:
            access.sign_in(db, email, f"guess number {number}")
        except Forbidden as refused:
            return type(refused).__name__
        return "in"

    guess(0)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(1, 20)))
    assert "in" not in outcomes
    assert len(verifications) == rules.FAILURES_ALLOWED


def test_an_old_hash_is_renewed_at_sign_in(db: Database, ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    email = give_password(db, ada)
    with db.read() as session:
        person = queries.person_by_email(session, email)
        old = person.password_hash if person else None
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    stronger = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=64, parallelism=1),))
    monkeypatch.setattr(access, "HASHER", stronger)
    access.sign_in(db, email, PASSWORD)
    with db.read() as session:
        person = queries.person_by_email(session, email)
    assert person is not None
    assert person.password_hash != old
    assert "t=2" in str(person.password_hash)
    assert _who(db, access.sign_in(db, email, PASSWORD)) == ada


def test_a_sign_in_under_way_neither_survives_nor_undoes_a_change_of_password(
    db: Database, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = give_password(db, ada)
    compare: Callable[..., Any] = access.HASHER.verify_and_update

    def changed_meanwhile(password: str, kept: str) -> Any:
        outcome = compare(password, kept)
        monkeypatch.setattr(access.HASHER, "verify_and_update", compare)
        access.change_password(db, ada, here, PASSWORD, "lichen on granite")
        return outcome

    here = access.sign_in(db, email, PASSWORD)
    monkeypatch.setattr(access.HASHER, "verify_and_update", changed_meanwhile)
    with pytest.raises(SignInRefused):
        access.sign_in(db, email, PASSWORD)
    assert _who(db, access.sign_in(db, email, "lichen on granite")) == ada
    with pytest.raises(SignInRefused):
        access.sign_in(db, email, PASSWORD)


def test_a_session_slides_with_use_and_dies_without(db: Database, ada: Actor, clock: Clock) -> None:
    secret = access.sign_in(db, give_password(db, ada), PASSWORD)
    clock.move(hours=71)
    with db.begin() as session:
        presence = access.actor_of_session(session, secret, None, IDLE)
        assert presence is not None
        assert presence.touch
        access.secret_queries.touch(session, session_digest=rules.digest_of(secret), token_id=None, moment=clock.moment)
    clock.move(hours=71)
    assert _who(db, secret) == ada
    clock.move(hours=2)
    assert _who(db, secret) is None


def test_no_session_outlives_a_month(db: Database, ada: Actor, clock: Clock) -> None:
    secret = access.sign_in(db, give_password(db, ada), PASSWORD)
    for _day in range(30):
        assert _who(db, secret) == ada
        clock.move(days=1)
        with db.begin() as session:
            access.secret_queries.touch(
                session, session_digest=rules.digest_of(secret), token_id=None, moment=clock.moment
            )
    assert _who(db, secret) is None


def test_signing_in_again_replaces_the_session(db: Database, ada: Actor) -> None:
    email = give_password(db, ada)
    planted = "a secret that someone put into the browser"
    first = access.sign_in(db, email, PASSWORD, replacing=planted)
    second = access.sign_in(db, email, PASSWORD, replacing=first)
    assert len({planted, first, second}) == 3
    assert [_who(db, secret) for secret in (planted, first, second)] == [None, None, ada]


def test_a_link_signs_in_once(db: Database, ada: Actor) -> None:
    link = _link(db, ada)
    assert _who(db, _use(db, link)) == ada
    with pytest.raises(SignInRefused, match="used already"):
        _use(db, link)


def test_of_two_who_use_one_link_one_gets_in(db: Database, ada: Actor) -> None:
    link = _link(db, ada)

    def use(_number: int) -> bool:
        try:
            return _who(db, _use(db, link)) == ada
        except SignInRefused:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_a_link_ends_after_an_hour_or_with_the_next_one(db: Database, ada: Actor, clock: Clock) -> None:
    older = _link(db, ada)
    newer = _link(db, ada)
    with pytest.raises(SignInRefused):
        _use(db, older)
    clock.move(hours=1)
    with pytest.raises(SignInRefused):
        _use(db, newer)
    with pytest.raises(SignInRefused):
        _use(db, "made up")


def test_a_new_password_needs_the_present_one(db: Database, ada: Actor) -> None:
    email = give_password(db, ada)
    secret = access.sign_in(db, email, PASSWORD)
    for wrong in (None, "", "wrong wrong wrong"):
        with pytest.raises(Invalid) as refused:
            access.change_password(db, ada, secret, wrong, "lichen on granite")
        assert refused.value.field == "current"
    with pytest.raises(Invalid, match="12 to 200"):
        access.change_password(db, ada, secret, PASSWORD, "short")
    access.change_password(db, ada, secret, PASSWORD, "lichen on granite")
    with pytest.raises(SignInRefused):
        access.sign_in(db, email, PASSWORD)
    assert _who(db, access.sign_in(db, email, "lichen on granite")) == ada


def test_a_new_password_ends_every_other_session_and_link(db: Database, ada: Actor) -> None:
    email = give_password(db, ada)
    here, there = access.sign_in(db, email, PASSWORD), access.sign_in(db, email, PASSWORD)
    link = _link(db, ada)
    access.change_password(db, ada, here, PASSWORD, "lichen on granite")
    assert (_who(db, here), _who(db, there)) == (ada, None)
    with pytest.raises(SignInRefused):
        _use(db, link)


def test_soon_after_a_link_the_present_password_is_not_needed(db: Database, ada: Actor, clock: Clock) -> None:
    email = give_password(db, ada)
    secret = _use(db, _link(db, ada))
    access.change_password(db, ada, secret, None, "lichen on granite")
    assert _who(db, access.sign_in(db, email, "lichen on granite")) == ada
    clock.move(hours=1)
    with pytest.raises(Invalid, match="present password"):
        access.change_password(db, ada, secret, None, "granite and lichen")


def test_guessing_the_present_password_locks_too(db: Database, ada: Actor, clock: Clock) -> None:
    secret = access.sign_in(db, give_password(db, ada), PASSWORD)
    for _attempt in range(rules.FAILURES_ALLOWED):
        with pytest.raises(Invalid):
            access.change_password(db, ada, secret, "wrong wrong wrong", "lichen on granite")
    with pytest.raises(SignInLocked):
        access.change_password(db, ada, secret, PASSWORD, "lichen on granite")


def test_signing_out(db: Database, ada: Actor) -> None:
    email = give_password(db, ada)
    first, second, third = (access.sign_in(db, email, PASSWORD) for _ in range(3))
    for _twice in range(2):
        with db.begin() as session:
            access.sign_out(session, first)
    assert [_who(db, secret) for secret in (first, second, third)] == [None, ada, ada]
    with db.begin() as session:
        access.sign_out_everywhere(session, ada)
    assert [_who(db, secret) for secret in (second, third)] == [None, None]
    assert _actions(db, ada)[:2] == ["session.close_all", "session.close"]


def test_tokens_may_not_touch_passwords_and_sessions(db: Database, ada: Actor) -> None:
    from dataclasses import replace

    through_token = replace(ada, token_id=new_id())
    with pytest.raises(NeedsPerson):
        access.change_password(db, through_token, "", None, "lichen on granite")
    with pytest.raises(NeedsPerson), db.begin() as session:
        access.sign_out_everywhere(session, through_token)


def test_a_session_acts_in_the_workspace_it_names(db: Database, ada: Actor, actor: MakeActor) -> None:
    elsewhere = actor(Role.ADMIN, slug="clinic")
    with db.begin() as session:
        member = MemberRow(
            workspace_id=elsewhere.workspace_id,
            person_id=ada.id,
            role=Role.VIEWER,
            clearance=None,
            joined_at=access.now(),
        )
        session.add(member)
    secret = _use(db, _link(db, ada))
    first, named = _who(db, secret), _who(db, secret, "clinic")
    assert first == ada
    assert named is not None
    assert (named.workspace, named.role) == ("clinic", Role.VIEWER)
    actor(slug="theirs")
    for unknown in ("theirs", "nowhere", "Clinic", ""):
        with pytest.raises(NotFound):
            _who(db, secret, unknown)


def test_without_a_workspace_there_is_nothing_to_do(db: Database, ada: Actor) -> None:
    secret = _use(db, _link(db, ada))
    with db.begin() as session:
        session.get_one(MemberRow, (ada.workspace_id, ada.id)).disabled = True
    with pytest.raises(MemberDisabled):
        _who(db, secret)
    with db.begin() as session:
        session.delete(session.get_one(MemberRow, (ada.workspace_id, ada.id)))
    with pytest.raises(access.NoWorkspace):
        _who(db, secret)
    assert _who(db, "made up") is None
