"""Making, dropping and describing catalogs, schemas, tables and volumes.

The lakehouse is changed before anything is written to the database: a folder is made or gone in one step, and what is
said of it follows in the request's transaction.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import FullName, checked_part
from workbench.features.audit import service as audit
from workbench.features.catalog import queries
from workbench.features.catalog.schemas import (
    Catalog,
    CatalogSchema,
    CatalogVolume,
    CommentChange,
    NewCatalog,
    NewCatalogSchema,
    NewVolume,
    SourceComment,
)
from workbench.features.catalog.service.browsing import (
    get_volume,
    lakehouse_of,
    list_catalogs,
    list_schemas,
    require_source,
    schema_parts,
)
from workbench.features.catalog.tables import SourceCommentRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict


class CommentChanged(Conflict):
    """Someone else changed the comment since it was read; `details["current"]` is the comment as it is now."""


def create_catalog(session: Session, actor: Actor, backends: Backends, body: NewCatalog) -> Catalog:
    """A new, empty catalog. Raises `Conflict` when it exists."""
    name = checked_part(body.name, "catalog")
    lakehouse_of(backends, actor).create_catalog(name)
    _describe_new(session, actor, name, body.comment)
    audit.record(session, actor, "catalog.create", "source", name, {})
    return next(c for c in list_catalogs(session, actor, backends) if c.name == name)


def create_schema(session: Session, actor: Actor, backends: Backends, body: NewCatalogSchema) -> CatalogSchema:
    """A new, empty schema. Raises `NotFound` without the catalog, `Conflict` when it exists."""
    catalog, schema = checked_part(body.catalog_name, "catalog"), checked_part(body.name, "schema")
    lakehouse_of(backends, actor).create_schema(catalog, schema)
    name = f"{catalog}.{schema}"
    _describe_new(session, actor, name, body.comment)
    audit.record(session, actor, "schema.create", "source", name, {})
    return next(s for s in list_schemas(session, actor, backends, catalog) if s.full_name == name)


def create_volume(session: Session, actor: Actor, backends: Backends, body: NewVolume) -> CatalogVolume:
    """A new, empty volume. Raises `NotFound` without the schema, `Conflict` when it exists."""
    name = str(FullName.parse(body.full_name, "volume"))
    lakehouse_of(backends, actor).create_volume(name)
    _describe_new(session, actor, name, body.comment)
    audit.record(session, actor, "volume.create", "source", name, {})
    return get_volume(session, actor, backends, name)


def drop_catalog(session: Session, actor: Actor, backends: Backends, catalog: str, *, force: bool = False) -> None:
    """Raises `Conflict` while it has schemas, unless forced. Tags stay: a name used again keeps its protection."""
    name = checked_part(catalog, "catalog")
    lakehouse_of(backends, actor).drop_catalog(name, force=force)
    _forget(session, actor, name, "catalog.drop")


def drop_schema(session: Session, actor: Actor, backends: Backends, schema: str, *, force: bool = False) -> None:
    """Raises `Conflict` while it has tables or volumes, unless forced. Tags stay."""
    parts = schema_parts(schema)
    lakehouse_of(backends, actor).drop_schema(*parts, force=force)
    _forget(session, actor, ".".join(parts), "schema.drop")


def drop_table(session: Session, actor: Actor, backends: Backends, full_name: str) -> None:
    """Deletes a table with its rows. What was made from it can no longer be read as pinned. Tags stay."""
    name = str(FullName.parse(full_name))
    lakehouse_of(backends, actor).drop_table(name)
    _forget(session, actor, name, "table.drop")


def drop_volume(session: Session, actor: Actor, backends: Backends, full_name: str, *, force: bool = False) -> None:
    """Raises `Conflict` while it has files, unless forced. Tags stay."""
    name = str(FullName.parse(full_name, "volume"))
    lakehouse_of(backends, actor).drop_volume(name, force=force)
    _forget(session, actor, name, "volume.drop")


def set_comment(session: Session, actor: Actor, backends: Backends, body: CommentChange) -> SourceComment:
    """Says what a source is; an empty comment takes it back. Raises `NotFound`, `CommentChanged`."""
    source = require_source(backends, actor, body.source)
    row = queries.comments_on(session, actor.workspace_id, [source]).get(source)
    if (row.version if row else 0) != body.version:
        current = _as_comment(row).model_dump(mode="json") if row else None
        raise CommentChanged(
            f"The comment on {source} was changed meanwhile.",
            field="version",
            fix="Look at it as it is now, and repeat your change.",
            details={"current": current},
        )
    if row is None:
        row = SourceCommentRow(workspace_id=actor.workspace_id, source=source)
        session.add(row)
    row.comment, row.changed_by_name, row.changed_at = body.comment, actor.name, now()
    session.flush()
    audit.record(session, actor, "source.comment", "source", source, {})
    return _as_comment(row)


def _describe_new(session: Session, actor: Actor, source: str, comment: str) -> None:
    if comment.strip():
        session.merge(
            SourceCommentRow(
                workspace_id=actor.workspace_id,
                source=source,
                comment=comment.strip(),
                changed_by_name=actor.name,
                changed_at=now(),
                version=1,
            )
        )
        session.flush()


def _forget(session: Session, actor: Actor, source: str, action: str) -> None:
    queries.remove_comments(session, actor.workspace_id, source)
    audit.record(session, actor, action, "source", source, {})


def _as_comment(row: SourceCommentRow) -> SourceComment:
    return SourceComment.model_validate(row)
