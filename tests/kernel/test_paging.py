"""Cursors come back as they went out, and nothing made up gets through."""

from __future__ import annotations

import base64
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.kernel.errors import Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.paging import MAX_LIMIT, clamp_limit, cursor_key, encode_cursor

PARTS = st.lists(st.none() | st.text() | st.integers(-(2**53), 2**53), min_size=1, max_size=4)


@given(PARTS)
def test_a_cursor_gives_back_its_key(key: list[str | int | None]) -> None:
    assert cursor_key(encode_cursor(*key), *([lambda part: part] * len(key))) == key


@given(st.text(min_size=1))
def test_a_made_up_cursor_is_refused_or_harmless(cursor: str) -> None:
    try:
        key = cursor_key(cursor, datetime.fromisoformat, UUID)
    except Invalid:
        return
    assert key is not None
    assert isinstance(key[0], datetime)
    assert isinstance(key[1], UUID)


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        encode_cursor("one"),
        encode_cursor("one", "two", "three"),
        encode_cursor(1, None),
        encode_cursor("2030-01-01", "not an id"),
        base64.urlsafe_b64encode(b'{"a": 1, "b": 2}').decode(),
        base64.urlsafe_b64encode(b"[[], {}]").decode(),
    ],
)
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid, match="cursor") as refused:
        cursor_key(cursor, datetime.fromisoformat, UUID)
    assert refused.value.field == "cursor"


def test_parts_are_read_by_their_kinds() -> None:
    moment, some_id = datetime.fromisoformat("2030-01-31T12:00:00+00:00"), new_id()
    assert cursor_key(encode_cursor(moment.isoformat(), str(some_id)), datetime.fromisoformat, UUID) == [
        moment,
        some_id,
    ]


@pytest.mark.parametrize("cursor", [None, ""])
def test_no_cursor_is_the_start(cursor: str | None) -> None:
    assert cursor_key(cursor, str) is None


@pytest.mark.parametrize(("asked", "given_out"), [(None, 50), (0, 50), (-3, 1), (1, 1), (500, 500), (10**9, MAX_LIMIT)])
def test_the_page_size_stays_in_bounds(asked: int | None, given_out: int) -> None:
    assert clamp_limit(asked) == given_out
