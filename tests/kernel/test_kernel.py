"""Ids, times, errors, base shapes, word lists and actors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Forbidden, NotFound, WorkbenchError
from workbench.kernel.ids import new_id
from workbench.kernel.schema import Change, Schema
from workbench.kernel.vocabulary import Classification, Role


def test_ids_are_version_7_and_sort_by_their_making() -> None:
    ids = [new_id() for _ in range(2000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}


def test_time_is_aware_and_utc() -> None:
    assert now().tzinfo is UTC


def test_an_error_says_where_and_what_next() -> None:
    class PairAlreadyReviewed(Conflict):
        pass

    error = PairAlreadyReviewed("Someone reviewed it.", row=3, fix="Load it again.")
    assert str(error) == "Someone reviewed it. (row 3) Load it again."
    assert error.slug() == "pair-already-reviewed"
    assert isinstance(error, WorkbenchError)
    assert str(NotFound("Gone.")) == "Gone."


def test_unknown_fields_are_refused() -> None:
    class Named(Schema):
        name: str

    with pytest.raises(ValidationError):
        Named.model_validate({"name": "Fern", "nmae": "typo"})
    with pytest.raises(ValidationError):
        Change.model_validate({})


@given(st.sampled_from(Classification), st.sampled_from(Classification))
def test_classifications_order_by_rank(one: Classification, other: Classification) -> None:
    assert Classification.of_rank(one.rank) is one
    assert (one.rank == other.rank) == (one is other)
    assert Classification.PUBLIC.rank <= one.rank <= Classification.RESTRICTED.rank


def test_an_actor_may_what_it_holds_and_nothing_else() -> None:
    actor = Actor(
        new_id(), "Ada Fern", new_id(), "main", Role.VIEWER, Classification.INTERNAL, frozenset({"sheets.read"})
    )
    actor.require("sheets.read")
    with pytest.raises(Forbidden, match=r"The role viewer .* sheets\.write"):
        actor.require("sheets.write")
    with pytest.raises(Forbidden, match="This token"):
        replace(actor, token_id=new_id()).require("sheets.write")
