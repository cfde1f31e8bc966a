"""Tags are inherited and judged live; what was read is an exposure."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from tests.features.governance.conftest import TABLE, People, judge

from workbench.features.governance import service as governance
from workbench.features.governance.service.tags import TagProtected, TagsChanged
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification


def test_tags_are_inherited_and_judged_live(session: Session, engineer: Actor, governor: Actor) -> None:
    exposure = governance.expose(session, engineer, ["value"], [TABLE, f"{TABLE}#value"])
    assert judge(session, engineer, new_id(), exposure).allowed
    before = governance.gate_revision(session, engineer.workspace_id)
    set_now = governance.set_tags(session, engineer, "Main.Lab", {"PHI": "", "owner": "lab"})
    assert set_now.own == {"PHI": "", "owner": "lab"}
    assert governance.gate_revision(session, engineer.workspace_id) > before
    assert not judge(session, engineer, new_id(), exposure).allowed
    assert governance.tags_of(session, engineer.workspace_id, [f"{TABLE}#value"]) == {f"{TABLE}#value": set_now.own}
    assert governance.get_tags(session, engineer, TABLE).classification is Classification.RESTRICTED
    with pytest.raises(TagProtected):
        governance.set_tags(session, engineer, "main.lab", {"owner": "lab"})
    governance.set_tags(session, governor, "main.lab", {"owner": "lab"})
    assert judge(session, engineer, new_id(), exposure).allowed


def test_tags_that_changed_since_they_were_seen_are_not_overwritten(session: Session, governor: Actor) -> None:
    governance.set_tags(session, governor, TABLE, {"owner": "lab"}, seen={})
    governance.set_tags(session, governor, TABLE, {"owner": "lab", "PHI": ""}, seen={"owner": "lab"})
    with pytest.raises(TagsChanged) as refused:
        governance.set_tags(session, governor, TABLE, {"owner": "clinic"}, seen={"owner": "lab"})
    assert refused.value.details == {"current": {"owner": "lab", "PHI": ""}}
    assert governance.get_tags(session, governor, TABLE).own == {"owner": "lab", "PHI": ""}


def test_a_tag_that_the_gate_does_not_hear_changes_no_revision(session: Session, engineer: Actor) -> None:
    before = governance.gate_revision(session, engineer.workspace_id)
    governance.set_tags(session, engineer, TABLE, {"owner": "lab"})
    governance.set_tags(session, engineer, TABLE, {})
    assert governance.gate_revision(session, engineer.workspace_id) == before


@pytest.mark.parametrize(
    ("source", "tags", "field"),
    [
        ("", {}, "source"),
        ("a..b", {}, "source"),
        ("a.b.c.d", {}, "source"),
        ("a.b#c", {}, "source"),
        ("a" * 401, {}, "source"),
        (TABLE, {"": "x"}, "tags"),
        (TABLE, {"x": "y" * 201}, "tags"),
        (TABLE, {"PHI": "", "phi ": ""}, "tags"),
        (TABLE, {"classification": "secret-ish"}, "tags"),
    ],
)
def test_bad_tags_are_refused_naming_the_place(
    session: Session, engineer: Actor, source: str, tags: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        governance.set_tags(session, engineer, source, tags)
    assert refused.value.field == field
    assert refused.value.fix


def test_tags_are_listed_by_source_in_pages(session: Session, engineer: Actor) -> None:
    for source in ("main.b.x", "main.a.x", "main.a.x#y"):
        governance.set_tags(session, engineer, source, {"PII": "", "Owner": "lab"})
    first = governance.list_tags(session, engineer, limit=4)
    rest = governance.list_tags(session, engineer, cursor=first.next_cursor)
    assert [tag.source for tag in first.items + rest.items] == sorted(["main.a.x", "main.a.x#y", "main.b.x"] * 2)
    assert len({(tag.source, tag.key) for tag in first.items + rest.items}) == 6
    assert rest.next_cursor is None
    assert {tag.key for tag in governance.list_tags(session, engineer, key="owner").items} == {"Owner"}
    assert [tag.source for tag in governance.list_tags(session, engineer, search="#Y", key="pii").items] == [
        "main.a.x#y"
    ]
    assert governance.list_tags(session, engineer, search="%").items == []


def test_equal_exposures_are_one(session: Session, engineer: Actor) -> None:
    one = governance.expose(session, engineer, ["b", "a"], [f"{TABLE}#a", TABLE])
    two = governance.expose(session, engineer, ["a", "b", "a"], [TABLE, "Main.lab.readings#a"])
    assert one == two
    assert governance.exposure(session, one).fields == ["a", "b"]
    assert governance.expose(session, engineer, ["a"], [TABLE]) != one
    with pytest.raises(Invalid):
        governance.expose(session, engineer, ["a"], ["a.b#c"])


def test_an_exposure_that_read_nothing_known_prohibits_all(session: Session, engineer: Actor) -> None:
    assert not judge(session, engineer, new_id(), governance.expose(session, engineer, [], [])).allowed
    assert not judge(session, engineer, new_id(), new_id()).allowed


def test_another_workspace_has_exposures_and_tags_of_its_own(session: Session, engineer: Actor, people: People) -> None:
    stranger = people.stranger
    governance.set_tags(session, stranger, "main", {"PHI": ""})
    exposure = governance.expose(session, engineer, ["value"], [TABLE])
    assert judge(session, engineer, new_id(), exposure).allowed
    assert not judge(session, stranger, new_id(), exposure).allowed
