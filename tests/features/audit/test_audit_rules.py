"""Sentences and hashes of events."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.features.audit.rules import GENESIS, chain_hash, deed, is_action, past_tense, subject_phrase

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.dictionaries(st.text(), JSON, max_size=5)


@pytest.mark.parametrize(
    ("verb", "done"),
    [
        ("publish", "published"),
        ("create", "created"),
        ("retry", "retried"),
        ("deploy", "deployed"),
        ("submit", "submitted"),
        ("send", "sent"),
        ("resend", "resent"),
        ("undo", "undid"),
        ("close_all", "closed all"),
        ("succeeded", "succeeded"),
        ("sign_in", "signed in"),
    ],
)
def test_verbs_read_as_done(verb: str, done: str) -> None:
    assert past_tense(verb) == done


def test_deeds_lead_to_their_subject() -> None:
    assert (deed("sheet.publish"), deed("tags.set")) == ("published", "set the tags of")


@pytest.mark.parametrize(
    ("action", "valid"),
    [("sheet.publish", True), ("training_sheet.close_all", True), ("sheet", False), ("Sheet.publish", False)],
)
def test_actions_are_noun_and_verb(action: str, valid: bool) -> None:
    assert is_action(action) is valid


@pytest.mark.parametrize(
    ("kind", "subject_id", "details", "phrase"),
    [
        ("training_sheet", "7", {"name": "Invoices"}, "training sheet Invoices"),
        ("job", "7", {"title": "Export"}, "job Export"),
        ("invitation", "7", {"email": "ada@example.org"}, "invitation ada@example.org"),
        ("sheet", "7", {"name": 3}, "sheet 7"),
        ("password", None, {}, "password"),
    ],
)
def test_subjects_read_by_their_name(kind: str, subject_id: str | None, details: dict[str, Any], phrase: str) -> None:
    assert subject_phrase(kind, subject_id, details) == phrase


@given(EVENTS)
def test_the_order_of_keys_does_not_matter(event: dict[str, Any]) -> None:
    assert chain_hash(GENESIS, event) == chain_hash(GENESIS, dict(reversed(event.items())))


@given(EVENTS, EVENTS)
def test_different_events_hash_differently(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = repr(sorted(one.items())) == repr(sorted(other.items()))
    if not same:
        assert (chain_hash(GENESIS, one) == chain_hash(GENESIS, other)) == (one == other)


def test_the_hash_is_what_the_documentation_says() -> None:
    expected = hashlib.sha256(b"0" * 64 + b'\n{"a":[1,null],"b":"\xc3\xa9"}').hexdigest()
    assert chain_hash(GENESIS, {"b": "é", "a": [1, None]}) == expected
