"""Labelsets from the first draft to migration and archive, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from workbench.features.labels import service as labels
from workbench.features.labels.schemas import (
    LabelClassIn,
    LabelsetChange,
    LabelsetCopy,
    LabelsetDraftChange,
    LabelsetIn,
    LabelsetVersion,
    Migration,
)
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.paging import encode_cursor
from workbench.kernel.vocabulary import AssetState


def _classes(*names: str) -> list[LabelClassIn]:
    return [LabelClassIn(name=name) for name in names]


def _kept(version: LabelsetVersion, **renamed: str) -> list[LabelClassIn]:
    return [
        LabelClassIn(id=each.id, name=renamed.get(each.id, each.name), description=each.description)
        for each in version.classes
    ]


def _next(session: Session, actor: Actor, version: LabelsetVersion, **change: object) -> LabelsetVersion:
    draft = labels.start_draft(session, actor, version.labelset_id)
    return labels.change_draft(
        session, actor, version.labelset_id, LabelsetDraftChange.model_validate({"version": draft.version, **change})
    )


def test_a_new_labelset_is_a_draft_with_stable_class_ids(session: Session, engineer: Actor) -> None:
    body = LabelsetIn(
        label_type="mood", kind="classification", name="Mood", classes=_classes("Très bien", "très bien!", "Bad")
    )
    made = labels.create_labelset(session, engineer, body)
    version = labels.get_version(session, engineer, made.id, 1)
    assert (made.published, made.draft, made.labels) == (None, 1, 0)
    assert list(version.class_names) == ["tres_bien", "tres_bien_2", "bad"]
    assert version.answer_schema["enum"] == ["tres_bien", "tres_bien_2", "bad"]
    assert version.answer_schema["oneOf"][2] == {"const": "bad", "title": "Bad"}


def test_a_label_type_is_unique_in_its_workspace(
    session: Session, engineer: Actor, elsewhere: Actor, defects: LabelsetVersion
) -> None:
    body = LabelsetIn(label_type="board_defect", kind="text", name="Other")
    with pytest.raises(Conflict, match="Board defects") as refused:
        labels.create_labelset(session, engineer, body)
    assert refused.value.details["labelset_id"] == str(defects.labelset_id)
    assert labels.create_labelset(session, elsewhere, body).label_type == "board_defect"


def test_another_workspace_sees_nothing_of_it(session: Session, defects: LabelsetVersion, elsewhere: Actor) -> None:
    assert labels.list_labelsets(session, elsewhere).items == []
    for look in (
        lambda: labels.get_labelset(session, elsewhere, defects.labelset_id),
        lambda: labels.get_version(session, elsewhere, defects.labelset_id, 1),
        lambda: labels.require_version(session, elsewhere, defects.id),
        lambda: labels.require_published(session, elsewhere, "board_defect"),
        lambda: labels.start_draft(session, elsewhere, defects.labelset_id),
    ):
        with pytest.raises(NotFound):
            look()


@pytest.mark.parametrize(
    ("kind", "content", "path"),
    [
        ("classification", {"classes": []}, "/classes"),
        ("classification", {"classes": [{"name": "One"}]}, "/classes"),
        ("classification", {"classes": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]}, "/classes/1/id"),
        ("classification", {"classes": [{"name": "Good"}, {"name": "good"}]}, "/classes/1/name"),
        ("classification", {"classes": [{"id": "x", "name": "Y"}, {"id": "y", "name": "Z"}]}, "/classes/1/id"),
        (
            "classification",
            {"classes": [{"name": "A"}, {"name": "B"}], "response_schema": {"type": "string"}},
            "/response_schema",
        ),
        ("text", {"classes": [{"name": "A"}, {"name": "B"}]}, "/classes"),
        ("text", {"response_schema": {"type": "object"}}, "/response_schema/type"),
        ("entity_extraction", {}, "/response_schema"),
        ("entity_extraction", {"response_schema": {"type": "array"}}, "/response_schema"),
        ("entity_extraction", {"response_schema": {"type": "object", "properties": {}}}, "/response_schema/properties"),
        ("structured", {"response_schema": {"type": "nothing"}}, "/response_schema/type"),
        (
            "multi_classification",
            {"classes": [{"name": "A"}, {"name": "B"}], "response_schema": {"minItems": 3}},
            "/response_schema/minItems",
        ),
    ],
)
def test_what_cannot_be_labeled_with_is_not_published(
    session: Session, engineer: Actor, kind: str, content: dict[str, object], path: str
) -> None:
    body = LabelsetIn.model_validate({"label_type": "odd", "kind": kind, "name": "Odd", **content})
    made = labels.create_labelset(session, engineer, body)
    draft = labels.get_version(session, engineer, made.id, 1)
    assert draft.problems[0].path == path
    with pytest.raises(Invalid) as refused:
        labels.publish_draft(session, engineer, made.id, draft.version)
    assert refused.value.field == path[1:].replace("/", ".")
    assert labels.get_labelset(session, engineer, made.id).published is None


def test_an_unknown_kind_and_an_endless_schema_are_refused_at_once(session: Session, engineer: Actor) -> None:
    with pytest.raises(Invalid, match="no kind"):
        labels.create_labelset(session, engineer, LabelsetIn(label_type="odd", kind="regression", name="Odd"))
    body = LabelsetIn(label_type="odd", kind="structured", name="Odd", response_schema={"maximum": 2**70})
    with pytest.raises(Invalid, match="kept as JSON"):
        labels.create_labelset(session, engineer, body)


def test_a_published_version_never_changes(session: Session, engineer: Actor, defects: LabelsetVersion) -> None:
    change = LabelsetDraftChange(version=defects.version, instructions="Look twice.")
    with pytest.raises(Conflict, match="never changes"):
        labels.change_draft(session, engineer, defects.labelset_id, change)
    with pytest.raises(Conflict, match="never changes"):
        labels.publish_draft(session, engineer, defects.labelset_id, defects.version)


def test_there_is_one_draft_at_a_time_and_it_can_be_discarded(
    session: Session, engineer: Actor, defects: LabelsetVersion
) -> None:
    draft = labels.start_draft(session, engineer, defects.labelset_id)
    assert (draft.number, draft.state, draft.classes) == (2, AssetState.DRAFT, defects.classes)
    with pytest.raises(Conflict, match="version 2"):
        labels.start_draft(session, engineer, defects.labelset_id)
    labels.discard_version(session, engineer, defects.labelset_id, draft.version)
    assert [each.number for each in labels.list_versions(session, engineer, defects.labelset_id)] == [1]


def test_the_second_editor_of_a_draft_is_told(session: Session, engineer: Actor, defects: LabelsetVersion) -> None:
    draft = labels.start_draft(session, engineer, defects.labelset_id)
    seen = LabelsetDraftChange(version=draft.version, instructions="First.")
    changed = labels.change_draft(session, engineer, defects.labelset_id, seen)
    assert changed.version == draft.version + 1
    with pytest.raises(Conflict) as refused:
        labels.change_draft(session, engineer, defects.labelset_id, seen)
    assert refused.value.details["current"] == {"version": changed.version}


def test_renaming_a_class_needs_no_decision(session: Session, engineer: Actor, defects: LabelsetVersion) -> None:
    draft = _next(session, engineer, defects, classes=_kept(defects, scratch="Scratched"))
    assert draft.problems == []
    published = labels.publish_draft(session, engineer, defects.labelset_id, draft.version)
    assert published.class_names["scratch"] == "Scratched"
    assert published.migrations == {}


def test_a_class_that_is_gone_needs_a_decision(session: Session, engineer: Actor, defects: LabelsetVersion) -> None:
    kept = [each for each in _kept(defects) if each.id != "scratch"]
    draft = _next(session, engineer, defects, classes=kept)
    assert [each.path for each in draft.problems] == ["/migration/classes/scratch"]
    draft = labels.change_draft(
        session,
        engineer,
        defects.labelset_id,
        LabelsetDraftChange(version=draft.version, migration=Migration(classes={"scratch": "unheard_of"})),
    )
    assert "no class unheard_of" in draft.problems[0].message
    draft = labels.change_draft(
        session,
        engineer,
        defects.labelset_id,
        LabelsetDraftChange(version=draft.version, migration=Migration(classes={"scratch": "no_defect"})),
    )
    published = labels.publish_draft(session, engineer, defects.labelset_id, draft.version)
    assert published.migrations == {defects.id: {"scratch": "no_defect"}}


def test_migrations_add_up_over_versions(session: Session, engineer: Actor, defects: LabelsetVersion) -> None:
    draft = _next(
        session,
        engineer,
        defects,
        classes=[each for each in _kept(defects) if each.id != "scratch"] + _classes("Damage"),
        migration=Migration(classes={"scratch": "damage"}),
    )
    second = labels.publish_draft(session, engineer, defects.labelset_id, draft.version)
    draft = _next(
        session,
        engineer,
        second,
        classes=[each for each in _kept(second) if each.id != "damage"],
        migration=Migration(classes={"damage": None}),
    )
    third = labels.publish_draft(session, engineer, defects.labelset_id, draft.version)
    assert third.migrations == {defects.id: {"scratch": None, "damage": None}, second.id: {"damage": None}}


def test_versions_are_compared_by_class_id(session: Session, engineer: Actor, defects: LabelsetVersion) -> None:
    bridge, _scratch, none = _kept(defects, no_defect="Fine")
    draft = _next(session, engineer, defects, classes=[none, bridge, *_classes("Dent")], instructions="Look twice.")
    diff = labels.diff_labelset_versions(session, engineer, defects.labelset_id, 1, draft.number)
    assert {(each.id, each.change) for each in diff.classes} == {
        ("scratch", "removed"),
        ("dent", "added"),
        ("no_defect", "renamed"),
        ("no_defect", "moved"),
        ("solder_bridge", "moved"),
    }
    assert diff.instructions_changed
    assert diff.schema_changes == []


def test_an_archived_version_can_still_be_asked_for_by_number(
    session: Session, engineer: Actor, defects: LabelsetVersion
) -> None:
    archived = labels.archive_version(session, engineer, defects.labelset_id, 1, defects.version)
    assert archived.state is AssetState.ARCHIVED
    with pytest.raises(Conflict, match="no published version"):
        labels.require_published(session, engineer, "board_defect")
    assert labels.require_published(session, engineer, "board_defect", 1).state is AssetState.ARCHIVED
    with pytest.raises(Conflict, match="archived"):
        labels.archive_version(session, engineer, defects.labelset_id, 1, archived.version)


def test_a_draft_cannot_be_labeled_with(session: Session, engineer: Actor, defects: LabelsetVersion) -> None:
    labels.start_draft(session, engineer, defects.labelset_id)
    assert labels.require_published(session, engineer, defects.labelset_id).number == 1
    with pytest.raises(Conflict, match="no published version 2"):
        labels.require_published(session, engineer, defects.labelset_id, 2)


def test_a_duplicate_begins_as_a_draft_without_labels(
    session: Session, engineer: Actor, defects: LabelsetVersion
) -> None:
    copy = labels.duplicate_labelset(
        session, engineer, defects.labelset_id, LabelsetCopy(label_type="board_defect_2", name="Second opinion")
    )
    version = labels.get_version(session, engineer, copy.id, 1)
    assert (version.state, version.classes) == (AssetState.DRAFT, defects.classes)
    assert copy.labels == 0


def test_archived_labelsets_leave_the_list_and_come_back(
    session: Session, engineer: Actor, defects: LabelsetVersion
) -> None:
    made = labels.get_labelset(session, engineer, defects.labelset_id)
    archived = labels.archive_labelset(session, engineer, made.id, made.version)
    assert labels.list_labelsets(session, engineer).items == []
    assert [each.id for each in labels.list_labelsets(session, engineer, archived=True).items] == [made.id]
    restored = labels.restore_labelset(session, engineer, made.id, archived.version)
    assert labels.list_labelsets(session, engineer).items == [restored]
    with pytest.raises(Conflict):
        labels.archive_labelset(session, engineer, made.id, made.version)


def test_a_name_changes_and_the_label_type_stays(session: Session, engineer: Actor, defects: LabelsetVersion) -> None:
    made = labels.get_labelset(session, engineer, defects.labelset_id)
    changed = labels.change_labelset(session, engineer, made.id, LabelsetChange(version=made.version, name="Faults"))
    assert (changed.name, changed.description, changed.label_type) == ("Faults", made.description, "board_defect")


def test_only_what_was_never_published_can_be_deleted(
    session: Session, engineer: Actor, defects: LabelsetVersion
) -> None:
    made = labels.get_labelset(session, engineer, defects.labelset_id)
    with pytest.raises(Conflict, match="Archive it instead"):
        labels.delete_labelset(session, engineer, made.id, made.version)
    draft = labels.create_labelset(session, engineer, LabelsetIn(label_type="odd", kind="text", name="Odd"))
    labels.delete_labelset(session, engineer, draft.id, draft.version)
    with pytest.raises(NotFound):
        labels.get_labelset(session, engineer, draft.id)


@pytest.mark.parametrize("sort", ["name", "newest"])
def test_pages_of_labelsets_meet_without_gap(session: Session, engineer: Actor, sort: str) -> None:
    for i in range(7):
        body = LabelsetIn(label_type=f"kind_{i}", kind="text", name=f"Name {i % 3}")
        labels.create_labelset(session, engineer, body)
    seen, cursor = [], None
    while True:
        page = labels.list_labelsets(session, engineer, sort=sort, cursor=cursor, limit=2)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len({each.id for each in seen}) == len(seen) == 7
    if sort == "name":
        assert [each.name for each in seen] == sorted(each.name for each in seen)
    else:
        assert [each.label_type for each in seen] == [f"kind_{i}" for i in reversed(range(7))]


def test_lists_are_searched_and_refuse_what_they_do_not_know(
    session: Session, engineer: Actor, defects: LabelsetVersion
) -> None:
    assert len(labels.list_labelsets(session, engineer, search="DEFECT").items) == 1
    assert labels.list_labelsets(session, engineer, search="100%").items == []
    assert labels.list_labelsets(session, engineer, kind="text").items == []
    with pytest.raises(Invalid, match="sorted"):
        labels.list_labelsets(session, engineer, sort="version")
    for cursor in ("nonsense", encode_cursor("a", "b"), encode_cursor(1)):
        with pytest.raises(Invalid, match="cursor"):
            labels.list_labelsets(session, engineer, cursor=cursor)
