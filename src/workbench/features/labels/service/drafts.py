"""Drafts: what an expert has typed for an item and not submitted yet, kept on the server as they type.

A draft quotes what its writer saw. Whoever may not see that any more, since their clearance was lowered or a tag was
set, has no draft: what they type then takes its place.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.governance import service as governance
from workbench.features.labels.kinds.answers import storable
from workbench.features.labels.queries import annotations as queries
from workbench.features.labels.rules import ItemKey
from workbench.features.labels.schemas import DraftContent, LabelDraft, LabelDraftIn
from workbench.features.labels.service.clearance import place, seen_fields, withheld_reasons
from workbench.features.labels.service.labels import heads
from workbench.features.labels.tables import AnnotationRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification

AT_WORK = timedelta(minutes=10)  # a draft touched within this means that its owner is still at it


class DraftChanged(Conflict):
    """The same person saved this draft from somewhere else meanwhile; `details["current"]` is what is kept."""


def save_item_draft(session: Session, actor: Actor, body: LabelDraftIn) -> LabelDraft:
    """`save_draft` for an item of a sheet."""
    sheet, labelset = place(session, actor, body.sheet_id, body.label_type)
    item = ItemKey(sheet.space_id, body.item_ref)
    exposure_id = governance.expose(session, actor, *seen_fields(session, actor, sheet, None))
    return save_draft(session, actor, item, labelset.labelset_id, body.content, body.version, exposure_id=exposure_id)


def item_draft_of(session: Session, actor: Actor, sheet_id: UUID, label_type: str, item_ref: str) -> LabelDraft | None:
    """`draft_of` for an item of a sheet."""
    sheet, labelset = place(session, actor, sheet_id, label_type)
    return draft_of(session, actor, ItemKey(sheet.space_id, item_ref), labelset.labelset_id)


def discard_item_draft(session: Session, actor: Actor, sheet_id: UUID, label_type: str, item_ref: str) -> None:
    """`discard_draft` for an item of a sheet."""
    sheet, labelset = place(session, actor, sheet_id, label_type)
    discard_draft(session, actor, ItemKey(sheet.space_id, item_ref), labelset.labelset_id)


def save_draft(
    session: Session,
    actor: Actor,
    item: ItemKey,
    labelset_id: UUID,
    content: DraftContent,
    version: int | None,
    *,
    exposure_id: UUID,
) -> LabelDraft:
    """Keeps the actor's draft for an item. `version` is the one saved last, None for the first time; `exposure_id` is
    what the actor types it from.

    Raises `DraftChanged` when another window of the same person saved since, and `Invalid` on what JSON cannot hold.
    """
    unkeepable = storable(content.model_dump(mode="json"))
    if unkeepable:
        raise Invalid(unkeepable[0].message, field="content")
    row = queries.draft(session, item.space_id, labelset_id, item.item_ref, actor.id)
    seen = row if row and may_view_draft(session, actor, row) else None
    if (seen.version if seen else None) != version:
        raise DraftChanged(
            "This draft was saved in another window meanwhile." if seen else "This draft was discarded meanwhile.",
            field="version",
            fix="Look at both and choose.",
            details={"current": as_draft(seen).model_dump(mode="json") if seen else None},
        )
    if row is None:
        row = AnnotationRow(
            id=new_id(),
            workspace_id=actor.workspace_id,
            space_id=item.space_id,
            item_ref=item.item_ref,
            labelset_id=labelset_id,
            actor_id=actor.id,
            actor_name=actor.name,
            state="draft",
        )
        session.add(row)
    row.content = content.model_dump(mode="json")
    row.exposure_id = exposure_id
    row.changed_at = now()
    session.flush()
    return as_draft(row)


def draft_of(session: Session, actor: Actor, item: ItemKey, labelset_id: UUID) -> LabelDraft | None:
    """The actor's own draft for an item, while they may see what it was typed from."""
    row = queries.draft(session, item.space_id, labelset_id, item.item_ref, actor.id)
    return as_draft(row) if row and may_view_draft(session, actor, row) else None


def discard_draft(session: Session, actor: Actor, item: ItemKey, labelset_id: UUID) -> None:
    """Forgets the actor's draft, because it was submitted or is not wanted; nothing happens when there is none."""
    queries.delete_draft(session, item.space_id, labelset_id, item.item_ref, actor.id)


def others_at_work(session: Session, actor: Actor, item: ItemKey, labelset_id: UUID) -> list[str]:
    """The names of others who typed something for this item just now."""
    return queries.drafters(session, item.space_id, labelset_id, item.item_ref, actor.id, since=now() - AT_WORK)


def may_view_draft(session: Session, actor: Actor, row: AnnotationRow) -> bool:
    """Whether the actor may see what a draft was typed from, and the item's label, which it may repeat."""
    if actor.clearance is Classification.RESTRICTED:
        return True
    if row.exposure_id is None:
        return False
    typed_from = governance.classification_of(
        session, actor.workspace_id, exposures=[row.exposure_id], labelset_id=row.labelset_id
    )
    head = heads(session, row.space_id, row.labelset_id, [row.item_ref]).get(row.item_ref)
    origins = [(head.id, head.exposure_id)] if head else []
    return governance.may_view(actor, typed_from) and not any(
        withheld_reasons(session, actor, row.labelset_id, origins)
    )


def as_draft(row: AnnotationRow) -> LabelDraft:
    """The wire shape of a draft."""
    return LabelDraft(
        id=row.id,
        item_ref=row.item_ref,
        labelset_id=row.labelset_id,
        content=DraftContent.model_validate(row.content),
        changed_at=row.changed_at,
        version=row.version,
    )
