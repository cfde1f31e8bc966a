"""A sheet's life on both databases: drafts, publishing, versions, differences, names, and nobody overwritten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.conftest import MakeActor
from tests.features.sheets.conftest import DEFINITION, MakeSheet, load

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import Lakehouse
from workbench.features.governance import service as governance
from workbench.features.sheets import service
from workbench.features.sheets.keys import KeyNotUnique
from workbench.features.sheets.schemas import DraftChange, DuplicateSheet, NewSheet, Sheet, SheetChange, SheetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.schema import Change
from workbench.kernel.vocabulary import Role


@pytest.fixture
def engineer(actor: MakeActor) -> Actor:
    return actor(Role.ENGINEER)


def run(backends: Backends, verb: Any, *arguments: Any, **named: Any) -> Any:
    with backends.database.begin() as session:
        return verb(session, *arguments, **named)


def versions(backends: Backends, actor: Actor, sheet_id: UUID) -> list[SheetVersion]:
    found: list[SheetVersion] = run(backends, service.list_sheet_versions, actor, sheet_id)
    return found


def edit(backends: Backends, actor: Actor, sheet: Sheet, **changes: Any) -> Sheet:
    body = DraftChange.model_validate({"version": sheet.version, "definition": {**DEFINITION, **changes}})
    changed: Sheet = run(backends, service.save_draft, actor, backends, sheet.id, body)
    return changed


def publish(backends: Backends, actor: Actor, sheet: Sheet) -> SheetVersion:
    published: SheetVersion = run(
        backends, service.publish_sheet, actor, backends, sheet.id, Change(version=sheet.version)
    )
    return published


def test_from_draft_to_published_to_the_next_draft(backends: Backends, engineer: Actor, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(engineer)
    assert (sheet.state, sheet.draft, sheet.published, sheet.item_count) == ("draft", 1, None, None)
    first = publish(backends, engineer, sheet)
    assert (first.number, first.state, first.item_count, first.published_by_name) == (1, "published", 3, engineer.name)
    assert first.definition.columns == ["id", "vendor_id", "patient_name"]
    assert [f.name for f in first.fields] == ["id", "vendor_id", "patient_name", "vendor", "scan"]
    sheet = run(backends, service.get_sheet, engineer, sheet.id)
    assert (sheet.state, sheet.draft, sheet.published, sheet.item_count) == ("published", None, 1, 3)
    sheet = edit(backends, engineer, sheet, filter="id > 1")
    assert (sheet.state, sheet.draft, sheet.published) == ("published", 2, 1)
    sheet = edit(backends, engineer, sheet, filter="id > 2")
    second = publish(backends, engineer, sheet)
    assert (second.number, second.item_count) == (2, 1)
    assert [v.number for v in versions(backends, engineer, sheet.id)] == [2, 1]
    assert versions(backends, engineer, sheet.id)[1] == first
    assert second.space_id == first.space_id


def test_versions_by_number_word_and_id(backends: Backends, engineer: Actor, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(engineer)
    require = service.require_sheet_version
    with pytest.raises(Conflict, match="no published"):
        run(backends, require, engineer, sheet.id, "published")
    publish(backends, engineer, sheet)
    with pytest.raises(Conflict, match="no draft"):
        run(backends, require, engineer, sheet.id, "draft")
    edit(backends, engineer, run(backends, service.get_sheet, engineer, sheet.id))
    assert run(backends, require, engineer, sheet.id).number == 2
    assert run(backends, require, engineer, sheet.id, "published").number == 1
    draft = run(backends, require, engineer, sheet.id, 2)
    assert run(backends, service.sheet_version_by_id, engineer, draft.id) == draft
    for act in ((require, sheet.id, 3), (require, new_id(), None), (service.sheet_version_by_id, new_id())):
        with pytest.raises(NotFound):
            run(backends, act[0], engineer, *act[1:])


def test_publishing_checks_every_key(
    backends: Backends, engineer: Actor, make_sheet: MakeSheet, clinic: Lakehouse
) -> None:
    sheet = make_sheet(engineer)
    home = backends.settings.home
    load(clinic, home, "invoices", {"id": [3, None], "vendor_id": ["a", "a"], "patient_name": ["Di", "Ed"]}, "append")
    with pytest.raises(KeyNotUnique, match="empty in some rows: 1 row without a value"):
        publish(backends, engineer, sheet)
    load(clinic, home, "invoices", {"id": [1, 2], "vendor_id": ["a", "a"], "patient_name": ["Di", "Ed"]}, "overwrite")
    load(clinic, home, "vendors", {"id": ["a"], "name": ["Alder"], "iban": ["X3"]}, "append")
    with pytest.raises(KeyNotUnique, match=r"main.med.vendors is not unique: a \(2 times\)"):
        publish(backends, engineer, sheet)
    assert run(backends, service.get_sheet, engineer, sheet.id).published is None


def test_publishing_tells_keys_only_to_those_who_may_see_them(
    backends: Backends, engineer: Actor, make_sheet: MakeSheet
) -> None:
    sheet = make_sheet(engineer, item_key=["vendor_id"])
    run(backends, governance.set_tags, engineer, "main.med.invoices#vendor_id", {"PII": ""})
    with pytest.raises(KeyNotUnique, match="is empty in some rows; you may not see which") as caught:
        publish(backends, engineer, sheet)
    assert caught.value.details == {}


def test_a_definition_that_does_not_fit_is_not_saved(
    backends: Backends, engineer: Actor, make_sheet: MakeSheet
) -> None:
    sheet = make_sheet(engineer)
    for changes, error in (
        ({"item_key": ["nothing"]}, Invalid),
        ({"filter": "length(patient_name) > 1"}, Invalid),
        ({"primary_table": "main.med.nothing"}, NotFound),
    ):
        with pytest.raises(error):
            edit(backends, engineer, sheet, **changes)
        with pytest.raises(error):
            make_sheet(engineer, "Other", **changes)
    assert run(backends, service.get_sheet, engineer, sheet.id) == sheet
    assert len(run(backends, service.list_sheets, engineer).items) == 1


def test_nobody_is_overwritten_silently(backends: Backends, engineer: Actor, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(engineer)
    changed = run(backends, service.change_sheet, engineer, sheet.id, SheetChange(version=sheet.version, name="Bills"))
    stale = Change(version=sheet.version)
    for act in (
        (service.change_sheet, sheet.id, SheetChange(version=sheet.version, name="Mine")),
        (service.save_draft, backends, sheet.id, DraftChange(version=sheet.version, definition=DEFINITION)),
        (service.publish_sheet, backends, sheet.id, stale),
        (service.archive_sheet, sheet.id, stale),
        (service.discard_draft, sheet.id, stale),
        (service.delete_sheet, sheet.id, sheet.version),
    ):
        with pytest.raises(service.SheetChanged) as caught:
            run(backends, act[0], engineer, *act[1:])
        assert caught.value.details["current"]["name"] == "Bills"
    assert run(backends, service.get_sheet, engineer, sheet.id) == changed


def test_a_draft_can_be_discarded_and_a_sheet_deleted_only_before_publishing(
    backends: Backends, engineer: Actor, make_sheet: MakeSheet
) -> None:
    sheet = make_sheet(engineer)
    with pytest.raises(Conflict, match="no published version"):
        run(backends, service.discard_draft, engineer, sheet.id, Change(version=sheet.version))
    publish(backends, engineer, sheet)
    sheet = edit(backends, engineer, run(backends, service.get_sheet, engineer, sheet.id), filter="id > 1")
    sheet = run(backends, service.discard_draft, engineer, sheet.id, Change(version=sheet.version))
    assert (sheet.draft, [v.number for v in versions(backends, engineer, sheet.id)]) == (None, [1])
    with pytest.raises(Conflict, match="never deleted"):
        run(backends, service.delete_sheet, engineer, sheet.id, sheet.version)
    other = make_sheet(engineer, "Other")
    run(backends, service.delete_sheet, engineer, other.id, other.version)
    with pytest.raises(NotFound):
        run(backends, service.get_sheet, engineer, other.id)


def test_an_archived_sheet_is_read_but_not_edited(backends: Backends, engineer: Actor, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(engineer, publish=True)
    sheet = run(backends, service.archive_sheet, engineer, sheet.id, Change(version=sheet.version))
    assert (sheet.state, versions(backends, engineer, sheet.id)[0].state) == ("archived", "archived")
    assert run(backends, service.list_sheets, engineer).items == []
    assert len(run(backends, service.list_sheets, engineer, state="archived").items) == 1
    with pytest.raises(Conflict, match="archived"):
        edit(backends, engineer, sheet)
    with pytest.raises(service.SheetNameTaken, match="archived"):
        make_sheet(engineer)
    sheet = run(backends, service.restore_sheet, engineer, sheet.id, Change(version=sheet.version))
    assert sheet.state == "published"


def test_duplicates_share_their_items(backends: Backends, engineer: Actor, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(engineer, publish=True)
    edit(backends, engineer, sheet, filter="id > 1")
    copy = run(backends, service.duplicate_sheet, engineer, sheet.id, DuplicateSheet(name="Copy"))
    first = run(backends, service.duplicate_sheet, engineer, sheet.id, DuplicateSheet(name="First", number=1))
    assert (copy.state, copy.draft) == ("draft", 1)
    assert versions(backends, engineer, copy.id)[0].definition.filter == "id > 1"
    assert versions(backends, engineer, first.id)[0].definition.filter is None
    spaces = {versions(backends, engineer, one.id)[0].space_id for one in (sheet, copy, first)}
    assert len(spaces) == 1
    with pytest.raises(service.SheetNameTaken):
        run(backends, service.duplicate_sheet, engineer, sheet.id, DuplicateSheet(name="Copy"))


def test_another_key_or_table_is_another_space(backends: Backends, engineer: Actor, make_sheet: MakeSheet) -> None:
    sheets = [
        make_sheet(engineer),
        make_sheet(engineer, "By name", item_key=["patient_name"]),
        make_sheet(engineer, "By both", item_key=["id", "patient_name"]),
        make_sheet(engineer, "By both turned", item_key=["patient_name", "id"]),
        make_sheet(engineer, "Vendors", primary_table="main.med.vendors", secondary_sources=[]),
    ]
    assert len({versions(backends, engineer, sheet.id)[0].space_id for sheet in sheets}) == 5


def test_differences_between_versions(backends: Backends, engineer: Actor, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(engineer, publish=True)
    vendor, scan = DEFINITION["secondary_sources"]
    changes = {
        "filter": "id > 1",
        "sample": {"kind": "first", "size": 2},
        "secondary_sources": [{**scan, "join": {"key": "id", "pattern": "{key}.png"}}, {**vendor, "alias": "seller"}],
    }
    edit(backends, engineer, sheet, **changes)
    found = {d.path: (d.before, d.after) for d in run(backends, service.diff_sheet_versions, engineer, sheet.id, 1, 2)}
    assert found.pop("secondary_sources.vendor")[1] is None
    assert found.pop("secondary_sources.seller")[0] is None
    assert found == {
        "filter": (None, "id > 1"),
        "sample.kind": ("all", "first"),
        "sample.size": (None, 2),
        "secondary_sources.scan.join.pattern": ("{key}.*", "{key}.png"),
    }
    assert run(backends, service.diff_sheet_versions, engineer, sheet.id, 1, 1) == []


def test_lists_page_sort_and_search(backends: Backends, engineer: Actor, make_sheet: MakeSheet) -> None:
    for name in ("b", "a", "c"):
        make_sheet(engineer, name, publish=name == "a")
    listed = service.list_sheets
    assert [s.name for s in run(backends, listed, engineer).items] == ["c", "a", "b"]
    for sort, names in (("name", ["a", "b", "c"]), ("-created_at", ["c", "a", "b"])):
        seen, cursor = [], None
        for _ in names:
            page = run(backends, listed, engineer, sort=sort, limit=1, cursor=cursor)
            seen += [s.name for s in page.items]
            cursor = page.next_cursor
        assert (seen, cursor) == (names, None)
    assert [s.name for s in run(backends, listed, engineer, state="published").items] == ["a"]
    assert [s.name for s in run(backends, listed, engineer, state="draft").items] == ["c", "b"]
    assert [s.name for s in run(backends, listed, engineer, search="B").items] == ["b"]
    assert len(run(backends, listed, engineer, primary_table="Main.Med.Invoices").items) == 3
    assert run(backends, listed, engineer, primary_table="main.med.vendors").items == []


def test_other_workspaces_see_nothing(
    backends: Backends, actor: MakeActor, engineer: Actor, make_sheet: MakeSheet
) -> None:
    sheet = make_sheet(engineer, publish=True)
    stranger = actor(Role.ADMIN, slug="other")
    change = Change(version=sheet.version)
    for act in (
        (service.get_sheet, stranger, sheet.id),
        (service.list_sheet_versions, stranger, sheet.id),
        (service.require_sheet_version, stranger, sheet.id, 1),
        (service.archive_sheet, stranger, sheet.id, change),
        (service.duplicate_sheet, stranger, sheet.id, DuplicateSheet(name="Mine")),
    ):
        with pytest.raises(NotFound):
            run(backends, *act)
    body = NewSheet.model_validate({"name": "Mine", "definition": DEFINITION})
    with pytest.raises(NotFound):
        run(backends, service.create_sheet, stranger, backends, body)
    assert run(backends, service.list_sheets, stranger).items == []
