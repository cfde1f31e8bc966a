"""The table of permissions, scopes, locks, and what names, addresses and passwords must be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.features.identity import rules
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import Classification, Role

SCOPES = st.lists(st.sampled_from([*rules.SCOPE_GROUPS, *rules.PERMISSIONS]))


def test_an_admin_may_everything_and_nobody_more() -> None:
    assert rules.permissions_of(Role.ADMIN) == set(rules.PERMISSIONS)


def test_a_viewer_only_reads_and_keeps_their_own_tokens() -> None:
    assert {name for name in rules.permissions_of(Role.VIEWER) if not name.endswith(".read")} == {"me", "tokens.write"}
    assert "audit.read" not in rules.permissions_of(Role.VIEWER)


@pytest.mark.parametrize("role", list(Role))
def test_everyone_may_what_a_viewer_may(role: Role) -> None:
    assert rules.permissions_of(Role.VIEWER) <= rules.permissions_of(role)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("governance.waive", {Role.ADMIN, Role.GOVERNOR}),
        ("members.write", {Role.ADMIN}),
        ("models.write", {Role.ADMIN}),
        ("audit.read", {Role.ADMIN, Role.GOVERNOR}),
        ("pairs.review", {Role.ADMIN, Role.ENGINEER, Role.EXPERT}),
        ("exports.write", {Role.ADMIN, Role.GOVERNOR, Role.ENGINEER}),
    ],
)
def test_what_is_delicate_is_for_few(permission: str, roles: set[Role]) -> None:
    assert rules.PERMISSIONS[permission] == roles


def test_scope_groups_widen_step_by_step() -> None:
    read, label, write, admin = (rules.SCOPE_GROUPS[name] for name in ("read", "label", "write", "admin"))
    assert read < label < write < admin == set(rules.PERMISSIONS)
    assert not write & {"members.write", "workspace.write", "models.write", "tokens.write", "governance.waive"}


@given(SCOPES, SCOPES)
def test_scopes_add_up_and_never_exceed_the_table(one: list[str], other: list[str]) -> None:
    both = rules.expand_scopes([*one, *other])
    assert both == rules.expand_scopes(one) | rules.expand_scopes(other)
    assert both <= set(rules.PERMISSIONS)


@pytest.mark.parametrize("scope", ["", "sheets", "sheets.*", "everything", "READ"])
def test_unknown_scopes_are_refused(scope: str) -> None:
    with pytest.raises(Invalid, match="scope"):
        rules.expand_scopes(["read", scope])


@given(st.sampled_from(Role), st.none() | st.sampled_from(Classification))
def test_what_an_admin_chose_wins_over_the_role(role: Role, chosen: Classification | None) -> None:
    assert rules.clearance_of(role, chosen) == (chosen or rules.DEFAULT_CLEARANCE[role])


@given(st.integers(0, 10_000))
def test_locks_grow_and_end(failures: int) -> None:
    lock = rules.lock_after(failures)
    assert (lock == timedelta(0)) == (failures < rules.FAILURES_ALLOWED)
    assert lock <= rules.lock_after(failures + 1) <= rules.LONGEST_LOCK


@given(st.timedeltas(timedelta(0), timedelta(days=60)), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_a_session_dies_of_idleness_or_of_age(used_after: timedelta, idle_for: timedelta) -> None:
    made, idle = datetime(2030, 1, 1, tzinfo=UTC), timedelta(hours=72)
    seen = made + used_after
    alive = rules.is_session_alive(made, seen, seen + idle_for, idle)
    assert alive == (idle_for < idle and used_after + idle_for < rules.SESSION_AT_MOST)


@given(st.text(min_size=1), st.text(min_size=1))
def test_csrf_tokens_belong_to_one_session(one: str, other: str) -> None:
    token = rules.csrf_token_of(one)
    assert rules.is_same_secret(token, rules.csrf_token_of(one))
    assert rules.is_same_secret(token, rules.csrf_token_of(other)) == (one == other)
    assert one not in token or len(one) < 4


@pytest.mark.parametrize(
    "password",
    ["", "short one", "x" * 201, "aaaaaaaaaaaaaaaa", "ada@example.org", "ADA@example.org", "Ada Fern Moss"],
)
def test_bad_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_password(password, email="ada@example.org", name="Ada Fern Moss")
    assert refused.value.field == "password"
    assert password == "" or password not in str(refused.value)


@pytest.mark.parametrize(
    "password", ["moss fern lichen", "päßwörter sind länger", "x1y2z3x1y2z3", "🌱🌿🍀🌾🍃 meadow!"]
)
def test_good_passwords_pass(password: str) -> None:
    rules.check_password(password, email="ada@example.org", name="Ada")


@pytest.mark.parametrize(
    ("given", "kept"), [(" Ada@Example.ORG ", "ada@example.org"), ("admin@localhost", "admin@localhost")]
)
def test_addresses_are_kept_lower_case(given: str, kept: str) -> None:
    assert rules.clean_email(given) == kept


@pytest.mark.parametrize(
    "email", ["", "ada", "@", "a@", "@b", "a b@c", "a@b@c d", "<a@b>", "a" * 200 + "@b", "a@b\n@c"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Invalid, match="email address"):
        rules.clean_email(email)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "Ada\x00Fern", "Ada\u202eFern"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(Invalid):
        rules.clean_name(name)


def test_names_lose_stray_spaces() -> None:
    assert rules.clean_name("  Ada \n Fern ") == "Ada Fern"


@given(st.text())
def test_slugs_are_safe_as_folder_names(slug: str) -> None:
    try:
        rules.check_slug(slug)
    except Invalid:
        return
    assert 1 <= len(slug) <= 40
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")
    assert not slug.endswith("-")


@pytest.mark.parametrize("slug", ["main", "a", "clinic-2", "x" * 40])
def test_good_slugs_pass(slug: str) -> None:
    rules.check_slug(slug)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "A", "a_b", "..", "a/b", "x" * 41, "é", "a\n"])
def test_bad_slugs_are_refused(slug: str) -> None:
    with pytest.raises(Invalid, match="short name"):
        rules.check_slug(slug)
