"""Browsing, describing and changing the catalog, and what clearance hides of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from tests.conftest import MakeActor

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import Lakehouse
from workbench.features.audit.tables import AuditEventRow
from workbench.features.catalog import service
from workbench.features.catalog.schemas import CommentChange, NewCatalog, NewCatalogSchema, NewVolume, TableFromVolume
from workbench.features.governance import service as governance
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.vocabulary import Classification, Role


@pytest.fixture
def engineer(actor: MakeActor) -> Actor:
    return actor(Role.ENGINEER)


def run(backends: Backends, verb: Any, actor: Actor, *arguments: Any, **named: Any) -> Any:
    with backends.database.begin() as session:
        return verb(session, actor, backends, *arguments, **named)


def tag(backends: Backends, actor: Actor, source: str, **tags: str) -> None:
    with backends.database.begin() as session:
        governance.ensure_organisation(session, actor.workspace_id)
        governance.set_tags(session, actor, source, tags)


def test_what_is_made_can_be_browsed(backends: Backends, engineer: Actor) -> None:
    assert run(backends, service.create_catalog, engineer, NewCatalog(name="Main", comment=" ours ")).comment == "ours"
    run(backends, service.create_schema, engineer, NewCatalogSchema(catalog_name="main", name="Med", comment="clinic"))
    run(backends, service.create_volume, engineer, NewVolume(full_name="main.med.Scans"))
    assert [c.name for c in run(backends, service.list_catalogs, engineer)] == ["main"]
    assert [(s.full_name, s.comment) for s in run(backends, service.list_schemas, engineer, "main")] == [
        ("main.med", "clinic")
    ]
    assert [v.full_name for v in run(backends, service.list_volumes, engineer, "main.med").items] == ["main.med.scans"]
    assert run(backends, service.list_tables, engineer, "main.med").items == []
    with pytest.raises(Conflict):
        run(backends, service.drop_schema, engineer, "main.med")
    run(backends, service.drop_schema, engineer, "main.med", force=True)
    run(backends, service.create_schema, engineer, NewCatalogSchema(catalog_name="main", name="med"))
    assert run(backends, service.list_schemas, engineer, "main")[0].comment == ""
    run(backends, service.drop_catalog, engineer, "main", force=True)
    with backends.database.read() as session:
        actions = list(session.scalars(select(AuditEventRow.action).order_by(AuditEventRow.id)))
    assert actions[-2:] == ["schema.create", "catalog.drop"]


def test_a_name_is_the_same_with_spaces_around_it(backends: Backends, engineer: Actor) -> None:
    assert run(backends, service.create_catalog, engineer, NewCatalog(name=" Main", comment="a")).comment == "a"
    made = run(
        backends, service.create_schema, engineer, NewCatalogSchema(catalog_name="main ", name=" lab", comment="b")
    )
    assert (made.full_name, made.comment) == ("main.lab", "b")
    volume = run(backends, service.create_volume, engineer, NewVolume(full_name="main . lab.scans ", comment="c"))
    assert (volume.full_name, volume.comment) == ("main.lab.scans", "c")
    listed = run(backends, service.list_volumes, engineer, " main.lab ").items
    assert [(each.full_name, each.comment) for each in listed] == [("main.lab.scans", "c")]
    run(backends, service.drop_volume, engineer, "main.lab. scans")
    run(backends, service.drop_schema, engineer, "main. Lab")
    run(backends, service.drop_catalog, engineer, " MAIN ")
    again = run(backends, service.create_catalog, engineer, NewCatalog(name="main"))
    assert again.comment == "", "what was said went with it"


def test_a_table_shows_columns_tags_comments_and_rows(
    backends: Backends, engineer: Actor, lakehouse: Lakehouse
) -> None:
    tag(backends, engineer, "main.med", owner="clinic")
    tag(backends, engineer, "main.med.invoices#patient_name", PII="")
    change = CommentChange(source="main.med.invoices#patient_name", comment="As on the card")
    run(backends, service.set_comment, engineer, change)
    run(backends, service.set_comment, engineer, CommentChange(source="Main.Med.invoices", comment="One per visit"))
    table = run(backends, service.get_table, engineer, "main.med.invoices")
    assert (table.full_name, table.comment, table.row_count) == ("main.med.invoices", "One per visit", 2)
    assert (table.table_type, table.data_source_format) == ("MANAGED", "DELTA")
    assert table.inherited_tags == {"owner": "clinic"}
    column = table.columns[1]
    assert (column.name, column.type_text, column.comment, column.tags) == (
        "patient_name",
        "string",
        "As on the card",
        {"PII": ""},
    )
    assert column.inherited_tags == {"owner": "clinic", "PII": ""}
    assert (column.classification, table.classification) == (Classification.RESTRICTED, Classification.INTERNAL)
    assert [t.full_name for t in run(backends, service.list_tables, engineer, "main.med").items] == [
        "main.med.invoices"
    ]


def test_a_columns_own_tags_are_found_whatever_its_case(
    backends: Backends, engineer: Actor, lakehouse: Lakehouse
) -> None:
    """Else an editor that starts from them would take away a tag that it did not show."""
    (lakehouse.root / "main" / "med" / "visits.csv").write_text("PatientName\nAda\n")
    tag(backends, engineer, "main.med.visits#PatientName", PII="")
    (column,) = run(backends, service.get_table, engineer, "main.med.visits").columns
    assert (column.name, column.tags, column.classification) == ("PatientName", {"PII": ""}, Classification.RESTRICTED)


def test_pages_and_search_of_tables(backends: Backends, engineer: Actor, lakehouse: Lakehouse) -> None:
    for name in ("a", "b", "c"):
        (lakehouse.root / "main" / "med" / f"{name}.csv").write_text("x\n1\n")
    first = run(backends, service.list_tables, engineer, "main.med", limit=2)
    assert ([t.name for t in first.items], first.total) == (["a", "b"], 4)
    rest = run(backends, service.list_tables, engineer, "main.med", limit=2, cursor=first.next_cursor)
    assert ([t.name for t in rest.items], rest.next_cursor) == (["c", "invoices"], None)
    assert [t.name for t in run(backends, service.list_tables, engineer, "main.med", search="INV").items] == [
        "invoices"
    ]


def test_columns_above_ones_clearance_are_withheld(
    backends: Backends, actor: MakeActor, engineer: Actor, lakehouse: Lakehouse
) -> None:
    tag(backends, engineer, "main.med.invoices#patient_name", PHI="")
    rows = run(backends, service.preview_table, engineer, "main.med.invoices")
    assert rows.rows == [{"id": 1, "total": 9.5}, {"id": 2, "total": None}]
    assert [(w.column, w.classification) for w in rows.withheld] == [("patient_name", Classification.RESTRICTED)]
    assert "restricted" in rows.withheld[0].reason
    assert rows.columns == ["id", "patient_name", "total"]
    whole = run(backends, service.preview_table, actor(Role.EXPERT), "main.med.invoices", start=1, limit=5)
    assert whole.rows == [{"id": 2, "patient_name": "Bo Sample", "total": None}]
    assert whole.withheld == []
    tag(backends, engineer, "main", classification="restricted")
    assert run(backends, service.preview_table, engineer, "main.med.invoices").rows == []


def test_without_an_organisation_default_everything_is_restricted(
    backends: Backends, actor: MakeActor, engineer: Actor, lakehouse: Lakehouse
) -> None:
    assert len(run(backends, service.preview_table, engineer, "main.med.invoices").withheld) == 3
    assert run(backends, service.preview_table, actor(Role.EXPERT), "main.med.invoices").withheld == []


def test_comments_are_never_overwritten_silently(backends: Backends, engineer: Actor, lakehouse: Lakehouse) -> None:
    source = "main.med.scans"
    said = run(backends, service.set_comment, engineer, CommentChange(source=source, comment="Scanned"))
    with pytest.raises(service.CommentChanged) as caught:
        run(backends, service.set_comment, engineer, CommentChange(source=source, comment="Other"))
    assert caught.value.details["current"]["comment"] == "Scanned"
    again = run(backends, service.set_comment, engineer, CommentChange(source=source, comment="", version=said.version))
    assert (again.comment, again.version) == ("", said.version + 1)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("", Invalid),
        ("a.b.c.d", Invalid),
        ("main.med#x", Invalid),
        ("main.med.invoices#", Invalid),
        ("other", NotFound),
        ("main.other", NotFound),
        ("main.med.other", NotFound),
        ("main.med.invoices#other", NotFound),
        ("main.med.scans#column", NotFound),
    ],
)
def test_only_what_is_there_can_be_described(
    backends: Backends, engineer: Actor, lakehouse: Lakehouse, source: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        run(backends, service.set_comment, engineer, CommentChange(source=source, comment="x"))


def test_a_dropped_table_takes_its_comments_but_not_its_tags(
    backends: Backends, engineer: Actor, lakehouse: Lakehouse
) -> None:
    tag(backends, engineer, "main.med.invoices", PHI="")
    for source in ("main.med.invoices", "main.med.invoices#id"):
        run(backends, service.set_comment, engineer, CommentChange(source=source, comment="x"))
    run(backends, service.drop_table, engineer, "main.med.invoices")
    (lakehouse.root / "main" / "med" / "invoices.csv").write_text("id\n1\n")
    table = run(backends, service.get_table, engineer, "main.med.invoices")
    assert (table.comment, table.columns[0].comment, table.tags) == ("", "", {"PHI": ""})


def test_a_table_from_the_files_of_a_volume(backends: Backends, engineer: Actor, lakehouse: Lakehouse) -> None:
    body = TableFromVolume(volume="main.med.scans", pattern="**/{key}.txt", full_name="main.med.pages")
    assert run(backends, service.make_table_from_volume, engineer, body).rows == 1
    tag(backends, engineer, "other", x="")
    assert run(backends, service.preview_table, engineer, "main.med.pages").rows[0]["key"] == "1"


def test_other_workspaces_have_other_catalogs(
    backends: Backends, actor: MakeActor, engineer: Actor, lakehouse: Lakehouse
) -> None:
    stranger = actor(Role.ADMIN, slug="other")
    assert run(backends, service.list_catalogs, stranger) == []
    for verb in (service.get_table, service.preview_table, service.drop_table):
        with pytest.raises(NotFound):
            run(backends, verb, stranger, "main.med.invoices")
