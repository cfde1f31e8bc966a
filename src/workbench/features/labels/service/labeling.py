"""Labeling a sheet's items directly, before any prompt exists: walk, answer, see how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.governance import service as governance
from workbench.features.labels.queries import annotations as drafts
from workbench.features.labels.queries import labels as queries
from workbench.features.labels.rules import ItemKey
from workbench.features.labels.schemas import (
    ItemToLabel,
    LabelerShare,
    LabelIn,
    LabelingFilter,
    LabelingProgress,
    LabelOutcome,
    LabelsetVersion,
    LabelState,
)
from workbench.features.labels.service.clearance import place, require_label_view, seen_fields
from workbench.features.labels.service.drafts import AT_WORK, as_draft, discard_draft, may_view_draft
from workbench.features.labels.service.labels import as_labels, get_label, heads
from workbench.features.labels.service.standings import Standing, exposed_fields, fields_to_scan, stand, standings
from workbench.features.labels.service.submissions import submit
from workbench.features.labels.service.versions import require_published
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import ITEM_REF, SheetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import NotFound
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import Verdict

LOOK_AT = 20_000  # items looked at in one request; a page may be short, and its cursor goes on behind them
EXACT_UP_TO = 20_000  # items; beyond, progress is counted exactly only on demand

WANTED = {
    LabelingFilter.TO_DO: {LabelState.UNLABELED, LabelState.STALE},
    LabelingFilter.UNLABELED: {LabelState.UNLABELED},
    LabelingFilter.STALE: {LabelState.STALE},
    LabelingFilter.LABELED: {LabelState.LABELED, LabelState.UNLABELABLE},
    LabelingFilter.ALL: set(LabelState),
}


def label_item(session: Session, actor: Actor, backends: Backends, body: LabelIn) -> LabelOutcome:
    """Makes an answer the canonical label of one item of a sheet, as it is now; the actor's draft is done with.

    Raises `NotFound` for an item the sheet's table does not have, `AboveClearance` (also for a label that stands and
    that the actor may not see), `AnswerInvalid`, and `LabelChanged` with both sides.
    """
    with backends.database.read() as reading:  # reading sources takes time, and no lock is held meanwhile
        sheet = sheets.require_sheet_version(reading, actor, body.sheet_id, body.sheet_version or "published")
        labelset = require_published(reading, actor, body.label_type, body.labelset_version)
        fields, sources = seen_fields(reading, actor, sheet, body.fields)
        standing = heads(reading, sheet.space_id, labelset.labelset_id, [body.item_ref]).get(body.item_ref)
        if standing is not None:
            require_label_view(reading, actor, labelset.labelset_id, (standing.id, standing.exposure_id))
    found = sheets.items(backends, actor, sheet, [body.item_ref], fields=fields)
    if not found:
        raise NotFound(f"The sheet's table has no item {body.item_ref}.", field="item_ref")
    outcome = submit(
        session,
        actor,
        ItemKey(sheet.space_id, body.item_ref),
        labelset,
        body.value,
        digest=sheets.digest_item(backends, actor, sheet, found[0], fields),
        exposure_id=governance.expose(session, actor, fields, sources),
        expected_version=body.version,
        verdict=Verdict(body.verdict),
        confidence=body.confidence,
        notes=body.notes,
    )
    discard_draft(session, actor, ItemKey(sheet.space_id, body.item_ref), labelset.labelset_id)
    label = get_label(session, actor, outcome.label.id)
    return LabelOutcome(change=outcome.change, label=label.model_copy(update={"stale_known": True}))


def next_to_label(
    session: Session,
    actor: Actor,
    backends: Backends,
    sheet_id: UUID,
    label_type: str,
    *,
    show: LabelingFilter = LabelingFilter.TO_DO,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[ItemToLabel]:
    """The next items of a sheet that the filter wants, in the sheet's order.

    A page may be short, even empty, while `next_cursor` says that there is more to look at.
    """
    sheet, labelset = place(session, actor, sheet_id, label_type)
    size = clamp_limit(limit)
    start = _start(cursor)
    refs = sheets.open_sheet(backends, actor, sheet).refs(LOOK_AT, start=start)
    chosen: list[tuple[int | None, str, Standing]] = []
    looked = 0
    walk = stand(session, actor, backends, sheet, labelset, refs, hashed=show is not LabelingFilter.UNLABELED)
    for looked, (ref, standing) in enumerate(walk, 1):
        if standing.state in WANTED[show]:
            chosen.append((start + looked - 1, ref, standing))
            if len(chosen) == size:
                break
    ended = looked == len(refs) < LOOK_AT
    more = None if ended else encode_cursor(start + looked)
    return Page(items=_as_items(session, actor, sheet, labelset, chosen), next_cursor=more)


def get_item_to_label(
    session: Session, actor: Actor, backends: Backends, sheet_id: UUID, label_type: str, item_ref: str
) -> ItemToLabel:
    """One item of a sheet by its name, with its label; wherever it is. Raises `NotFound`."""
    sheet, labelset = place(session, actor, sheet_id, label_type)
    walked = list(stand(session, actor, backends, sheet, labelset, [item_ref]))
    if not sheets.items(backends, actor, sheet, [item_ref], fields=[]):
        raise NotFound(f"The sheet's table has no item {item_ref}.", field="item_ref")
    return _as_items(session, actor, sheet, labelset, [(None, *walked[0])])[0]


def _start(cursor: str | None) -> int:
    """The position that a cursor goes on at. Raises `Invalid` when it is none."""
    key = cursor_key(cursor, _position)
    return key[0] if key else 0


def _position(part: object) -> int:
    if type(part) is not int or not 0 <= part < 2**53:
        raise ValueError
    return part


def progress_of_sheet(
    session: Session,
    actor: Actor,
    backends: Backends,
    sheet_id: UUID,
    label_type: str,
    *,
    exact: bool | None = None,
) -> LabelingProgress:
    """How far a sheet is labeled. `exact` looks at every item; by default only sheets that are not too large are."""
    sheet, labelset = place(session, actor, sheet_id, label_type)
    people = [
        LabelerShare(person_id=person_id, name=name, labels=labels, last_at=last_at)
        for person_id, name, labels, last_at in queries.by_person(session, sheet.space_id, labelset.labelset_id)
    ]
    items = sheets.open_sheet(backends, actor, sheet).count()
    if exact or (exact is None and items <= EXACT_UP_TO):
        states = coverage(session, actor, backends, sheet, labelset)
        items = sum(states.values())
    else:
        counts = queries.counts(session, sheet.space_id, labelset.labelset_id)
        states = Counter(
            {LabelState.LABELED: counts[Verdict.ANSWERED], LabelState.UNLABELABLE: counts[Verdict.UNLABELABLE]}
        )
        states[LabelState.UNLABELED] = max(0, items - states.total())
        exact = False
    return LabelingProgress(
        items=items,
        labeled=states[LabelState.LABELED],
        unlabelable=states[LabelState.UNLABELABLE],
        stale=states[LabelState.STALE],
        unlabeled=states[LabelState.UNLABELED],
        exact=exact is not False,
        by_person=people,
    )


def coverage(
    session: Session,
    actor: Actor,
    backends: Backends,
    sheet: SheetVersion,
    labelset: LabelsetVersion,
    pins: Mapping[str, str] | None = None,
) -> Counter[LabelState]:
    """How many items of a sheet are labeled, unlabelable, stale and unlabeled, by looking at each of them."""
    exposed = exposed_fields(session, sheet.space_id, labelset.labelset_id)
    if not exposed:
        return Counter({LabelState.UNLABELED: sheets.open_sheet(backends, actor, sheet, pins).count()})
    states: Counter[LabelState] = Counter()
    file_hash = sheets.file_hash(backends, actor)
    for batch in sheets.scan(backends, actor, sheet, pins, fields_to_scan(sheet, exposed)):
        found = heads(session, sheet.space_id, labelset.labelset_id, batch.column(ITEM_REF).to_pylist())
        states.update(each.state for each in standings(found, sheet, labelset, batch, exposed, file_hash))
    return states


def _as_items(
    session: Session,
    actor: Actor,
    sheet: SheetVersion,
    labelset: LabelsetVersion,
    chosen: Sequence[tuple[int | None, str, Standing]],
) -> list[ItemToLabel]:
    refs = [ref for _, ref, _ in chosen]
    rows = queries.rows_of(session, [standing.head.id for _, _, standing in chosen if standing.head])
    labels = {label.item_ref: label for label in as_labels(session, actor, rows)}
    typed = drafts.on_items(session, sheet.space_id, labelset.labelset_id, refs)
    recently = now() - AT_WORK
    items = []
    for position, ref, standing in chosen:
        label = labels.get(ref)
        mine = [row for row in typed.get(ref, []) if row.actor_id == actor.id and may_view_draft(session, actor, row)]
        others = [row for row in typed.get(ref, []) if row.actor_id != actor.id and row.changed_at >= recently]
        items.append(
            ItemToLabel(
                item_ref=ref,
                position=position,
                state=standing.state,
                label=label and label.model_copy(update={"stale": standing.stale, "stale_known": True}),
                draft=as_draft(mine[0]) if mine else None,
                others=sorted(row.actor_name for row in others),
            )
        )
    return items
