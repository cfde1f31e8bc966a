"""One pair for the review page: everything it shows in one answer, its history, and the reviewer's draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.catalog.rules import shown
from workbench.features.generation.service import require_training_sheet
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.rules import ItemKey, LabelHead
from workbench.features.labels.schemas import LabelDraft, LabelsetVersion
from workbench.features.review.badges import badges
from workbench.features.review.queries import actions, claims, pairs
from workbench.features.review.schemas import (
    ActionKind,
    LabelSeen,
    PairAction,
    PairClaim,
    PairDetail,
    PairDraft,
    SeenElsewhere,
    TrainingSheetSeen,
)
from workbench.features.review.service.clearance import (
    layers_of_pair,
    may_view_key,
    may_view_pair,
    require_pair_view,
)
from workbench.features.review.service.freshness import Look, compare_with_items
from workbench.features.review.service.opening import counts_of, require_open
from workbench.features.review.tables import ReviewActionRow
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import ItemField, SheetVersion, Withheld
from workbench.features.sheets.service.previews import LONGEST_TEXT
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import NotFound, WorkbenchError
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import PairStatus


def show_pair(session: Session, actor: Actor, backends: Backends, pair_id: UUID) -> PairDetail:
    """Everything the review page shows of a pair. Raises `NotFound`, and `AboveClearance` for too sensitive content."""
    sheet, pair = _require(session, actor, pair_id)
    head = _head(session, sheet, pair)
    explanation = governance.explain(layers_of_pair(session, actor, sheet, pair))
    labels.require_space(session, actor, sheet.space_id)
    governance.require_view(actor, explanation.classification)
    version = labels.require_version(session, actor, sheet.labelset_version_id)
    item = ItemKey(sheet.space_id, pair.item_ref)
    at_work = labels.others_at_work(session, actor, item, sheet.labelset_id)
    read = sheets.sheet_version_by_id(session, actor, sheet.sheet_version_id)
    fields, content, withheld, problem = _content(session, backends, actor, read, sheet, pair.item_ref)
    outdated = head is not None and pair.label_id == head.id and pair.label_number != head.number
    previous_id, next_id = pairs.neighbours(session, sheet.id, pair.position)
    return PairDetail(
        **{name: getattr(pair, name) for name in _SHOWN},
        rendered=None if pair.value is None else kind_of(version.kind).render(pair.value, version),
        item=content,
        item_problem=problem,
        fields=fields,
        withheld=withheld,
        form=version,
        explanation=explanation,
        badges=badges(
            explanation,
            stale=pair.stale,
            outdated=outdated and pair.status == PairStatus.LABELED,
            problem=str(pair.problem["kind"]) if pair.problem else None,
            # Of the model's answer, which a labeled pair may not have any more.
            model_confidence=None if pair.status == PairStatus.LABELED else pair.model_confidence,
            at_work=at_work,
        ),
        label=_label_seen(session, backends, actor, sheet, pair, head) if head else None,
        elsewhere=_elsewhere(session, actor, sheet, pair.item_ref, version),
        claim=_claim(session, pair),
        at_work=at_work,
        draft=labels.draft_of(session, actor, item, sheet.labelset_id),
        previous_id=previous_id,
        next_id=next_id,
        training_sheet=_sheet_seen(session, sheet, read, version),
    )


def list_pair_history(
    session: Session, actor: Actor, pair_id: UUID, *, cursor: str | None = None, limit: int | None = None
) -> Page[PairAction]:
    """What was done to a pair, newest first."""
    sheet, pair = _require(session, actor, pair_id)
    require_pair_view(session, actor, sheet, pair)
    page = _page(session, cursor, limit, pair_id=pair.id)
    if pair.label_id and not labels.sees_all_versions(session, actor, sheet.labelset_id, pair.label_id):
        _leave_content_out(page)  # what the pair held before may be what the label said before
    return page


def list_review_actions(
    session: Session,
    actor: Actor,
    training_sheet_id: UUID,
    *,
    actor_id: UUID | None = None,
    kind: ActionKind | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[PairAction]:
    """What was done in a training sheet, newest first; what the pairs held before and after is in their histories."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    page = _page(session, cursor, limit, training_sheet_id=sheet.id, actor_id=actor_id, kind=kind)
    _leave_content_out(page)
    if not may_view_key(session, actor, sheet):
        for action in page.items:
            action.item_ref = None
    return page


def save_pair_draft(session: Session, actor: Actor, pair_id: UUID, draft: PairDraft) -> LabelDraft:
    """Keeps what the actor has typed for a pair.

    Raises `AboveClearance`, and `DraftChanged` when another window saved since.
    """
    sheet, pair = _require(session, actor, pair_id)
    require_open(sheet)
    require_pair_view(session, actor, sheet, pair)
    return labels.save_draft(
        session,
        actor,
        ItemKey(sheet.space_id, pair.item_ref),
        sheet.labelset_id,
        draft.content,
        draft.version,
        exposure_id=_shown_from(session, actor, sheet),
    )


def discard_pair_draft(session: Session, actor: Actor, pair_id: UUID) -> None:
    """Forgets what the actor has typed for a pair."""
    sheet, pair = _require(session, actor, pair_id)
    labels.discard_draft(session, actor, ItemKey(sheet.space_id, pair.item_ref), sheet.labelset_id)


CONTENT = ("value", "messages", "notes", "problem")  # fields of an action that may quote an item
_SHOWN = (
    "id", "position", "item_ref", "ordinal", "version", "status", "origin", "messages", "value", "model_confidence",
    "stale", "problem", "notes", "reviewed_by_name", "reviewed_at",
)  # fmt: skip


def _leave_content_out(page: Page[PairAction]) -> None:
    for action in page.items:
        action.before = {name: value for name, value in action.before.items() if name not in CONTENT}
        action.after = {name: value for name, value in action.after.items() if name not in CONTENT}


def _require(session: Session, actor: Actor, pair_id: UUID) -> tuple[TrainingSheetRow, PairRow]:
    found = pairs.whole(session, pair_id, actor.workspace_id)
    if found is None:
        raise NotFound(f"There is no pair {pair_id}.", field="pair_id")
    return found


def _head(session: Session, sheet: TrainingSheetRow, pair: PairRow) -> LabelHead | None:
    if pair.ordinal != 0:
        return None
    return labels.heads(session, sheet.space_id, sheet.labelset_id, [pair.item_ref]).get(pair.item_ref)


def _shown_from(session: Session, actor: Actor, sheet: TrainingSheetRow) -> UUID:
    """The exposure of what a reviewer has before them: the prompt, and every field of the item that they may see."""
    prompt = governance.exposure(session, sheet.exposure_id)
    version = sheets.sheet_version_by_id(session, actor, sheet.sheet_version_id)
    fields, sources = labels.seen_fields(session, actor, version, None)
    return governance.expose(session, actor, [*prompt.fields, *fields], [*prompt.sources, *sources])


def _content(
    session: Session,
    backends: Backends,
    actor: Actor,
    version: SheetVersion,
    sheet: TrainingSheetRow,
    item_ref: str,
) -> tuple[list[ItemField], dict[str, Any] | None, list[Withheld], str | None]:
    """The item's fields, what they hold, what is withheld from this actor, and why nothing can be read if so."""
    withheld = sheets.withheld_fields(session, actor, version)
    hidden = {each.field for each in withheld}
    plain = [one.name for field in version.fields for one in (field.fields or [field])]
    wanted = [name for name in plain if name not in hidden]
    try:
        found = sheets.items(backends, actor, version, [item_ref], sheet.pins, wanted)
    except WorkbenchError as error:
        return version.fields, None, withheld, str(error)
    if not found:
        return version.fields, None, withheld, f"The sheet has no item {item_ref} any more."
    return version.fields, shown(found[0].fields, LONGEST_TEXT), withheld, None


def _label_seen(
    session: Session, backends: Backends, actor: Actor, sheet: TrainingSheetRow, pair: PairRow, head: LabelHead
) -> LabelSeen:
    standing = pairs.standing(session, sheet.id, [PairRow.id == pair.id], after=-1, limit=1)
    known = compare_with_items(session, backends, actor, sheet, standing, {pair.item_ref: head})
    now_seen = Look(session, actor, known).at(head, standing[0])
    pinned = (pair.label_id, pair.label_number) == (head.id, head.number) and pair.stale is None
    label = labels.get_label(session, actor, head.id)
    return LabelSeen(
        id=head.id,
        number=head.number,
        verdict=head.verdict,
        value=None if label.withheld else now_seen.value,
        summary=label.summary,
        confidence=head.confidence,
        notes=label.notes,
        withheld=label.withheld,
        labeled_by_name=head.labeled_by_name,
        labeled_at=head.labeled_at,
        fresh=now_seen.fresh or pinned,
    )


def _elsewhere(
    session: Session, actor: Actor, sheet: TrainingSheetRow, item_ref: str, version: LabelsetVersion
) -> list[SeenElsewhere]:
    kind = kind_of(version.kind)
    rows = pairs.elsewhere(session, sheet, item_ref)
    shown = {row.TrainingSheetRow.id for row in rows if may_view_pair(session, actor, *row)}
    return [
        SeenElsewhere(
            training_sheet_id=other.id,
            name=other.name,
            status=pair.status,
            summary=kind.summarize(pair.value, version) if pair.value is not None and other.id in shown else None,
            reviewed_by_name=pair.reviewed_by_name,
        )
        for other, pair in rows
    ]


def _claim(session: Session, pair: PairRow) -> PairClaim | None:
    row = claims.of_pair(session, pair.id, now())
    return PairClaim.model_validate(row._mapping) if row else None


def _sheet_seen(
    session: Session, sheet: TrainingSheetRow, read: SheetVersion, version: LabelsetVersion
) -> TrainingSheetSeen:
    return TrainingSheetSeen(
        id=sheet.id,
        name=sheet.name,
        state=sheet.state,
        mode=sheet.mode,
        sheet_id=sheet.sheet_id,
        sheet_version=read.number,
        label_type=version.label_type,
        counts=counts_of(session, sheet.id),
    )


def _page(session: Session, cursor: str | None, limit: int | None, **which: Any) -> Page[PairAction]:
    size = clamp_limit(limit)
    after = cursor_key(cursor, UUID)
    rows = actions.page(session, before=after[0] if after else None, limit=size + 1, **which)
    more = encode_cursor(str(rows[size - 1][0].id)) if len(rows) > size else None
    return Page(items=[_as_action(*row) for row in rows[:size]], next_cursor=more)


def _as_action(row: ReviewActionRow, item_ref: str | None) -> PairAction:
    shown = {name: getattr(row, name) for name in PairAction.model_fields if name not in ("undone", "item_ref")}
    return PairAction(**shown, item_ref=item_ref, undone=row.reversed_by is not None)
