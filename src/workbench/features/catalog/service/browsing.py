"""Looking at the catalog: what there is, what is said of it, and rows within one's clearance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import Lakehouse, checked_part
from workbench.features.catalog import queries, rules, sensitivity
from workbench.features.catalog.schemas import (
    Catalog,
    CatalogSchema,
    CatalogTable,
    CatalogVolume,
    TableColumn,
    TableRows,
    TableSummary,
    VolumeSummary,
    WithheldColumn,
)
from workbench.features.governance import service as governance
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor

S = TypeVar("S", TableSummary, VolumeSummary)
MOST_ROWS = 500


def list_catalogs(session: Session, actor: Actor, backends: Backends) -> list[Catalog]:
    """All catalogs of the workspace, by name."""
    found = lakehouse_of(backends, actor).catalogs()
    said = _said(session, actor, [info.catalog_name for info in found])
    return [
        Catalog(name=i.catalog_name, created_at=i.created_at, updated_at=i.updated_at, **said(i.catalog_name))
        for i in found
    ]


def list_schemas(session: Session, actor: Actor, backends: Backends, catalog: str) -> list[CatalogSchema]:
    """All schemas of a catalog, by name. Raises `NotFound`."""
    found = lakehouse_of(backends, actor).schemas(catalog)
    names = [f"{info.catalog_name}.{info.schema_name}" for info in found]
    said = _said(session, actor, names)
    return [
        CatalogSchema(
            name=info.schema_name or "",
            catalog_name=info.catalog_name,
            full_name=name,
            created_at=info.created_at,
            updated_at=info.updated_at,
            **said(name),
        )
        for name, info in zip(names, found, strict=True)
    ]


def list_tables(
    session: Session,
    actor: Actor,
    backends: Backends,
    schema: str,
    *,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[TableSummary]:
    """Tables of a schema (`catalog.schema`), by name. Raises `NotFound`."""
    parts = schema_parts(schema)
    names = lakehouse_of(backends, actor).tables(*parts)
    return _page(session, actor, ".".join(parts), names, TableSummary, search, cursor, limit)


def list_volumes(
    session: Session,
    actor: Actor,
    backends: Backends,
    schema: str,
    *,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[VolumeSummary]:
    """Volumes of a schema (`catalog.schema`), by name. Raises `NotFound`."""
    parts = schema_parts(schema)
    names = lakehouse_of(backends, actor).volumes(*parts)
    return _page(session, actor, ".".join(parts), names, VolumeSummary, search, cursor, limit)


def get_table(session: Session, actor: Actor, backends: Backends, full_name: str) -> CatalogTable:
    """A table with its columns, tags, comments and number of rows. Raises `NotFound`."""
    lakehouse = lakehouse_of(backends, actor)
    info = lakehouse.describe(full_name)
    count = lakehouse.table(full_name, info.pin).count()
    name = f"{info.catalog_name}.{info.schema_name}.{info.name}"
    columns = {column.name: f"{name}#{column.name}" for column in info.columns}
    sources = [name, *columns.values()]
    said = _said(session, actor, sources)
    tags = governance.tags_of(session, actor.workspace_id, sources)
    ranked = sensitivity.classifications(session, actor.workspace_id, sources)
    shown = {key: value for key, value in asdict(info).items() if key != "columns"}
    return CatalogTable(
        **shown,
        full_name=name,
        columns=[
            TableColumn(
                **asdict(column),
                inherited_tags=tags[columns[column.name]],
                classification=ranked[columns[column.name]],
                **said(columns[column.name]),
            )
            for column in info.columns
        ],
        inherited_tags=tags[name],
        classification=ranked[name],
        row_count=count,
        **said(name),
    )


def get_volume(session: Session, actor: Actor, backends: Backends, full_name: str) -> CatalogVolume:
    """A volume with tags and comment. Raises `NotFound`."""
    info = lakehouse_of(backends, actor).describe_volume(full_name)
    name = f"{info.catalog_name}.{info.schema_name}.{info.name}"
    return CatalogVolume(
        **asdict(info),
        full_name=name,
        inherited_tags=governance.tags_of(session, actor.workspace_id, [name])[name],
        classification=sensitivity.classifications(session, actor.workspace_id, [name])[name],
        **_said(session, actor, [name])(name),
    )


def preview_table(
    session: Session, actor: Actor, backends: Backends, full_name: str, *, start: int = 0, limit: int = 50
) -> TableRows:
    """Rows of a table as they are stored. Columns above the actor's clearance come back withheld, with the reason."""
    lakehouse = lakehouse_of(backends, actor)
    info = lakehouse.describe(full_name)
    name = f"{info.catalog_name}.{info.schema_name}.{info.name}"
    sources = {column.name: f"{name}#{column.name}" for column in info.columns}
    ranked = sensitivity.classifications(session, actor.workspace_id, sources.values())
    withheld = [
        WithheldColumn(column=column, classification=ranked[source], reason=reason)
        for column, source in sources.items()
        if (reason := sensitivity.refusal(actor, ranked[source])) is not None
    ]
    hidden = {each.column for each in withheld}
    visible = [column for column in sources if column not in hidden]
    rows = lakehouse.preview(name, offset=start, limit=min(limit, MOST_ROWS), columns=visible, pin=info.pin)
    return TableRows(
        columns=list(sources),
        rows=[rules.shown(row) for row in rows.to_pylist()] if visible else [],
        withheld=withheld,
        start=start,
        row_count=lakehouse.table(name, info.pin).count(),
    )


def require_source(backends: Backends, actor: Actor, source: str, *, any_case: bool = False) -> str:
    """The source as the catalog tells it. Raises `NotFound` for one that is not there, naming what is.

    `any_case`: a column is found however it is spelled, as the gate finds its tags.
    """
    lakehouse, (catalog, *inside) = lakehouse_of(backends, actor), rules.source_parts(source)
    rules.require_among(catalog, [info.catalog_name for info in lakehouse.catalogs()], "catalog", "The workspace")
    if not inside:
        return catalog
    schemas = [info.schema_name or "" for info in lakehouse.schemas(catalog)]
    rules.require_among(inside[0], schemas, "schema", f"The catalog {catalog}")
    schema = f"{catalog}.{inside[0]}"
    if len(inside) == 1:
        return schema
    tables = lakehouse.tables(catalog, inside[0])
    if len(inside) == 2:
        known = [*tables, *lakehouse.volumes(catalog, inside[0])]
        rules.require_among(inside[1], known, "table or volume", f"The schema {schema}")
        return f"{schema}.{inside[1]}"
    rules.require_among(inside[1], tables, "table", f"The schema {schema}")
    table, column = f"{schema}.{inside[1]}", inside[2]
    columns = lakehouse.table(table).schema.names
    spelled = rules.spelled_as(column, columns) if any_case else None
    if spelled is None:
        rules.require_among(column, columns, "column", f"The table {table}")
    return f"{table}#{spelled or column}"


def lakehouse_of(backends: Backends, actor: Actor) -> Lakehouse:
    """The catalogs that the actor's workspace sees."""
    return backends.lakehouse(actor.workspace)


def schema_parts(schema: str) -> tuple[str, str]:
    """`catalog.schema` in its two parts, as they are told. Raises `Invalid`."""
    parts = schema.split(".")
    if len(parts) != 2:
        raise Invalid(f"{schema[:100]!r} is not a schema.", field="schema", fix="Write catalog.schema.")
    return checked_part(parts[0], "catalog"), checked_part(parts[1], "schema")


def _said(session: Session, actor: Actor, sources: Iterable[str]) -> Callable[[str], dict[str, Any]]:
    """What people said of each source, as fields of the shape that shows it."""
    wanted = list(sources)
    comments = queries.comments_on(session, actor.workspace_id, wanted)
    own = governance.own_tags(session, actor.workspace_id, wanted)

    def of(source: str) -> dict[str, Any]:
        row = comments.get(source)
        return {
            "comment": row.comment if row else "",
            "comment_version": row.version if row else 0,
            "tags": own.get(source, {}),
        }

    return of


def _page(
    session: Session,
    actor: Actor,
    schema: str,
    names: list[str],
    kind: type[S],
    search: str | None,
    cursor: str | None,
    limit: int | None,
) -> Page[S]:
    size, after = clamp_limit(limit), cursor_key(cursor, str)
    wanted = [name for name in names if not search or search.lower() in name]
    rest = [name for name in wanted if after is None or name > after[0]]
    shown = {name: f"{schema}.{name}" for name in rest[:size]}
    said = _said(session, actor, shown.values())
    return Page(
        items=[kind(name=name, full_name=full_name, **said(full_name)) for name, full_name in shown.items()],
        next_cursor=encode_cursor(rest[size - 1]) if len(rest) > size else None,
        total=len(wanted),
    )
