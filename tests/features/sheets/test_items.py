"""Items for other features and for people: pins, digests, clearance, and files over HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.conftest import MakeActor, SignIn
from tests.features.sheets.conftest import DEFINITION, MakeSheet, load

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import Lakehouse
from workbench.features.governance import service as governance
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.sheets import service
from workbench.features.sheets.schemas import DraftChange, PreviewDefinition, SheetDefinition, SheetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid, NotFound
from workbench.kernel.vocabulary import Classification, Role


@pytest.fixture
def engineer(actor: MakeActor) -> Actor:
    return actor(Role.ENGINEER)


@pytest.fixture
def version(backends: Backends, engineer: Actor, make_sheet: MakeSheet) -> SheetVersion:
    sheet = make_sheet(engineer, publish=True)
    with backends.database.read() as session:
        return service.require_sheet_version(session, engineer, sheet.id, "published")


def tag(backends: Backends, actor: Actor, source: str, **tags: str) -> None:
    with backends.database.begin() as session:
        governance.set_tags(session, actor, source, tags)


def test_a_scan_reads_what_was_pinned(
    backends: Backends, engineer: Actor, version: SheetVersion, clinic: Lakehouse
) -> None:
    pins = service.open_sheet(backends, engineer, version).pins
    assert sorted(pins) == ["main.med.invoices", "main.med.vendors"]
    load(clinic, backends.settings.home, "invoices", {"id": [4], "vendor_id": ["a"], "patient_name": ["Di"]}, "append")
    count = [sum(b.num_rows for b in service.scan(backends, engineer, version, p)) for p in (pins, None)]
    assert count == [3, 4]
    only = list(service.scan(backends, engineer, version, fields=["id"], only=["i:3", "i:9", "i:1"], batch_rows=1))
    assert [row for batch in only for row in batch.column("id").to_pylist()] == [3, 1]
    assert [item.item_ref for item in service.items(backends, engineer, version, None, limit=2)] == ["i:1", "i:2"]
    assert service.items(backends, engineer, version, ["i:2"], fields=["vendor.name"])[0].fields == {
        "vendor": {"name": "Birch"}
    }


def test_the_digest_of_one_item_is_that_of_its_row(
    backends: Backends, engineer: Actor, version: SheetVersion, clinic: Lakehouse
) -> None:
    fields = ["patient_name", "vendor.name", "scan", "vendor"]

    def both() -> list[bytes]:
        batch = next(service.scan(backends, engineer, version, fields=fields))
        by_batch = service.digests(batch, fields, service.file_hash(backends, engineer))
        items = service.items(backends, engineer, version, ["i:1", "i:2", "i:3"])
        assert by_batch == [service.digest_item(backends, engineer, version, item, fields) for item in items]
        return by_batch

    before = both()
    clinic.volume("main.med.scans").save("2.txt", io.BytesIO(b"another text"), overwrite=True)
    assert [one == other for one, other in zip(before, both(), strict=True)] == [True, False, True]


def test_a_file_that_is_gone_hashes_as_gone(backends: Backends, engineer: Actor, clinic: Lakehouse) -> None:
    hashed = service.file_hash(backends, engineer)
    assert hashed("/Volumes/main/med/scans/none.png") == bytes(32)
    assert hashed("/Volumes/main/med/scans/2.txt") != bytes(32)


def test_fields_above_ones_clearance_are_withheld(
    backends: Backends, actor: MakeActor, engineer: Actor, version: SheetVersion
) -> None:
    tag(backends, engineer, "main.med.invoices#patient_name", PHI="")
    tag(backends, engineer, "main.med.vendors#iban", classification="restricted")
    tag(backends, engineer, "main.med.scans", PHI="")
    page = service.list_items(engineer, backends, version.sheet_id, count=True)
    assert sorted(w.field for w in page.withheld) == ["patient_name", "scan", "vendor.iban"]
    assert {w.classification for w in page.withheld} == {Classification.RESTRICTED}
    assert page.items[0].fields == {"id": 1, "vendor_id": "a", "vendor": {"id": "a", "name": "Acorn"}}
    assert (page.total, page.start) == (3, 0)
    expert = service.show_items(actor(Role.EXPERT), backends, version.sheet_id, ["i:2", "i:7"])
    assert (expert.withheld, len(expert.items)) == ([], 1)
    assert expert.items[0].fields["scan"] == "/Volumes/main/med/scans/2.txt"
    tag(backends, engineer, "main.med.invoices#id", PII="")
    for look in (
        lambda: service.list_items(engineer, backends, version.sheet_id),
        lambda: service.check_sheet(engineer, backends, version.sheet_id),
        lambda: service.preview_definition(engineer, backends, PreviewDefinition(definition=version.definition)),
        lambda: service.check_definition(engineer, backends, version.definition),
    ):
        with pytest.raises(AboveClearance):
            look()


GUESSES = {
    "a filter": {"filter": "patient_name LIKE 'A%'"},
    "a filter inside a join": {"filter": "vendor.iban = 'X1'"},
    "a join": {
        "secondary_sources": [
            {
                "kind": "table",
                "name": "main.med.vendors",
                "alias": "vendor",
                "columns": ["name"],
                "join": {"left": ["vendor_id"], "right": ["iban"]},
            }
        ]
    },
    "files by a hidden column": {
        "secondary_sources": [
            {"kind": "volume", "name": "main.med.scans", "alias": "scan", "join": {"key": "patient_name"}}
        ]
    },
}


@pytest.mark.parametrize("guess", GUESSES.values(), ids=GUESSES.keys())
def test_what_one_may_not_see_cannot_be_guessed_by_filters_and_joins(
    backends: Backends, actor: MakeActor, engineer: Actor, make_sheet: MakeSheet, guess: dict[str, Any]
) -> None:
    sheet = make_sheet(engineer)
    tag(backends, engineer, "main.med.invoices#patient_name", PHI="")
    tag(backends, engineer, "main.med.vendors#iban", classification="restricted")
    definition = SheetDefinition.model_validate({**DEFINITION, **guess})

    def doors(who: Actor) -> dict[str, Callable[[], object]]:
        return {
            "preview": lambda: service.preview_definition(who, backends, PreviewDefinition(definition=definition)),
            "check": lambda: service.check_definition(who, backends, definition),
            "create": lambda: make_sheet(who, f"Guess of {who.role}", **guess),
            "save": lambda: save(who),
        }

    def save(who: Actor) -> object:
        with backends.database.begin() as session:
            change = DraftChange(version=sheet.version, definition=definition)
            return service.save_draft(session, who, backends, sheet.id, change)

    for look in doors(engineer).values():
        with pytest.raises(AboveClearance, match=r"filter or join reads main\.med"):
            look()
    for look in doors(actor(Role.ADMIN)).values():
        look()
    # what somebody with the clearance has made is there for everyone
    assert service.list_items(engineer, backends, sheet.id, "draft").withheld


def test_reports_count_what_is_there_and_missing(backends: Backends, engineer: Actor, version: SheetVersion) -> None:
    report = service.check_sheet(engineer, backends, version.sheet_id)
    assert (report.item_count, report.problem) == (3, None)
    assert {m.alias: (m.count, m.examples) for m in report.missing} == {"vendor": (1, ["i:3"]), "scan": (1, ["i:3"])}
    bad = version.definition.model_copy(update={"item_key": ["vendor_id"]})
    report = service.check_definition(engineer, backends, bad)
    assert report.problem is not None
    assert "vendor_id" in report.problem
    assert report.offenders[0]["key"] == [None]


def test_pages_of_items(backends: Backends, engineer: Actor, version: SheetVersion) -> None:
    page = service.list_items(engineer, backends, version.sheet_id, start=1, limit=1)
    assert ([item.item_ref for item in page.items], page.total) == (["i:2"], None)
    assert service.list_items(engineer, backends, version.sheet_id, start=9).items == []


def test_files_of_items(backends: Backends, engineer: Actor, version: SheetVersion) -> None:
    def opened(ref: str, field: str, index: int = 0) -> str:
        return service.open_item_file(engineer, backends, version.sheet_id, None, ref, field, index)[1]

    assert opened("i:1", "scan") == "1.png"
    for ref, field, index, error in (
        ("i:3", "scan", 0, NotFound),
        ("i:9", "scan", 0, NotFound),
        ("i:1", "scan", 1, NotFound),
        ("i:1", "patient_name", 0, Invalid),
        ("i:1", "../../secret", 0, Invalid),
        ("nonsense", "scan", 0, Invalid),
    ):
        with pytest.raises(error):
            opened(ref, field, index)
    tag(backends, engineer, f"{version.definition.primary_table}#id", PHI="")
    for ref in ("i:1", "i:9"):  # whether there is such an item is not told either
        with pytest.raises(AboveClearance):
            opened(ref, "scan")


def test_files_of_a_volume_above_ones_clearance(backends: Backends, engineer: Actor, version: SheetVersion) -> None:
    tag(backends, engineer, "main.med.scans", PHI="")
    with pytest.raises(AboveClearance):
        service.open_item_file(engineer, backends, version.sheet_id, None, "i:1", "scan")


@pytest.fixture
def browser(signed_in: SignIn, engineer: Actor) -> TestClient:
    return signed_in(engineer)


def test_the_whole_way_over_http(browser: TestClient, backends: Backends, engineer: Actor, clinic: Lakehouse) -> None:
    with backends.database.begin() as session:
        governance.ensure_organisation(session, engineer.workspace_id)
    preview = browser.post("/api/v1/sheets/preview", json={"definition": DEFINITION, "limit": 2})
    assert [item["item_ref"] for item in preview.json()["items"]] == ["i:1", "i:2"], preview.text
    assert browser.post("/api/v1/sheets/check", json=DEFINITION).json()["item_count"] == 3
    made = browser.post("/api/v1/sheets", json={"name": "Invoices", "definition": DEFINITION}).json()
    url = f"/api/v1/sheets/{made['id']}"
    published = browser.post(f"{url}/publish", json={"version": made["version"]})
    assert published.json()["item_count"] == 3, published.text
    assert browser.get(f"{url}/versions/1").json() == published.json()
    draft = browser.put(f"{url}/draft", json={"version": 2, "definition": {**DEFINITION, "filter": "id > 1"}}).json()
    assert draft["draft"] == 2
    assert browser.get(f"{url}/diff", params={"before": 1, "after": 2}).json() == [
        {"path": "filter", "before": None, "after": "id > 1"}
    ]
    assert len(browser.get(f"{url}/items", params={"number": 1}).json()["items"]) == 3
    assert len(browser.get(f"{url}/items").json()["items"]) == 2
    assert len(browser.post(f"{url}/items", json={"item_refs": ["i:1", "i:2"]}).json()["items"]) == 2
    stale = browser.put(f"{url}/draft", json={"version": 2, "definition": DEFINITION})
    assert (stale.status_code, stale.json()["type"]) == (409, "sheet-changed")
    wrong = browser.post("/api/v1/sheets/check", json={**DEFINITION, "filter": "sleep(1)"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "filter")


def test_item_files_over_http(browser: TestClient, version: SheetVersion) -> None:
    url = f"/api/v1/sheets/{version.sheet_id}/file"
    ask = {"item_ref": "i:2", "field": "scan"}
    part = browser.get(url, params=ask, headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, b"hello")
    assert part.headers["x-content-type-options"] == "nosniff"
    assert part.headers["content-security-policy"].startswith("sandbox")
    picture = browser.get(f"{url}/picture", params={"item_ref": "i:1", "field": "scan", "width": 16})
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert browser.get(f"{url}/info", params={"item_ref": "i:1", "field": "scan"}).json()["media_type"] == "image/png"
    assert browser.get(f"{url}/picture", params=ask).status_code == 422
    assert browser.get(url, params={**ask, "item_ref": "i:9"}).status_code == 404
