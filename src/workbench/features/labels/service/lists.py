"""Lists of canonical labels, and the label of an item seen through a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.labels.queries import labels as queries
from workbench.features.labels.schemas import Label, LabelsetVersion
from workbench.features.labels.service.clearance import place, visible_spaces
from workbench.features.labels.service.definitions import require_labelset, versions_of
from workbench.features.labels.service.labels import as_labels
from workbench.features.labels.service.standings import stand
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import SheetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid, NotFound
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import AssetState, Confidence, Verdict

SORTS = ("newest", "oldest", "item_ref")
LOOK_AT = 2000  # labels looked at in one request while filtering by staleness; the cursor goes on behind them


def label_of_item(
    session: Session, actor: Actor, backends: Backends, sheet_id: UUID, item_ref: str, label_type: str
) -> Label:
    """The label of an item of a sheet for a label type, and whether it is stale. Raises `NotFound` without one."""
    sheet, labelset = place(session, actor, sheet_id, label_type)
    row = queries.of_item(session, sheet.space_id, labelset.labelset_id, item_ref)
    if row is None or row.verdict == Verdict.RETRACTED:
        raise NotFound(f"The item {item_ref[:100]} has no label of type {label_type}.", field="item_ref")
    return _with_staleness(session, actor, backends, sheet, labelset, [row])[0]


def list_labels(
    session: Session,
    actor: Actor,
    backends: Backends,
    labelset: UUID | str,
    *,
    sheet_id: UUID | None = None,
    verdict: Verdict | None = None,
    confidence: Confidence | None = None,
    labeled_by: UUID | None = None,
    stale: bool | None = None,
    search: str | None = None,
    sort: str = "newest",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Label]:
    """Labels of a labelset (its id or label type); retracted ones only when that verdict is asked for.

    `sheet_id` narrows to the items of that sheet's table, tells which labels are stale, and is needed to filter by
    `stale` or to sort by `item_ref`. A page filtered by `stale` may be short while `next_cursor` goes on.
    """
    if sort not in SORTS:
        raise Invalid(f"Labels cannot be sorted by {sort[:60]!r}.", field="sort", fix=f"Use one of {', '.join(SORTS)}.")
    if sheet_id is None and (stale is not None or sort == "item_ref"):
        what = "stale" if stale is not None else "sort"
        raise Invalid("Without a sheet there are no items to compare with.", field=what, fix="Name a sheet_id.")
    row = require_labelset(session, actor, labelset)
    versions = {each.id: each for each in versions_of(session, row)}
    sheet = sheets.require_sheet_version(session, actor, sheet_id, "published") if sheet_id else None
    visible = visible_spaces(session, actor, row.id)
    size = clamp_limit(limit)
    after = cursor_key(cursor, str if sort == "item_ref" else UUID)
    rows = queries.page(
        session,
        actor.workspace_id,
        row.id,
        spaces=[each for each in visible if sheet is None or each == sheet.space_id],
        verdict=verdict,
        confidence=confidence,
        labeled_by=labeled_by,
        search=search,
        after=after[0] if after else None,
        sort=sort,
        limit=(LOOK_AT if stale is not None else size) + 1,
    )
    looked = rows[:LOOK_AT] if stale is not None else rows[:size]
    end = looked[-1] if len(rows) > len(looked) else None
    published = [each for each in versions.values() if each.state is AssetState.PUBLISHED]
    if sheet is None or not published:
        return Page(items=as_labels(session, actor, looked, versions), next_cursor=_cursor(end, sort))
    labels = _with_staleness(session, actor, backends, sheet, published[-1], looked)
    if stale is not None:
        labels = [label for label in labels if (label.stale is not None) == stale]
    if len(labels) > size:
        labels = labels[:size]
        return Page(items=labels, next_cursor=_cursor(labels[-1], sort))
    return Page(items=labels, next_cursor=_cursor(end, sort))


def _with_staleness(
    session: Session,
    actor: Actor,
    backends: Backends,
    sheet: SheetVersion,
    labelset: LabelsetVersion,
    rows: Sequence[CanonicalLabelRow],
) -> list[Label]:
    refs = [row.item_ref for row in rows]
    stood = {ref: each.stale for ref, each in stand(session, actor, backends, sheet, labelset, refs)}
    return [
        label.model_copy(update={"stale": stood[label.item_ref], "stale_known": True})
        for label in as_labels(session, actor, rows)
    ]


def _cursor(last: Label | CanonicalLabelRow | None, sort: str) -> str | None:
    if last is None:
        return None
    return encode_cursor(last.item_ref if sort == "item_ref" else str(last.id))
