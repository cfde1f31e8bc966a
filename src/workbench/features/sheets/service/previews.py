"""Looking at items within one's clearance: of a definition while it is being written, of a sheet, or by name.

Fields whose source is more sensitive than the actor may see are withheld with the reason. The key is part of every
item's name, so whoever may not see the key may see no items.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pyarrow as pa
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.catalog import sensitivity
from workbench.features.catalog.rules import shown
from workbench.features.governance import service as governance
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.sheets.keys import KeyNotUnique
from workbench.features.sheets.reading import OpenSheet
from workbench.features.sheets.schemas import (
    ITEM_REF,
    Item,
    ItemField,
    ItemPage,
    MissingSource,
    PreviewDefinition,
    SheetCheck,
    SheetDefinition,
    SheetVersion,
    Withheld,
)
from workbench.features.sheets.service.items import open_definition
from workbench.features.sheets.service.lookup import require_sheet_version
from workbench.kernel.actor import Actor

LONGEST_TEXT = 200_000  # characters of one value on a page


def preview_definition(actor: Actor, backends: Backends, body: PreviewDefinition) -> ItemPage:
    """The first items of a definition that is not saved. Raises what opening and checking it raises."""
    opened = open_definition(backends, actor, body.definition)
    with backends.database.read() as session:
        visible, withheld = _clearance(session, actor, opened.definition, opened.fields)
        require_steering(session, actor, opened)
    found = opened.items(opened.refs(body.limit, start=body.start), visible)
    return _page(opened.fields, found, withheld, body.start, None)


def check_definition(actor: Actor, backends: Backends, definition: SheetDefinition) -> SheetCheck:
    """Counts the items of a definition and what they lack, and says whether its key would let it be published."""
    opened = open_definition(backends, actor, definition)
    with backends.database.read() as session:
        require_steering(session, actor, opened)
    return _check(actor, backends, opened, None)


def list_items(
    actor: Actor,
    backends: Backends,
    sheet_id: UUID,
    number: int | str | None = None,
    *,
    start: int = 0,
    limit: int = 50,
    count: bool = False,
) -> ItemPage:
    """A page of a sheet's items in its order; `count` also counts them all."""
    version, visible, withheld = _visible(actor, backends, sheet_id, number)
    opened = open_definition(backends, actor, version.definition)
    found = opened.items(opened.refs(limit, start=start), visible)
    return _page(version.fields, found, withheld, start, opened.count() if count else None)


def show_items(
    actor: Actor, backends: Backends, sheet_id: UUID, item_refs: Sequence[str], number: int | str | None = None
) -> ItemPage:
    """The items of these names in their order; unknown ones are left out."""
    version, visible, withheld = _visible(actor, backends, sheet_id, number)
    found = open_definition(backends, actor, version.definition).items(item_refs, visible)
    return _page(version.fields, found, withheld, 0, None)


def check_sheet(actor: Actor, backends: Backends, sheet_id: UUID, number: int | str | None = None) -> SheetCheck:
    """Counts the items of a sheet as its sources are now, and what they lack."""
    with backends.database.read() as session:
        version = require_sheet_version(session, actor, sheet_id, number)
    return _check(actor, backends, open_definition(backends, actor, version.definition), sheet_id)


def withheld_fields(session: Session, actor: Actor, sheet_version: SheetVersion) -> list[Withheld]:
    """The fields of a sheet that the actor may not see, with the reason. Raises `AboveClearance` for its key."""
    return _clearance(session, actor, sheet_version.definition, sheet_version.fields, sheet_version.sheet_id)[1]


def require_steering(session: Session, actor: Actor, opened: OpenSheet) -> None:
    """Raises `AboveClearance` when a filter or join reads what the actor may not see: counting would give it away."""
    ranked = sensitivity.classifications(session, actor.workspace_id, opened.steered_by)
    for source, classification in ranked.items():
        if not governance.may_view(actor, classification):
            raise AboveClearance(
                f"A filter or join reads {source}, which is {classification}; you may see {actor.clearance} at most.",
                field="definition",
                fix="Filter and join by columns that you may see, or ask an admin for a higher clearance.",
                details={"classification": classification, "clearance": actor.clearance},
            )


def _visible(
    actor: Actor, backends: Backends, sheet_id: UUID, number: int | str | None
) -> tuple[SheetVersion, list[str], list[Withheld]]:
    # A session of its own, over before any source is read: a scan never holds the database.
    with backends.database.read() as session:
        version = require_sheet_version(session, actor, sheet_id, number)
        return version, *_clearance(session, actor, version.definition, version.fields, sheet_id)


def sees_key(session: Session, actor: Actor, sheet_version: SheetVersion) -> bool:
    """Whether the actor may see the values that items are named by."""
    try:
        _clearance(session, actor, sheet_version.definition, [], sheet_version.sheet_id)
    except AboveClearance:
        return False
    return True


def _clearance(
    session: Session,
    actor: Actor,
    definition: SheetDefinition,
    fields: Sequence[ItemField],
    sheet_id: UUID | None = None,
) -> tuple[list[str], list[Withheld]]:
    """The names of the fields to read, and those withheld. Of a struct, single fields may be."""
    table = definition.primary_table
    keys = [f"{table}#{name}" for name in definition.item_key]
    plain = [one for field in fields for one in (field.fields or [field])]
    sources = {one.name: one.source for one in plain}
    ranked = sensitivity.classifications(session, actor.workspace_id, [*keys, *sources.values()], sheet_id)
    governance.require_view(actor, max((ranked[key] for key in keys), key=lambda each: each.rank))
    withheld = [
        Withheld(field=name, classification=ranked[source], reason=reason)
        for name, source in sources.items()
        if (reason := sensitivity.refusal(actor, ranked[source])) is not None
    ]
    hidden = {each.field for each in withheld}
    return [name for name in sources if name not in hidden], withheld


def _page(
    fields: list[ItemField], found: pa.Table, withheld: list[Withheld], start: int, total: int | None
) -> ItemPage:
    rows: list[dict[str, Any]] = [shown(row, LONGEST_TEXT) for row in found.to_pylist()]
    items = [Item(item_ref=row.pop(ITEM_REF), fields=row) for row in rows]
    return ItemPage(fields=fields, items=items, withheld=withheld, start=start, total=total)


def _check(actor: Actor, backends: Backends, opened: OpenSheet, sheet_id: UUID | None) -> SheetCheck:
    with backends.database.read() as session:  # examples and offenders are keys of items
        _clearance(session, actor, opened.definition, [], sheet_id)
    problem, offenders = None, []
    try:
        opened.check()
    except KeyNotUnique as error:
        problem, offenders = str(error), error.details["offenders"]
    missing = opened.missing() if problem is None else {}
    return SheetCheck(
        item_count=opened.count(),
        missing=[MissingSource(alias=alias, count=m.count, examples=m.examples) for alias, m in missing.items()],
        problem=problem,
        offenders=offenders,
    )
